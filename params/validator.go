package params

import "context"

// Validator is a type that checks itself after its tags have passed, wherever it stands: a parameter, a parameter struct,
// or anything in a body. The error becomes a value_error whose text is the error's own, so it is written for the client.
// An *ErrorDetail is used as it is, its Loc taken as relative to the value, its Input what was sent there unless it has one;
// an *HTTPError becomes the answer.
type Validator interface {
	Validate(ctx context.Context) error
}
