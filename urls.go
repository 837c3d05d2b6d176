package brio

import (
	"context"
	"errors"
	"net/http"

	"github.com/brio-go/brio/routing"
)

// URLs builds links to named routes; a function that takes a *URLs gets one for its request.
type URLs = routing.URLs

// URLFor is the URL of a named route as the client of r sees it: scheme and host of the request, and the path; params are
// name, value pairs for its wildcards. The Host header is the client's word: links in mails are better made with URL and
// a host of your own.
func (a *App) URLFor(r *http.Request, name string, params ...any) (string, error) {
	return routing.NewURLs(a.URL, r).For(name, params...)
}

// URLFor is the method of the app that serves r, for who has the request alone: functions of the app that take an
// *http.Request, its Around and error handlers, and, where the App is the Handler of the server, middleware.
func URLFor(r *http.Request, name string, params ...any) (string, error) {
	a := appOf(r)
	if a == nil {
		return "", errNoApp
	}
	return a.URLFor(r, name, params...)
}

var errNoApp = errors.New("brio: URLFor: the request is not known to belong to an App; use the App's own URLFor")

type appKey struct{}

// appOf is the app that r is for, nil where that is not known.
func appOf(r *http.Request) *App {
	if a, ok := r.Context().Value(appKey{}).(*App); ok {
		return a
	}
	if server, ok := r.Context().Value(http.ServerContextKey).(*http.Server); ok {
		a, _ := server.Handler.(*App)
		return a
	}
	return nil
}

// introduce makes the app known to the request, where its server does not.
func (a *App) withURLs(r *http.Request) *http.Request {
	if appOf(r) == a {
		return r
	}
	return r.WithContext(context.WithValue(r.Context(), appKey{}, a))
}
