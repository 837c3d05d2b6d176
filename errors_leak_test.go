package brio_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"html/template"
	"io/fs"
	"iter"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/responsemodel"
	"github.com/brio-go/brio/routing"
)

// canary is what no client may see and every log must have.
const canary = "canary-7f3a"

var errLeak = errors.New(canary)

// tellsAll is an error of somebody else's, whose fields are not meant for clients: its type is not declared.
type tellsAll struct {
	Secret string `json:"secret"`
}

func (e *tellsAll) Error() string   { return "upstream: " + e.Secret }
func (e *tellsAll) StatusCode() int { return 404 }

// declaredCause is declared; what it wraps is for the log.
type declaredCause struct {
	Code  string `json:"code"`
	cause error
}

func (e *declaredCause) Error() string   { return e.Code + ": " + e.cause.Error() }
func (e *declaredCause) Unwrap() error   { return e.cause }
func (e *declaredCause) StatusCode() int { return 409 }

type canaryStringer struct{ secret string }

func (c canaryStringer) String() string { return c.secret }

// leaks are the errors that functions end in: returned or panicked. want is what the log must have.
var leaks = []struct {
	name  string
	want  string
	raise func() error
}{
	{"an error", canary, func() error { return errLeak }},
	{"a wrapped error", canary, func() error { return fmt.Errorf("outer: %w", errLeak) }},
	{"joined errors", canary, func() error { return errors.Join(errors.New("first"), errLeak) }},
	{"a path", canary, func() error { return &fs.PathError{Op: "open", Path: "/" + canary, Err: fs.ErrNotExist} }},
	{"a URL", canary, func() error { return &url.Error{Op: "Get", URL: "http://" + canary, Err: errLeak} }},
	{"a cause", canary, func() error { return brio.Error(400, "shown").WithCause(errLeak) }},
	{"a cause without a status", canary, func() error { return (&brio.HTTPError{}).WithCause(errLeak) }},
	{"a wrapped cause", canary, func() error { return fmt.Errorf("a: %w", brio.Error(503, "shown").WithCause(errLeak)) }},
	{"a type that nobody declared", canary, func() error { return &tellsAll{canary} }},
	{"a declared type with a cause", canary, func() error { return &declaredCause{"shown", errLeak} }},
	{"a detail without a JSON form", "", func() error { return brio.Error(400, marshalCanary{}) }},
	{"a header that cannot be", "", func() error { return brio.Error(400, nil).WithHeader("X-A", "a\n"+canary) }},
	{"an error whose text panics", canary, func() error { return textPanics{} }},
	{"a panic with a text", canary, func() error { panic(canary) }},
	{"a panic with an error", canary, func() error { panic(errLeak) }},
	{"a panic with a value", canary, func() error { panic(canaryStringer{canary}) }},
	{"a panic with a struct", canary, func() error { panic(struct{ Secret string }{canary}) }},
	{"a panic with an HTTPError", canary, func() error { panic(brio.Error(400, "shown").WithCause(errLeak)) }},
	{"a panic with a type that nobody declared", canary, func() error { panic(&tellsAll{canary}) }},
	{"a runtime error", "nil map", func() error { nilMap()[canary] = 1; return nil }},
	{"a conversion", "canaryStringer", func() error { return any(canaryStringer{canary}).(error) }},
	{"panic(nil)", "nil", func() error { panic(nil) }},
}

func nilMap() map[string]int { return nil }

type (
	marshalCanary struct{}
	textPanics    struct{}
)

func (marshalCanary) MarshalJSON() ([]byte, error) { return nil, errLeak }
func (textPanics) Error() string                   { panic(canary) }

// deferred is a result, a parameter or a model whose methods end in what raise does.
var leaking struct {
	sync.Mutex
	raise func() error
}

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

// leakFormat is an ErrorFormat that fails, except at what it is checked with.
type leakFormat struct{ fails *bool }

func (leakFormat) MediaType() string      { return "application/json" }
func (leakFormat) Model(int) reflect.Type { return reflect.TypeFor[response.Detail]() }
func (f leakFormat) Body(e *brio.ErrorInfo) any {
	if *f.fails && e.Status == 418 {
		panic(leaking.raise())
	}
	return response.Detail{Detail: e.Detail}
}

// sites are the places where a program's code runs in a request, each with a route called / that ends in raise there.
// late says that the answer has begun by then.
var sites = []struct {
	name  string
	late  bool
	build func(app *brio.App, raise func() error)
}{
	{"a handler", false, func(app *brio.App, raise func() error) { app.Get("/", func() error { return raise() }) }},
	{"a handler with a result", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() (*Message, error) { return nil, raise() })
	}},
	{"a dependency", false, func(app *brio.App, raise func() error) {
		app.Get("/", func(*DB) {}, brio.Provide(func() (*DB, error) { return nil, raise() }))
	}},
	{"a guard", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() {}, brio.Depends(func() error { return raise() }))
	}},
	{"a clean-up before the response", false, func(app *brio.App, raise func() error) {
		app.Get("/", func(*DB) {}, brio.Provide(brio.BeforeResponse(func() (*DB, func() error) { return nil, raise })))
	}},
	{"a clean-up of a failed request", false, func(app *brio.App, raise func() error) {
		app.Get("/", func(*DB) error { return brio.Error(400, "shown") }, brio.Provide(func() (*DB, func(error) error) { return nil, func(error) error { return raise() } }))
	}},
	{"a clean-up", true, func(app *brio.App, raise func() error) {
		app.Get("/", func(*DB) {}, brio.Provide(func() (*DB, func() error) { return nil, raise }))
	}},
	{"Around, before", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() {}, brio.Around(func(*http.Request, func() (*brio.Response, error)) (*brio.Response, error) { return nil, raise() }))
	}},
	{"Around, after", false, func(app *brio.App, raise func() error) {
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
	{"an iterator, before the first item", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() iter.Seq2[Message, error] {
			return func(yield func(Message, error) bool) { yield(Message{}, raise()) }
		})
	}},
	{"an iterator, after the first item", true, func(app *brio.App, raise func() error) {
		app.Get("/", func() iter.Seq2[Message, error] {
			return func(yield func(Message, error) bool) { _ = yield(Message{"first"}, nil) && yield(Message{}, raise()) }
		})
	}},
	{"an event stream", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() response.Events[Message] {
			return func(yield func(response.Event[Message], error) bool) { yield(response.Event[Message]{}, raise()) }
		})
	}},
	{"a background task", true, func(app *brio.App, raise func() error) {
		app.Get("/", func(t *brio.BackgroundTasks) { t.Add(func(context.Context) error { return raise() }) })
	}},
	{"MarshalJSON", false, func(app *brio.App, _ func() error) { app.Get("/", func() leakyJSON { return leakyJSON{} }) }},
	{"a computed field", false, func(app *brio.App, _ func() error) {
		app.Get("/", func() leakyValid { return leakyValid{} })
	}},
	{"a class", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() Message { return Message{} }, brio.ResponseClass(response.NewClass("text/x", func(any) ([]byte, error) { return []byte("x"), raise() })))
	}},
	{"an Encoder", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() Message { return Message{} }, brio.Encoder("application/cbor", func(any) ([]byte, error) { return []byte("x"), raise() }))
	}},
	{"a template", false, func(app *brio.App, raise func() error) {
		t := template.Must(template.New("t").Funcs(template.FuncMap{"fail": func() (string, error) { return "", raise() }}).Parse("{{fail}}"))
		app.Get("/", func() *brio.Response { return response.Template(t, "", nil) })
	}},
	{"a stream of chunks", false, func(app *brio.App, raise func() error) {
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
	{"a Response of OnError", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() error { return errors.New("other") }, brio.OnError(func(*http.Request, error) *brio.Response { return response.JSON(leakyJSON{}) }))
	}},
	{"a background task of OnError", false, func(app *brio.App, raise func() error) {
		app.Get("/", func() error { return errors.New("other") }, brio.OnStatus(500, func(*http.Request, error) *brio.Response {
			return response.Text("x").Background(func(context.Context) error { return raise() })
		}))
	}},
}

// leakRequest answers GET / and gives all that the client sees. A connection that is cut is what late errors end in.
func leakRequest(h http.Handler) (w *httptest.ResponseRecorder) {
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

func seen(w *httptest.ResponseRecorder) string { return fmt.Sprint(w.Code, w.Header(), w.Body) }

func leakApps(log *bytes.Buffer) map[string]func() *brio.App {
	build := func(opts ...brio.AppOption) func() *brio.App {
		return func() *brio.App {
			return brio.New(append(opts, brio.Logger(slog.New(slog.NewTextHandler(log, nil))), brio.Raises[*declaredCause]())...)
		}
	}
	return map[string]func() *brio.App{
		"FastAPI's form":  build(),
		"problem details": build(brio.ProblemDetails()),
		"a house's":       build(brio.FormatErrors(houseFormat{})),
		"compat":          build(brio.FastAPICompat()),
		"German":          build(brio.Messages(german), brio.ErrorKind("sku", "sku", "reason")),
		"kept":            build(brio.MergeAlways()),
	}
}

func TestNoErrorPathLeaks(t *testing.T) {
	leaking.Lock()
	defer leaking.Unlock()
	var log bytes.Buffer
	for format, build := range leakApps(&log) {
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
				w := leakRequest(app)
				if strings.Contains(seen(w), canary) {
					t.Errorf("%s, %s, %s: the client sees %s", format, site.name, leak.name, seen(w))
				}
				if !site.late && w.Code < 400 {
					t.Errorf("%s, %s, %s: status %d", format, site.name, leak.name, w.Code)
				}
				if !strings.Contains(log.String(), leak.want) {
					t.Errorf("%s, %s, %s: the log has no %q: %s", format, site.name, leak.name, leak.want, &log)
				}
			}
		}
	}
}

// constructors make the errors that the framework has, with the canary behind them where they have something behind
// them. TestNoErrorOfTheFrameworkLeaks finds out when one is missing.
var constructors = map[string]func() error{
	"exchange.ErrWritten":    func() error { return fmt.Errorf("%w: %w", exchange.ErrWritten, errLeak) },
	"exchange.ErrConnection": func() error { return fmt.Errorf("%w: %w", exchange.ErrConnection, errLeak) },
	"exchange.ErrTooLarge":   func() error { return fmt.Errorf("%w: %w", exchange.ErrTooLarge, errLeak) },
	"exchange.ErrRead":       func() error { return fmt.Errorf("%w: %w", exchange.ErrRead, errLeak) },
	"exchange.ErrStalled":    func() error { return fmt.Errorf("%w: %w", exchange.ErrStalled, errLeak) },
	"exchange.Refused":       func() error { return fmt.Errorf("%w: %w", &exchange.Refused{Status: 412}, errLeak) },
	"exchange.FormError": func() error {
		return fmt.Errorf("%w: %w", &exchange.FormError{Detail: "shown"}, errLeak)
	},
	"params.ErrTooComplex": func() error { return fmt.Errorf("%w: %w", params.ErrTooComplex, errLeak) },
	"params.ErrTooDeep":    func() error { return fmt.Errorf("%w: %w", params.ErrTooDeep, errLeak) },
	"params.ErrEncoding":   func() error { return fmt.Errorf("%w: %w", params.ErrEncoding, errLeak) },
	"exchange.ErrEncoding": func() error { return fmt.Errorf("%w: %w", exchange.ErrEncoding, errLeak) },
	"exchange.ErrPairs":    func() error { return fmt.Errorf("%w: %w", exchange.ErrPairs, errLeak) },
	"exchange.LimitError": func() error {
		return fmt.Errorf("%w: %w", &exchange.LimitError{Kind: "shown", Msg: "shown", Cause: exchange.ErrTooLarge}, errLeak)
	},
	"params.ErrMediaType": func() error { return fmt.Errorf("%w: %w", params.ErrMediaType, errLeak) },
	"params.ValidationError": func() error {
		return &params.ValidationError{Errors: []params.ErrorDetail{{Msg: "shown"}}, Body: []byte(canary)}
	},
	"response.ErrorDetail":        func() error { return fmt.Errorf("%w: %w", &response.ErrorDetail{Type: canary, Msg: canary}, errLeak) },
	"response.HTTPError":          func() error { return brio.Error(400, "shown").WithCause(errLeak) },
	"dependencies.PanicError":     func() error { return &dependencies.PanicError{Value: canary, Stack: []byte(canary)} },
	"routing.ErrShutdown":         func() error { return fmt.Errorf("%w: %w", routing.ErrShutdown, errLeak) },
	"exchange.ErrEnded":           func() error { return fmt.Errorf("%w: %w", exchange.ErrEnded, errLeak) },
	"params.ErrTooLarge":          func() error { return fmt.Errorf("%w: %w", params.ErrTooLarge, errLeak) },
	"params.ErrBroken":            func() error { return fmt.Errorf("%w: %w", params.ErrBroken, errLeak) },
	"background.ErrNoQueue":       func() error { return fmt.Errorf("%w: %w", background.ErrNoQueue, errLeak) },
	"cookies.ErrInvalid":          func() error { return fmt.Errorf("%w: %w", cookies.ErrInvalid, errLeak) },
	"responsemodel.MismatchError": func() error { return &responsemodel.MismatchError{Path: canary, Text: canary} },
	"constraint.TagError":         func() error { return &constraint.TagError{Tag: canary, Reason: canary} },
	"routing.Report":              func() error { return routing.Report{{Found: canary}} },
	"constraint.Failure":          func() error { return &constraint.Failure{Type: canary, Msg: canary} },
}

func TestNoErrorOfTheFrameworkLeaks(t *testing.T) {
	for name := range exportedErrors(t) {
		if constructors[name] == nil {
			t.Errorf("%s is an error that this test does not know", name)
		}
	}
	var log bytes.Buffer
	for format, build := range leakApps(&log) {
		app := build()
		var err error
		app.Get("/", func() error { return err })
		for name, construct := range constructors {
			err = construct()
			log.Reset()
			if w := leakRequest(app); strings.Contains(seen(w), canary) || w.Code < 400 {
				t.Errorf("%s, %s: the client sees %s", format, name, seen(w))
			}
			own := name == "params.ValidationError" || strings.HasPrefix(name, "exchange.") || strings.HasPrefix(name, "params.") || name == "routing.ErrShutdown"
			if !own && !strings.Contains(log.String(), canary) {
				t.Errorf("%s, %s: not in the log: %s", format, name, &log)
			}
		}
	}
}

// exportedErrors are the names of the error values and error types that the packages below the app export.
func exportedErrors(t *testing.T) map[string]bool {
	out := map[string]bool{}
	for _, dir := range []string{"response", "params", "internal/exchange", "dependencies", "routing", "background", "cookies", "responsemodel", "security", "internal/constraint", "internal/model", "internal/json"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(dir, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			f, err := parser.ParseFile(token.NewFileSet(), file, src, 0)
			if err != nil {
				t.Fatal(err)
			}
			maps.Insert(out, maps.All(errorsOf(f)))
		}
	}
	return out
}

func errorsOf(f *ast.File) map[string]bool {
	out := map[string]bool{}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if v, ok := spec.(*ast.ValueSpec); ok && strings.HasPrefix(v.Names[0].Name, "Err") {
					out[f.Name.Name+"."+v.Names[0].Name] = true
				}
			}
		case *ast.FuncDecl:
			if d.Name.Name != "Error" || d.Recv == nil {
				continue
			}
			recv := d.Recv.List[0].Type
			if star, ok := recv.(*ast.StarExpr); ok {
				recv = star.X
			}
			if id, ok := recv.(*ast.Ident); ok && id.IsExported() {
				out[f.Name.Name+"."+id.Name] = true
			}
		}
	}
	return out
}

func TestAFormatThatFailsDoesNotLeak(t *testing.T) {
	leaking.Lock()
	defer leaking.Unlock()
	fails := false
	opt, log := logged()
	app := brio.New(opt, brio.FormatErrors(leakFormat{&fails}))
	app.Get("/", func() error { return brio.Error(418, "x") })
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	fails = true
	for _, leak := range leaks {
		leaking.raise = leak.raise
		log.Reset()
		w := leakRequest(app)
		wantBody(t, w, `{"detail":"Internal Server Error"}`)
		if !strings.Contains(log.String(), leak.want) {
			t.Errorf("%s: log %s", leak.name, log)
		}
	}
}

type (
	badText string
	badJSON struct{ A int }
)

func (*badText) UnmarshalText([]byte) error { return errLeak }
func (*badJSON) UnmarshalJSON([]byte) error { return errLeak }

func TestErrorsOfParsersAreNotShown(t *testing.T) {
	app := brio.New(quiet(), brio.BodyDecoder("application/x", func([]byte, any) error { return errLeak }))
	app.Get("/", func(*struct {
		A badText `query:"a"`
	}) {
	})
	app.Post("/", func(brio.Body[badJSON]) {})
	for _, w := range []*httptest.ResponseRecorder{
		send(app, "GET", "/?a=b", ""), send(app, "POST", "/", "{}", "Content-Type", "application/json"), send(app, "POST", "/", "x", "Content-Type", "application/x"),
	} {
		if w.Code != 422 || strings.Contains(seen(w), canary) {
			t.Error(seen(w))
		}
	}
}
