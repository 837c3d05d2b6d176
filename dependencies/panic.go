package dependencies

import "github.com/brio-go/brio/internal/panics"

// PanicError is a panic of a handler, provider or clean-up as an error: Value is that of the panic, nil after
// runtime.Goexit, which ends the request's goroutine; Stack is that of the goroutine. Its text is for logs only.
type PanicError = panics.PanicError
