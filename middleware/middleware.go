package middleware

import (
	"fmt"
	"net/http"
	"time"

	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/httptext"
	"github.com/brio-go/brio/internal/startup"
)

// Func is middleware of net/http.
type Func = func(http.Handler) http.Handler

// Short constructors that return a function literal are marked go:noinline. App.Explain names middleware by its literal, which an inlined
// constructor would move into its caller.

// importPath is the path of this package, whose callers are the places of mistakes.
const importPath = "github.com/brio-go/brio/middleware"

// checks collects the mistakes in the options of one constructor. The zero value has none.
type checks struct{ mistakes []startup.Mistake }

// must adds a mistake unless ok. found has the option and its value; legal has the legal ones. The place is the program's call of the
// constructor, which must be on the stack.
func (c *checks) must(ok bool, legal, found string, args ...any) {
	if ok {
		return
	}
	constructor, place := funcname.Entry(importPath)
	c.mistakes = append(c.mistakes, startup.Mistake{Func: constructor, Place: place, Found: fmt.Sprintf(found, args...), Legal: legal})
}

// token adds a mistake unless s is a legal name of a header.
func (c *checks) token(option, s string) {
	c.must(httptext.IsToken(s), "the name of a header: letters, digits and hyphens", "%s is %q", option, s)
}

// limit returns the value of a limit: n, or otherwise for 0. n is positive or NoLimit. Other negative numbers are a mistake.
func limit[N int | int64 | time.Duration](c *checks, option string, n, otherwise N) N {
	c.must(n >= argument.NoLimit, fmt.Sprintf("a positive number; brio.NoLimit (-1) for none; 0 for the default, %v", otherwise), "%s is %v", option, n)
	if n == 0 {
		return otherwise
	}
	return n
}

// required is limit for a limit without a default.
func required[N int | int64 | time.Duration](c *checks, option string, n N) {
	c.must(n > 0 || n == argument.NoLimit, "a positive number; brio.NoLimit (-1) for none", "%s is %v", option, n)
}

// refused returns the middleware that stands in for one with mistakes, nil without mistakes.
func (c *checks) refused() Func {
	if c.mistakes == nil {
		return nil
	}
	return startup.Refuse(c.mistakes...)
}

// unlimited is the middleware of a limit that is NoLimit.
func unlimited(next http.Handler) http.Handler { return next }
