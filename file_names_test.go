package brio_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
)

// What a client names under an os.Root is a file of it or a 404, and no error of the program.
func TestNamesOfClients(t *testing.T) {
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
	var log bytes.Buffer
	app := brio.New(brio.Logger(slog.New(slog.NewTextHandler(&log, nil))))
	app.Get("/{name...}", func(in struct {
		Name string `path:"name"`
	}) *brio.Response {
		return response.FileIn(root.FS(), in.Name, response.OrNotFound())
	})
	for name, want := range map[string]string{"a.txt": "a", "sub/b.txt": "b", "in": "b"} {
		if w := ask(app, "GET", "/"+name); w.Code != 200 || w.Body.String() != want {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	for _, name := range []string{
		"no.txt", "sub", "sub/", "", "out", "absolute", "up", "up/secret.txt", "circle", "a.txt/b", "..%2fsecret.txt", "%2e%2e%2fsecret.txt", "sub%2f..%2f..%2fsecret.txt",
		"..%5csecret.txt", "%2fetc%2fpasswd", "a.txt%00", "%ff", ".", strings.Repeat("x", 300), strings.Repeat("x/", 3000),
	} {
		if w := ask(app, "GET", "/"+name); w.Code != 404 || strings.Contains(w.Body.String(), "SECRET") {
			t.Errorf("%.20s: %d %s", name, w.Code, w.Body)
		}
	}
	if log.Len() > 0 {
		t.Errorf("the log has %s", &log)
	}
}

// vanishing has files that are gone once they have been looked at.
type vanishing struct{ fs.StatFS }

func (v vanishing) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func TestAFileThatVanishesIsAClean500Or404(t *testing.T) {
	var log bytes.Buffer
	files := vanishing{fstest.MapFS{"secret-name.txt": {}}}
	app := brio.New(brio.Logger(slog.New(slog.NewTextHandler(&log, nil))))
	app.Get("/500", func() *brio.Response { return response.FileIn(files, "secret-name.txt", response.Filename("x.txt")) })
	app.Get("/404", func() *brio.Response { return response.FileIn(files, "secret-name.txt", response.OrNotFound()) })
	w := ask(app, "GET", "/404")
	if w.Code != 404 || w.Body.String() != `{"detail":"Not Found"}` || log.Len() > 0 {
		t.Errorf("%d %q %s\n%s", w.Code, w.Header(), w.Body, &log)
	}
	w = ask(app, "GET", "/500")
	if w.Code != 500 || w.Body.String() != internalErrorBody || w.Header().Get("Content-Disposition") != "" || !strings.Contains(log.String(), "secret-name.txt") {
		t.Errorf("%d %q %s\n%s", w.Code, w.Header(), w.Body, &log)
	}
}

// A file's refusals are errors of the app like any other.
func TestRefusalsOfFilesAreInTheAppsErrorFormat(t *testing.T) {
	ran := 0
	files := fstest.MapFS{"a.txt": {Data: []byte("abc"), ModTime: time.Unix(1e9, 0)}}
	app := brio.New(brio.FormatErrors(response.ProblemDetails()), brio.OnStatus(412, func(*http.Request, error) *brio.Response {
		return response.Text("changed").Status(412)
	}))
	app.Get("/", func(res *brio.Response, tasks *brio.BackgroundTasks) *brio.Response {
		tasks.Add(func(context.Context) error { ran++; return nil })
		return response.FileIn(files, "a.txt", response.Filename("a.txt")).SetCookie(cookies.New("c", "1"))
	})
	w := ask(app, "GET", "/", "Range: bytes=9-")
	if w.Code != 416 || w.Header().Get("Content-Type") != "application/problem+json" || w.Header().Get("Content-Range") != "bytes */3" ||
		w.Header().Get("Content-Disposition") != "" || w.Header().Get("ETag") != "" || !strings.Contains(w.Body.String(), `"status":416`) {
		t.Errorf("%d %q %s", w.Code, w.Header(), w.Body)
	}
	w = ask(app, "GET", "/", `If-Match: "x"`)
	if w.Code != 412 || w.Header().Get("Content-Type") != "text/plain; charset=utf-8" || w.Body.String() != "changed" {
		t.Errorf("%d %q %s", w.Code, w.Header(), w.Body)
	}
	if w = ask(app, "GET", "/"); w.Code != 200 || w.Body.String() != "abc" || ran != 1 { // no tasks after an error
		t.Errorf("%d %q %s, the task ran %d times", w.Code, w.Header(), w.Body, ran)
	}
}
