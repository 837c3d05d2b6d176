package response

import "github.com/brio-go/brio/internal/constraint"

// ErrorDetail is one entry of a 422, in FastAPI's format.
type ErrorDetail struct {
	Type  string         `json:"type"`          // the kind of the error, as in "missing"; pydantic has the same names
	Loc   []any          `json:"loc"`           // strings, and ints for indexes of lists
	Msg   string         `json:"msg"`           // a text for people, in English or in the language of a Catalogue
	Input any            `json:"input"`         // the value that the client sent; null if there is none or if it is secret
	Ctx   map[string]any `json:"ctx,omitempty"` // the values in the text, as in {"gt":0}; nil for none
}

// Error makes an ErrorDetail an error, which a Validate method returns to set type, loc and message itself.
func (d *ErrorDetail) Error() string { return d.Msg }

// As lets an UnmarshalText method return an *ErrorDetail. Its type, message and ctx are sent; loc and input are those of the
// parameter.
func (d *ErrorDetail) As(target any) bool {
	failure, ok := target.(**constraint.Failure)
	if ok && d != nil {
		*failure = &constraint.Failure{Type: d.Type, Msg: d.Msg, Ctx: d.Ctx}
	}
	return ok && d != nil
}
