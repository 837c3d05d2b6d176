package bind_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/params"
)

// input describes a request. Its path values are those of the wildcards a, b, ….
type input struct {
	path    []string
	query   string
	headers []string // name, value pairs
	body    string
}

func (in input) request() *http.Request {
	r := httptest.NewRequest("POST", "/?"+in.query, strings.NewReader(in.body))
	if in.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(in.headers); i += 2 {
		if in.headers[i] == "Content-Type" {
			r.Header.Del("Content-Type")
		}
		r.Header.Add(in.headers[i], in.headers[i+1])
	}
	return r
}

var wildcards = []string{"a", "b", "c"}

func compile[T any](tb testing.TB) *bind.Binder {
	tb.Helper()
	b, problems := bind.Compile(model.NewReader(constraint.New()), reflect.TypeFor[T](), wildcards)
	if len(problems) > 0 {
		tb.Fatalf("start-up problems: %s", strings.Join(problems, "\n"))
	}
	return b
}

// try binds a request. It returns the value, every error as "loc type input", and the error of Bind.
func try[T any](tb testing.TB, b *bind.Binder, in input) (v T, errs []string, err error) {
	tb.Helper()
	return trySettings[T](tb, b, in, bind.Settings{MaxBody: 1 << 20, Switches: switches.Default})
}

func trySettings[T any](tb testing.TB, b *bind.Binder, in input, s bind.Settings) (v T, errs []string, err error) {
	tb.Helper()
	x := exchange.Acquire(httptest.NewRecorder(), in.request())
	defer x.Release()
	x.SetPath(in.path)
	x.SetLimits(&s.Limits)
	var found bind.Errors
	err = b.Bind(tb.Context(), x, &s, memory.Of(&v), &found)
	found.Sort(0)
	if invalid, ok := found.Err().(*params.ValidationError); ok {
		for _, d := range invalid.Errors {
			errs = append(errs, show(tb, d))
		}
	}
	return v, errs, err
}

func show(tb testing.TB, d params.ErrorDetail) string {
	tb.Helper()
	var loc []string
	for _, s := range d.Loc {
		loc = append(loc, fmt.Sprint(s))
	}
	echo, err := json.Append(nil, d.Input)
	if err != nil {
		tb.Errorf("%v: the input cannot be encoded: %v", d.Loc, err)
	}
	return fmt.Sprintf("%s %s %s", strings.Join(loc, "."), d.Type, echo)
}

// body binds a JSON body to a T.
func body[T any](tb testing.TB, doc string) (T, []string) {
	tb.Helper()
	v, errs, err := try[params.Body[T]](tb, compile[params.Body[T]](tb), input{body: doc})
	if err != nil {
		tb.Fatalf("%s: %v", doc, err)
	}
	return v.Value, errs
}

// wantErrors compares the errors of try; "" is none.
func wantErrors(tb testing.TB, got []string, want ...string) {
	tb.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		tb.Errorf("errors\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func wantValue(tb testing.TB, got, want any) {
	tb.Helper()
	if !reflect.DeepEqual(got, want) {
		tb.Errorf("got %#v, want %#v", got, want)
	}
}

// written returns a value as JSON, with Optionals as absent, null or their value.
func written(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return "nil"
		}
		return "&" + written(v.Elem())
	case reflect.Struct:
		if o, ok := v.Interface().(params.Optional[int]); ok {
			got, present := o.Get()
			switch {
			case present:
				return fmt.Sprintf("some %d", got)
			case o.IsNull():
				return "null"
			}
			return "absent"
		}
	case reflect.Slice:
		if v.IsNil() {
			return "nil"
		}
	}
	return fmt.Sprint(v.Interface())
}

// tryMessages binds a request and returns the message of every error.
func tryMessages[T any](tb testing.TB, b *bind.Binder, in input) (v T, messages []string) {
	tb.Helper()
	x := exchange.Acquire(httptest.NewRecorder(), in.request())
	defer x.Release()
	x.SetPath(in.path)
	var found bind.Errors
	if err := b.Bind(tb.Context(), x, &bind.Settings{MaxBody: 1 << 20, Switches: switches.ContentTypeErrors}, memory.Of(&v), &found); err != nil {
		tb.Fatal(err)
	}
	if invalid, ok := found.Err().(*params.ValidationError); ok {
		for _, d := range invalid.Errors {
			messages = append(messages, d.Msg)
		}
	}
	return v, messages
}
