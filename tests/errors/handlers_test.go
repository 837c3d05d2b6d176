package errors_test

import (
	"context"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// NoSuch is an error of a program, without a status.
type NoSuch struct{ What string }

func (e *NoSuch) Error() string { return "no such " + e.What }

// asNoSuch becomes a *NoSuch through its method As.
type asNoSuch struct{}

func (asNoSuch) Error() string { return "as" }
func (asNoSuch) As(target any) bool {
	p, ok := target.(**NoSuch)
	if ok {
		*p = &NoSuch{"as"}
	}
	return ok
}

// tells returns an error handler that answers with its name and the type of the error.
func tells[E error](name string) func(*http.Request, E) *brio.Response {
	return func(_ *http.Request, err E) *brio.Response { return response.Text(fmt.Sprintf("%s %T", name, err)) }
}

// passes is an error handler that leaves the error to the next one.
func passes[E error](*http.Request, E) *brio.Response { return nil }

// An error handler answers the errors that errors.As finds for its type. For a type with value methods, value and pointer
// are one type.
func TestOnErrorMatchesLikeErrorsAs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opt  brio.AppOption
		err  error
		want string
	}{
		"itself":                {brio.OnError(tells[*NoSuch]("h")), &NoSuch{"x"}, "500 h *errors_test.NoSuch"},
		"wrapped":               {brio.OnError(tells[*NoSuch]("h")), fmt.Errorf("a: %w", &NoSuch{"x"}), "500 h *errors_test.NoSuch"},
		"joined":                {brio.OnError(tells[*NoSuch]("h")), errors.Join(errors.New("a"), &NoSuch{"x"}), "500 h *errors_test.NoSuch"},
		"own method As":         {brio.OnError(tells[*NoSuch]("h")), asNoSuch{}, "500 h *errors_test.NoSuch"},
		"another type":          {brio.OnError(tells[*NoSuch]("h")), Quota{1}, `500 {"detail":"Internal Server Error"}`},
		"value for pointer":     {brio.OnError(tells[*Quota]("h")), Quota{1}, "500 h *errors_test.Quota"},
		"pointer for value":     {brio.OnError(tells[Quota]("h")), &Quota{1}, "500 h errors_test.Quota"},
		"nil pointer for value": {brio.OnError(tells[Quota]("h")), (*Quota)(nil), `500 {"detail":"Internal Server Error"}`},
		"interface": {brio.OnError(tells[interface {
			error
			StatusCode() int
		}]("h")), Locked{"x"}, "423 h errors_test.Locked"},
		"any error":               {brio.OnError(tells[error]("h")), fmt.Errorf("a: %w", &NoSuch{"x"}), "500 h *fmt.wrapError"},
		"HTTPError":               {brio.OnError(tells[*brio.HTTPError]("h")), brio.Error(409, nil), "409 h *response.HTTPError"},
		"cause of HTTPError":      {brio.OnError(tells[*NoSuch]("h")), brio.Error(409, nil).WithCause(&NoSuch{"x"}), `409 {"detail":"Conflict"}`},
		"status":                  {brio.OnStatus(409, tells[error]("s")), brio.Error(409, nil), "409 s *response.HTTPError"},
		"another status":          {brio.OnStatus(410, tells[error]("s")), brio.Error(409, nil), `409 {"detail":"Conflict"}`},
		"status of typed error":   {brio.OnStatus(423, tells[error]("s")), Locked{"x"}, "423 s errors_test.Locked"},
		"status of another error": {brio.OnStatus(500, tells[error]("s")), errors.New("x"), "500 s *errors.errorString"},
		"304 is no error":         {brio.OnError(tells[error]("h")), brio.Error(304, nil), "304 "},
		"nil pointer":             {brio.OnError(tells[*NoSuch]("h")), (*NoSuch)(nil), "500 h *errors_test.NoSuch"},
		"Error panics":            {brio.OnError(tells[*NoSuch]("h")), badError{}, `500 {"detail":"Internal Server Error"}`},
	} {
		t.Run(name, func(t *testing.T) {
			app := brio.New(testkit.Quiet(), c.opt)
			app.Get("/", func() error { return c.err })
			if w := testkit.Get(app, "/"); fmt.Sprint(w.Code, " ", w.Body) != c.want {
				t.Errorf("got %d %s, want %s", w.Code, w.Body, c.want)
			}
		})
	}
}

// A panic is a *PanicError, a request that is not valid a *ValidationError. A handler of the panic's value is asked too; of
// two handlers that match, the first declared answers.
func TestOnErrorReceivesPanicsAndValidationErrors(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(), brio.OnError(tells[error]("any")), brio.OnError(tells[*brio.PanicError]("panic")), brio.OnError(tells[*NoSuch]("none")), brio.OnError(tells[*brio.ValidationError]("bad")))
	app.Get("/text", func() { panic("x") })
	app.Get("/error", func() { panic(errors.New("x")) })
	app.Get("/own", func() { panic(&NoSuch{"x"}) })
	app.Get("/bad", func(*struct {
		N int `query:"n"`
	}) {
	})
	for path, want := range map[string]string{
		"/text": "500 panic *panics.PanicError", "/error": "500 panic *panics.PanicError",
		"/own": "500 panic *panics.PanicError", // declared first
		"/bad": "422 bad *params.ValidationError",
	} {
		if w := testkit.Get(app, path); fmt.Sprint(w.Code, " ", w.Body) != want {
			t.Errorf("%s: got %d %s, want %s", path, w.Code, w.Body, want)
		}
	}
	own := brio.New(testkit.Quiet(), brio.OnError(tells[*NoSuch]("none")))
	own.Get("/", func() { panic(&NoSuch{"x"}) })
	testkit.WantBody(t, testkit.Get(own, "/"), "none *errors_test.NoSuch")
}

// Route, router, Include and app are asked in this order. A handler that returns nil leaves the error to the next one; a
// handler that panics ends in a 500. Explain lists the handlers in that order.
func TestOnErrorNearestLevelAnswers(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(), brio.OnError(tells[*NoSuch]("app")), brio.OnError(tells[*brio.HTTPError]("app http")))
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
		"/app": "app *errors_test.NoSuch", "/route": "route *errors_test.NoSuch", "/any": "any *errors_test.NoSuch", "/passes": "any *errors_test.NoSuch",
		"/r/router": "router *errors_test.NoSuch", "/r/route": "route *errors_test.NoSuch", "/r/passes": "router *errors_test.NoSuch",
		"/r/http": "app http *response.HTTPError", "/b/include": "include *errors_test.NoSuch",
		"/r/panics": testkit.InternalError,
	} {
		testkit.WantBody(t, testkit.Get(app, path), want)
	}
	got := app.Explain("GET", "/r/route")
	_, got, _ = strings.Cut(got, "errors, the first that answers\n")
	for i, want := range []string{"OnError[*errors_test.NoSuch] errors_test.tells", "OnError[*errors_test.NoSuch]", "OnError[*errors_test.NoSuch]", "OnError[*errors_test.NoSuch]", "OnError[*response.HTTPError]", "the app's format, application/json"} {
		if lines := strings.Split(got, "\n"); len(lines) < 6 || !strings.HasPrefix(lines[i], "   "+want) {
			t.Errorf("line %d: got\n%s\nwant %s", i, got, want)
		}
	}
}

// Of the handlers of one level, an error type is asked before a status, a status before HTTPError, and error last.
func TestOnErrorSpecificHandlerAnswersFirst(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(),
		brio.OnError(tells[error]("any")), brio.OnError(tells[*brio.HTTPError]("http")), brio.OnStatus(404, tells[error]("status")), brio.OnError(tells[*NoSuch]("own")))
	app.Get("/own", func() error { return &NoSuch{} })
	app.Get("/409", func() error { return brio.Error(409, nil) })
	app.Get("/plain", func() error { return errors.New("x") })
	for path, want := range map[string]string{"/own": "own *errors_test.NoSuch", "/409": "http *response.HTTPError", "/plain": "any *errors.errorString", "/nowhere": "status *response.HTTPError"} {
		testkit.WantBody(t, testkit.Get(app, path), want)
	}
}

// A 404 or 405 below the prefix of a router goes to the router's error handlers, although no route was reached.
func TestOnErrorCoversPathsWithoutRoute(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(), brio.OnError(tells[*brio.HTTPError]("app")))
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
		w := testkit.Do(app, method, path, "")
		if got := fmt.Sprint(w.Code, " ", w.Body); got != want {
			t.Errorf("%s: got %s, want %s", request, got, want)
		}
		if w.Code == 405 && !strings.Contains(w.Header().Get("Allow"), "GET") {
			t.Errorf("%s: Allow %q", request, w.Header().Get("Allow"))
		}
	}
}

// The Response of an error handler is sent with its own cookies, tasks and stream. Headers and cookies of the failed
// route handler are dropped, or merged under MergeAlways; its tasks never run. The error is logged when the answer is a 5xx.
func TestOnErrorSendsReturnedResponse(t *testing.T) {
	t.Parallel()
	shared := response.Text("shared").SetHeader("X-A", "1")
	var ran []string
	log := &testkit.Log{}
	app := brio.New(brio.Logger(log.Logger()), brio.ProblemDetails())
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
		w := testkit.Get(app, c.path)
		testkit.WantStatus(t, w, c.status)
		testkit.WantBody(t, w, c.body)
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
		t.Errorf("the program's Response was changed: got headers %v", got)
	}
}

func TestCheckReportsErrorHandlers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opt   brio.AppOption
		found string
	}{
		"nil":    {brio.OnError[*NoSuch](nil), "OnError[*errors_test.NoSuch] has no function"},
		"status": {brio.OnStatus(204, passes[error]), "OnStatus(204) is for no error"},
		"twice": {brio.Options(brio.OnStatus(404, passes[error]),
			brio.OnStatus(404, passes[error])), "OnStatus(404) is declared twice on this level; the first is at"},
		"twice a type": {brio.Options(brio.OnError(passes[*NoSuch]),
			brio.OnError(passes[*NoSuch])), "OnError[*errors_test.NoSuch] is declared twice on this level; the first is at"},
		"format":    {brio.FormatErrors(badFormat{}), "the ErrorFormat errors_test.badFormat cannot write a 500"},
		"no format": {brio.FormatErrors(nil), "FormatErrors(nil)"},
	} {
		err := brio.New(testkit.Quiet(), c.opt).Check()
		if err == nil || !strings.Contains(err.Error(), c.found) || !strings.Contains(err.Error(), "handlers_test.go:") {
			t.Errorf("%s: got %v, want %q with its place", name, err, c.found)
		}
	}
}

// badFormat is an ErrorFormat whose bodies have no JSON form.
type badFormat struct{ brio.ErrorFormat }

func (badFormat) Body(*brio.ErrorInfo) any { return func() {} }

// recorder wraps a ResponseWriter as middleware often does, without Unwrap.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) { r.status = status; r.ResponseWriter.WriteHeader(status) }

// WriteError answers with the error handlers and the format of the level that the middleware belongs to, also through
// wrapped writers. Outside of an app it writes FastAPI's format.
func TestWriteErrorUsesLevelOfMiddleware(t *testing.T) {
	t.Parallel()
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
		app := brio.New(testkit.Quiet(), brio.ProblemDetails(), brio.OnError(tells[*NoSuch]("app")), brio.Use(mw...))
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
		{app(), "/router/x", "500 router *errors_test.NoSuch"},
		{app(), "/route", "500 route *errors_test.NoSuch"},
		{app(records), "/route", "500 route *errors_test.NoSuch"},
		{app(none), "/anywhere", "500 app *errors_test.NoSuch"},
		{app(records, none), "/anywhere", "500 app *errors_test.NoSuch"},
		{app(refuse(brio.Error(418, "short"))), "/", "418 " + problem},
		{app(refuse(nil)), "/", `500 {"type":"about:blank","title":"Internal Server Error","status":500}`},
		{refuse(brio.Error(418, "short"))(app()), "/", `418 {"detail":"short"}`},
		{refuse(errors.New("canary"))(app()), "/", `500 {"detail":"Internal Server Error"}`},
	} {
		if w := testkit.Get(c.app, c.path); fmt.Sprint(w.Code, " ", w.Body) != c.want {
			t.Errorf("%s: got %d %s, want %s", c.path, w.Code, w.Body, c.want)
		}
	}
}

func TestWriteErrorOnlyLogsAfterResponse(t *testing.T) {
	t.Parallel()
	log := &testkit.Log{}
	app := brio.New(brio.Logger(log.Logger()), brio.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			brio.WriteError(w, r, errors.New("too late"))
		})
	}))
	app.Get("/", func() string { return "sent" })
	w := testkit.Get(app, "/")
	testkit.WantStatus(t, w, 200)
	testkit.WantBody(t, w, `"sent"`)
	testkit.WantContains(t, log.String(), "too late")
}

// A panic of middleware goes to the error handlers of the level that the middleware belongs to.
func TestOnErrorAnswersMiddlewarePanics(t *testing.T) {
	t.Parallel()
	panics := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(&NoSuch{"x"}) })
	}
	app := brio.New(testkit.Quiet(), brio.OnError(tells[*NoSuch]("app")))
	app.Get("/", func() {}, brio.Use(panics), brio.OnStatus(500, tells[error]("route")))
	testkit.WantBody(t, testkit.Get(app, "/"), "route *fmt.wrapError")
	all := brio.New(testkit.Quiet(), brio.OnError(tells[*NoSuch]("app")), brio.Use(panics))
	testkit.WantBody(t, testkit.Get(all, "/"), "app *errors_test.NoSuch")
}

// Debug(true) answers a 500 with the request, the chain of errors and the stack, unless a handler of an error type answers.
// The start says in the log that Debug is on.
func TestDebugShowsErrors(t *testing.T) {
	t.Parallel()
	log := &testkit.Log{}
	app := brio.New(brio.Logger(log.Logger()), brio.Debug(true), brio.OnStatus(500, tells[error]("pretty")), brio.OnError(tells[error]("pretty")), brio.OnError(tells[*NoSuch]("own")))
	app.Get("/error", func() error { return fmt.Errorf("outer: %w", errors.New("inner")) })
	app.Get("/panic", func() { panic("boom") })
	app.Get("/own", func() error { return &NoSuch{} })
	app.Get("/http", func() error { return brio.Error(404, nil) })
	for path, want := range map[string][]string{
		"/error": {"GET /error", "outer: inner", "*errors.errorString: inner", "brio.Debug(true)"},
		"/panic": {"panic: boom", "handlers_test.go"},
		"/own":   {"own"}, "/http": {"pretty"},
	} {
		w := testkit.Get(app, path)
		for _, part := range want {
			if !strings.Contains(w.Body.String(), part) {
				t.Errorf("%s: no %q in %s", path, part, w.Body)
			}
		}
	}
	testkit.WantHeader(t, testkit.Get(app, "/error"), "Content-Type", "text/plain; charset=utf-8")
	testkit.WantContains(t, log.String(), "Debug(true)")
}

// The page of Debug has the source lines of the stack, the request without its secrets, and what the route runs. Browsers get HTML, in
// which what the client has sent is text.
func TestDebugPageShowsRequest(t *testing.T) {
	t.Parallel()
	app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)), brio.Debug(true), brio.Provide(func() *NoSuch { return &NoSuch{} }))
	app.Get("/panic", func(*NoSuch) { panic("boom") })
	for _, accept := range []string{"*/*", "text/html,*/*"} {
		r := httptest.NewRequest("GET", "/panic?q=%3Cscript%3E&api_key=12345", nil)
		for name, value := range map[string]string{"Accept": accept, "Authorization": "Bearer abcdef", "Cookie": "id=abcdef", "X-Trace": "<b>"} {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		isPage := accept != "*/*"
		body := w.Body.String()
		if w.Code != 500 || strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") != isPage {
			t.Errorf("%s: %d %v", accept, w.Code, w.Header())
		}
		if isPage {
			if strings.Contains(body, "<script>") || strings.Contains(body, "<b>") {
				t.Errorf("the page has HTML of the client: %s", body)
			}
			body = html.UnescapeString(body)
		}
		for _, want := range []string{
			`> app.Get("/panic", func(*NoSuch) { panic("boom") })`, "?q=<script>\n", "?api_key=(masked, 5 bytes)", "X-Trace: <b>",
			"Authorization: (masked, 13 bytes)", "Cookie: (masked, 9 bytes)", "What the route runs",
		} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %q in\n%s", accept, want, body)
			}
		}
		for _, secret := range []string{"abcdef", "12345"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s: the page has the secret %s", accept, secret)
			}
		}
	}
}

type (
	opened struct{}
	broken struct{}
	later  struct{}
)

func newOpened() *opened { return &opened{} }

// The page of Debug marks what had run when the error came, with its time: dependencies and the handler. Routes with middleware, with Around
// and of a host are among them.
func TestDebugPageMarksWhatRan(t *testing.T) {
	t.Parallel()
	breakDown := func(*opened) (*broken, error) { return nil, errors.New("no disk") }
	through := func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) { return next() }
	app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)), brio.Debug(true), brio.Provide(newOpened, breakDown, func() *later { return &later{} }))
	handler := func(*broken, *later) string { return "" }
	app.Get("/error", handler)
	app.Get("/wrapped", handler, brio.Use(func(h http.Handler) http.Handler { return h }))
	app.Get("/around", handler, brio.Around(through))
	app.Get("/handler", func(*opened) string { panic("no ink") })
	host := brio.NewRouter()
	host.Get("/host", handler)
	app.Host("api.example.com", host)
	failed := []string{`newOpened gives \*errors_test.opened  .*  \[ran in [\d.]+[nµm]?s\]`, `2\. .* gives \*errors_test.broken  .*  \[failed after [\d.]+[nµm]?s\]`,
		`3\. .* gives \*errors_test.later  .*  \[did not run\]`, `4\. .*  \[did not run\]`}
	for path, want := range map[string][]string{
		"/error": failed, "/wrapped": failed, "/around": failed, "/host": failed,
		"/handler": {failed[0], `2\. .*  \[failed after [\d.]+[nµm]?s\]`},
	} {
		r := httptest.NewRequest("GET", path, nil)
		if path == "/host" {
			r.Host = "api.example.com"
		}
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		for _, want := range want {
			if !regexp.MustCompile(want).MatchString(w.Body.String()) {
				t.Errorf("%s: no %s in\n%s", path, want, w.Body)
			}
		}
	}
}
