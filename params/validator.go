package params

import "context"

// Validator is a type that checks itself. The framework calls Validate when all validate tags of the value have passed: on
// parameters, parameter structs, and values at any depth of a body. What follows depends on the error:
//
//   - An [*ErrorDetail] becomes an entry of the 422. Its Loc is relative to the value. Without an Input, the entry shows what
//     the client sent there.
//   - An *HTTPError becomes the answer, and nothing more is read.
//   - Any other error becomes an entry of type value_error. Clients see the text of the error.
type Validator interface {
	Validate(ctx context.Context) error
}
