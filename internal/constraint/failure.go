package constraint

import (
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/finite"
)

// Failure is one broken rule in the words of FastAPI's 422: type, message, ctx. It is sent to the client as it is, so it
// never carries the value itself, the text of an internal error, or a Go type.
//
// Requests share a Failure: no code changes one, nor its map, and user code gets a copy.
type Failure struct {
	Type, Msg string
	Ctx       map[string]any // nil when the kind has none
}

// Error makes a Failure an error, which a text method of the framework's own types returns.
func (f *Failure) Error() string { return f.Msg }

// Reason is the part of the message that says why a text was refused; "" where the kind has none.
func (f *Failure) Reason() string {
	reason, _ := f.Ctx["error"].(string)
	return reason
}

func fail(kind, msg string) *Failure { return &Failure{Type: kind, Msg: msg} }

func failWith(kind, msg, key string, value any) *Failure {
	return &Failure{Type: kind, Msg: msg, Ctx: map[string]any{key: value}}
}

// plural is pydantic's {s}.
func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// numeral prints a bound as pydantic does: 3 for 3.0, 10.5 for 10.5.
func numeral(n any) string {
	switch n := n.(type) {
	case float64:
		return strconv.FormatFloat(n, 'f', -1, 64)
	case float32:
		return strconv.FormatFloat(float64(n), 'f', -1, 32)
	}
	return finite.Text(n)
}

// expected joins the values of a literal: 'a', 'b' or 'c'. Texts are in quotes, numbers are not.
func expected(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		if s, ok := v.(string); ok {
			words[i] = "'" + s + "'"
		} else {
			words[i] = numeral(v)
		}
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
