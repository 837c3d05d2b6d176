package security

import (
	"fmt"
	"net/http"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/httptext"
)

// If a key is sent several times, the last value of the query, the first header and the last cookie count, as for parameters.
// An empty key counts as absent. The challenge is APIKey, as in FastAPI.

// APIKeyQuery reads a key from a query parameter and yields an *APIKey. Logs and browser histories contain queries: prefer a
// header.
func APIKeyQuery(name string, opts ...Option) Scheme {
	return apiKey("APIKeyQuery", "query", name, opts, name != "", func(x *exchange.Exchange) string {
		key, _ := x.Query(name)
		return key
	})
}

// APIKeyHeader reads a key from a header and yields an *APIKey.
func APIKeyHeader(name string, opts ...Option) Scheme {
	canonical := http.CanonicalHeaderKey(name)
	return apiKey("APIKeyHeader", "header", name, opts, httptext.IsToken(name), func(x *exchange.Exchange) string {
		if values := x.Header(canonical); len(values) > 0 {
			return values[0]
		}
		return ""
	})
}

// APIKeyCookie reads a key from a cookie and yields an *APIKey. Browsers send cookies also with requests of other sites' pages:
// protect routes that change data against forged requests, for example with middleware.CSRF.
func APIKeyCookie(name string, opts ...Option) Scheme {
	return apiKey("APIKeyCookie", "cookie", name, opts, httptext.IsToken(name), func(x *exchange.Exchange) string {
		key, _ := x.Cookie(name)
		return key
	})
}

// apiKey makes a scheme of OpenAPI's type apiKey. legal is false if name cannot be the name of such a parameter.
func apiKey(kind, in, name string, opts []Option, legal bool, read func(*exchange.Exchange) string) Scheme {
	define := func(*settings) map[string]any { return map[string]any{"type": "apiKey", "in": in, "name": name} }
	s := newScheme[APIKey](kind, opts, define, "APIKey", func(x *exchange.Exchange) (any, outcome) {
		key := read(x)
		if key == "" {
			return nil, absent
		}
		return &APIKey{key}, given
	})
	s.takesAnything = true
	if !legal {
		s.fail(fmt.Sprintf("%s is given a name that no %s can have: %q", kind, in, name), "letters, digits and -, as in X-API-Key")
	}
	return s
}
