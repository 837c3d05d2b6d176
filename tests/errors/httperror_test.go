package errors_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// The detail of an HTTPError is any JSON value, as in FastAPI; nil gives the phrase of the status.
func TestHTTPErrorDetailIsAnyJSON(t *testing.T) {
	t.Parallel()
	type problem struct {
		Title string `json:"title"`
	}
	for _, c := range []struct {
		detail any
		want   string
	}{
		{nil, `"Conflict"`},
		{"text", `"text"`},
		{"", `""`},
		{1.5, `1.5`},
		{false, `false`},
		{[]int(nil), `[]`},
		{[]any{1, "a", nil}, `[1,"a",null]`},
		{map[string]int{"a": 1}, `{"a":1}`},
		{problem{"p"}, `{"title":"p"}`},
		{&problem{"p"}, `{"title":"p"}`},
		{(*problem)(nil), `null`},
		{json.RawMessage(`{"raw":true}`), `{"raw":true}`},
		{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), `"2026-01-02T03:04:05Z"`},
	} {
		app := brio.New(testkit.Quiet())
		app.Get("/made", func() error { return brio.Error(409, c.detail) })
		app.Get("/literal", func() error { return &brio.HTTPError{Status: 409, Detail: c.detail} })
		app.Get("/wrapped", func() error { return fmt.Errorf("while at it: %w", brio.Error(409, c.detail)) })
		for _, r := range app.Routes() {
			w := testkit.Get(app, r.Path)
			testkit.WantStatus(t, w, 409)
			testkit.WantBody(t, w, `{"detail":`+c.want+`}`)
			testkit.WantHeader(t, w, "Content-Type", "application/json")
		}
	}
}

// An error without a status, a panic, and an HTTPError that cannot be sent end in a 500 that says nothing. The log names the
// cause and the handler.
func TestInternalErrorsHideTheirCause(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		handler any
		log     string
	}{
		"plain error":                  {func() error { return errors.New("the database is down") }, "the database is down"},
		"panic":                        {func() { panic("no such luck") }, "no such luck"},
		"panic, stack":                 {func() { panic("no such luck") }, "httperror_test.go"},
		"runtime panic":                {func() int { var m []int; return m[1] }, "index out of range"},
		"panic(nil)":                   {func() { panic(nil) }, "panic called with nil"},
		"no status":                    {func() error { return (&brio.HTTPError{}).WithCause(errors.New("disk")) }, "disk"},
		"nil *HTTPError":               {func() error { var e *brio.HTTPError; return e }, "nil *HTTPError"},
		"nil *ValidationError":         {func() error { var e *brio.ValidationError; return e }, "nil"},
		"Error panics":                 {func() error { return badError{} }, "the text panics"},
		"detail without JSON form":     {func() error { return brio.Error(400, func() {}) }, "func"},
		"detail is NaN":                {func() error { return brio.Error(400, math.NaN()) }, "NaN"},
		"MarshalJSON of detail fails":  {func() error { return brio.Error(400, marshalFails{}) }, "cannot be JSON today"},
		"MarshalJSON of detail panics": {func() error { return brio.Error(400, marshalPanics{}) }, "cannot be JSON ever"},
		"line break in header":         {func() error { return brio.Error(400, nil).WithHeader("X-A", "a\nb") }, "X-A"},
	} {
		t.Run(name, func(t *testing.T) {
			log := &testkit.Log{}
			app := brio.New(brio.Logger(log.Logger()))
			app.Get("/", c.handler, brio.Name("theHandler"))
			if err := app.Check(); err != nil {
				t.Fatal(err)
			}
			testkit.WantInternalError(t, testkit.Get(app, "/"), log, c.log)
			testkit.WantContains(t, log.String(), "theHandler")
		})
	}
}

// badError, marshalFails and marshalPanics fail in the method that the framework calls.
type (
	badError      struct{}
	marshalFails  struct{}
	marshalPanics struct{}
)

func (badError) Error() string { panic("the text panics") }
func (marshalFails) MarshalJSON() ([]byte, error) {
	return []byte(`{"half":`), errors.New("cannot be JSON today")
}
func (marshalPanics) MarshalJSON() ([]byte, error) { panic("cannot be JSON ever") }

func TestHTTPErrorCauseGoesToLog(t *testing.T) {
	t.Parallel()
	for _, status := range []int{401, 503} {
		log := &testkit.Log{}
		app := brio.New(brio.Logger(log.Logger()))
		app.Get("/", func() error { return brio.Error(status, "shown").WithCause(errors.New("hidden")) })
		w := testkit.Get(app, "/")
		testkit.WantStatus(t, w, status)
		testkit.WantBody(t, w, `{"detail":"shown"}`)
		testkit.WantContains(t, log.String(), "hidden")
	}
}
