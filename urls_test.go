package brio_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/brio-go/brio"
)

// A function that has the request alone builds links of the app that serves it, however it is served.
func TestURLForFindsTheApp(t *testing.T) {
	newApp := func() *brio.App {
		app := brio.New()
		app.Get("/items/{id}", func(r *http.Request) (string, error) { return brio.URLFor(r, "item", "id", "a b") }, brio.Name("item"))
		return app
	}
	want := `"http://example.com/items/a%20b"`
	if w := send(newApp(), "GET", "/items/1", ""); w.Body.String() != want {
		t.Errorf("in memory: %s", w.Body)
	}
	for name, wrap := range map[string]func(http.Handler) http.Handler{
		"as the handler of a server": func(h http.Handler) http.Handler { return h },
		"inside of another handler":  func(h http.Handler) http.Handler { return http.StripPrefix("/api", h) },
	} {
		server := httptest.NewServer(wrap(newApp()))
		path := "/items/1"
		if name == "inside of another handler" {
			path = "/api" + path
		}
		r, _ := http.NewRequest("GET", server.URL+path, nil)
		r.Host = "example.com"
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		server.Close()
		if string(body) != want {
			t.Errorf("%s: %s", name, body)
		}
	}
	if _, err := brio.URLFor(httptest.NewRequest("GET", "/", nil), "item"); err == nil {
		t.Error("a request of no app has URLs")
	}
}
