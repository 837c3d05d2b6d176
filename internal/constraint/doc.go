// Package constraint compiles the tags validate and pattern of a field into checks, and turns a broken check into an entry of
// FastAPI's 422 answer.
//
// At start-up [Engine.Compile] compiles a tag for a type to [Rules], or returns an error that says what is wrong with the tag: a
// tag that could panic on a value does not compile. For each request [Rules.Check] takes a value of that type and returns the first
// [Failure], or nil.
//
// No other package imports go-playground/validator, which decides about every rule. Common rules also have direct checks in Go,
// which may only accept: validator accepts each value that a direct check accepts, which a fuzz test holds. Other values go to
// validator. So most valid requests do not pay for validator, and a tag means what it means in validator, with three exceptions on
// purpose:
//
//   - required, omitempty, omitnil and omitzero say whether a value must be present. They are returned, not checked: FastAPI's "required"
//     means that the key was sent, and 0, "" and false are values.
//   - A slow rule refuses a long text unread, see slow.go.
//   - Rules that read the server's disk or ask DNS about a client's value do not compile for requests.
//
// All that is known of a rule is its row in builtin.go: the values that it checks, its direct check, its failure, its schema.
//
// The package knows neither requests nor models. Its caller knows where a value came from, and adds loc and input to a failure.
package constraint
