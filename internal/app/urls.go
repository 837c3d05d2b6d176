package app

import (
	"context"
	"net/http"
)

// instanceKey is the key of the context value with the *Instance that serves a request.
type instanceKey struct{}

// URLOf returns the URL function of the Instance that serves r. It returns nil if the context of r has no Instance.
func URLOf(r *http.Request) func(name string, params ...any) (string, error) {
	if in, ok := r.Context().Value(instanceKey{}).(*Instance); ok {
		return in.URL
	}
	return nil
}

// HandlerOf returns the Handler of the http.Server that has received r, without the handlers around it that have a method
// Unwrap() http.Handler. It returns nil without a server.
func HandlerOf(r *http.Request) http.Handler {
	server, ok := r.Context().Value(http.ServerContextKey).(*http.Server)
	if !ok {
		return nil
	}
	for h := server.Handler; ; {
		around, ok := h.(interface{ Unwrap() http.Handler })
		if !ok {
			return h
		}
		h = around.Unwrap()
	}
}

// withURLs returns a request from which URLFor finds the Instance: r itself if the context of r has the Instance, or if its http.Server
// has the App for a Handler. Otherwise it is a copy of r, which costs two allocations.
func (in *Instance) withURLs(r *http.Request) *http.Request {
	switch known := r.Context().Value(instanceKey{}); {
	case known == in:
		return r
	case known == nil && HandlerOf(r) == in.config.Handler:
		return r
	}
	return r.WithContext(context.WithValue(r.Context(), instanceKey{}, in))
}
