package origin

import (
	"context"
	"net/url"
	"strings"
)

// rootPathKey is the context key of the root path.
type rootPathKey struct{}

// rootPathContext is a context whose root path is that of the context around it and prefix. It has the URL of its request too: one
// allocation for what would be three.
type rootPathContext struct {
	context.Context
	prefix string
	url    url.URL
}

// Value implements context.Context. The value of the root path is the context itself.
func (c *rootPathContext) Value(key any) any {
	if key == (rootPathKey{}) {
		return c
	}
	return c.Context.Value(key)
}

// RootPath is the prefix of the path that the client has requested and a proxy or a mount has removed, "" for none. Links begin
// with it. ctx is the context of a request.
func RootPath(ctx context.Context) string {
	if c, ok := ctx.Value(rootPathKey{}).(*rootPathContext); ok {
		return RootPath(c.Context) + c.prefix
	}
	return ""
}

// PrefixOf is the part of the client's path before the path of u, escaped: the root path, and prefixes that handlers such as
// http.StripPrefix have removed. target is the request target, as the client sent it.
func PrefixOf(ctx context.Context, u *url.URL, target string) string {
	root := (&url.URL{Path: RootPath(ctx)}).EscapedPath()
	path := u.RawPath
	if path == "" {
		path = u.EscapedPath()
	}
	stripped, ok := strings.CutSuffix(targetPath(target), path)
	switch {
	case !ok:
		return root // middleware has replaced the path
	case strings.HasPrefix(stripped, root), strings.HasSuffix(stripped, root):
		return stripped // this process has removed the root path, no proxy has
	case strings.HasSuffix(root, stripped):
		return root // the prefix of a mount is part of the root path; the proxy has removed what comes before it
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
