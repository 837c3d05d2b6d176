package middleware_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/brio-go/brio/middleware"
)

// BenchmarkCache compares requests through Cache with those of the bare handler, which costs nothing.
func BenchmarkCache(b *testing.B) {
	handler := func(pairs ...string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			h := w.Header()
			h.Set("Content-Type", "application/json")
			for i := 0; i < len(pairs); i += 2 {
				h.Set(pairs[i], pairs[i+1])
			}
			_, _ = w.Write(benchmarkBody)
		})
	}
	cache := func(pairs ...string) http.Handler {
		return middleware.Cache(middleware.CacheOptions{})(handler(pairs...))
	}
	for _, c := range []struct {
		name   string
		h      http.Handler
		isMiss bool
		method string
	}{
		{"bare", handler("Cache-Control", "max-age=3600", "Etag", `"v1"`), false, "GET"},
		{"hit", cache("Cache-Control", "max-age=3600", "Etag", `"v1"`), false, "GET"},
		{"hit of a variant", cache("Cache-Control", "max-age=3600", "Vary", "Accept"), false, "GET"},
		{"miss", cache("Cache-Control", "max-age=3600", "Etag", `"v1"`), true, "GET"},
		{"not stored", cache("Cache-Control", "no-store"), false, "GET"},
		{"POST", cache(), false, "POST"},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := httptest.NewRequest(c.method, "/items/7", nil)
			r.Header.Set("Accept", "application/json")
			w := &sink{http.Header{}}
			n := 0
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				if c.isMiss {
					n++
					r.URL.RawQuery = strconv.Itoa(n)
				}
				c.h.ServeHTTP(w, r)
			}
		})
	}
}

// BenchmarkCacheFlight has the requests of all processors for one answer that is stale at once.
func BenchmarkCacheFlight(b *testing.B) {
	h := middleware.Cache(middleware.CacheOptions{TTL: time.Microsecond})(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "answer")
	}))
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			h.ServeHTTP(&sink{http.Header{}}, httptest.NewRequest("GET", "/", nil))
		}
	})
}
