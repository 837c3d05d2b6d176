package origin

import (
	"net/url"
	"strings"
)

// IsOrigin reports whether s is an origin in the form that browsers send (RFC 6454, 6.2): lower case, no default port; or "null".
func IsOrigin(s string) bool {
	if s == "null" {
		return true
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || u.Host == "" || s != u.Scheme+"://"+u.Host || s != strings.ToLower(s) {
		return false
	}
	port := u.Port()
	return !strings.Contains(s, "*") && !strings.HasSuffix(u.Host, ":") && port != defaultPort(u.Scheme)
}

// defaultPort returns the port that origins of a scheme leave out, "-" for other schemes.
func defaultPort(scheme string) string {
	switch scheme {
	case "http", "ws":
		return "80"
	case "https", "wss":
		return "443"
	}
	return "-"
}

// Pattern returns a function that reports whether an origin fits a pattern: an origin, "https://*.example.com" for all subdomains of
// example.com, or "*" for any. ok is false for other texts.
func Pattern(pattern string) (fits func(origin string) bool, ok bool) {
	if pattern == "*" {
		return func(string) bool { return true }, true
	}
	scheme, host, wild := strings.Cut(pattern, "://*.")
	if !wild {
		return func(origin string) bool { return origin == pattern }, IsOrigin(pattern)
	}
	return func(origin string) bool {
		s, h, ok := strings.Cut(origin, "://")
		return ok && s == scheme && strings.HasSuffix(h, "."+host) && IsOrigin(origin)
	}, IsOrigin(scheme + "://" + host)
}

// HostOf returns the host and the port of an origin, as SplitHost does. A port that the origin leaves out is that of its scheme.
func HostOf(origin string) (host, port string, ok bool) {
	scheme, rest, ok := strings.Cut(origin, "://")
	if !ok {
		return "", "", false
	}
	if host, port, ok = SplitHost(rest); port == "" {
		port = defaultPort(scheme)
	}
	return host, port, ok
}

// IsOwn reports whether an origin is that of the Host header of the request. The scheme does not count: behind a proxy the app may not
// know its own.
func IsOwn(origin, hostHeader string) bool {
	host, port, ok := HostOf(origin)
	scheme, _, _ := strings.Cut(origin, "://")
	ownHost, ownPort, known := SplitHost(hostHeader)
	if ownPort == "" {
		ownPort = defaultPort(scheme)
	}
	return ok && known && host == ownHost && port == ownPort
}
