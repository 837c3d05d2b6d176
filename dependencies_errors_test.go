package brio_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
)

type paging struct {
	Page int `query:"page" validate:"min=1"`
}

type tokenHeader struct {
	Token string `header:"X-Token"`
}

// missing is the entry of a required parameter that is not there.
func missing(source, name string) string {
	return fmt.Sprintf(`{"type":"missing","loc":[%q,%q],"msg":"Field required","input":null}`, source, name)
}

func detail(entries ...string) string { return `{"detail":[` + strings.Join(entries, ",") + `]}` }

// TestErrorsAccumulate: a dependency with invalid parameters is skipped, with what needs it; all others run, and one
// answer names every mistake once, in the order in which the functions run.
func TestErrorsAccumulate(t *testing.T) {
	var tr tracer
	app := brio.New(quiet(), brio.Provide(func(*paging) *depA { tr.add("a"); return nil }, func(*depA) *depB { tr.add("b"); return nil }))
	app.Get("/", func(*depB, *depA, paging, *struct {
		Q string `query:"q"`
	}) {
		tr.add("handler")
	}, brio.Depends(
		func(tokenHeader) { tr.add("needs token") },
		func() { tr.add("sibling") },
		func(*depB) { tr.add("needs b") },
		func(*tokenHeader) { tr.add("needs token, too") },
		tr.guard("last")))
	w := send(app, "GET", "/", "")
	wantStatus(t, w, 422)
	wantBody(t, w, detail(missing("header", "x-token"), missing("query", "page"), missing("query", "q")))
	tr.want(t, "sibling, last")
	w = send(app, "GET", "/?page=0&q=x", "", "X-Token", "y")
	wantStatus(t, w, 422)
	wantBody(t, w, detail(`{"type":"greater_than_equal","loc":["query","page"],"msg":"Input should be greater than or equal to 1","input":"0","ctx":{"ge":1}}`))
	tr.want(t, "needs token, sibling, needs token, too, last")
	wantStatus(t, send(app, "GET", "/?page=1&q=x", "", "X-Token", "y"), 204)
	tr.want(t, "needs token, sibling, a, b, needs b, needs token, too, last, handler")
}

// TestErrorsOfOneFunctionAreInTheOrderOfSources: path, query, header, cookie, body, over all its parameter structs,
// also when another function has bound the last of them.
func TestErrorsOfOneFunctionAreInTheOrderOfSources(t *testing.T) {
	type cookieStruct struct {
		C string `cookie:"c"`
	}
	type headerStruct struct {
		H string `header:"h"`
	}
	type queryStruct struct {
		Q string `query:"q"`
	}
	handler := func(brio.Body[Item], *cookieStruct, headerStruct, queryStruct) {}
	app := brio.New(quiet())
	app.Post("/", handler)
	app.Post("/guarded", handler, brio.Depends(func(queryStruct) {}))
	body := `{"type":"missing","loc":["body"],"msg":"Field required","input":null}`
	wantBody(t, send(app, "POST", "/", ""), detail(missing("query", "q"), missing("header", "h"), missing("cookie", "c"), body))
	wantBody(t, send(app, "POST", "/guarded", ""), detail(missing("query", "q"), missing("header", "h"), missing("cookie", "c"), body))
}

// TestDependencyThatFailsEndsTheRequest, whatever was collected before.
func TestDependencyThatFailsEndsTheRequest(t *testing.T) {
	var tr tracer
	app := brio.New(quiet())
	app.Get("/", func(paging) { tr.add("handler") }, brio.Depends(
		func(tokenHeader) { tr.add("token") },
		func() error {
			tr.add("refuses")
			return brio.Error(401, "who are you?").WithHeader("WWW-Authenticate", "Basic")
		},
		tr.guard("after")))
	w := send(app, "GET", "/", "")
	wantStatus(t, w, 401)
	wantBody(t, w, `{"detail":"who are you?"}`)
	wantHeader(t, w, "WWW-Authenticate", "Basic")
	tr.want(t, "refuses")
}

// TestSharedStructIsBoundOnce: dependency and handler see one struct, whether they take it by value or by pointer.
func TestSharedStructIsBoundOnce(t *testing.T) {
	app := brio.New(quiet())
	var first *paging
	app.Post("/", func(p *paging, in brio.Body[Item], v paging) error {
		if p != first || v != *p || in.Value.Name != "hat" {
			return brio.Error(418, fmt.Sprint(p, v, in))
		}
		return nil
	}, brio.Depends(func(p *paging, in *brio.Body[Item]) { first = p }))
	w := send(app, "POST", "/?page=3", `{"name":"hat","price":1}`, "Content-Type", "application/json")
	wantStatus(t, w, 204)
}

// nilError is the error of which Go programs make nil pointers by mistake.
type nilError struct{ text string }

func (e *nilError) Error() string { return e.text }
func (e *nilError) Unwrap() error { return errors.New(e.text) }

type panicsInJSON struct{}

func (panicsInJSON) MarshalJSON() ([]byte, error) { panic("canary in MarshalJSON") }

type panicsInValidate struct {
	X int `json:"x"`
}

func (panicsInValidate) Validate(context.Context) error { panic("canary in Validate") }

// TestUnexpectedErrorsAreCleanAndLogged: clients learn nothing of them, the log everything.
func TestUnexpectedErrorsAreCleanAndLogged(t *testing.T) {
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
		{name: "panic with an HTTPError", handler: func() { panic(fmt.Errorf("canary: %w", context.Canceled)) }, log: "canary", panics: true},
		{name: "panic of the runtime", handler: func(r *http.Request) int { var list []int; return list[len(r.URL.Path)] }, log: "index out of range", panics: true},
		{name: "panic of a guard", handler: func() {}, opts: []brio.RouteOption{guard(func() { panic("canary") })}, log: "canary", panics: true},
		{name: "panic of a provider", handler: func(*depA) {}, opts: []brio.RouteOption{brio.Provide(func() *depA { panic("canary") })}, log: "canary", panics: true},
		{name: "panic of a validator", handler: func(brio.Body[panicsInValidate]) {}, log: "canary in Validate", panics: true},
		{name: "panic of an encoder", handler: func() panicsInJSON { return panicsInJSON{} }, log: "canary in MarshalJSON"},
		{name: "panic of an error's detail", handler: func() error { return brio.Error(418, panicsInJSON{}) }, log: "canary in MarshalJSON"},
		{name: "nil pointer as an error", handler: func() error { var e *nilError; return e }, log: "*brio_test.nilError"},
		{name: "nil HTTPError as an error", handler: func() error { var e *brio.HTTPError; return e }, log: "HTTPError"},
		{name: "HTTPError with a cause", handler: func() error { return brio.Error(500, nil).WithCause(errors.New("canary")) }, log: "canary"},
		{name: "status that is none", handler: func() error { return brio.Error(42, "canary") }, log: "42"},
		{name: "header that is none", handler: func(res *brio.Response) int { res.SetHeader("X", "canary\n"); return 1 }, log: "header X"},
		{name: "cookie that is none", handler: func(res *brio.Response) int { res.SetCookie(cookies.New("canary;", "x")); return 1 }, log: "canary"},
	} {
		t.Run(c.name, func(t *testing.T) {
			opt, log := logged()
			app := brio.New(opt)
			app.Post("/items/{id}", c.handler, append(c.opts, brio.Name("theHandler"))...)
			if err := app.Check(); err != nil {
				t.Fatal(err)
			}
			w := send(app, "POST", "/items/7?secret=1", `{"x":1}`, "Content-Type", "application/json")
			wantInternalError(t, w, log, c.log)
			if strings.Contains(fmt.Sprint(w.Header(), w.Body), "canary") {
				t.Errorf("the answer leaks: %v %s", w.Header(), w.Body)
			}
			for _, want := range []string{"level=ERROR", "method=POST", "route=/items/{id}", "handler=theHandler", "dependencies_errors_test.go:"} {
				if !strings.Contains(log.String(), want) {
					t.Errorf("the log has no %s: %s", want, log)
				}
			}
			if c.panics && !strings.Contains(log.String(), "stack=") {
				t.Errorf("no stack: %s", log)
			}
			if c.panics && !strings.Contains(log.String(), "brio_test.") {
				t.Errorf("the stack does not reach the culprit: %s", log)
			}
		})
	}
}

// TestCauseOfAnExpectedErrorIsLogged, as a warning: it is for nobody else to see.
func TestCauseOfAnExpectedErrorIsLogged(t *testing.T) {
	opt, log := logged()
	app := brio.New(opt)
	app.Get("/", func() error { return brio.Error(401, "no").WithCause(errors.New("canary")) })
	app.Get("/plain", func() error { return brio.Error(401, "no") })
	wantBody(t, send(app, "GET", "/plain", ""), `{"detail":"no"}`)
	wantBody(t, send(app, "GET", "/nothing", ""), notFound)
	if log.Len() > 0 {
		t.Errorf("the log has %s", log)
	}
	w := send(app, "GET", "/", "")
	wantStatus(t, w, 401)
	wantBody(t, w, `{"detail":"no"}`)
	if !strings.Contains(log.String(), "level=WARN") || !strings.Contains(log.String(), "canary") {
		t.Errorf("the log has %s", log)
	}
}

// TestDependencyThatReturnsAResponse does not end the request: it is just a value, and of a guard nobody's.
func TestDependencyThatReturnsAResponse(t *testing.T) {
	app := brio.New(quiet())
	app.Get("/", func() string { return "handler" }, brio.Depends(func() *brio.Response { return response.Text("guard") }))
	wantBody(t, send(app, "GET", "/", ""), `"handler"`)
}
