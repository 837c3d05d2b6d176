package errors_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

// houseFormat is an ErrorFormat of a program.
type houseFormat struct{}

type houseError struct {
	Code    int      `json:"code"`
	Message string   `json:"message"`
	Fields  []string `json:"fields,omitempty"`
	Trace   string   `json:"trace,omitempty"`
}

func (houseFormat) MediaType() string      { return "application/vnd.house+json" }
func (houseFormat) Model(int) reflect.Type { return reflect.TypeFor[houseError]() }
func (houseFormat) Body(e *brio.ErrorInfo) any {
	h := houseError{Code: e.Status, Message: fmt.Sprint(e.Detail), Trace: e.RequestID}
	for _, d := range e.Errors {
		h.Fields = append(h.Fields, fmt.Sprint(d.Loc[len(d.Loc)-1]))
	}
	return h
}

// newErrorApp returns an app with a route for each status that the framework answers with.
func newErrorApp(opts ...brio.AppOption) *brio.App {
	app := brio.New(append([]brio.AppOption{testkit.Quiet(), brio.Raises[*OutOfStock](), brio.RedirectSlashes(false)}, opts...)...)
	fails := func(name string, err error) { app.Get("/"+name, func() error { return err }) }
	app.Get("/items/{id}", func(*struct {
		ID int `path:"id"`
	}) {
	})
	app.Post("/items", func(brio.Body[Item]) {}, brio.MaxBody(100), brio.MaxDepth(3))
	app.Get("/cbor", func() Item { return Item{} }, brio.Encoder("application/cbor", func(any) ([]byte, error) { return nil, nil }))
	app.Get("/version", func(r *http.Request, res *brio.Response) (Item, error) {
		return Item{}, res.SetETag("1").Precondition(r)
	})
	app.Get("/secret", func(*security.Token) {}, brio.Depends(security.HTTPBearer()))
	fails("object", brio.Error(403, map[string]any{"reason": "embargo", "until": 2030}))
	fails("kind", &brio.HTTPError{Status: 409, Title: "Out of credit", Detail: "The balance is 30", Type: "https://example.com/probs/credit", Instance: "/account/1"})
	fails("typed", &OutOfStock{SKU: "a-1", Left: 2})
	fails("stalled", exchange.ErrStalled)
	fails("shutdown", brio.ErrShutdown)
	fails("plain", errors.New("canary"))
	fails("cause", brio.Error(502, "The bank does not answer").WithHeader("Retry-After", "30").WithCause(errors.New("canary")))
	app.Get("/panic", func() { panic("canary") })
	app.Get("/encode", func() marshalFails { return marshalFails{} })
	app.Get("/middleware", func() {}, brio.Use(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("canary") })
	}))
	app.Get("/written", func() {}, brio.Use(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			brio.WriteError(w, r, brio.Error(429, "Slow down").WithHeader("Retry-After", "1"))
		})
	}))
	app.Get("/direct", func() *brio.Response { return brio.Error(410, "It is gone").Response() })
	app.Get("/file", func() *brio.Response { return response.File("no/such/file") })
	return app
}

var errorRequests = []struct{ name, method, path, contentType, body string }{
	{"JSON too deep", "POST", "/items", "application/json", `{"name":[[[[1]]]]}`},
	{"no credentials", "GET", "/secret", "", ""},
	{"a detail that is an object", "GET", "/object", "", ""},
	{"no route", "GET", "/nowhere", "", ""},
	{"a slash too many", "POST", "/items/", "application/json", "{}"},
	{"no file", "GET", "/file", "", ""},
	{"another method", "DELETE", "/items/1", "", ""},
	{"nothing that is accepted", "GET", "/cbor", "accept: text/html", ""},
	{"a body that stalls", "GET", "/stalled", "", ""},
	{"a kind of its own", "GET", "/kind", "", ""},
	{"a declared type", "GET", "/typed", "", ""},
	{"a Response made of an error", "GET", "/direct", "", ""},
	{"another version", "GET", "/version", "if-match: \"2\"", ""},
	{"a body too large", "POST", "/items", "application/json", `{"name":"` + strings.Repeat("a", 100) + `"}`},
	{"a body that is no JSON", "POST", "/items", "text/plain", "x"},
	{"not valid", "POST", "/items", "application/json", `{"price":0}`},
	{"not JSON", "POST", "/items", "application/json", `{"price":`},
	{"refused by middleware", "GET", "/written", "", ""},
	{"an error of the program", "GET", "/plain", "", ""},
	{"a panic", "GET", "/panic", "", ""},
	{"a panic of middleware", "GET", "/middleware", "", ""},
	{"a result without a JSON form", "GET", "/encode", "", ""},
	{"a cause", "GET", "/cause", "", ""},
	{"the shutdown", "GET", "/shutdown", "", ""},
	{"HEAD", "HEAD", "/plain", "", ""},
}

// Each error of the framework has the body, media type and headers of the app's error format: FastAPI's, problem details
// (RFC 9457), and a program's, with and without a request ID.
func TestErrorFormatsWriteEveryStatus(t *testing.T) {
	t.Parallel()
	id := brio.Use(middleware.RequestIDWith(middleware.RequestIDOptions{New: func() string { return "id-1" }}))
	for name, app := range map[string]*brio.App{
		"fastapi": newErrorApp(), "problem": newErrorApp(brio.ProblemDetails()), "house": newErrorApp(brio.FormatErrors(houseFormat{})),
		"compat": newErrorApp(brio.FastAPICompat()), "fastapi_id": newErrorApp(id), "problem_id": newErrorApp(brio.ProblemDetails(), id), "house_id": newErrorApp(brio.FormatErrors(houseFormat{}), id),
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			for _, c := range errorRequests {
				var headers []string
				if key, value, ok := strings.Cut(c.contentType, ": "); ok {
					headers = []string{key, value}
				} else if c.contentType != "" {
					headers = []string{"Content-Type", c.contentType}
				}
				w := testkit.Do(app, c.method, c.path, c.body, headers...)
				fmt.Fprintf(&b, "# %s: %s %s\n%d", c.name, c.method, c.path, w.Code)
				for _, key := range []string{"Content-Type", "Allow", "Retry-After", "Vary", "WWW-Authenticate", "X-Request-Id"} {
					if v := w.Header().Values(key); len(v) > 0 {
						fmt.Fprintf(&b, "\n%s: %s", key, strings.Join(v, ", "))
					}
				}
				fmt.Fprintf(&b, "\n%s\n\n", w.Body)
				if body := w.Body.Bytes(); strings.HasSuffix(w.Header().Get("Content-Type"), "json") && len(body) > 0 && !json.Valid(body) {
					t.Errorf("%s: not JSON: %s", c.name, body)
				}
			}
			testkit.WantGolden(t, "testdata/"+name+".golden", b.String())
		})
	}
}
