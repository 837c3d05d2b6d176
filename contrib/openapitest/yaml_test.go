package openapitest

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestYAMLSaysWhatJSONSays reads the golden files of internal/document, and finds in each YAML what stands in the JSON beside it.
func TestYAMLSaysWhatJSONSays(t *testing.T) {
	files, err := filepath.Glob("../../internal/document/testdata/yaml/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		want := read(t, file) // JSON is YAML
		if got := read(t, strings.TrimSuffix(file, ".json")+".yaml"); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the YAML beside it is %#v, want %#v", file, got, want)
		}
	}
}

func read(t *testing.T, file string) (v any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &v); err != nil {
		t.Fatalf("%s: %v in\n%s", file, err, text)
	}
	return v
}
