package security

import (
	"net/http"
	"slices"

	"github.com/brio-go/brio/dependencies"
)

// Scopes are the OAuth scopes asked for on the way to the dependency that receives them, outermost first: those of
// brio.Security on the route, then those of brio.Scoped further in.
type Scopes = dependencies.Scopes

// RequireScopes is a dependency that checks the scopes: whoever has not been granted all that are asked for on the way
// to it is answered with InsufficientScope, which the document says too. granted is called with what a provider in scope
// yields, such as the user.
//
//	checkScopes := security.RequireScopes(func(u *User) []string { return u.Scopes }, bearer)
//
//	app.Get("/items", list, brio.Security(checkScopes, "items:read"))
//
// Each call makes another dependency: keep it in a variable.
func RequireScopes[T any](granted func(T) []string, schemes ...Scheme) dependencies.Source {
	return &scopeCheck{func(who T, required Scopes) error {
		has := granted(who)
		for _, scope := range required {
			if !slices.Contains(has, scope) {
				return InsufficientScope(required, schemes...)
			}
		}
		return nil
	}}
}

type scopeCheck struct{ check any }

// ProviderFunc is the function that checks.
func (s *scopeCheck) ProviderFunc() any { return s.check }

// ProviderName names it in reports.
func (s *scopeCheck) ProviderName() string { return "RequireScopes" }

// Statuses are those with which it may refuse a request.
func (s *scopeCheck) Statuses() []int { return []int{http.StatusForbidden} }
