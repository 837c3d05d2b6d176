package app

import (
	"context"
	"net/http"
)

// instanceKey is the key of the context value by which URLFor finds the *instance that serves a request.
type instanceKey struct{}

// URLOf returns the function that builds the paths of the app that serves r, nil if r does not say which app that is.
func URLOf(r *http.Request) func(name string, params ...any) (string, error) {
	if in, ok := r.Context().Value(instanceKey{}).(*Instance); ok {
		return in.URL
	}
	return nil
}

// HandlerOf returns the handler of the http.Server that has received r, nil if there is no such server.
func HandlerOf(r *http.Request) http.Handler {
	if server, ok := r.Context().Value(http.ServerContextKey).(*http.Server); ok {
		return server.Handler
	}
	return nil
}

// withURLs returns a request by which URLFor finds the instance. It returns r if that does already: a context value costs two
// allocations.
func (in *Instance) withURLs(r *http.Request) *http.Request {
	switch known := r.Context().Value(instanceKey{}); {
	case known == in:
		return r
	case known == nil && HandlerOf(r) == in.config.Handler:
		return r
	}
	return r.WithContext(context.WithValue(r.Context(), instanceKey{}, in))
}
