package brio_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
)

// OutOfStock knows its status; only its exported fields are sent.
type OutOfStock struct {
	SKU   string `json:"sku"`
	Left  int    `json:"left"`
	cause error
}

func (e *OutOfStock) Error() string        { return fmt.Sprintf("%s is out of stock: %v", e.SKU, e.cause) }
func (e *OutOfStock) StatusCode() int      { return 409 }
func (e *OutOfStock) Headers() http.Header { return http.Header{"Retry-After": {"60"}} }

// Locked has nothing to say but its status.
type Locked struct{ by string }

func (e Locked) Error() string   { return "locked by " + e.by }
func (e Locked) StatusCode() int { return 423 }

// Quota has no status of its own.
type Quota struct {
	Limit int `json:"limit"`
}

func (e Quota) Error() string { return "quota" }

// Upstream has the status that another server gave.
type Upstream struct {
	Code int    `json:"code"`
	URL  string `json:"url"`
}

func (e *Upstream) Error() string   { return "GET " + e.URL }
func (e *Upstream) StatusCode() int { return e.Code }

// Credit is a problem with a member of its own (RFC 9457, 3.2).
type Credit struct {
	brio.Problem
	Balance int `json:"balance"`
}

func (e *Credit) Error() string   { return e.Title }
func (e *Credit) StatusCode() int { return 403 }

func TestTypedErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		opts   []brio.AppOption
		err    error
		status int
		body   string
		log    string // "": nothing
	}{
		{"declared", []brio.AppOption{brio.Raises[*OutOfStock]()}, &OutOfStock{"a-1", 2, errors.New("hidden")}, 409, `{"sku":"a-1","left":2}`, ""},
		{"wrapped", []brio.AppOption{brio.Raises[*OutOfStock]()}, fmt.Errorf("order: %w", &OutOfStock{SKU: "a-1"}), 409, `{"sku":"a-1","left":0}`, ""},
		{"joined", []brio.AppOption{brio.Raises[*OutOfStock]()}, errors.Join(errors.New("x"), &OutOfStock{SKU: "a-1"}), 409, `{"sku":"a-1","left":0}`, ""},
		{"under problem details", []brio.AppOption{brio.ProblemDetails(), brio.Raises[*OutOfStock]()}, &OutOfStock{SKU: "a-1"}, 409, `{"sku":"a-1","left":0}`, ""},
		{"a problem with more", []brio.AppOption{brio.ProblemDetails(), brio.Raises[*Credit]()}, &Credit{brio.Problem{Type: "/credit", Title: "Out of credit", Status: 403}, 30}, 403, `{"type":"/credit","title":"Out of credit","status":403,"balance":30}`, ""},
		{"not declared", nil, &OutOfStock{SKU: "a-1"}, 409, `{"detail":"Conflict"}`, "a-1 is out of stock"},
		{"without fields", []brio.AppOption{brio.Raises[Locked]()}, Locked{"ann"}, 423, `{"detail":"Locked"}`, ""},
		{"a pointer where the value is declared", []brio.AppOption{brio.Raises[Quota](429)}, &Quota{5}, 429, `{"limit":5}`, ""},
		{"a value where the pointer is declared", []brio.AppOption{brio.Raises[*Quota](429)}, Quota{5}, 429, `{"limit":5}`, ""},
		{"without a status and not declared", nil, Quota{5}, 500, `{"detail":"Internal Server Error"}`, "quota"},
		{"of several statuses", []brio.AppOption{brio.Raises[*Upstream](502, 504)}, &Upstream{504, "http://inside"}, 504, `{"code":504,"url":"http://inside"}`, "GET http://inside"},
		{"another server's, not declared", nil, &Upstream{404, "http://inside"}, 404, `{"detail":"Not Found"}`, "GET http://inside"},
		{"a status of no error", nil, &Upstream{200, "http://inside"}, 500, `{"detail":"Internal Server Error"}`, "GET http://inside"},
		{"an HTTPError around it wins", []brio.AppOption{brio.Raises[*OutOfStock]()}, brio.Error(404, "none").WithCause(&OutOfStock{SKU: "a-1"}), 404, `{"detail":"none"}`, "out of stock"},
		{"a nil pointer", []brio.AppOption{brio.Raises[*Upstream](502)}, (*Upstream)(nil), 500, `{"detail":"Internal Server Error"}`, "nil pointer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			opt, log := logged()
			app := brio.New(append(c.opts, opt)...)
			app.Get("/", func() error { return c.err })
			w := send(app, "GET", "/", "")
			wantStatus(t, w, c.status)
			wantBody(t, w, c.body)
			if c.log == "" && log.String() != "" || !strings.Contains(log.String(), c.log) {
				t.Errorf("log %q, want %q", log, c.log)
			}
			if c.name == "declared" {
				wantHeader(t, w, "Retry-After", "60")
			}
		})
	}
}

type (
	leakyError struct {
		Err error `json:"err"`
	}
	funcError struct {
		F func() `json:"f"`
	}
	anyError interface {
		error
		Any()
	}
)

func (leakyError) Error() string { return "" }
func (funcError) Error() string  { return "" }

func TestMistakesInDeclarationsOfErrors(t *testing.T) {
	dep := func() *DB { return nil }
	for name, c := range map[string]struct {
		opt   brio.AppOption
		found string
	}{
		"no status":           {brio.Raises[Quota](), "the error type brio_test.Quota has no status"},
		"depends":             {brio.Raises[*Upstream](), "StatusCode of the zero *brio_test.Upstream gives no status: it depends on the value"},
		"several":             {brio.Raises[Quota](409, 429), "is declared with 2 statuses"},
		"no error":            {brio.Raises[Quota](204), "has the status 204"},
		"interface":           {brio.Raises[anyError](409), "is an interface, which has no schema"},
		"an error in it":      {brio.Raises[leakyError](409), "the field Err of the error type brio_test.leakyError is an error, which would be sent to clients"},
		"no JSON":             {brio.Raises[funcError](409), "func()"},
		"provider":            {brio.Depends(brio.Failing[Quota](dep)), "the error type brio_test.Quota has no status"},
		"provider, otherwise": {brio.Options(brio.Raises[Quota](429), brio.Depends(brio.Failing[Quota](dep, 409))), "is declared with the status 409; at"},
	} {
		app := brio.New(quiet(), c.opt)
		app.Get("/", func() {})
		err := app.Check()
		if err == nil || !strings.Contains(err.Error(), c.found) || !strings.Contains(err.Error(), "errors_raises_test.go:") {
			t.Errorf("%s: %v; want %q with its place", name, err, c.found)
		}
	}
}
