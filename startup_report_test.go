package brio_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/routing"
)

var update = testkit.Update

// places are file:line of the cases; the folder is that of the checkout and lines move with every edit.
var places = regexp.MustCompile(`[^\s(]*/(startup_cases_test\.go):\d+`)

// TestStartupReports compares the reports of misdeclared programs with testdata/startup. The files are to be read as
// users read them: at a terminal, without the code of Brio at hand.
func TestStartupReports(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range startupCases {
		t.Run(c.name, func(t *testing.T) {
			if seen[c.name] {
				t.Fatal("two cases of one name")
			}
			seen[c.name] = true
			app := brio.New(c.app...)
			if c.declare != nil {
				c.declare(app)
			}
			err := app.Check()
			if err == nil {
				t.Fatal("nothing is reported")
			}
			got := places.ReplaceAllString(err.Error(), "$1:NNN")
			if again := app.Check(); again == nil || places.ReplaceAllString(again.Error(), "$1:NNN") != got {
				t.Errorf("a second Check reports\n%v\nthe first\n%s", again, got)
			}
			file := filepath.Join("testdata", "startup", strings.ReplaceAll(c.name, " ", "_")+".golden")
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
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
	files, err := filepath.Glob("testdata/startup/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := strings.ReplaceAll(strings.TrimSuffix(filepath.Base(f), ".golden"), "_", " "); !seen[name] && !testing.Short() {
			t.Errorf("%s belongs to no case", f)
		}
	}
}

// line is the file:line of its caller, plus some lines.
func line(plus int) string {
	_, file, n, _ := runtime.Caller(1)
	return fmt.Sprintf("%s/%s:%d: ", filepath.Base(filepath.Dir(file)), filepath.Base(file), n+plus)
}

// TestStartupPlaces: a report says where the mistake was written, not where it was found.
func TestStartupPlaces(t *testing.T) {
	app := brio.New()
	here := line(0)
	app.Get("x", func() {})    // + 1
	app.Delete("y", func() {}) // + 2
	broken := brio.Provide(    // + 3
		func() (int, string, bool) { return 0, "", false })
	r := brio.NewRouter(brio.Prefix("/a/"))    // + 5
	r.Handle([]string{"GET"}, "/a", func() {}, // + 6
		broken)
	app.Include(r, brio.Prefix("b")) // + 8
	app.Include(nil)                 // + 9
	r.Use(nil)
	err := app.Check()
	if err == nil {
		t.Fatal("nothing is reported")
	}
	base := 0
	_, _ = fmt.Sscanf(here[strings.LastIndex(here, "_test.go:")+len("_test.go:"):], "%d", &base)
	for _, want := range []struct {
		plus int
		text string
	}{
		{1, "GET x: "}, {2, "DELETE y: "}, {3, "GET /b/a/a (" + strings.TrimSuffix(placeOf(here, base+6), ": ") + "): a function literal: "},
		{5, "the prefix is"}, {8, "the prefix is"}, {9, "Include(nil)"}, {5, "the router: middleware 1"},
	} {
		if line := "\n" + placeOf(here, base+want.plus) + want.text; !strings.Contains(err.Error(), line) {
			t.Errorf("no %q in\n%v", line, err)
		}
	}
	var report routing.Report
	if !errors.As(err, &report) || len(report) != 7 {
		t.Errorf("%d mistakes in %v", len(report), err)
	}
}

func placeOf(here string, line int) string {
	return fmt.Sprintf("%s:%d: ", here[:strings.LastIndex(here, "_test.go:")+len("_test.go")], line)
}

func TestMisdeclaredAppDoesNotServe(t *testing.T) {
	app := brio.New()
	app.Get("/", func(User) {})
	report := app.Check().Error()
	func() {
		defer func() {
			if v, ok := recover().(error); !ok || v.Error() != report {
				t.Errorf("ServeHTTP panicked with %v", v)
			}
		}()
		send(app, "GET", "/", "")
	}()
	if err := app.Run("256.0.0.1:0"); err == nil || err.Error() != report {
		t.Errorf("Run: %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Serve(context.Background(), l); err == nil || err.Error() != report {
		t.Errorf("Serve: %v", err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve left the listener open: %v", err)
	}
	if app.Routes() != nil {
		t.Error("Routes of a misdeclared app")
	}
	if _, err := app.URL("x"); err == nil || err.Error() != report {
		t.Errorf("URL: %v", err)
	}
}

// TestSharedMistakesAreReportedOnce: what is wrong with a provider, a router or a handler that many routes use is one
// line of the report.
func TestSharedMistakesAreReportedOnce(t *testing.T) {
	app := brio.New(brio.Depends(func(*DB) {}))
	r := brio.NewRouter()
	for _, path := range []string{"/a", "/b", "/c"} {
		r.Get(path, func(User) {})
	}
	app.Include(r, brio.Prefix("/x"))
	app.Include(r, brio.Prefix("/y"))
	var report routing.Report
	if err := app.Check(); !errors.As(err, &report) || len(report) != 2 {
		t.Errorf("%v", err)
	}
}
