package routing_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
)

// The tests of this file are FastAPI's chapters "Using the Request Directly" and "Custom Request and APIRoute class". A class of routes is
// Around in Brio, and a class of requests is middleware.

// A function that takes the request sees all that Starlette's Request has, with the names of net/http.
func TestHandlerReadsRequest(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(), brio.TrustProxies("192.0.2.1"), brio.RootPath("/api"))
	app.Handle([]string{"GET", "POST"}, "/items/{id}", func(r *http.Request, info *brio.RouteInfo) ([]string, error) {
		body, err := io.ReadAll(r.Body)
		cookie, _ := r.Cookie("a")
		link, urlErr := brio.URLFor(r, "item", "id", 4)
		return []string{r.Method, r.URL.Path, info.RootPath, r.URL.Query().Get("q"), r.PathValue("id"), r.Header.Get("X-Own"), cookie.Value,
			brio.ClientHost(r), middleware.Scheme(r), r.Host, link, string(body)}, errors.Join(err, urlErr)
	}, brio.Name("item"))
	w := testkit.Do(app, "POST", "/api/items/3?q=x", "text", "X-Own", "own", "Cookie", "a=b", "X-Forwarded-For", "198.51.100.7", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "shop.example")
	testkit.WantBody(t, w, `["POST","/items/3","/api","x","3","own","b","198.51.100.7","https","shop.example","https://shop.example/api/items/4","text"]`)
}

// gunzip is the chapter's GzipRequest: bodies of the media coding gzip arrive decoded.
func gunzip(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Content-Encoding") != "gzip" {
			next.ServeHTTP(w, r)
			return
		}
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			brio.WriteError(w, r, brio.Error(http.StatusBadRequest, "the body is no gzip"))
			return
		}
		decoded := r.WithContext(r.Context())
		decoded.Header = r.Header.Clone()
		decoded.Header.Del("Content-Encoding")
		decoded.Header.Del("Content-Length")
		decoded.Body, decoded.ContentLength = z, -1
		next.ServeHTTP(w, decoded)
	})
}

// A body that middleware decodes is bound as any other. The limit counts the decoded bytes, so a small body that becomes a large one is a
// 413; one that breaks off is no success.
func TestMiddlewareDecodesBody(t *testing.T) {
	t.Parallel()
	pack := func(text string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte(text))
		_ = z.Close()
		return b.String()
	}
	app := brio.New(testkit.Quiet())
	app.Post("/sum", func(in *brio.Body[[]int]) (sum int) {
		for _, n := range in.Value {
			sum += n
		}
		return sum
	}, brio.Use(gunzip), brio.MaxBody(1000))
	for _, tc := range []struct {
		name, body string
		status     int
	}{
		{"small", pack("[1,2,3]"), 200},
		{"bomb", pack("[" + strings.Repeat("1,", 1<<20) + "1]"), 413},
		{"no gzip", "[1,2,3]", 400},
		{"cut", pack("[1,2,3]")[:20], 400},
	} {
		if len(tc.body) > 10000 {
			t.Fatalf("%s: the packed body has %d bytes", tc.name, len(tc.body))
		}
		r := httptest.NewRequest("POST", "/sum", strings.NewReader(tc.body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Content-Encoding", "gzip")
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r) // not through testkit, which holds the bytes that the client sends to the document
		if tc.status == 200 {
			testkit.WantBody(t, w, "6")
		}
		if w.Code != tc.status {
			t.Errorf("%s: %d %s, want %d", tc.name, w.Code, w.Body, tc.status)
		}
	}
	testkit.WantBody(t, testkit.PostJSON(app, "/sum", "[1,2]"), "3")
}

// ValidationErrorLoggingRoute: a function around the route sees the errors and the body, and answers instead.
func TestAroundSeesInvalidBody(t *testing.T) {
	t.Parallel()
	var logged string
	app := brio.New(testkit.Quiet())
	app.Post("/", func(in *brio.Body[[]int]) int { return len(in.Value) }, brio.Responds[map[string]any](418, ""),
		brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
			out, err := next()
			if invalid, ok := errors.AsType[*brio.ValidationError](err); ok {
				logged = fmt.Sprintf("%d %s", len(invalid.Errors), invalid.Body)
				return nil, brio.Error(http.StatusTeapot, map[string]any{"errors": len(invalid.Errors), "body": json.RawMessage(invalid.Body)})
			}
			return out, err
		}))
	testkit.WantBody(t, testkit.PostJSON(app, "/", "[1,2]"), "2")
	w := testkit.PostJSON(app, "/", `["a","b"]`)
	testkit.WantStatus(t, w, http.StatusTeapot)
	testkit.WantBody(t, w, `{"detail":{"body":["a","b"],"errors":2}}`)
	if logged != `2 ["a","b"]` {
		t.Errorf("seen: %s", logged)
	}
}

// TimedRoute: a class of routes of one router adds a header to its answers, and to no others.
func TestAroundOfRouterTimesRoutes(t *testing.T) {
	t.Parallel()
	timed := brio.NewRouter(brio.Around(func(r *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
		began := time.Now()
		out, err := next()
		if err == nil {
			out.SetHeader("X-Response-Time", fmt.Sprint(time.Since(began).Seconds()))
		}
		return out, err
	}))
	timed.Get("/timed", func() *brio.Response { return response.Text("It's the time of my life") })
	app := brio.New(testkit.Quiet())
	app.Get("/", func() string { return "Not timed" })
	app.Include(timed)
	testkit.WantHeader(t, testkit.Get(app, "/"), "X-Response-Time")
	if v := testkit.Get(app, "/timed").Header().Get("X-Response-Time"); v == "" {
		t.Error("the timed route has no X-Response-Time")
	}
}
