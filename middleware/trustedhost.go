package middleware

import (
	"net/http"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/startup"
)

// TrustedHostOptions configure TrustedHostWith.
type TrustedHostOptions struct {
	// Hosts are names or addresses without a port, "*.example.com" for all subdomains of example.com, or "*" for any host.
	Hosts []string
	// NoWWWRedirect refuses example.com if only www.example.com is trusted. Without it the client is redirected.
	NoWWWRedirect bool
}

// TrustedHost answers 400 "Invalid host header" to requests for any other host, so that links and redirects made from the Host
// header lead to the app. A host is a name or address without a port, "*.example.com" for all subdomains of example.com but not
// example.com itself, or "*" for any. Case, port and a final dot are ignored. If only www.example.com is trusted, example.com
// is redirected to it with 307.
//
// It does not allocate for names in lower case.
func TrustedHost(hosts ...string) Func { return TrustedHostWith(TrustedHostOptions{Hosts: hosts}) }

// TrustedHostWith is TrustedHost with options. A host that can never match is a start-up mistake, and so is an empty list.
func TrustedHostWith(o TrustedHostOptions) Func {
	exact, any := map[string]bool{}, slices.Contains(o.Hosts, "*")
	var suffixes []string
	var c checks
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
		c.must(ok && port == "" && !strings.HasSuffix(bare, ":"), `a name or address without scheme and port, as in "example.com"; "*.example.com" for subdomains; "*" for any`, "the host %q", pattern)
		if wild {
			suffixes = append(suffixes, "."+host)
		} else {
			exact[host] = true
		}
	}
	c.must(len(o.Hosts) > 0, `at least one host; "*" for any`, "no hosts")
	if refused := c.refused(); refused != nil {
		return refused
	}
	trusts := func(host string) bool {
		return exact[host] || slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(host, s) })
	}
	trusted := func(next http.Handler) http.Handler {
		if any {
			return next
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			host, port, ok := origin.SplitHost(r.Host)
			switch {
			case ok && trusts(host):
				next.ServeHTTP(w, r)
			case ok && !o.NoWWWRedirect && exact["www."+host] && r.Method != http.MethodConnect: // CONNECT has no path
				redirect(w, r, Scheme(r), origin.JoinHost("www."+host, port))
			default:
				plainText(w, r, http.StatusBadRequest, "Invalid host header")
			}
		})
	}
	return startup.Annotate(startup.Notes{Middleware: trusted, Origins: func(name string) bool {
		host, _, ok := origin.HostOf(name)
		return ok && trusts(host)
	}})
}

// redirect redirects the client to the same path and query of another host or scheme, with 307. The path is the one in the
// client's URL: with the prefix that a proxy (brio.RootPath) or http.StripPrefix has removed.
func redirect(w http.ResponseWriter, r *http.Request, scheme, host string) {
	path := origin.PathPrefix(r) + r.URL.EscapedPath()
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
