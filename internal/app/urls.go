package app

import (
	"context"
	"net/http"

	"github.com/brio-go/brio/internal/origin"
)

// servedKey is the key of the context value with the *served of a request.
type servedKey struct{}

// served is the context of a request, with the Instance that serves it. The root path of the context around it is that of the Instance: a
// mount inside of it makes the root path longer, and the paths of the Instance stay.
type served struct {
	context.Context
	in *Instance
}

// Value implements context.Context.
func (s *served) Value(key any) any {
	if key == (servedKey{}) {
		return s
	}
	return s.Context.Value(key)
}

// LinkOf returns the function that builds links of the Instance that serves r, and the root path of its paths. It returns nil if the context
// of r has no Instance.
func LinkOf(r *http.Request) (build origin.LinkFunc, rootPath string) {
	if s, ok := r.Context().Value(servedKey{}).(*served); ok {
		return s.in.Link, origin.RootPath(s.Context)
	}
	return nil, ""
}

// RootPathOf returns the root path of the app with a Config for r: that of the Instance that serves r, if it is one of the app.
func RootPathOf(c *Config, r *http.Request) string {
	if s, ok := r.Context().Value(servedKey{}).(*served); ok && s.in.config == c {
		return origin.RootPath(s.Context)
	}
	if HandlerOf(r) == c.Handler {
		return c.RootPath
	}
	return origin.RootPath(r.Context())
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
	switch known, _ := r.Context().Value(servedKey{}).(*served); {
	case known != nil && known.in == in:
		return r
	case known == nil && HandlerOf(r) == in.config.Handler:
		return r
	}
	return r.WithContext(&served{r.Context(), in})
}
