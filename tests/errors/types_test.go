package errors_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
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

// Locked has a status and no fields for clients.
type Locked struct{ by string }

func (e Locked) Error() string   { return "locked by " + e.by }
func (e Locked) StatusCode() int { return 423 }

// Quota has no status of its own.
type Quota struct {
	Limit int `json:"limit"`
}

func (e Quota) Error() string { return "quota" }

// Upstream has the status of another server's answer.
type Upstream struct {
	Code int    `json:"code"`
	URL  string `json:"url"`
}

func (e *Upstream) Error() string   { return "GET " + e.URL }
func (e *Upstream) StatusCode() int { return e.Code }

// Credit is a problem with an extension member (RFC 9457, section 3.2).
type Credit struct {
	brio.Problem
	Balance int `json:"balance"`
}

func (e *Credit) Error() string   { return e.Title }
func (e *Credit) StatusCode() int { return 403 }

// Raises sends the exported fields of an error type, without the envelope of the error format. An error type that is not
// declared gives its status alone, and its text goes to the log.
func TestRaisesSendsFieldsOfError(t *testing.T) {
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
		{"problem details", []brio.AppOption{brio.ProblemDetails(), brio.Raises[*OutOfStock]()}, &OutOfStock{SKU: "a-1"}, 409, `{"sku":"a-1","left":0}`, ""},
		{"problem with an extension", []brio.AppOption{brio.ProblemDetails(), brio.Raises[*Credit]()}, &Credit{brio.Problem{Type: "/credit", Title: "Out of credit", Status: 403}, 30}, 403, `{"type":"/credit","title":"Out of credit","status":403,"balance":30}`, ""},
		{"not declared", nil, &OutOfStock{SKU: "a-1"}, 409, `{"detail":"Conflict"}`, "a-1 is out of stock"},
		{"without fields", []brio.AppOption{brio.Raises[Locked]()}, Locked{"ann"}, 423, `{"detail":"Locked"}`, ""},
		{"pointer, value declared", []brio.AppOption{brio.Raises[Quota](429)}, &Quota{5}, 429, `{"limit":5}`, ""},
		{"value, pointer declared", []brio.AppOption{brio.Raises[*Quota](429)}, Quota{5}, 429, `{"limit":5}`, ""},
		{"not declared, no status", nil, Quota{5}, 500, testkit.InternalError, "quota"},
		{"several statuses", []brio.AppOption{brio.Raises[*Upstream](502, 504)}, &Upstream{504, "http://inside"}, 504, `{"code":504,"url":"http://inside"}`, "GET http://inside"},
		{"not declared, status of another server", nil, &Upstream{404, "http://inside"}, 404, `{"detail":"Not Found"}`, "GET http://inside"},
		{"status 200", nil, &Upstream{200, "http://inside"}, 500, testkit.InternalError, "GET http://inside"},
		{"HTTPError around it", []brio.AppOption{brio.Raises[*OutOfStock]()}, brio.Error(404, "none").WithCause(&OutOfStock{SKU: "a-1"}), 404, `{"detail":"none"}`, "out of stock"},
		{"nil pointer", []brio.AppOption{brio.Raises[*Upstream](502)}, (*Upstream)(nil), 500, testkit.InternalError, "nil pointer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			log := &testkit.Log{}
			app := brio.New(append(c.opts, brio.Logger(log.Logger()))...)
			app.Get("/", func() error { return c.err })
			w := testkit.Get(app, "/")
			testkit.WantStatus(t, w, c.status)
			testkit.WantBody(t, w, c.body)
			if c.log == "" && log.String() != "" || !strings.Contains(log.String(), c.log) {
				t.Errorf("log %q, want %q", log, c.log)
			}
			if c.name == "declared" {
				testkit.WantHeader(t, w, "Retry-After", "60")
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

func TestCheckReportsRaises(t *testing.T) {
	t.Parallel()
	dep := func() *DB { return nil }
	for name, c := range map[string]struct {
		opt   brio.AppOption
		found string
	}{
		"no status":           {brio.Raises[Quota](), "the error type errors_test.Quota has no status"},
		"depends":             {brio.Raises[*Upstream](), "StatusCode of the zero *errors_test.Upstream gives no status: it depends on the value"},
		"several":             {brio.Raises[Quota](409, 429), "is declared with 2 statuses"},
		"no error":            {brio.Raises[Quota](204), "has the status 204"},
		"interface":           {brio.Raises[anyError](409), "is an interface, which has no schema"},
		"an error in it":      {brio.Raises[leakyError](409), "the field Err of the error type errors_test.leakyError is an error, which would be sent to clients"},
		"no JSON":             {brio.Raises[funcError](409), "func()"},
		"provider":            {brio.Depends(brio.Failing[Quota](dep)), "the error type errors_test.Quota has no status"},
		"provider, otherwise": {brio.Options(brio.Raises[Quota](429), brio.Depends(brio.Failing[Quota](dep, 409))), "is declared with the status 409; at"},
	} {
		app := brio.New(testkit.Quiet(), c.opt)
		app.Get("/", func() {})
		err := app.Check()
		if err == nil || !strings.Contains(err.Error(), c.found) || !strings.Contains(err.Error(), "types_test.go:") {
			t.Errorf("%s: got %v, want %q with its place", name, err, c.found)
		}
	}
}
