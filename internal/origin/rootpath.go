package origin

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// rootPathKey is the context key of the root path.
type rootPathKey struct{}

// WithRootPath returns r with a longer root path: prefix is appended, because a mount inside of a mount has both. It does not
// change r.URL.
func WithRootPath(r *http.Request, prefix string) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), rootPathKey{}, RootPath(r)+prefix))
}

// RootPath is the prefix of the path that the client has requested and a proxy or a mount has removed, "" for none. Links begin
// with it.
func RootPath(r *http.Request) string {
	prefix, _ := r.Context().Value(rootPathKey{}).(string)
	return prefix
}

// PathPrefix is the part of the client's path before r.URL.Path, escaped: the root path, and prefixes that handlers such as
// http.StripPrefix have removed.
func PathPrefix(r *http.Request) string {
	root := (&url.URL{Path: RootPath(r)}).EscapedPath()
	path := r.URL.RawPath
	if path == "" {
		path = r.URL.EscapedPath()
	}
	stripped, ok := strings.CutSuffix(targetPath(r.RequestURI), path)
	switch {
	case !ok:
		return root // middleware has replaced the path
	case strings.HasPrefix(stripped, root), strings.HasSuffix(stripped, root):
		return stripped // this process has removed the root path, no proxy has
	}
	return root + stripped
}

// targetPath is the path in a request target (RFC 9112, 3.2): "/a?b", or "http://host/a?b" in requests to proxies.
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

// StripRootPath returns r below a root path: it removes prefix from the path. A path without the prefix stays unchanged,
// because the proxy has removed it.
func StripRootPath(r *http.Request, prefix string) *http.Request {
	out := WithRootPath(r, prefix)
	path, ok := cutPrefix(r.URL.Path, prefix)
	if !ok {
		return out
	}
	raw, ok := cutPrefix(r.URL.RawPath, prefix)
	if !ok && r.URL.RawPath != "" {
		return out // the prefix is written with escapes, so it is another path
	}
	u := new(url.URL)
	*u = *r.URL
	u.Path, u.RawPath = path, raw
	out.URL = u
	return out
}

// cutPrefix removes whole segments from the front of a path. What is left begins with a slash.
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
