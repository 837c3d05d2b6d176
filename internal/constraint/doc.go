// Package constraint turns the `validate` and `pattern` tags of a field into checks, and a broken check into one entry
// of FastAPI's 422.
//
// Data enters twice. At start-up [Engine.Compile] reads a tag for a type and returns [Rules], or an error which says what
// is wrong with the tag: a tag that could panic on a value later does not compile. Per request [Rules.Check] takes a
// value of that type and returns the first [Failure], or nil.
//
// It is the only importer of go-playground/validator, which stays the judge of every rule. The common rules are also
// compiled into plain Go checks, and these may only accept: a value they accept is one that validator accepts (a fuzz test
// holds them to it), and what they do not accept goes to validator. So a happy request does not pay for validator,
// and the meaning of a tag is validator's in every case, with three exceptions, all on purpose:
//
//   - required, omitempty, omitnil and omitzero are words about presence. They are reported, never checked: FastAPI's
//     "required" means that the key was sent, and 0, "" and false are values.
//   - A text that is too long for a slow rule is refused unread, see slow.go.
//   - Rules that ask the server's disk or a name server about a client's value do not compile for requests.
//
// The package knows neither requests nor models: where a value came from and where it is reported (loc, input) is the
// caller's.
package constraint
