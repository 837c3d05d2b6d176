package house_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// namedSource is a source of parameters by its name in internal/model.
var namedSource = regexp.MustCompile(`\bmodel\.(Path|Query|Header|Cookie|FormText)\b`)

// TestSourcesAreRows: what differs between sources stands in two tables, internal/model/source.go and internal/bind/source.go. All other
// code asks the rows, so that a new source needs no change in it. Sources that are no text, model.Body and model.FormFile, are read in
// their own way and may be named.
func TestSourcesAreRows(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "internal")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || path == filepath.Join(root, "bind", "source.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, name := range namedSource.FindAllString(string(text), -1) {
			t.Errorf("%s names %s; ask the row of the source instead", path, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
