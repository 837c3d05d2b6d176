package middleware

import (
	"fmt"
	"net/http"

	"github.com/brio-go/brio/internal/origin"
)

// Func is middleware of net/http.
type Func = func(http.Handler) http.Handler

// mustBe panics if ok is false. The text names the middleware and the option.
func mustBe(ok bool, name, format string, args ...any) {
	if !ok {
		panic("brio/middleware: " + name + ": " + fmt.Sprintf(format, args...))
	}
}

func mustBeToken(name, option, s string) {
	mustBe(origin.IsToken(s), name, "%s is %q; legal is the name of a header: letters, digits and hyphens", option, s)
}
