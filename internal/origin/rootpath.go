package origin

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

// PathPrefix is what the path that the client asked for has before r.URL.Path: the root path, and what http.StripPrefix and
// others have taken off since the request line was read. It is escaped.
func PathPrefix(r *http.Request) string {
	root := (&url.URL{Path: RootPath(r)}).EscapedPath()
	path := r.URL.RawPath
	if path == "" {
		path = r.URL.EscapedPath()
	}
	stripped, ok := strings.CutSuffix(targetPath(r.RequestURI), path)
	switch {
	case !ok:
		return root // middleware has put another path in its place
	case strings.HasPrefix(stripped, root), strings.HasSuffix(stripped, root):
		return stripped // the root path was taken off here, not by a proxy
	}
	return root + stripped
}

// targetPath is the path in a request target (RFC 9112, 3.2): "/a?b", or "http://host/a?b" as proxies are asked.
func targetPath(target string) string {
	target, _, _ = strings.Cut(target, "?")
	if i := strings.Index(target, "://"); i > 0 && !strings.HasPrefix(target, "/") {
		host := target[i+3:]
		if slash := strings.IndexByte(host, '/'); slash >= 0 {
			return host[slash:]
		}
		return ""
	}
	return target
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
