package routing_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
)

// TestURLForFindsAppOfRequest: a function that has only the request builds links of the app that serves it: in memory, by a
// server, and below another handler.
func TestURLForFindsAppOfRequest(t *testing.T) {
	t.Parallel()
	newApp := func() *brio.App {
		app := brio.New()
		app.Get("/items/{id}", func(r *http.Request) (string, error) { return brio.URLFor(r, "item", "id", "a b") }, brio.Name("item"))
		return app
	}
	want := `"http://example.com/items/a%20b"`
	if w := testkit.Get(newApp(), "/items/1"); w.Body.String() != want {
		t.Errorf("in memory: got %s, want %s", w.Body, want)
	}
	for name, wrap := range map[string]func(http.Handler) http.Handler{
		"server":       func(h http.Handler) http.Handler { return h },
		"strip prefix": func(h http.Handler) http.Handler { return http.StripPrefix("/api", h) },
	} {
		server := httptest.NewServer(wrap(newApp()))
		path := "/items/1"
		if name == "strip prefix" {
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
			t.Errorf("%s: got %s, want %s", name, body, want)
		}
	}
	if _, err := brio.URLFor(httptest.NewRequest("GET", "/", nil), "item"); err == nil {
		t.Error("no error for a request of no app")
	}
}

// TestURLForFindsAppInMiddleware: middleware sees the request before the app does, so the app is found by the server's handler.
func TestURLForFindsAppInMiddleware(t *testing.T) {
	t.Parallel()
	app := brio.New(brio.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			link, err := brio.URLFor(r, "readThing", "id", 1)
			w.Header().Set("X-Link", cmp.Or(link, fmt.Sprint(err)))
			next.ServeHTTP(w, r)
		})
	}))
	app.Get("/things/{id}", readThing)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- app.Serve(ctx, l, brio.ShutdownDelay(0)) }()
	response, err := http.Get("http://" + l.Addr().String() + "/things/2")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if got, want := response.Header.Get("X-Link"), "http://"+l.Addr().String()+"/things/1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func readThing(in struct {
	ID int `path:"id"`
}) int {
	return in.ID
}

// TestURLsBuildLinksOfRequest: a link has the scheme and the host of the request. Outside of a request URLs builds paths.
func TestURLsBuildLinksOfRequest(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Get("/things/{id}", readThing)
	app.Get("/links", func(urls *brio.URLs, r *http.Request) ([]string, error) {
		here, err := urls.For("readThing", "id", "a b")
		there, err2 := app.URLFor(r, "readThing", "id", 1)
		_, err3 := urls.For("nothing")
		if err3 == nil {
			t.Error("nothing: got a URL for a route that does not exist")
		}
		return []string{here, there}, errors.Join(err, err2)
	})
	briotest.New(t, app).Get("/links").Send().Body(`["http://example.com/things/a%20b","http://example.com/things/1"]`)
	if w := testkit.Get(app, "https://brio.test/links"); w.Body.String() != `["https://brio.test/things/a%20b","https://brio.test/things/1"]` {
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
