package middleware

import (
	"net/http"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/origin"
)

// TrustedHostOptions configure TrustedHostWith.
type TrustedHostOptions struct {
	// Hosts are names or addresses without a port, "*.example.com" for all names below example.com, or "*" for any.
	Hosts []string
	// NoWWWRedirect refuses example.com where only www.example.com is trusted, instead of redirecting to it.
	NoWWWRedirect bool
}

// TrustedHost answers 400 "Invalid host header" to requests for other hosts than these, so that links and redirects made
// from the Host header lead to the app. A host is a name or address without a port, "*.example.com" for all names below
// example.com but not itself, or "*" for any. Case, port and a final dot do not matter. Where only www.example.com is
// trusted, example.com is redirected to it with a 307.
//
// It does not allocate for names in lower case.
func TrustedHost(hosts ...string) Func { return TrustedHostWith(TrustedHostOptions{Hosts: hosts}) }

// TrustedHostWith is TrustedHost with options. It panics when a host can never match.
func TrustedHostWith(o TrustedHostOptions) Func {
	exact, any := map[string]bool{}, slices.Contains(o.Hosts, "*")
	var suffixes []string
	for _, pattern := range o.Hosts {
		if pattern == "*" {
			continue
		}
		name, wild := strings.CutPrefix(pattern, "*.")
		bare := name
		if strings.Count(name, ":") > 1 && !strings.HasPrefix(name, "[") {
			bare = "[" + name + "]"
		}
		host, port, ok := origin.SplitHost(bare)
		mustBe(ok && port == "" && !strings.HasSuffix(bare, ":"), "TrustedHost", "the host %q; legal is a name or address without scheme and port, \"*.example.com\", or \"*\"", pattern)
		if wild {
			suffixes = append(suffixes, "."+host)
		} else {
			exact[host] = true
		}
	}
	mustBe(len(o.Hosts) > 0, "TrustedHost", "no hosts; legal is at least one, \"*\" for any")
	return func(next http.Handler) http.Handler {
		if any {
			return next
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			host, port, ok := origin.SplitHost(r.Host)
			switch {
			case ok && (exact[host] || slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(host, s) })):
				next.ServeHTTP(w, r)
			case ok && !o.NoWWWRedirect && exact["www."+host] && r.Method != http.MethodConnect: // which asks for a tunnel, not for a path
				redirect(w, r, Scheme(r), origin.JoinHost("www."+host, port))
			default:
				plainText(w, r, http.StatusBadRequest, "Invalid host header")
			}
		})
	}
}

// redirect sends the client to the same path elsewhere, with the same method. The path is the one that the client asked
// for: with the prefix that a proxy (brio.RootPath) or http.StripPrefix has taken off.
func redirect(w http.ResponseWriter, r *http.Request, scheme, host string) {
	path := exchange.PathPrefix(r) + r.URL.EscapedPath()
	if !strings.HasPrefix(path, "/") {
		path = "/" // OPTIONS *
	}
	if r.URL.RawQuery != "" || r.URL.ForceQuery {
		path += "?" + r.URL.RawQuery
	}
	w.Header().Set("Location", scheme+"://"+host+path)
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusTemporaryRedirect)
}
