package constraint

import (
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/finite"
)

// Failure is one broken rule as in FastAPI's 422 answer: type, message, ctx. Clients get it as it is, so it never has the value,
// the text of an internal error, or a Go type.
//
// Requests share Failures. They and their maps must not be changed; programs get copies.
type Failure struct {
	Type, Msg string
	Ctx       map[string]any // nil for kinds without a ctx
}

// Error makes a Failure an error: text methods of the framework's types return it.
func (f *Failure) Error() string { return f.Msg }

// Reason returns the part of the message that says why a text was refused, "" for kinds without one.
func (f *Failure) Reason() string {
	reason, _ := f.Ctx["error"].(string)
	return reason
}

func fail(kind, msg string) *Failure { return &Failure{Type: kind, Msg: msg} }

func failWith(kind, msg, key string, value any) *Failure {
	return &Failure{Type: kind, Msg: msg, Ctx: map[string]any{key: value}}
}

// plural returns the s of pydantic's messages, "" for 1.
func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// formatNumber prints a bound as pydantic does: 3 for 3.0, 10.5 for 10.5.
func formatNumber(n any) string {
	switch n := n.(type) {
	case float64:
		return strconv.FormatFloat(n, 'f', -1, 64)
	case float32:
		return strconv.FormatFloat(float64(n), 'f', -1, 32)
	}
	return finite.Text(n)
}

// expected joins the values of a literal as pydantic does: 'a', 'b' or 'c'. Texts are quoted, numbers are not.
func expected(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		if s, ok := v.(string); ok {
			words[i] = "'" + s + "'"
		} else {
			words[i] = formatNumber(v)
		}
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
