package static_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

func TestStaticMistakes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "file", "x", "empty/x", "x")
	for _, tc := range []struct {
		name    string
		declare func(*brio.App)
		want    []string
	}{
		{"missing folder", func(a *brio.App) { a.Static("/s", os.DirFS(dir+"/none")) }, []string{"GET /s: Static", "startup_test.go:", "the folder cannot be opened", "/none: no such file", "relative paths begin in", "CheckDir(false)"}},
		{"missing folder of a Frontend", func(a *brio.App) { a.Frontend("/", os.DirFS(dir+"/none")) }, []string{"GET /: Frontend", "the folder cannot be opened"}},
		{"missing folder of a Sub", func(a *brio.App) {
			sub, _ := fs.Sub(os.DirFS(dir), "none")
			a.Static("/s", sub)
		}, []string{"the folder cannot be opened"}},
		{"a file", func(a *brio.App) { a.Static("/s", os.DirFS(dir+"/file")) }, []string{"the folder cannot be opened", "not a directory"}},
		{"nil", func(a *brio.App) { a.Static("/s", nil) }, []string{"the file system is nil", `os.DirFS("public")`}},
		{"no name", func(a *brio.App) { a.Static("/s", os.DirFS("")) }, []string{"the folder cannot be opened"}},
		{"missing fallback", func(a *brio.App) { a.Frontend("/", os.DirFS(dir), brio.Fallback("index.html")) }, []string{"the fallback cannot be opened", "index.html", "NoFallback()"}},
		{"a fallback that is a folder", func(a *brio.App) { a.Frontend("/", testkit.Files("404.html/x", ""), brio.Fallback("404.html")) }, []string{"the fallback 404.html is no file"}},
		{"another fallback", func(a *brio.App) { a.Frontend("/", testkit.Files("app.html", ""), brio.Fallback("app.html")) }, []string{`Fallback("app.html")`, `"index.html" or "404.html"`, "startup_test.go:"}},
		{"a prefix without a slash", func(a *brio.App) { a.Static("static", testkit.Files("a", "")) }, []string{`the prefix is "static"`, `"/static"`}},
		{"a malformed prefix", func(a *brio.App) { a.Static("/{a", testkit.Files("a", "")) }, []string{"unbalanced brace"}},
		{"a nil option", func(a *brio.App) { a.Static("/s", testkit.Files("a", ""), nil) }, []string{"option 1 is nil"}},
		{"a switch with two arguments", func(a *brio.App) { a.Static("/s", testkit.Files("a", ""), brio.CheckDir(true, false)) }, []string{"CheckDir has 2 arguments"}},
		{"Cache-Control", func(a *brio.App) { a.Static("/s", testkit.Files("a", ""), brio.StaticCache("a\r\nb")) }, []string{"StaticCache("}},
		{"a pattern", func(a *brio.App) { a.Static("/s", testkit.Files("a", ""), brio.StaticImmutable("[")) }, []string{`StaticImmutable: the pattern "["`}},
		{"twice", func(a *brio.App) {
			a.Static("/s", testkit.Files("a", ""))
			a.Static("/s", testkit.Files("a", ""))
		}, []string{"GET /s/{path...} is registered twice"}},
		{"two frontends", func(a *brio.App) {
			a.Frontend("/s", testkit.Files("a", ""))
			a.Frontend("/s", testkit.Files("a", ""))
		}, []string{"a second Frontend serves /s/; the first is at", "startup_test.go:"}},
		{"among webhooks", func(a *brio.App) { a.Webhooks().Static("/s", testkit.Files("a", "")) }, []string{"Static"}},
		{"a frontend among webhooks", func(a *brio.App) { a.Webhooks().Frontend("/s", testkit.Files("a", "")) }, []string{"Frontend"}},
	} {
		app := brio.New(testkit.Quiet())
		tc.declare(app)
		err := app.Check()
		if err == nil {
			t.Errorf("%s: there is no mistake", tc.name)
			continue
		}
		for _, part := range tc.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: the report is\n%v\nwant %q in it", tc.name, err, part)
			}
		}
	}
}

// With CheckDir(false) a folder and a fallback may come later. Before that a request is a 500 with a line in the log.
func TestStaticFolderThatComesLater(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	log := &testkit.Log{}
	app := brio.New(brio.Logger(log.Logger()))
	app.Static("/static", os.DirFS(dir+"/later"), brio.CheckDir(false))
	app.Frontend("/", os.DirFS(dir+"/later"), brio.CheckDir(false), brio.Fallback("404.html"))
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	testkit.WantInternalError(t, testkit.Get(app, "/static/a.txt"), log, "the folder does not exist")
	testkit.WantInternalError(t, testkit.Get(app, "/x"), log, "the fallback 404.html does not exist")
	write(t, dir, "later/a.txt", "abc", "later/404.html", "none")
	testkit.WantBody(t, testkit.Get(app, "/static/a.txt"), "abc")
	testkit.WantStatus(t, testkit.Get(app, "/static/none"), 404)
	testkit.WantBody(t, testkit.Get(app, "/x"), "none")
}

func TestStaticAfterStartPanics(t *testing.T) {
	t.Parallel()
	app := appOf(testkit.Files("a.txt", "abc"))
	testkit.Get(app, "/static/a.txt")
	defer func() {
		if v := recover(); v == nil || !strings.Contains(v.(string), "startup_test.go:") || !strings.Contains(v.(string), "Static was added after") {
			t.Errorf("the panic is %v", v)
		}
	}()
	app.Static("/late", testkit.Files("a.txt", "abc"))
}
