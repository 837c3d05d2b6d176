package mounts

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// discard is a response writer that costs nothing.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

// BenchmarkHandlers: a handler of net/http alone, behind http.StripPrefix, as a route, and mounted.
func BenchmarkHandlers(b *testing.B) {
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "text") })
	app := brio.New(testkit.Quiet())
	app.Get("/route", h)
	app.Mount("/mount", h)
	for _, c := range []struct {
		name, target string
		h            http.Handler
	}{
		{"alone", "/route", h}, {"route", "/route", app}, {"StripPrefix", "/mount/x", http.StripPrefix("/mount", h)}, {"mount", "/mount/x", app},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := httptest.NewRequest("GET", c.target, nil)
			r = r.WithContext(context.WithValue(r.Context(), http.ServerContextKey, &http.Server{Handler: app}))
			w := &discard{http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clone := *r
				c.h.ServeHTTP(w, &clone)
			}
		})
	}
}
