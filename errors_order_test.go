package brio_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
)

// The order of a request that fails, as docs/dependencies.md and docs/errors.md have it.
func TestTheOrderOfARequestThatFails(t *testing.T) {
	tr := &tracer{}
	mw := func(name string) brio.Option {
		return brio.Use(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				tr.add("%s middleware in", name)
				next.ServeHTTP(w, r)
				tr.add("%s middleware out", name)
			})
		})
	}
	around := func(name string) brio.Option {
		return brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
			tr.add("%s around in", name)
			defer tr.add("%s around out", name)
			return next()
		})
	}
	handlers := func(name string, last bool) brio.Option {
		return brio.Options(
			brio.OnError(func(*http.Request, error) *brio.Response {
				tr.add("%s any error", name)
				if last {
					return response.Text("answer")
				}
				return nil
			}),
			brio.OnStatus(500, func(*http.Request, error) *brio.Response { tr.add("%s status", name); return nil }),
			brio.OnError(func(*http.Request, *NoSuch) *brio.Response { tr.add("%s error type", name); return nil }),
		)
	}
	app := brio.New(quiet(), mw("app"), around("app"), handlers("app", true))
	router := brio.NewRouter(mw("router"), around("router"), handlers("router", false))
	tx := func() (*traceTx, func(error) error) {
		return &traceTx{}, func(err error) error { tr.add("clean-up before the response: %v", err); return err }
	}
	session := func() (*traceSession, func(error)) {
		return &traceSession{}, func(err error) { tr.add("clean-up: %v", err) }
	}
	router.Get("/", func(*traceSession, *traceTx) error { tr.add("handler"); return &NoSuch{"x"} },
		mw("route"), around("route"), handlers("route", false), brio.Depends(func() { tr.add("guard") }), brio.Provide(brio.BeforeResponse(tx), session))
	app.Include(router)
	app.ServeHTTP(traceWriter{httptest.NewRecorder(), tr}, httptest.NewRequest("GET", "/", nil))
	want := []string{"app middleware in", "router middleware in", "route middleware in", "app around in", "router around in", "route around in", "guard", "handler",
		"route around out", "router around out", "app around out", "clean-up before the response: no such x", "clean-up: no such x"}
	for _, level := range []string{"route", "router", "app"} {
		want = append(want, level+" error type", level+" status", level+" any error")
	}
	want = append(want, "headers 500", "body answer", "route middleware out", "router middleware out", "app middleware out")
	if got := strings.Join(tr.steps, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

// noSuchItem answers errors of the program's own in the app's format.
func noSuchItem(_ *http.Request, err *NoSuch) *brio.Response {
	return brio.Error(404, "There is no "+err.What).Response()
}

func ExampleOnError() {
	app := brio.New(brio.ProblemDetails(), brio.OnError(noSuchItem))
	app.Get("/items/{id}", func(in *struct {
		ID string `path:"id"`
	}) error {
		return fmt.Errorf("read the item: %w", &NoSuch{"item " + in.ID})
	})
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/items/7", nil))
	fmt.Println(w.Code, w.Body)
	// Output: 404 {"type":"about:blank","title":"Not Found","status":404,"detail":"There is no item 7"}
}

func ExampleRaises() {
	app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)))
	app.Post("/orders", func() error { return &OutOfStock{SKU: "a-1", Left: 2} }, brio.Raises[*OutOfStock]())
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("POST", "/orders", nil))
	fmt.Println(w.Code, w.Body)
	// Output: 409 {"sku":"a-1","left":2}
}

func TestRequestIDIsInErrorsAndTheirLog(t *testing.T) {
	for name, c := range map[string]struct {
		opts []brio.AppOption
		body string
	}{
		"FastAPI's": {nil, `{"detail":"Internal Server Error"}`},
		"RFC 9457":  {[]brio.AppOption{brio.ProblemDetails()}, `{"type":"about:blank","title":"Internal Server Error","status":500,"request_id":"id-7"}`},
	} {
		opt, log := logged()
		app := brio.New(append(c.opts, opt, brio.Use(func(next http.Handler) http.Handler { // somebody else's, which only answers with it
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Request-ID", "id-7")
				next.ServeHTTP(w, r)
			})
		}))...)
		app.Get("/", func() { panic("x") })
		w := send(app, "GET", "/", "")
		wantBody(t, w, c.body)
		wantHeader(t, w, "X-Request-Id", "id-7")
		if !strings.Contains(log.String(), "request_id=id-7") {
			t.Errorf("%s: log %s", name, log)
		}
	}
}

func TestLogHandlerDoesNotRepeatTheRequestIDOfErrors(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(middleware.LogHandler(slog.NewTextHandler(&out, nil)))
	app := brio.New(brio.Logger(log), brio.Use(middleware.RequestID()))
	app.Get("/", func(l *slog.Logger, r *http.Request) error {
		l.InfoContext(r.Context(), "of the handler")
		return fmt.Errorf("x")
	})
	send(app, "GET", "/", "")
	for line := range strings.Lines(out.String()) {
		if strings.Count(line, "request_id=") != 1 {
			t.Error(line)
		}
	}
	if strings.Count(out.String(), "\n") != 2 {
		t.Error(out.String())
	}
}
