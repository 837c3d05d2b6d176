package brio

import (
	"errors"
	"net/http"

	"github.com/brio-go/brio/internal/app"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/routing"
)

// URLs builds links to named routes: urls.For("readItem", "id", 3). A function that takes a *URLs receives one for its request.
type URLs = routing.URLs

// URLFor returns the URL of a named route as the client of r reaches it: scheme and host of the request, and the path. params are name,
// value pairs for its wildcards. The host is the Host header, which a client may set to anything: for links in mails use URL, and a host
// of your own.
func (a *App) URLFor(r *http.Request, name string, params ...any) (string, error) {
	base := origin.BaseOf(r)
	c := coreOf(a)
	base.RootPath = app.RootPathOf(&c.config, r)
	return routing.NewURLs(c.link, base).For(name, params...)
}

// URLFor is [App.URLFor] of the app that serves r, for functions that have only the request. It knows the app in functions of the app
// that take an *http.Request, in Around and in error handlers. In middleware it knows the app that Run and Serve serve, and one that is
// the Handler of an http.Server, directly or in handlers with a method Unwrap() http.Handler. If it does not know the app it returns an
// error.
func URLFor(r *http.Request, name string, params ...any) (string, error) {
	base := origin.BaseOf(r)
	build, rootPath := app.LinkOf(r)
	if build == nil {
		a, ok := app.HandlerOf(r).(*App)
		if !ok {
			return "", errNoApp
		}
		return a.URLFor(r, name, params...)
	}
	base.RootPath = rootPath
	return routing.NewURLs(build, base).For(name, params...)
}

var errNoApp = errors.New("brio: URLFor: the request is not known to belong to an App; use the App's own URLFor")
