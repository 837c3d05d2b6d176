package routing

import "github.com/brio-go/brio/internal/origin"

// URLs builds links to named routes: urls.For("readItem", "id", 3). A function that takes a *URLs receives one for its request. A
// template calls it as {{.URLs.For "readItem" "id" 3}}.
type URLs struct {
	build origin.LinkFunc
	base  origin.Base // of the request; zero outside of requests
}

// For returns the URL of a named route, as the client of the request sees it. params are name, value pairs for its wildcards. The host is
// that of the request. A route of a Host has its own host: a wildcard of it that params leave out has the value of the request. Outside of a request it returns the path. It returns an error for an unknown name, a missing parameter, and a value that no
// request could match.
func (u *URLs) For(name string, params ...any) (string, error) {
	link, err := u.build(name, params...)
	if err != nil {
		return "", err
	}
	return u.base.URL(link)
}
