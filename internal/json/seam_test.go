package json_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestCodecsAreImportedWhereTheDocSays holds the package comment to what the files of the module import. Tests may compare
// with encoding/json, and other modules of the repository are no part of the framework.
func TestCodecsAreImportedWhereTheDocSays(t *testing.T) {
	const root = "../.."
	importers := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			_, err := os.Stat(filepath.Join(path, "go.mod"))
			if path != root && (err == nil || entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".")) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			name := strings.Trim(spec.Path.Value, `"`)
			codec := strings.HasPrefix(name, "github.com/goccy/go-json") || strings.HasPrefix(name, "encoding/json")
			if codec && !slices.Contains(importers[name], folder) {
				importers[name] = append(importers[name], folder)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{
		"github.com/goccy/go-json": {"internal/json"},
		"encoding/json":            {"cmd/brio", "internal/contract", "internal/json", "middleware", "openapi", "openapi/pages", "openapi/spec"},
	} {
		slices.Sort(importers[name])
		if !slices.Equal(importers[name], want) {
			t.Errorf("%s is imported by %q, want %q", name, importers[name], want)
		}
		delete(importers, name)
	}
	for name, folders := range importers {
		t.Errorf("%s is imported by %q", name, folders)
	}
}
