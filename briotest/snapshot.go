package briotest

import (
	"bytes"
	"encoding/json" // a snapshot is text that the test has made
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// UpdateEnv is the environment variable with which Snapshot writes its files: BRIOTEST_UPDATE=1 go test ./...
const UpdateEnv = "BRIOTEST_UPDATE"

// Snapshot expects that a value has the JSON of a file, as in Snapshot(t, "testdata/openapi.json", app.OpenAPI()): a change of the public
// document is then seen in review. The failure lists the places that differ. With the environment variable [UpdateEnv] it writes the file,
// indented. A string or []byte is JSON text.
func Snapshot(t testing.TB, file string, v any) {
	t.Helper()
	var text []byte
	switch v := v.(type) {
	case string:
		text = []byte(v)
	case []byte:
		text = v
	default:
		var err error
		if text, err = json.Marshal(v); err != nil {
			t.Fatalf("briotest.Snapshot(%s): %v", file, err)
		}
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, text, "", "  "); err != nil {
		t.Fatalf("briotest.Snapshot(%s): %v", file, err)
	}
	indented.WriteByte('\n')
	if os.Getenv(UpdateEnv) != "" {
		err := os.MkdirAll(filepath.Dir(file), 0o777)
		if err == nil {
			err = os.WriteFile(file, indented.Bytes(), 0o666)
		}
		if err != nil {
			t.Fatalf("briotest.Snapshot: %v", err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("briotest.Snapshot: there is no file %s; %s=1 writes it", file, UpdateEnv)
	}
	if err != nil {
		t.Fatalf("briotest.Snapshot: %v", err)
	}
	if lines := diffJSON(text, want); len(lines) > 0 {
		t.Errorf("%s differs; %s=1 writes it anew:\n\t%s", file, UpdateEnv, strings.Join(lines, "\n\t"))
	}
}
