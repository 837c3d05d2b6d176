package brio_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
)

// NoSuch is an error of the program's, without a status.
type NoSuch struct{ What string }

func (e *NoSuch) Error() string { return "no such " + e.What }

// asNoSuch is one by its method As.
type asNoSuch struct{}

func (asNoSuch) Error() string { return "as" }
func (asNoSuch) As(target any) bool {
	p, ok := target.(**NoSuch)
	if ok {
		*p = &NoSuch{"as"}
	}
	return ok
}

// tells answers with what kind of error came to which handler.
func tells[E error](name string) func(*http.Request, E) *brio.Response {
	return func(_ *http.Request, err E) *brio.Response { return response.Text(fmt.Sprintf("%s %T", name, err)) }
}

func passes[E error](*http.Request, E) *brio.Response { return nil }

func TestOnErrorFindsErrorsAsErrorsAsDoes(t *testing.T) {
	for name, c := range map[string]struct {
		opt  brio.AppOption
		err  error
		want string
	}{
		"itself":                    {brio.OnError(tells[*NoSuch]("h")), &NoSuch{"x"}, "500 h *brio_test.NoSuch"},
		"wrapped":                   {brio.OnError(tells[*NoSuch]("h")), fmt.Errorf("a: %w", &NoSuch{"x"}), "500 h *brio_test.NoSuch"},
		"joined":                    {brio.OnError(tells[*NoSuch]("h")), errors.Join(errors.New("a"), &NoSuch{"x"}), "500 h *brio_test.NoSuch"},
		"by its As":                 {brio.OnError(tells[*NoSuch]("h")), asNoSuch{}, "500 h *brio_test.NoSuch"},
		"another type":              {brio.OnError(tells[*NoSuch]("h")), Quota{1}, `500 {"detail":"Internal Server Error"}`},
		"the value for a pointer":   {brio.OnError(tells[*Quota]("h")), Quota{1}, "500 h *brio_test.Quota"},
		"the pointer for a value":   {brio.OnError(tells[Quota]("h")), &Quota{1}, "500 h brio_test.Quota"},
		"a nil pointer for a value": {brio.OnError(tells[Quota]("h")), (*Quota)(nil), `500 {"detail":"Internal Server Error"}`},
		"an interface": {brio.OnError(tells[interface {
			error
			StatusCode() int
		}]("h")), Locked{"x"}, "423 h brio_test.Locked"},
		"any error":                    {brio.OnError(tells[error]("h")), fmt.Errorf("a: %w", &NoSuch{"x"}), "500 h *fmt.wrapError"},
		"an HTTPError":                 {brio.OnError(tells[*brio.HTTPError]("h")), brio.Error(409, nil), "409 h *response.HTTPError"},
		"the cause of an HTTPError":    {brio.OnError(tells[*NoSuch]("h")), brio.Error(409, nil).WithCause(&NoSuch{"x"}), `409 {"detail":"Conflict"}`},
		"a status":                     {brio.OnStatus(409, tells[error]("s")), brio.Error(409, nil), "409 s *response.HTTPError"},
		"another status":               {brio.OnStatus(410, tells[error]("s")), brio.Error(409, nil), `409 {"detail":"Conflict"}`},
		"the status of typed errors":   {brio.OnStatus(423, tells[error]("s")), Locked{"x"}, "423 s brio_test.Locked"},
		"the status of other errors":   {brio.OnStatus(500, tells[error]("s")), errors.New("x"), "500 s *errors.errorString"},
		"what is no error":             {brio.OnError(tells[error]("h")), brio.Error(304, nil), "304 "},
		"a nil pointer":                {brio.OnError(tells[*NoSuch]("h")), (*NoSuch)(nil), "500 h *brio_test.NoSuch"},
		"an error that cannot be read": {brio.OnError(tells[*NoSuch]("h")), badError{}, `500 {"detail":"Internal Server Error"}`},
	} {
		t.Run(name, func(t *testing.T) {
			app := brio.New(quiet(), c.opt)
			app.Get("/", func() error { return c.err })
			if w := send(app, "GET", "/", ""); fmt.Sprint(w.Code, " ", w.Body) != c.want {
				t.Errorf("%d %s; want %s", w.Code, w.Body, c.want)
			}
		})
	}
}

func TestOnErrorSeesPanicsAndValidationErrors(t *testing.T) {
	app := brio.New(quiet(), brio.OnError(tells[error]("any")), brio.OnError(tells[*brio.PanicError]("panic")), brio.OnError(tells[*NoSuch]("none")), brio.OnError(tells[*brio.ValidationError]("bad")))
	app.Get("/text", func() { panic("x") })
	app.Get("/error", func() { panic(errors.New("x")) })
	app.Get("/own", func() { panic(&NoSuch{"x"}) })
	app.Get("/bad", func(*struct {
		N int `query:"n"`
	}) {
	})
	for path, want := range map[string]string{
		"/text": "500 panic *dependencies.PanicError", "/error": "500 panic *dependencies.PanicError",
		"/own": "500 panic *dependencies.PanicError", // declared first
		"/bad": "422 bad *params.ValidationError",
	} {
		if w := send(app, "GET", path, ""); fmt.Sprint(w.Code, " ", w.Body) != want {
			t.Errorf("%s: %d %s; want %s", path, w.Code, w.Body, want)
		}
	}
	own := brio.New(quiet(), brio.OnError(tells[*NoSuch]("none")))
	own.Get("/", func() { panic(&NoSuch{"x"}) })
	wantBody(t, send(own, "GET", "/", ""), "none *brio_test.NoSuch")
}

func TestTheNearestErrorHandlerAnswers(t *testing.T) {
	app := brio.New(quiet(), brio.OnError(tells[*NoSuch]("app")), brio.OnError(tells[*brio.HTTPError]("app http")))
	router := brio.NewRouter(brio.Prefix("/r"), brio.OnError(tells[*NoSuch]("router")))
	fails := func() error { return &NoSuch{"x"} }
	app.Get("/app", fails)
	app.Get("/route", fails, brio.OnError(tells[*NoSuch]("route")))
	app.Get("/any", fails, brio.OnError(tells[error]("any")))
	app.Get("/passes", fails, brio.OnError(passes[*NoSuch]), brio.OnError(tells[error]("any")))
	router.Get("/router", fails)
	router.Get("/route", fails, brio.OnError(tells[*NoSuch]("route")))
	router.Get("/passes", fails, brio.OnError(passes[*NoSuch]))
	router.Get("/http", func() error { return brio.Error(400, nil) })
	router.Get("/panics", fails, brio.OnError(func(*http.Request, *NoSuch) *brio.Response { panic("no") }))
	app.Include(router, brio.OnError(tells[*NoSuch]("include")))
	bare := brio.NewRouter(brio.Prefix("/b"))
	bare.Get("/include", fails)
	app.Include(bare, brio.OnError(tells[*NoSuch]("include")))
	for path, want := range map[string]string{
		"/app": "app *brio_test.NoSuch", "/route": "route *brio_test.NoSuch", "/any": "any *brio_test.NoSuch", "/passes": "any *brio_test.NoSuch",
		"/r/router": "router *brio_test.NoSuch", "/r/route": "route *brio_test.NoSuch", "/r/passes": "router *brio_test.NoSuch",
		"/r/http": "app http *response.HTTPError", "/b/include": "include *brio_test.NoSuch",
		"/r/panics": `{"detail":"Internal Server Error"}`,
	} {
		wantBody(t, send(app, "GET", path, ""), want)
	}
	got := app.Explain("GET", "/r/route")
	_, got, _ = strings.Cut(got, "errors, the first that answers\n")
	for i, want := range []string{"OnError[*brio_test.NoSuch] brio_test.tells", "OnError[*brio_test.NoSuch]", "OnError[*brio_test.NoSuch]", "OnError[*brio_test.NoSuch]", "OnError[*response.HTTPError]", "the app's format, application/json"} {
		if lines := strings.Split(got, "\n"); len(lines) < 6 || !strings.HasPrefix(lines[i], "   "+want) {
			t.Errorf("line %d of\n%s\nis not %s", i, got, want)
		}
	}
}

func TestOneLevelAsksWhatSaysMostFirst(t *testing.T) {
	app := brio.New(quiet(),
		brio.OnError(tells[error]("any")), brio.OnError(tells[*brio.HTTPError]("http")), brio.OnStatus(404, tells[error]("status")), brio.OnError(tells[*NoSuch]("own")))
	app.Get("/own", func() error { return &NoSuch{} })
	app.Get("/409", func() error { return brio.Error(409, nil) })
	app.Get("/plain", func() error { return errors.New("x") })
	for path, want := range map[string]string{"/own": "own *brio_test.NoSuch", "/409": "http *response.HTTPError", "/plain": "any *errors.errorString", "/nowhere": "status *response.HTTPError"} {
		wantBody(t, send(app, "GET", path, ""), want)
	}
}

func TestErrorHandlersOfPathsWithoutARoute(t *testing.T) {
	app := brio.New(quiet(), brio.OnError(tells[*brio.HTTPError]("app")))
	api := brio.NewRouter(brio.Prefix("/api/{version}"), brio.OnStatus(404, tells[error]("api")), brio.OnStatus(405, tells[error]("api")))
	api.Get("/items/{id}", func() {})
	plain := brio.NewRouter(brio.Prefix("/plain"))
	plain.Get("/x", func() {})
	api.Include(plain)
	app.Include(api)
	app.Get("/home", func() {})
	for request, want := range map[string]string{
		"GET /nowhere":         "404 app *response.HTTPError",
		"POST /home":           "405 app *response.HTTPError",
		"GET /api/1/nowhere":   "404 api *response.HTTPError",
		"POST /api/1/items/2":  "405 api *response.HTTPError",
		"GET /api/1":           "404 api *response.HTTPError",
		"GET /api/1/plain/y":   "404 api *response.HTTPError",
		"GET /api":             "404 app *response.HTTPError",
		"POST /api/1/plain/x":  "405 api *response.HTTPError",
		"GET /api/1/items/2/3": "404 api *response.HTTPError",
	} {
		method, path, _ := strings.Cut(request, " ")
		w := send(app, method, path, "")
		if got := fmt.Sprint(w.Code, " ", w.Body); got != want {
			t.Errorf("%s: %s; want %s", request, got, want)
		}
		if w.Code == 405 && !strings.Contains(w.Header().Get("Allow"), "GET") {
			t.Errorf("%s: Allow %q", request, w.Header().Get("Allow"))
		}
	}
}

func TestWhatErrorHandlersReturn(t *testing.T) {
	shared := response.Text("shared").SetHeader("X-A", "1")
	var ran []string
	opt, log := logged()
	app := brio.New(opt, brio.ProblemDetails())
	fails := func(res *brio.Response) error {
		res.SetCookie(cookies.New("a", "1")).Background(func(context.Context) error { ran = append(ran, "temporal"); return nil })
		return &NoSuch{"x"}
	}
	returns := func(r *brio.Response) brio.Option {
		return brio.OnError(func(*http.Request, *NoSuch) *brio.Response { return r })
	}
	app.Get("/kept", fails, brio.MergeAlways(), returns(shared))
	app.Get("/dropped", fails, returns(shared))
	app.Get("/status", fails, returns(response.Text("x").Status(299)))
	app.Get("/format", fails, returns(brio.Error(404, "None").WithHeader("X-B", "2").Response().SetCookie(cookies.New("c", "3"))))
	app.Get("/task", fails, returns(response.Text("x").Background(func(context.Context) error { ran = append(ran, "own"); return nil })))
	app.Get("/stream", fails, returns(response.Stream("text/plain", slices.Values([][]byte{[]byte("a"), []byte("b")}))))
	app.Get("/header", fails, returns(response.Text("x").SetHeader("X-A", "a\nb")))
	app.Get("/value", fails, returns(response.JSON(func() {})))
	app.Get("/cookie", fails, returns(response.Text("x").SetCookie(&http.Cookie{Name: "a b"})))
	app.Get("/direct", func() *brio.Response { return brio.Error(410, nil).Response() })
	internal := `{"type":"about:blank","title":"Internal Server Error","status":500}`
	for _, c := range []struct {
		path   string
		status int
		body   string
		cookie string
		ran    string
		log    string
	}{
		{"/kept", 500, "shared", "a=1; Path=/; SameSite=Lax", "", "no such x"},
		{"/dropped", 500, "shared", "", "", "no such x"},
		{"/status", 299, "x", "", "", ""},
		{"/format", 404, `{"type":"about:blank","title":"Not Found","status":404,"detail":"None"}`, "c=3; Path=/; SameSite=Lax", "", ""},
		{"/task", 500, "x", "", "own", "no such x"},
		{"/stream", 500, "ab", "", "", "no such x"},
		{"/header", 500, internal, "", "", "X-A"},
		{"/value", 500, internal, "", "", "func()"},
		{"/cookie", 500, internal, "", "", "a b"},
		{"/direct", 410, `{"type":"about:blank","title":"Gone","status":410}`, "", "", ""},
	} {
		log.Reset()
		ran = nil
		w := send(app, "GET", c.path, "")
		wantStatus(t, w, c.status)
		wantBody(t, w, c.body)
		if got := w.Header().Get("Set-Cookie"); got != c.cookie {
			t.Errorf("%s: cookie %q, want %q", c.path, got, c.cookie)
		}
		if got := strings.Join(ran, " "); got != c.ran {
			t.Errorf("%s: ran %q, want %q", c.path, got, c.ran)
		}
		text := strings.ReplaceAll(log.String(), "background tasks were not run", "")
		if c.log == "" && strings.Contains(text, "level=ERROR") || !strings.Contains(text, c.log) {
			t.Errorf("%s: log %s", c.path, log)
		}
	}
	if got := shared.Header(); len(got) != 1 || len(shared.Cookies()) != 0 {
		t.Errorf("the program's Response was changed: %v", got)
	}
}

func TestMistakesInErrorHandlers(t *testing.T) {
	for name, c := range map[string]struct {
		opt   brio.AppOption
		found string
	}{
		"nil":    {brio.OnError[*NoSuch](nil), "OnError[*brio_test.NoSuch] has no function"},
		"status": {brio.OnStatus(204, passes[error]), "OnStatus(204) is for no error"},
		"twice": {brio.Options(brio.OnStatus(404, passes[error]),
			brio.OnStatus(404, passes[error])), "OnStatus(404) is declared twice on this level; the first is at"},
		"twice a type": {brio.Options(brio.OnError(passes[*NoSuch]),
			brio.OnError(passes[*NoSuch])), "OnError[*brio_test.NoSuch] is declared twice on this level; the first is at"},
		"format":    {brio.FormatErrors(badFormat{}), "the ErrorFormat brio_test.badFormat cannot write a 500"},
		"no format": {brio.FormatErrors(nil), "FormatErrors(nil)"},
	} {
		err := brio.New(quiet(), c.opt).Check()
		if err == nil || !strings.Contains(err.Error(), c.found) || !strings.Contains(err.Error(), "errors_onerror_test.go:") {
			t.Errorf("%s: %v; want %q with its place", name, err, c.found)
		}
	}
}

type badFormat struct{ brio.ErrorFormat }

func (badFormat) Body(*brio.ErrorInfo) any { return func() {} }

// recorder wraps a writer as middleware often does, without Unwrap.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) { r.status = status; r.ResponseWriter.WriteHeader(status) }

func TestWriteErrorAnswersAsTheAppDoes(t *testing.T) {
	refuse := func(err error) brio.Middleware {
		return func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { brio.WriteError(w, r, err) })
		}
	}
	records := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(&recorder{ResponseWriter: w}, r) })
	}
	none := refuse(fmt.Errorf("x: %w", &NoSuch{"canary"}))
	problem := `{"type":"about:blank","title":"I'm a teapot","status":418,"detail":"short"}`
	app := func(mw ...brio.Middleware) *brio.App {
		app := brio.New(quiet(), brio.ProblemDetails(), brio.OnError(tells[*NoSuch]("app")), brio.Use(mw...))
		router := brio.NewRouter(brio.Prefix("/router"), brio.Use(none), brio.OnError(tells[*NoSuch]("router")))
		router.Get("/x", func() {})
		app.Include(router)
		app.Get("/route", func() {}, brio.Use(records, none), brio.OnError(tells[*NoSuch]("route")))
		return app
	}
	for _, c := range []struct {
		app  http.Handler
		path string
		want string
	}{
		{app(), "/router/x", "500 router *brio_test.NoSuch"},
		{app(), "/route", "500 route *brio_test.NoSuch"},
		{app(records), "/route", "500 route *brio_test.NoSuch"},
		{app(none), "/anywhere", "500 app *brio_test.NoSuch"},
		{app(records, none), "/anywhere", "500 app *brio_test.NoSuch"},
		{app(refuse(brio.Error(418, "short"))), "/", "418 " + problem},
		{app(refuse(nil)), "/", `500 {"type":"about:blank","title":"Internal Server Error","status":500}`},
		{refuse(brio.Error(418, "short"))(app()), "/", `418 {"detail":"short"}`},
		{refuse(errors.New("canary"))(app()), "/", `500 {"detail":"Internal Server Error"}`},
	} {
		if w := send(c.app, "GET", c.path, ""); fmt.Sprint(w.Code, " ", w.Body) != c.want {
			t.Errorf("%s: %d %s; want %s", c.path, w.Code, w.Body, c.want)
		}
	}
}

func TestWriteErrorAfterTheResponseHasBegunOnlyLogs(t *testing.T) {
	opt, log := logged()
	app := brio.New(opt, brio.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			brio.WriteError(w, r, errors.New("too late"))
		})
	}))
	app.Get("/", func() string { return "sent" })
	w := send(app, "GET", "/", "")
	wantStatus(t, w, 200)
	wantBody(t, w, `"sent"`)
	if !strings.Contains(log.String(), "too late") {
		t.Errorf("log %s", log)
	}
}

func TestErrorHandlersOfMiddlewarePanics(t *testing.T) {
	panics := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(&NoSuch{"x"}) })
	}
	app := brio.New(quiet(), brio.OnError(tells[*NoSuch]("app")))
	app.Get("/", func() {}, brio.Use(panics), brio.OnStatus(500, tells[error]("route")))
	wantBody(t, send(app, "GET", "/", ""), "route *fmt.wrapError")
	all := brio.New(quiet(), brio.OnError(tells[*NoSuch]("app")), brio.Use(panics))
	wantBody(t, send(all, "GET", "/", ""), "app *brio_test.NoSuch")
}

func TestDebugShowsWhatHasHappened(t *testing.T) {
	opt, log := logged()
	app := brio.New(opt, brio.Debug(true), brio.OnStatus(500, tells[error]("pretty")), brio.OnError(tells[error]("pretty")), brio.OnError(tells[*NoSuch]("own")))
	app.Get("/error", func() error { return fmt.Errorf("outer: %w", errors.New("inner")) })
	app.Get("/panic", func() { panic("boom") })
	app.Get("/own", func() error { return &NoSuch{} })
	app.Get("/http", func() error { return brio.Error(404, nil) })
	for path, want := range map[string][]string{
		"/error": {"GET /error", "outer: inner", "*errors.errorString: inner", "brio.Debug(true)"},
		"/panic": {"panic: boom", "errors_onerror_test.go"},
		"/own":   {"own"}, "/http": {"pretty"},
	} {
		w := send(app, "GET", path, "")
		for _, part := range want {
			if !strings.Contains(w.Body.String(), part) {
				t.Errorf("%s: no %q in %s", path, part, w.Body)
			}
		}
	}
	wantHeader(t, send(app, "GET", "/error", ""), "Content-Type", "text/plain; charset=utf-8")
	if !strings.Contains(log.String(), "Debug(true)") {
		t.Errorf("the start is silent: %s", log)
	}
}

func BenchmarkErrorsWithoutHandlers(b *testing.B) {
	app := brio.New(quiet())
	app.Get("/", func() error { return brio.Error(404, nil) })
	r := httptest.NewRequest("GET", "/", nil)
	for b.Loop() {
		app.ServeHTTP(httptest.NewRecorder(), r)
	}
}
