package brio

import (
	"errors"
	"net/http"

	"github.com/brio-go/brio/internal/app"
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
	build := app.URLOf(r)
	if build == nil {
		if a, ok := app.HandlerOf(r).(*App); ok {
			build = a.URL
		}
	}
	if build == nil {
		return "", errNoApp
	}
	return routing.NewURLs(build, r).For(name, params...)
}

var errNoApp = errors.New("brio: URLFor: the request is not known to belong to an App; use the App's own URLFor")
