package routing

import (
	"net/http"

	"github.com/brio-go/brio/internal/origin"
)

// URLs builds links to named routes. A function that takes a *URLs gets one for its request; in a template it is asked
// with {{.URLs.For "readItem" "id" 3}}.
type URLs struct {
	build   func(name string, params ...any) (string, error)
	request *http.Request
}

// For is the URL of the route called name, as the client of the request sees it; params are name, value pairs for its
// wildcards. Outside of a request it is the path alone.
func (u *URLs) For(name string, params ...any) (string, error) {
	path, err := u.build(name, params...)
	if err != nil || u.request == nil || u.request.Host == "" {
		return path, err
	}
	return origin.Scheme(u.request) + "://" + u.request.Host + origin.RootPath(u.request) + path, nil
}
