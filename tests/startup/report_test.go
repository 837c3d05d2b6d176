package startup_test

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/routing"
)

// The reports of misdeclared apps are those in testdata/reports, which reviewers read as users do: at a terminal, without
// the code of Brio at hand. A second Check returns the same report.
func TestReportsAreGolden(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range mistakeCases {
		t.Run(c.name, func(t *testing.T) {
			if seen[c.name] {
				t.Fatal("two cases have this name")
			}
			seen[c.name] = true
			app := brio.New(c.app...)
			if c.declare != nil {
				c.declare(app)
			}
			err := app.Check()
			if err == nil {
				t.Fatal("Check reports no mistake")
			}
			if again := app.Check(); again == nil || again.Error() != err.Error() {
				t.Errorf("a second Check: got\n%v\nwant the first report\n%v", again, err)
			}
			testkit.WantGolden(t, "testdata/reports/"+strings.ReplaceAll(c.name, " ", "_")+".golden", err.Error())
		})
	}
	files, err := filepath.Glob("testdata/reports/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := strings.ReplaceAll(strings.TrimSuffix(filepath.Base(f), ".golden"), "_", " "); !seen[name] && !testing.Short() {
			t.Errorf("%s belongs to no case", f)
		}
	}
}

// A report says where a mistake was written, not where it was found.
func TestReportNamesPlaces(t *testing.T) {
	t.Parallel()
	app := brio.New()
	badPath, badMethodPath := testkit.Place(1), testkit.Place(2)
	app.Get("x", func() {})
	app.Delete("y", func() {})
	provide := testkit.Place(1)
	broken := brio.Provide(func() (int, string, bool) { return 0, "", false })
	newRouter, handle := testkit.Place(1), testkit.Place(2)
	r := brio.NewRouter(brio.Prefix("/a/"))
	r.Handle([]string{"GET"}, "/a", func() {}, broken)
	include, includeNil := testkit.Place(1), testkit.Place(2)
	app.Include(r, brio.Prefix("b"))
	app.Include(nil)
	r.Use(nil)
	err := app.Check()
	if err == nil {
		t.Fatal("Check reports no mistake")
	}
	testkit.WantContains(t, err.Error(),
		"\n"+badPath+"GET x: ",
		"\n"+badMethodPath+"DELETE y: ",
		"\n"+provide+"GET /b/a/a ("+strings.TrimSuffix(handle, ": ")+"): a function literal: ",
		"\n"+newRouter+"the prefix is",
		"\n"+newRouter+"the router: middleware 1",
		"\n"+include+"the prefix is",
		"\n"+includeNil+"Include(nil)")
	var report routing.Report
	if !errors.As(err, &report) || len(report) != 7 {
		t.Errorf("mistakes: got %d, want 7, in\n%v", len(report), err)
	}
}

// An app with mistakes does not serve: ServeHTTP panics with the report, and every other method returns it, or nothing.
func TestMisdeclaredAppDoesNotServe(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Get("/", createShopItem)
	report := app.Check().Error()
	func() {
		defer func() {
			if v, ok := recover().(error); !ok || v.Error() != report {
				t.Errorf("ServeHTTP: got panic %v, want the report", v)
			}
		}()
		testkit.Get(app, "/")
	}()
	if err := app.Run("256.0.0.1:0"); err == nil || err.Error() != report {
		t.Errorf("Run: got %v, want the report", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Serve(context.Background(), l); err == nil || err.Error() != report {
		t.Errorf("Serve: got %v, want the report", err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener after Serve: got %v, want net.ErrClosed", err)
	}
	if app.Routes() != nil {
		t.Error("a misdeclared app has Routes")
	}
	if _, err := app.URL("x"); err == nil || err.Error() != report {
		t.Errorf("URL: got %v, want the report", err)
	}
}

// A mistake of a provider, a router or a handler that many routes use is in the report once.
func TestSharedMistakesAreReportedOnce(t *testing.T) {
	t.Parallel()
	app := brio.New(brio.Depends(func(*shopDB) {}))
	r := brio.NewRouter()
	for _, path := range []string{"/a", "/b", "/c"} {
		r.Get(path, createShopItem)
	}
	app.Include(r, brio.Prefix("/x"))
	app.Include(r, brio.Prefix("/y"))
	var report routing.Report
	if err := app.Check(); !errors.As(err, &report) || len(report) != 2 {
		t.Errorf("mistakes: got %d, want 2, in\n%v", len(report), err)
	}
}
