package dependencies

import (
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/inject"
)

// Scopes are the OAuth scopes that are required on the way to the dependency that receives them, the outermost first. Each call receives
// a copy.
type Scopes []string

// String joins the scopes with spaces, as in a challenge.
func (s Scopes) String() string { return strings.Join(s, " ") }

// NoCache makes a provider run at each use instead of once per request. The providers that it needs are shared as usual.
func NoCache(provider any) any { return inject.NoCache(provider) }

// BeforeResponse makes the clean-up of a provider run after the handler and before the response is sent. An error of the clean-up becomes
// the response. In [Resolver.Call] it runs before the other clean-ups.
func BeforeResponse(provider any) any { return inject.BeforeResponse(provider) }

// Failing declares that a provider may return errors of type E. The document has them for each route that uses the provider. statuses are
// the statuses of E's answers; without them the method StatusCode of E says the status.
func Failing[E error](provider any, statuses ...int) any {
	return inject.Raises(provider, declare.Raised{Type: reflect.TypeFor[E](), Statuses: statuses, Place: funcname.Caller(1)})
}

// Scoped adds OAuth scopes for a provider and for the providers that it needs, after the scopes of the levels outside.
func Scoped(provider any, scopes ...string) any { return inject.Scoped(provider, scopes...) }
