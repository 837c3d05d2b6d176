package documents_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/tests/internal/oastest"
)

// TestDocumentMatchesGolden compares the documents of documentCases with testdata: NAME.yaml is Brio's own form,
// NAME.compat.yaml that of FastAPICompat. Each document is valid in the versions 3.0, 3.1 and 3.2.
func TestDocumentMatchesGolden(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, c := range documentCases {
		if names[c.name] {
			t.Fatalf("two cases have the name %q", c.name)
		}
		names[c.name] = true
		t.Run(c.name, func(t *testing.T) {
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
					oastest.Check(t, testkit.Get(app, "/openapi.json?version="+version).Body.Bytes())
				}
				got := testkit.Get(app, "/openapi.yaml").Body.String()
				file := filepath.Join("testdata", strings.ReplaceAll(c.name, " ", "_")+form.suffix+".yaml")
				testkit.WantGolden(t, file, got)
			}
		})
	}
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(f), ".yaml"), ".compat")
		if !names[strings.ReplaceAll(name, "_", " ")] {
			t.Errorf("no case has the file %s", f)
		}
	}
}

// documentCase is an app for one convention of the document. Most conventions are FastAPI's.
type documentCase struct {
	name    string
	declare func(app *brio.App)
	opts    []brio.AppOption
	errors  bool // the framework's own errors are documented in Brio's form
	items   bool // it has a stream, whose itemSchema FastAPI writes in 3.1 too, where it is not valid
}
