// Package middleware has plain net/http middleware with FastAPI's names and defaults. It stands on net/http alone: it
// works around any http.Handler, and knows nothing of routes. Inside a Brio app its errors have the app's format;
// elsewhere they are {"detail": …}.
//
// Middleware is built once, when the program starts: what is wrong with its options is a panic there, with what was found
// and what is legal. What it returns may serve any number of requests at once.
//
// Each file is one middleware, and says what it costs for a request. Those that are short are not inlined, so that
// App.Explain finds their names.
package middleware

import (
	"fmt"
	"net/http"

	"github.com/brio-go/brio/internal/origin"
)

// Func is middleware of net/http.
type Func = func(http.Handler) http.Handler

// mustBe panics for an option that is wrong.
func mustBe(ok bool, name, format string, args ...any) {
	if !ok {
		panic("brio/middleware: " + name + ": " + fmt.Sprintf(format, args...))
	}
}

func mustBeToken(name, option, s string) {
	mustBe(origin.IsToken(s), name, "%s is %q; legal is the name of a header: letters, digits and hyphens", option, s)
}
