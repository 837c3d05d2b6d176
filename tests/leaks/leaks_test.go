package leaks_test

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// errLeak is an error with the canary.
var errLeak = errors.New(testkit.Canary)

// undeclared is an error with a status and fields. No route declares it, so clients see its status alone.
type undeclared struct {
	Secret string `json:"secret"`
}

func (e *undeclared) Error() string   { return "upstream: " + e.Secret }
func (e *undeclared) StatusCode() int { return 404 }

// declaredCause is an error that the apps declare. Clients see its exported fields; the wrapped error is for the log.
type declaredCause struct {
	Code  string `json:"code"`
	cause error
}

func (e *declaredCause) Error() string   { return e.Code + ": " + e.cause.Error() }
func (e *declaredCause) Unwrap() error   { return e.cause }
func (e *declaredCause) StatusCode() int { return 409 }

// message is the result of a handler.
type message struct {
	Message string `json:"message"`
}

// store is the result of a provider.
type store struct{}

// canaryStringer is a panic value that is no error.
type canaryStringer struct{ secret string }

func (c canaryStringer) String() string { return c.secret }

// leaks are the errors that functions return or panic with. The log must contain want.
var leaks = []struct {
	name  string
	want  string
	raise func() error
}{
	{"error", testkit.Canary, func() error { return errLeak }},
	{"wrapped error", testkit.Canary, func() error { return fmt.Errorf("outer: %w", errLeak) }},
	{"joined errors", testkit.Canary, func() error { return errors.Join(errors.New("first"), errLeak) }},
	{"path error", testkit.Canary, func() error { return &fs.PathError{Op: "open", Path: "/" + testkit.Canary, Err: fs.ErrNotExist} }},
	{"url error", testkit.Canary, func() error { return &url.Error{Op: "Get", URL: "http://" + testkit.Canary, Err: errLeak} }},
	{"cause", testkit.Canary, func() error { return brio.Error(400, "shown").WithCause(errLeak) }},
	{"cause without status", testkit.Canary, func() error { return (&brio.HTTPError{}).WithCause(errLeak) }},
	{"wrapped cause", testkit.Canary, func() error { return fmt.Errorf("a: %w", brio.Error(503, "shown").WithCause(errLeak)) }},
	{"undeclared type", testkit.Canary, func() error { return &undeclared{testkit.Canary} }},
	{"declared type with cause", testkit.Canary, func() error { return &declaredCause{"shown", errLeak} }},
	{"detail without JSON form", "", func() error { return brio.Error(400, marshalCanary{}) }},
	{"line break in header", "", func() error { return brio.Error(400, nil).WithHeader("X-A", "a\n"+testkit.Canary) }},
	{"Error panics", testkit.Canary, func() error { return textPanics{} }},
	{"panic with text", testkit.Canary, func() error { panic(testkit.Canary) }},
	{"panic with error", testkit.Canary, func() error { panic(errLeak) }},
	{"panic with Stringer", testkit.Canary, func() error { panic(canaryStringer{testkit.Canary}) }},
	{"panic with struct", testkit.Canary, func() error { panic(struct{ Secret string }{testkit.Canary}) }},
	{"panic with HTTPError", testkit.Canary, func() error { panic(brio.Error(400, "shown").WithCause(errLeak)) }},
	{"panic with undeclared type", testkit.Canary, func() error { panic(&undeclared{testkit.Canary}) }},
	{"runtime error", "nil map", func() error { nilMap()[testkit.Canary] = 1; return nil }},
	{"failed type assertion", "canaryStringer", func() error { return any(canaryStringer{testkit.Canary}).(error) }},
	{"panic(nil)", "nil", func() error { panic(nil) }},
}

func nilMap() map[string]int { return nil }

// marshalCanary and textPanics fail in the method that the framework calls.
type (
	marshalCanary struct{}
	textPanics    struct{}
)

func (marshalCanary) MarshalJSON() ([]byte, error) { return nil, errLeak }
func (textPanics) Error() string                   { panic(testkit.Canary) }

// leaking has the function that the methods of the types below call. A test that sets it holds the lock.
var leaking struct {
	sync.Mutex
	raise func() error
}

// Results, parameters and models whose methods end as leaking.raise does.
type (
	leakyJSON  struct{}
	leakyText  string
	leakyValid struct {
		A string `json:"a"`
	}
)

func (leakyJSON) MarshalJSON() ([]byte, error)    { return []byte("{}"), leaking.raise() }
func (*leakyText) UnmarshalText([]byte) error     { panic(leaking.raise()) }
func (leakyValid) Validate(context.Context) error { panic(leaking.raise()) }
func (leakyValid) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed("b", leakyValid.computed)}
}
func (leakyValid) computed() string { panic(leaking.raise()) }

// ownFormat is an ErrorFormat of a program, which writes the detail as text.
type ownFormat struct{}

type ownError struct {
	Code    int      `json:"code"`
	Message string   `json:"message"`
	Fields  []string `json:"fields,omitempty"`
	Trace   string   `json:"trace,omitempty"`
}

func (ownFormat) MediaType() string      { return "application/vnd.own+json" }
func (ownFormat) Model(int) reflect.Type { return reflect.TypeFor[ownError]() }
func (ownFormat) Body(e *brio.ErrorInfo) any {
	out := ownError{Code: e.Status, Message: fmt.Sprint(e.Detail), Trace: e.RequestID}
	for _, d := range e.Errors {
		out.Fields = append(out.Fields, fmt.Sprint(d.Loc[len(d.Loc)-1]))
	}
	return out
}

// german is a catalogue, so that errors are translated.
var german = brio.Catalogue{
	Language: "de",
	Kinds:    map[string]string{"missing": "Das Feld fehlt", "value_error": "Falscher Wert: {message}", "sku": "Die Nummer {sku} gibt es nicht ({reason})"},
	Details:  map[string]string{"Not Found": "Nicht gefunden", "Internal Server Error": "Interner Fehler"},
}

// leakFormat is an ErrorFormat that fails at a 418 while *fails is true. It is false at the start, which checks the format.
type leakFormat struct{ fails *bool }

func (leakFormat) MediaType() string      { return "application/json" }
func (leakFormat) Model(int) reflect.Type { return reflect.TypeFor[response.Detail]() }
func (f leakFormat) Body(e *brio.ErrorInfo) any {
	if *f.fails && e.Status == 418 {
		panic(leaking.raise())
	}
	return response.Detail{Detail: e.Detail}
}

// sites are the places where code of a program runs in a request. build declares a route / that ends as raise does there.
// late is true where the answer has begun by then.
var sites = []struct {
	name  string
	late  bool
	build func(app *brio.App, raise func() error)
}{
	{"handler", false, func(app *brio.App, raise func() error) { app.Get("/", func() error { return raise() }) }},
	{"handler with result", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() (*message, error) { return nil, raise() })
	}},
	{"dependency", false, func(app *brio.App, raise func() error) {
		app.Get("/", func(*store) {}, brio.Provide(func() (*store, error) { return nil, raise() }))
	}},
	{"guard", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() {}, brio.Depends(func() error { return raise() }))
	}},
	{"clean-up before the response", false, func(app *brio.App, raise func() error) {
		app.Get("/", func(*store) {}, brio.Provide(brio.BeforeResponse(func() (*store, func() error) { return nil, raise })))
	}},
	{"clean-up of a failed request", false, func(app *brio.App, raise func() error) {
		app.Get("/", func(*store) error { return brio.Error(400, "shown") }, brio.Provide(func() (*store, func(error) error) { return nil, func(error) error { return raise() } }))
	}},
	{"clean-up", true, func(app *brio.App, raise func() error) {
		app.Get("/", func(*store) {}, brio.Provide(func() (*store, func() error) { return nil, raise }))
	}},
	{"Around, before next", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() {}, brio.Around(func(*http.Request, func() (*brio.Response, error)) (*brio.Response, error) { return nil, raise() }))
	}},
	{"Around, after next", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() {}, brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
			_, _ = next()
			return nil, raise()
		}))
	}},
	{"middleware", false, func(app *brio.App, raise func() error) {
		app.Use(func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { brio.WriteError(w, r, raise()) })
		})
		app.Get("/", func() {})
	}},
	{"middleware of a route", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() {}, brio.Use(func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { brio.WriteError(w, r, raise()) })
		}))
	}},
	{"iterator, first item", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() iter.Seq2[message, error] {
			return func(yield func(message, error) bool) { yield(message{}, raise()) }
		})
	}},
	{"iterator, second item", true, func(app *brio.App, raise func() error) {
		app.Get("/", func() iter.Seq2[message, error] {
			return func(yield func(message, error) bool) { _ = yield(message{"first"}, nil) && yield(message{}, raise()) }
		})
	}},
	{"event stream", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() response.Events[message] {
			return func(yield func(response.Event[message], error) bool) { yield(response.Event[message]{}, raise()) }
		})
	}},
	{"background task", true, func(app *brio.App, raise func() error) {
		app.Get("/", func(t *brio.BackgroundTasks) { t.Add(func(context.Context) error { return raise() }) })
	}},
	{"MarshalJSON", false, func(app *brio.App, _ func() error) { app.Get("/", func() leakyJSON { return leakyJSON{} }) }},
	{"computed field", false, func(app *brio.App, _ func() error) {
		app.Get("/", func() leakyValid { return leakyValid{} })
	}},
	{"response class", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() message { return message{} }, brio.ResponseClass(response.NewClass("text/x", func(any) ([]byte, error) { return []byte("x"), raise() })))
	}},
	{"Encoder", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() message { return message{} }, brio.Encoder("application/cbor", func(any) ([]byte, error) { return []byte("x"), raise() }))
	}},
	{"template", false, func(app *brio.App, raise func() error) {
		t := template.Must(template.New("t").Funcs(template.FuncMap{"fail": func() (string, error) { return "", raise() }}).Parse("{{fail}}"))
		app.Get("/", func() *brio.Response { return response.Template(t, "", nil) })
	}},
	{"stream of chunks", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() *brio.Response {
			return response.Stream("text/x", iter.Seq2[[]byte, error](func(yield func([]byte, error) bool) { yield(nil, raise()) }))
		})
	}},
	{"UnmarshalText", false, func(app *brio.App, _ func() error) {
		app.Get("/", func(*struct {
			A leakyText `query:"a"`
		}) {
		})
	}},
	{"Validate", false, func(app *brio.App, _ func() error) {
		app.Get("/", func(*struct {
			Q leakyValid `query:""`
		}) {
		})
	}},
	{"OnError", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() error { return errors.New("other") }, brio.OnError(func(*http.Request, error) *brio.Response { panic(raise()) }))
	}},
	{"Response of OnError", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() error { return errors.New("other") }, brio.OnError(func(*http.Request, error) *brio.Response { return response.JSON(leakyJSON{}) }))
	}},
	{"background task of OnError", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() error { return errors.New("other") }, brio.OnStatus(500, func(*http.Request, error) *brio.Response {
			return response.Text("x").Background(func(context.Context) error { return raise() })
		}))
	}},
}

// getRoot sends GET / to h and returns the recorded answer. It recovers http.ErrAbortHandler, which cuts the connection after
// a late error.
func getRoot(h http.Handler) (w *httptest.ResponseRecorder) {
	r := httptest.NewRequest("GET", "/?a=b", nil)
	r.Header.Set("Accept", "application/cbor, */*;q=0.1")
	w = httptest.NewRecorder()
	defer func() {
		if v := recover(); v != nil && v != http.ErrAbortHandler {
			panic(v)
		}
	}()
	h.ServeHTTP(w, r)
	return w
}

// seen returns everything that the client receives.
func seen(w *httptest.ResponseRecorder) string { return fmt.Sprint(w.Code, w.Header(), w.Body) }

// newApps returns the constructors of an app in each error format. The apps log to log.
func newApps(log *testkit.Log) map[string]func() *brio.App {
	build := func(opts ...brio.AppOption) func() *brio.App {
		return func() *brio.App {
			return brio.New(append(opts, brio.Logger(log.Logger()), brio.Raises[*declaredCause]())...)
		}
	}
	return map[string]func() *brio.App{
		"fastapi":         build(),
		"problem details": build(brio.ProblemDetails()),
		"own format":      build(brio.FormatErrors(ownFormat{})),
		"compat":          build(brio.FastAPICompat()),
		"german":          build(brio.Messages(german), brio.ErrorKind("sku", "sku", "reason")),
		"merge always":    build(brio.MergeAlways()),
	}
}

// An error that is not for clients ends in an answer without its text, and in the log with it: returned or panicked, at every
// site, in every error format.
func TestInternalErrorsNeverReachClients(t *testing.T) {
	t.Parallel()
	leaking.Lock()
	defer leaking.Unlock()
	log := &testkit.Log{}
	for format, build := range newApps(log) {
		for _, site := range sites {
			app := build()
			var raise func() error
			site.build(app, func() error { return raise() })
			if err := app.Check(); err != nil {
				t.Fatalf("%s: %v", site.name, err)
			}
			for _, leak := range leaks {
				raise = leak.raise
				leaking.raise = leak.raise
				log.Reset()
				w := getRoot(app)
				if strings.Contains(seen(w), testkit.Canary) {
					t.Errorf("%s, %s, %s: the client sees %s", format, site.name, leak.name, seen(w))
				}
				if !site.late && w.Code < 400 {
					t.Errorf("%s, %s, %s: status %d", format, site.name, leak.name, w.Code)
				}
				if !strings.Contains(log.String(), leak.want) {
					t.Errorf("%s, %s, %s: the log has no %q: %s", format, site.name, leak.name, leak.want, log)
				}
			}
		}
	}
}

// An ErrorFormat that fails ends in FastAPI's 500.
func TestErrorFormatFailureDoesNotLeak(t *testing.T) {
	t.Parallel()
	leaking.Lock()
	defer leaking.Unlock()
	fails := false
	log := &testkit.Log{}
	app := brio.New(brio.Logger(log.Logger()), brio.FormatErrors(leakFormat{&fails}))
	app.Get("/", func() error { return brio.Error(418, "x") })
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	fails = true
	for _, leak := range leaks {
		leaking.raise = leak.raise
		log.Reset()
		w := getRoot(app)
		testkit.WantBody(t, w, testkit.InternalError)
		if !strings.Contains(log.String(), leak.want) {
			t.Errorf("%s: the log has no %q: %s", leak.name, leak.want, log)
		}
	}
}

// badText and badJSON refuse every value with an error that has the canary.
type (
	badText string
	badJSON struct{ A int }
)

func (*badText) UnmarshalText([]byte) error { return errLeak }
func (*badJSON) UnmarshalJSON([]byte) error { return errLeak }

// The errors of UnmarshalText, UnmarshalJSON and BodyDecoder are not in the message of a 422, unlike pydantic's ValueError.
func TestDecoderErrorsAreNotInMessages(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(), brio.BodyDecoder("application/x", func([]byte, any) error { return errLeak }))
	app.Get("/", func(*struct {
		A badText `query:"a"`
	}) {
	})
	app.Post("/", func(brio.Body[badJSON]) {})
	for _, w := range []*httptest.ResponseRecorder{
		testkit.Get(app, "/?a=b"), testkit.PostJSON(app, "/", "{}"), testkit.Do(app, "POST", "/", "x", "Content-Type", "application/x"),
	} {
		if w.Code != 422 || strings.Contains(seen(w), testkit.Canary) {
			t.Error(seen(w))
		}
	}
}
