package dependencies_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

type item struct {
	Name  string  `json:"name" validate:"min=1"`
	Price float64 `json:"price" validate:"gt=0"`
}

type paging struct {
	Page int `query:"page" validate:"min=1"`
}

type tokenHeader struct {
	Token string `header:"X-Token"`
}

// A dependency with invalid parameters is skipped, with what needs it. All others run, and one 422 names every error once,
// in the order in which the functions run.
func TestParameterErrorsAccumulate(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	app := brio.New(testkit.Quiet(), brio.Provide(func(*paging) *depA { tr.Add("a"); return nil }, func(*depA) *depB { tr.Add("b"); return nil }))
	app.Get("/", func(*depB, *depA, paging, *struct {
		Q string `query:"q"`
	}) {
		tr.Add("handler")
	}, brio.Depends(
		func(tokenHeader) { tr.Add("needs token") },
		func() { tr.Add("sibling") },
		func(*depB) { tr.Add("needs b") },
		func(*tokenHeader) { tr.Add("needs token, too") },
		tr.Guard("last")))
	w := testkit.Get(app, "/")
	testkit.WantStatus(t, w, 422)
	testkit.WantBody(t, w, testkit.Detail(testkit.Missing("header", "x-token"), testkit.Missing("query", "page"), testkit.Missing("query", "q")))
	tr.Want(t, "sibling, last")
	w = testkit.Get(app, "/?page=0&q=x", "X-Token", "y")
	testkit.WantStatus(t, w, 422)
	testkit.WantBody(t, w, testkit.Detail(`{"type":"greater_than_equal","loc":["query","page"],"msg":"Input should be greater than or equal to 1","input":"0","ctx":{"ge":1}}`))
	tr.Want(t, "needs token, sibling, needs token, too, last")
	testkit.WantStatus(t, testkit.Get(app, "/?page=1&q=x", "X-Token", "y"), 204)
	tr.Want(t, "needs token, sibling, a, b, needs b, needs token, too, last, handler")
}

// The errors of one function are in the order path, query, header, cookie, body over all its parameter structs, as in
// FastAPI. The order is the same when another function has bound one of the structs before.
func TestParameterErrorsAreInSourceOrder(t *testing.T) {
	t.Parallel()
	type cookieStruct struct {
		C string `cookie:"c"`
	}
	type headerStruct struct {
		H string `header:"h"`
	}
	type queryStruct struct {
		Q string `query:"q"`
	}
	handler := func(brio.Body[item], *cookieStruct, headerStruct, queryStruct) {}
	app := brio.New(testkit.Quiet())
	app.Post("/", handler)
	app.Post("/guarded", handler, brio.Depends(func(queryStruct) {}))
	body := `{"type":"missing","loc":["body"],"msg":"Field required","input":null}`
	testkit.WantBody(t, testkit.Do(app, "POST", "/", ""), testkit.Detail(testkit.Missing("query", "q"), testkit.Missing("header", "h"), testkit.Missing("cookie", "c"), body))
	testkit.WantBody(t, testkit.Do(app, "POST", "/guarded", ""), testkit.Detail(testkit.Missing("query", "q"), testkit.Missing("header", "h"), testkit.Missing("cookie", "c"), body))
}

// An error of a dependency is the answer, whatever errors of parameters were collected before.
func TestDependencyErrorEndsRequest(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	app := brio.New(testkit.Quiet())
	app.Get("/", func(paging) { tr.Add("handler") }, brio.Depends(
		func(tokenHeader) { tr.Add("token") },
		func() error {
			tr.Add("refuses")
			return brio.Error(401, "who are you?").WithHeader("WWW-Authenticate", "Basic")
		},
		tr.Guard("after")))
	w := testkit.Get(app, "/")
	testkit.WantStatus(t, w, 401)
	testkit.WantBody(t, w, `{"detail":"who are you?"}`)
	testkit.WantHeader(t, w, "WWW-Authenticate", "Basic")
	tr.Want(t, "refuses")
}

// A dependency and the handler get one parameter struct, whether they take it by value or by pointer.
func TestSharedParametersAreBoundOnce(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	var first *paging
	app.Post("/", func(p *paging, in brio.Body[item], v paging) error {
		if p != first || v != *p || in.Value.Name != "hat" {
			return brio.Error(418, fmt.Sprint(p, v, in))
		}
		return nil
	}, brio.Depends(func(p *paging, in *brio.Body[item]) { first = p }))
	w := testkit.PostJSON(app, "/?page=3", `{"name":"hat","price":1}`)
	testkit.WantStatus(t, w, 204)
}

// nilError is an error type that the test returns as a nil pointer, a common mistake in Go programs.
type nilError struct{ text string }

func (e *nilError) Error() string { return e.text }
func (e *nilError) Unwrap() error { return errors.New(e.text) }

type panicsInJSON struct{}

func (panicsInJSON) MarshalJSON() ([]byte, error) { panic("canary in MarshalJSON") }

type panicsInValidate struct {
	X int `json:"x"`
}

func (panicsInValidate) Validate(context.Context) error { panic("canary in Validate") }

// An error that is not meant for clients is a 500 without its text. The log has the error, the request and, for a panic, the
// stack.
func TestUnexpectedErrorsAreLogged(t *testing.T) {
	t.Parallel()
	guard := func(f any) brio.RouteOption { return brio.Depends(f) }
	for _, c := range []struct {
		name    string
		handler any
		opts    []brio.RouteOption
		log     string
		panics  bool
	}{
		{name: "error of the handler", handler: func() error { return errors.New("canary") }, log: "canary"},
		{name: "error of a dependency", handler: func() {}, opts: []brio.RouteOption{guard(func() error { return fmt.Errorf("db: %w", errors.New("canary")) })}, log: "db: canary"},
		{name: "panic of the handler", handler: func() { panic("canary") }, log: "canary", panics: true},
		{name: "panic with an error", handler: func() { panic(errors.New("canary")) }, log: "canary", panics: true},
		{name: "panic with a wrapped error", handler: func() { panic(fmt.Errorf("canary: %w", context.Canceled)) }, log: "canary", panics: true},
		{name: "panic of the runtime", handler: func(r *http.Request) int { var list []int; return list[len(r.URL.Path)] }, log: "index out of range", panics: true},
		{name: "panic of a guard", handler: func() {}, opts: []brio.RouteOption{guard(func() { panic("canary") })}, log: "canary", panics: true},
		{name: "panic of a provider", handler: func(*depA) {}, opts: []brio.RouteOption{brio.Provide(func() *depA { panic("canary") })}, log: "canary", panics: true},
		{name: "panic of a validator", handler: func(brio.Body[panicsInValidate]) {}, log: "canary in Validate", panics: true},
		{name: "panic of an encoder", handler: func() panicsInJSON { return panicsInJSON{} }, log: "canary in MarshalJSON"},
		{name: "panic of an error's detail", handler: func() error { return brio.Error(418, panicsInJSON{}) }, log: "canary in MarshalJSON"},
		{name: "nil pointer as an error", handler: func() error { var e *nilError; return e }, log: "*dependencies_test.nilError"},
		{name: "nil HTTPError as an error", handler: func() error { var e *brio.HTTPError; return e }, log: "HTTPError"},
		{name: "HTTPError with a cause", handler: func() error { return brio.Error(500, nil).WithCause(errors.New("canary")) }, log: "canary"},
		{name: "illegal status", handler: func() error { return brio.Error(42, "canary") }, log: "42"},
		{name: "illegal header", handler: func(res *brio.Response) int { res.SetHeader("X", "canary\n"); return 1 }, log: "header X"},
		{name: "illegal cookie", handler: func(res *brio.Response) int { res.SetCookie(cookies.New("canary;", "x")); return 1 }, log: "canary"},
	} {
		t.Run(c.name, func(t *testing.T) {
			log := &testkit.Log{}
			app := brio.New(brio.Logger(log.Logger()))
			app.Post("/items/{id}", c.handler, append(c.opts, brio.Name("theHandler"))...)
			if err := app.Check(); err != nil {
				t.Fatal(err)
			}
			w := testkit.PostJSON(app, "/items/7?secret=1", `{"x":1}`)
			testkit.WantInternalError(t, w, log, c.log)
			if strings.Contains(fmt.Sprint(w.Header(), w.Body), "canary") {
				t.Errorf("the answer leaks: %v %s", w.Header(), w.Body)
			}
			testkit.WantContains(t, log.String(), "level=ERROR", "method=POST", "route=/items/{id}", "handler=theHandler", "errors_test.go:")
			if c.panics { // the stack reaches the function that panicked
				testkit.WantContains(t, log.String(), "stack=", "dependencies_test.")
			}
		})
	}
}

// The cause of an HTTPError is logged as a warning, and no client sees it.
func TestCauseOfHTTPErrorIsLogged(t *testing.T) {
	t.Parallel()
	log := &testkit.Log{}
	app := brio.New(brio.Logger(log.Logger()))
	app.Get("/", func() error { return brio.Error(401, "no").WithCause(errors.New("canary")) })
	app.Get("/plain", func() error { return brio.Error(401, "no") })
	testkit.WantBody(t, testkit.Get(app, "/plain"), `{"detail":"no"}`)
	testkit.WantBody(t, testkit.Get(app, "/nothing"), `{"detail":"Not Found"}`)
	if log.String() != "" {
		t.Errorf("the log has %s", log)
	}
	w := testkit.Get(app, "/")
	testkit.WantStatus(t, w, 401)
	testkit.WantBody(t, w, `{"detail":"no"}`)
	testkit.WantContains(t, log.String(), "level=WARN", "canary")
}

// A *Response as the result of a dependency is a value like others. That of a guard does not answer the request.
func TestGuardResponseIsIgnored(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Get("/", func() string { return "handler" }, brio.Depends(func() *brio.Response { return response.Text("guard") }))
	testkit.WantBody(t, testkit.Get(app, "/"), `"handler"`)
}
