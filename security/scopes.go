package security

import (
	"net/http"
	"slices"

	"github.com/brio-go/brio/dependencies"
)

// Scopes are the OAuth scopes declared on the way to the dependency that receives them, outermost first: those of brio.Security
// on the route, then those of brio.Scoped on its dependencies.
type Scopes = dependencies.Scopes

// RequireScopes returns a dependency that checks scopes. It answers InsufficientScope if the client lacks one of the scopes that are
// declared on the way to it; the document has this answer too. granted returns the scopes of a value that a provider in scope
// yields, such as the user.
//
//	checkScopes := security.RequireScopes(func(u *User) []string { return u.Scopes }, bearer)
//
//	app.Get("/items", list, brio.Security(checkScopes, "items:read"))
//
// Each call makes a different dependency: keep the result in a variable.
func RequireScopes[T any](granted func(T) []string, schemes ...Scheme) dependencies.Source {
	return &scopeCheck{isNil: granted == nil, check: func(who T, required Scopes) error {
		has := granted(who)
		for _, scope := range required {
			if !slices.Contains(has, scope) {
				return InsufficientScope(required, schemes...)
			}
		}
		return nil
	}}
}

// scopeCheck is the result of RequireScopes.
type scopeCheck struct {
	check any  // a func(T, Scopes) error
	isNil bool // RequireScopes was given no function
}

// ProviderFunc returns the function that checks the scopes.
func (s *scopeCheck) ProviderFunc() any { return s.check }

// ProviderName returns the name for reports.
func (s *scopeCheck) ProviderName() string { return "RequireScopes" }

// ProviderMistake returns the mistake in the declaration, "" for none.
func (s *scopeCheck) ProviderMistake() (found, legal string) {
	if s.isNil {
		return "RequireScopes has no function", "a function that returns the scopes of a dependency, as in RequireScopes(func(u *User) []string { return u.Scopes })"
	}
	return "", ""
}

// Statuses are the statuses of its refusals.
func (s *scopeCheck) Statuses() []int { return []int{http.StatusForbidden} }
