package responses_test

import (
	"html/template"
	"os"
	"path/filepath"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// xmlItem is a value with an XML form.
type xmlItem struct {
	Name  string `xml:"name,attr"`
	Notes []string
}

// page is a template that uses its data and the URLs of the app.
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

// XML, templates, raw bytes and files are sent with their media type by class and by constructor. A value that they cannot write is
// an error of the program, and nothing of it is sent.
func TestResponseClassesAndConstructors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "a.txt")
	if err := os.WriteFile(file, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	log := &testkit.Log{}
	app := brio.New(brio.Logger(log.Logger()))
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
	c := briotest.New(t, app, briotest.AllowUndeclared()) // answers of handlers that the document does not know
	for _, tc := range []struct {
		path      string
		status    int
		mediaType string
		body      string
	}{
		{"/xml", 200, "application/xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + `<xmlItem name="&lt;a&gt;"><Notes>n</Notes></xmlItem>`},
		{"/xml/class", 201, "application/xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + `<xmlItem name="b"></xmlItem>`},
		{"/xml/ill", 500, "application/json", testkit.InternalError},
		{"/xml/class/ill", 500, "application/json", testkit.InternalError},
		{"/page", 200, "text/html; charset=utf-8", `<p title="&lt;b&gt;&#34;">&lt;b&gt;&#34; <a href="http://example.com/things/3">x</a></p>`},
		{"/page/whole", 200, "text/html; charset=utf-8", `<p title="x">x <a href="http://example.com/things/4">x</a></p>`},
		{"/page/ill", 500, "application/json", testkit.InternalError},
		{"/page/halfway", 500, "application/json", testkit.InternalError},
		{"/page/nil", 500, "application/json", testkit.InternalError},
		{"/raw", 200, "", "\x00\x01"},
		{"/raw/typed", 200, "a/b", "x"},
		{"/raw/ill", 500, "application/json", testkit.InternalError},
		{"/file", 200, "text/plain; charset=utf-8", "content"},
		{"/file/created", 201, "text/plain; charset=utf-8", "content"},
		{"/file/missing", 500, "application/json", testkit.InternalError},
	} {
		c.Get(tc.path).Status(tc.status).Header("Content-Type", tc.mediaType).Body(tc.body)
	}
	c.Get("/file").Send().Header("X-A", "1")
	c.Get("/xml/class").Send().Header("X-A", "1")
	testkit.WantContains(t, log.String(), "no such file")
}
