package security_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/security"
)

// discarded is a ResponseWriter that costs nothing.
type discarded struct{ header http.Header }

func (d *discarded) Header() http.Header         { return d.header }
func (d *discarded) Write(b []byte) (int, error) { return len(b), nil }
func (d *discarded) WriteHeader(int)             {}

// BenchmarkGuards is a whole request without a guard, and with each kind.
func BenchmarkGuards(b *testing.B) {
	handler := func() string { return "in" }
	app := brio.New()
	app.Get("/open", handler)
	app.Get("/bearer", handler, brio.Depends(security.HTTPBearer()))
	app.Get("/basic", handler, brio.Depends(security.HTTPBasic()))
	app.Get("/any", handler, brio.Depends(security.AnyOf(security.APIKeyHeader("X-Key"), security.HTTPBearer())))
	app.Get("/request", handler, brio.Depends(func(r *http.Request) (*security.Token, error) { // as one would write it by hand
		return &security.Token{Value: r.Header.Get("Authorization")}, nil
	}))
	for _, c := range []struct{ path, header string }{
		{"/open", ""}, {"/bearer", "Bearer abc"}, {"/basic", "Basic YW5uOnNlY3JldA=="}, {"/any", "Bearer abc"}, {"/request", "Bearer abc"},
	} {
		b.Run(c.path[1:], func(b *testing.B) {
			r := httptest.NewRequest("GET", c.path, nil)
			r.Header.Set("Authorization", c.header)
			w := &discarded{http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				app.ServeHTTP(w, r)
			}
		})
	}
}
