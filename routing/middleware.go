package routing

import (
	"context"
	"net/http"

	"github.com/brio-go/brio/response"
)

// Middleware is any net/http middleware. It wraps the complete exchange, including what is sent.
type Middleware = func(http.Handler) http.Handler

// Around wraps the part of a request before anything is sent: parameters, dependencies, the handler and the encoding of its result.
type Around = func(r *http.Request, next func() (*response.Response, error)) (*response.Response, error)

// Lifespan runs when the app starts. The function that it returns runs when the app stops; nil means that there is nothing to do.
type Lifespan = func(ctx context.Context) (stop func(context.Context) error, err error)
