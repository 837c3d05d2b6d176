package params

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
)

// What a client can make an error reply hold is bounded.
const (
	maxErrors = 100  // entries in one reply
	maxInput  = 1024 // bytes of the client's own input that one entry echoes
)

// ErrorDetail is one entry of a 422, in FastAPI's shape.
type ErrorDetail struct {
	Type  string         `json:"type"`
	Loc   []any          `json:"loc"` // strings, and ints for list elements
	Msg   string         `json:"msg"`
	Input any            `json:"input"` // what the client sent; null when it sent nothing or when it is secret
	Ctx   map[string]any `json:"ctx,omitempty"`
}

// Error makes an ErrorDetail an error, for Validate methods that know better where and what.
func (d *ErrorDetail) Error() string { return d.Msg }

// ValidationError carries every error of a request, and the JSON body as received.
type ValidationError struct {
	Errors []ErrorDetail
	Body   []byte
}

// Error names the first errors, for logs.
func (e *ValidationError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d validation errors", len(e.Errors))
	for i, d := range e.Errors {
		if i == 3 {
			b.WriteString("; …")
			break
		}
		fmt.Fprintf(&b, "; %v: %s", d.Loc, d.Msg)
	}
	return b.String()
}

// Errors collects what is wrong with one request. The zero value is ready to use.
type Errors struct {
	list []ErrorDetail
	body []byte
}

// Empty reports whether nothing is wrong.
func (e *Errors) Empty() bool { return len(e.list) == 0 }

// Len is the number of errors so far.
func (e *Errors) Len() int { return len(e.list) }

// Reset makes e empty; what Error returned stays as it is.
func (e *Errors) Reset() { *e = Errors{} }

// add appends an error. What two functions find alike, both reading one parameter, is one error.
func (e *Errors) add(f *constraint.Failure, loc []any, input any) {
	e.addDetail(ErrorDetail{f.Type, slices.Clone(loc), f.Msg, input, f.Ctx})
}

func (e *Errors) addDetail(d ErrorDetail) {
	if len(e.list) >= maxErrors || slices.ContainsFunc(e.list, func(o ErrorDetail) bool {
		return o.Type == d.Type && slices.Equal(o.Loc, d.Loc)
	}) {
		return
	}
	e.list = append(e.list, d)
}

// sourceOrder is the order in which the errors of one function are listed, FastAPI's.
var sourceOrder = []any{"path", "query", "header", "cookie", "body"}

// Sort brings the errors from the given one on, those of one function, into the order path, query, header, cookie,
// body; within a source they stay in the order of declaration.
func (e *Errors) Sort(from int) {
	slices.SortStableFunc(e.list[from:], func(a, b ErrorDetail) int {
		return cmp.Compare(slices.Index(sourceOrder, a.Loc[0]), slices.Index(sourceOrder, b.Loc[0]))
	})
}

// Err is the ValidationError of all that was found, nil when nothing was.
func (e *Errors) Err() error {
	if e.Empty() {
		return nil
	}
	return &ValidationError{e.list, e.body}
}

// textInput is what an error echoes of a text parameter.
func textInput(s string) any {
	if len(s) > maxInput {
		return strings.ToValidUTF8(s[:maxInput], "") + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// jsonInput is what an error echoes of a JSON value: the value, or the beginning of its text.
func jsonInput(raw []byte) any {
	if len(raw) > maxInput {
		return strings.ToValidUTF8(string(raw[:maxInput]), "") + "…"
	}
	return json.RawMessage(slices.Clone(raw))
}

var validatorType = reflect.TypeFor[Validator]()
