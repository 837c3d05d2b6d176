package dependencies

import (
	"strings"

	"github.com/brio-go/brio/internal/inject"
)

// Scopes are the OAuth scopes asked for on the way to the dependency that receives them, outermost first.
type Scopes []string

// String joins the scopes with spaces, as in a challenge.
func (s Scopes) String() string { return strings.Join(s, " ") }

// NoCache makes a provider run at each use instead of once per request. What it needs is shared as usual.
func NoCache(provider any) any { return inject.NoCache(provider) }

// BeforeResponse makes the clean-up of a provider run after the handler and before the response leaves, so that its
// error becomes the response.
func BeforeResponse(provider any) any { return inject.BeforeResponse(provider) }

// Scoped adds scopes for a provider and everything it needs.
func Scoped(provider any, scopes ...string) any { return inject.Scoped(provider, scopes...) }
