// Package middleware has plain net/http middleware with FastAPI's names and defaults. It stands on net/http alone: it
// works around any http.Handler, and knows nothing of routes. Inside a Brio app its errors have the app's format;
// elsewhere they are {"detail": …}.
//
// Middleware is built once, when the program starts: what is wrong with its options is a panic there, with what was found
// and what is legal. What it returns may serve any number of requests at once.
//
// Each file is one middleware, and says what it costs for a request.
package middleware

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// Func is middleware of net/http.
type Func = func(http.Handler) http.Handler

// serveContext calls next with another context. net/http can do so only with a copy of the request (one allocation), and
// what a router learns of the copy, its Pattern, is lost to who has the original: it is copied back.
func serveContext(next http.Handler, w http.ResponseWriter, r *http.Request, ctx context.Context) {
	serveCopy(next, w, r, r.WithContext(ctx))
}

// serveCopy calls next with a changed copy of r.
func serveCopy(next http.Handler, w http.ResponseWriter, r, changed *http.Request) {
	defer func() { r.Pattern = changed.Pattern }()
	next.ServeHTTP(w, changed)
}

// mustBe panics for an option that is wrong.
func mustBe(ok bool, name, format string, args ...any) {
	if !ok {
		panic("brio/middleware: " + name + ": " + fmt.Sprintf(format, args...))
	}
}

func mustBeToken(name, option, s string) {
	mustBe(isToken(s), name, "%s is %q; legal is the name of a header: letters, digits and hyphens", option, s)
}

// isToken reports whether s is a token of RFC 9110, 5.6.2.
func isToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}
