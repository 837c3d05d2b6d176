package brio_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/oastest"
)

// TestDocuments compares the documents of small apps, one for each convention of FastAPI's, with testdata/openapi: NAME.yaml
// as Brio writes it, NAME.compat.yaml under FastAPICompat. All of them are valid, as 3.0.3 too.
func TestDocuments(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range documentCases {
		t.Run(c.name, func(t *testing.T) {
			if seen[c.name] {
				t.Fatal("two cases of one name")
			}
			seen[c.name] = true
			for _, form := range []struct {
				suffix string
				opts   []brio.AppOption
			}{
				{"", []brio.AppOption{brio.DocumentErrors(c.errors), brio.DocComments(nil)}},
				{".compat", []brio.AppOption{brio.FastAPICompat(), brio.DocComments(nil)}},
			} {
				app := brio.New(append(form.opts, c.opts...)...)
				c.declare(app)
				if err := app.Check(); err != nil {
					t.Fatal(err)
				}
				for _, version := range []string{"3.0", "3.1", "3.2"} {
					if version == "3.1" && c.items && form.suffix == ".compat" {
						continue // FastAPI writes itemSchema
					}
					oastest.Check(t, send(app, "GET", "/openapi.json?version="+version, "").Body.Bytes())
				}
				got := send(app, "GET", "/openapi.yaml", "").Body.String()
				file := filepath.Join("testdata", "openapi", strings.ReplaceAll(c.name, " ", "_")+form.suffix+".yaml")
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("%s\ngot\n%s\nwant\n%s", file, got, want)
				}
			}
		})
	}
	files, err := filepath.Glob("testdata/openapi/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(f), ".yaml"), ".compat")
		if !seen[strings.ReplaceAll(name, "_", " ")] && t.Run("", func(*testing.T) {}) {
			t.Errorf("%s belongs to no case", f)
		}
	}
}

// documentCase is one small app.
type documentCase struct {
	name    string
	declare func(app *brio.App)
	opts    []brio.AppOption
	errors  bool // that the framework answers are documented
	items   bool // of streams are documented, which FastAPI does in 3.1 too
}
