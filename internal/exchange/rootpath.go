package exchange

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

type rootPathKey struct{}

// WithRootPath says that a prefix has been taken off the path of r before it came here, by a proxy or a mount. It comes
// behind what has been said already: a mount in a mount has both.
func WithRootPath(r *http.Request, prefix string) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), rootPathKey{}, RootPath(r)+prefix))
}

// RootPath is the prefix of r's path that its client sees and the routes do not, "" for none. Links begin with it.
func RootPath(r *http.Request) string {
	prefix, _ := r.Context().Value(rootPathKey{}).(string)
	return prefix
}

// StripRootPath is r below a root path: what is left of a path that begins with it, and a path as it is where the proxy
// has taken it off already.
func StripRootPath(r *http.Request, prefix string) *http.Request {
	out := WithRootPath(r, prefix)
	path, ok := cutPrefix(r.URL.Path, prefix)
	if !ok {
		return out
	}
	raw, ok := cutPrefix(r.URL.RawPath, prefix)
	if !ok && r.URL.RawPath != "" {
		return out // the prefix is written with escapes: it is another path
	}
	u := new(url.URL)
	*u = *r.URL
	u.Path, u.RawPath = path, raw
	out.URL = u
	return out
}

func cutPrefix(path, prefix string) (string, bool) {
	rest, ok := strings.CutPrefix(path, prefix)
	if !ok || rest != "" && rest[0] != '/' {
		return path, false
	}
	if rest == "" {
		rest = "/"
	}
	return rest, true
}
