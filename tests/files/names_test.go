package files_test

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// A name from a client is a file below the os.Root, or a 404. It never is an error of the program, and never a file outside.
func TestFileInNameOfClientStaysInRoot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range map[string]string{"secret.txt": "SECRET", "root/a.txt": "a", "root/sub/b.txt": "b"} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"out": "../secret.txt", "absolute": filepath.Join(dir, "secret.txt"), "up": "..", "in": "sub/b.txt", "circle": "circle"} {
		if err := os.Symlink(to, filepath.Join(dir, "root", link)); err != nil {
			t.Skip(err)
		}
	}
	root, err := os.OpenRoot(filepath.Join(dir, "root"))
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	log := &testkit.Log{}
	app := brio.New(brio.Logger(log.Logger()))
	app.Get("/{name...}", func(in struct {
		Name string `path:"name"`
	}) *brio.Response {
		return response.FileIn(root.FS(), in.Name, response.OrNotFound())
	})
	for name, want := range map[string]string{"a.txt": "a", "sub/b.txt": "b", "in": "b"} {
		if w := testkit.Get(app, "/"+name); w.Code != 200 || w.Body.String() != want {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	for _, name := range []string{
		"no.txt", "sub", "sub/", "", "out", "absolute", "up", "up/secret.txt", "circle", "a.txt/b", "..%2fsecret.txt", "%2e%2e%2fsecret.txt", "sub%2f..%2f..%2fsecret.txt",
		"..%5csecret.txt", "%2fetc%2fpasswd", "a.txt%00", "%ff", ".", strings.Repeat("x", 300), strings.Repeat("x/", 3000),
	} {
		if w := testkit.Get(app, "/"+name); w.Code != 404 || strings.Contains(w.Body.String(), "SECRET") {
			t.Errorf("%.20s: %d %s", name, w.Code, w.Body)
		}
	}
	if log.String() != "" {
		t.Errorf("the log has %s", log)
	}
}

// vanishing has files that fs.Stat finds and Open does not.
type vanishing struct{ fs.StatFS }

func (v vanishing) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// A file that vanishes between Stat and Open is an error of the program, or a 404 with OrNotFound.
func TestFileVanishingIsCleanError(t *testing.T) {
	t.Parallel()
	log := &testkit.Log{}
	files := vanishing{fstest.MapFS{"secret-name.txt": {}}}
	app := brio.New(brio.Logger(log.Logger()))
	app.Get("/500", func() *brio.Response { return response.FileIn(files, "secret-name.txt", response.Filename("x.txt")) })
	app.Get("/404", func() *brio.Response { return response.FileIn(files, "secret-name.txt", response.OrNotFound()) })
	w := testkit.Get(app, "/404")
	if w.Code != 404 || w.Body.String() != `{"detail":"Not Found"}` || log.String() != "" {
		t.Errorf("%d %q %s\n%s", w.Code, w.Header(), w.Body, log)
	}
	w = testkit.Get(app, "/500")
	if w.Code != 500 || w.Body.String() != testkit.InternalError || w.Header().Get("Content-Disposition") != "" || !strings.Contains(log.String(), "secret-name.txt") {
		t.Errorf("%d %q %s\n%s", w.Code, w.Header(), w.Body, log)
	}
}

// Inline(false) and OrNotFound(false) take the switches back; more than one argument is a mistake of the program.
func TestFileSwitches(t *testing.T) {
	log := &testkit.Log{}
	files := fstest.MapFS{"a.txt": {}}
	app := brio.New(brio.Logger(log.Logger()))
	app.Get("/attachment", func() *brio.Response {
		return response.FileIn(files, "a.txt", response.Filename("x.txt"), response.Inline(), response.Inline(false))
	})
	app.Get("/500", func() *brio.Response {
		return response.FileIn(files, "none.txt", response.OrNotFound(), response.OrNotFound(false))
	})
	app.Get("/misused", func() *brio.Response { return response.FileIn(files, "a.txt", response.Inline(true, false)) })
	if w := testkit.Get(app, "/attachment"); w.Code != 200 || w.Header().Get("Content-Disposition") != `attachment; filename="x.txt"` {
		t.Errorf("Inline(false): %d %q", w.Code, w.Header())
	}
	if w := testkit.Get(app, "/500"); w.Code != 500 {
		t.Errorf("OrNotFound(false): got %d, want 500", w.Code)
	}
	if w := testkit.Get(app, "/misused"); w.Code != 500 || !strings.Contains(log.String(), "Inline has 2 arguments") {
		t.Errorf("Inline(true, false): got %d, want 500 and the reason in the log\n%s", w.Code, log)
	}
}

// The 412 and 416 of a file are in the app's error format, go to its error handlers, and run no tasks.
func TestFileRefusalsUseErrorFormat(t *testing.T) {
	t.Parallel()
	ran := 0
	files := fstest.MapFS{"a.txt": {Data: []byte("abc"), ModTime: time.Unix(1e9, 0)}}
	app := brio.New(brio.FormatErrors(response.ProblemDetails()), brio.OnStatus(412, func(*http.Request, error) *brio.Response {
		return response.Text("changed").Status(412)
	}))
	app.Get("/", func(res *brio.Response, tasks *brio.BackgroundTasks) *brio.Response {
		tasks.Add(func(context.Context) error { ran++; return nil })
		return response.FileIn(files, "a.txt", response.Filename("a.txt")).SetCookie(cookies.New("c", "1"))
	})
	w := testkit.Get(app, "/", "Range", "bytes=9-")
	if w.Code != 416 || w.Header().Get("Content-Type") != "application/problem+json" || w.Header().Get("Content-Range") != "bytes */3" ||
		w.Header().Get("Content-Disposition") != "" || w.Header().Get("ETag") != "" || !strings.Contains(w.Body.String(), `"status":416`) {
		t.Errorf("%d %q %s", w.Code, w.Header(), w.Body)
	}
	w = testkit.Get(app, "/", "If-Match", `"x"`)
	if w.Code != 412 || w.Header().Get("Content-Type") != "text/plain; charset=utf-8" || w.Body.String() != "changed" {
		t.Errorf("%d %q %s", w.Code, w.Header(), w.Body)
	}
	if w = testkit.Get(app, "/"); w.Code != 200 || w.Body.String() != "abc" || ran != 1 { // no tasks after an error
		t.Errorf("%d %q %s, the task ran %d times", w.Code, w.Header(), w.Body, ran)
	}
}
