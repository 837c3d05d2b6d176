package brio_test

import (
	"bytes"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/response"
)

type xmlItem struct {
	Name  string `xml:"name,attr"`
	Notes []string
}

var page = template.Must(template.New("page").Parse(`{{define "item"}}<p title="{{.Title}}">{{.Title}} <a href="{{.URLs.For "readThing" "id" .ID}}">x</a></p>{{end}}{{template "item" .}}`))

type pageData struct {
	Title string
	ID    int
	URLs  *brio.URLs
}

func readThing(in struct {
	ID int `path:"id"`
}) int {
	return in.ID
}

func TestClassesAndConstructors(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.txt")
	if err := os.WriteFile(file, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	app := brio.New(brio.Logger(slog.New(slog.NewTextHandler(&log, nil))))
	app.Get("/xml", func() *brio.Response { return response.XML(xmlItem{"<a>", []string{"n"}}) })
	app.Get("/xml/class", func(res *brio.Response) xmlItem { res.Status(201).SetHeader("X-A", "1"); return xmlItem{Name: "b"} }, brio.ResponseClass(response.XMLClass))
	app.Get("/xml/ill", func() *brio.Response { return response.XML(func() {}) })
	app.Get("/xml/class/ill", func() chan int { return nil }, brio.ResponseClass(response.XMLClass))
	app.Get("/things/{id}", readThing)
	app.Get("/page", func(urls *brio.URLs) *brio.Response {
		return response.Template(page, "item", pageData{`<b>"`, 3, urls})
	})
	app.Get("/page/whole", func(urls *brio.URLs) *brio.Response { return response.Template(page, "", pageData{"x", 4, urls}) })
	app.Get("/page/ill", func() *brio.Response { return response.Template(page, "no such", nil) })
	app.Get("/page/halfway", func(urls *brio.URLs) *brio.Response {
		return response.Template(page, "", map[string]any{"Title": "leaked?", "URLs": 1})
	})
	app.Get("/page/nil", func() *brio.Response { return response.Template(nil, "", nil) })
	app.Get("/raw", func() []byte { return []byte{0, 1} }, brio.ResponseClass(response.RawClass))
	app.Get("/raw/typed", func(res *brio.Response) string { res.MediaType("a/b"); return "x" }, brio.ResponseClass(response.RawClass))
	app.Get("/raw/ill", func() int { return 1 }, brio.ResponseClass(response.RawClass))
	app.Get("/file", func(res *brio.Response) string { res.SetHeader("X-A", "1"); return file }, brio.ResponseClass(response.FileClass))
	app.Get("/file/created", func() string { return file }, brio.ResponseClass(response.FileClass), brio.Status(201))
	app.Get("/file/missing", func() string { return file + "x" }, brio.ResponseClass(response.FileClass))
	c := briotest.New(t, app)
	for _, tc := range []struct {
		path      string
		status    int
		mediaType string
		body      string
	}{
		{"/xml", 200, "application/xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + `<xmlItem name="&lt;a&gt;"><Notes>n</Notes></xmlItem>`},
		{"/xml/class", 201, "application/xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + `<xmlItem name="b"></xmlItem>`},
		{"/xml/ill", 500, "application/json", internalErrorBody},
		{"/xml/class/ill", 500, "application/json", internalErrorBody},
		{"/page", 200, "text/html; charset=utf-8", `<p title="&lt;b&gt;&#34;">&lt;b&gt;&#34; <a href="http://example.com/things/3">x</a></p>`},
		{"/page/whole", 200, "text/html; charset=utf-8", `<p title="x">x <a href="http://example.com/things/4">x</a></p>`},
		{"/page/ill", 500, "application/json", internalErrorBody},
		{"/page/halfway", 500, "application/json", internalErrorBody},
		{"/page/nil", 500, "application/json", internalErrorBody},
		{"/raw", 200, "", "\x00\x01"},
		{"/raw/typed", 200, "a/b", "x"},
		{"/raw/ill", 500, "application/json", internalErrorBody},
		{"/file", 200, "text/plain; charset=utf-8", "content"},
		{"/file/created", 201, "text/plain; charset=utf-8", "content"},
		{"/file/missing", 500, "application/json", internalErrorBody},
	} {
		c.Get(tc.path).Status(tc.status).Header("Content-Type", tc.mediaType).Body(tc.body)
	}
	c.Get("/file").Header("X-A", "1")
	c.Get("/xml/class").Header("X-A", "1")
	if !strings.Contains(log.String(), "no such file") {
		t.Error("the log does not say which file is missing")
	}
}

const internalErrorBody = `{"detail":"Internal Server Error"}`

func TestURLs(t *testing.T) {
	app := brio.New()
	app.Get("/things/{id}", readThing)
	app.Get("/links", func(urls *brio.URLs, r *http.Request) ([]string, error) {
		here, err := urls.For("readThing", "id", "a b")
		there, err2 := app.URLFor(r, "readThing", "id", 1)
		_, err3 := urls.For("nothing")
		if err3 == nil {
			t.Error("a route that is not there has a URL")
		}
		return []string{here, there}, errors.Join(err, err2)
	})
	briotest.New(t, app).Get("/links").Body(`["http://example.com/things/a%20b","http://example.com/things/1"]`)
	if w := ask(app, "GET", "https://brio.test/links"); w.Body.String() != `["https://brio.test/things/a%20b","https://brio.test/things/1"]` {
		t.Error(w.Body)
	}
	if err := app.Resolve(t.Context(), func(urls *brio.URLs) error {
		if path, err := urls.For("readThing", "id", 2); path != "/things/2" {
			t.Error(path, err)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}
