package document

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestToYAMLMatchesGolden: testdata/yaml has JSON texts, and beside each the YAML that says the same. contrib/openapitest reads both with a
// YAML library.
func TestToYAMLMatchesGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/yaml/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no JSON texts in testdata/yaml: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := toYAML(text)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		golden := strings.TrimSuffix(file, ".json") + ".yaml"
		if *update {
			if err := os.WriteFile(golden, got, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", golden, got, want)
		}
	}
}

func TestOrderedKeepsOrder(t *testing.T) {
	const text = `{"z":1,"a":{"y":[{"b":null,"a":"<>&"}],"b":1.50},"m":true}`
	v, err := readOrdered([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := json.Marshal(v); string(got) != `{"z":1,"a":{"y":[{"b":null,"a":"\u003c\u003e\u0026"}],"b":1.50},"m":true}` {
		t.Errorf("json.Marshal: %s", got)
	}
	if got, _ := appendOrdered(nil, v); string(got) != text {
		t.Errorf("got %s", got)
	}
	for _, broken := range []string{``, `{`, `{"a"`, `{"a":`, `[1`, `{"a":[}`} {
		if _, err := readOrdered([]byte(broken)); err == nil {
			t.Errorf("%q is read", broken)
		}
	}
}
