package response

import "github.com/brio-go/brio/internal/constraint"

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

// As lets an UnmarshalText of the program's choose its own kind of error: the type, message and ctx of an *ErrorDetail it
// returns are sent as they are; loc and input are known better here.
func (d *ErrorDetail) As(target any) bool {
	failure, ok := target.(**constraint.Failure)
	if ok && d != nil {
		*failure = &constraint.Failure{Type: d.Type, Msg: d.Msg, Ctx: d.Ctx}
	}
	return ok && d != nil
}
