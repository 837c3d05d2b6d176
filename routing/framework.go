package routing

import (
	"net/http"

	"github.com/brio-go/brio/internal/declare"
)

// This file is for the framework: programs have no use for its functions.

// Declarations returns what a router declares, nil for a nil router. It shares the data with the Router.
func Declarations(r *Router) *declare.Router {
	if r == nil {
		return nil
	}
	return &r.declared
}

// NewURLs returns the URLs of an app whose paths build makes. r is the request that the URLs are for, nil outside of requests.
func NewURLs(build func(name string, params ...any) (string, error), r *http.Request) *URLs {
	return &URLs{build, r}
}
