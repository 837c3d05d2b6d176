package security

import (
	"fmt"
	"net/http"

	"github.com/brio-go/brio/internal/exchange"
)

// Of a key that is sent several times the last in the query, the first header and the last cookie counts, as of every
// parameter. An empty key is none. The challenge is APIKey, as in FastAPI.

// APIKeyQuery reads a key from a query parameter and yields an *APIKey. Queries stand in logs and histories: prefer a
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
	return apiKey("APIKeyHeader", "header", name, opts, isToken(name), func(x *exchange.Exchange) string {
		if values := x.Header(canonical); len(values) > 0 {
			return values[0]
		}
		return ""
	})
}

// APIKeyCookie reads a key from a cookie and yields an *APIKey. Browsers send cookies by themselves, also for a page of
// somebody else: routes that change something need protection against forged requests beside it.
func APIKeyCookie(name string, opts ...Option) Scheme {
	return apiKey("APIKeyCookie", "cookie", name, opts, isToken(name), func(x *exchange.Exchange) string {
		key, _ := x.Cookie(name)
		return key
	})
}

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
