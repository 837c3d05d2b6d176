package main

import (
	"io/fs"
	"net/http/httptest"
	"regexp"
	"testing"

	"github.com/brio-go/brio/briotest"
)

// script is the address of the hashed asset in index.html.
var script = regexp.MustCompile(`src="(/assets/[^"]+)"`)

func newClient(t *testing.T) *briotest.Client {
	t.Helper()
	app, err := newApp()
	if err != nil {
		t.Fatal(err)
	}
	return briotest.New(t, app)
}

// navigate sends a request with the Accept header of a browser that opens a page.
func navigate(c *briotest.Client, path string) *briotest.Response {
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
	return c.Do(r)
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := fs.ReadFile(dist, "dist/"+name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAPIComesBeforeFrontend(t *testing.T) {
	c := newClient(t)
	navigate(c, "/api/tasks").Status(200).Body(`[{"id":1,"title":"Build the frontend"},{"id":2,"title":"Embed it"}]`)
	c.Get("/api/tasks/2").Status(200).Body(`{"id":2,"title":"Embed it"}`)
	navigate(c, "/api/tasks/3").Status(404).Body(`{"detail":"There is no such task."}`)
	c.Post("/api/tasks", nil).Status(405)
	c.Get("/api/none").Status(404).Body(`{"detail":"Not Found"}`)
}

func TestPagesOfScriptGetIndex(t *testing.T) {
	c := newClient(t)
	index := readFile(t, "index.html")
	for _, path := range []string{"/", "/tasks/1", "/settings"} {
		navigate(c, path).Status(200).Header("Content-Type", "text/html; charset=utf-8").Header("Cache-Control", "no-cache").Body(index)
	}
}

func TestHashedAssetIsImmutable(t *testing.T) {
	m := script.FindStringSubmatch(readFile(t, "index.html"))
	if m == nil {
		t.Fatal("index.html has no script")
	}
	c := newClient(t)
	c.Get(m[1]).Status(200).Header("Content-Type", "text/javascript; charset=utf-8").Header("Cache-Control", "max-age=31536000, immutable").
		Body(readFile(t, m[1][1:]))
	c.Get("/assets/none.js").Status(404).Body(`{"detail":"Not Found"}`)
}
