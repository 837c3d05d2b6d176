package security

import (
	"slices"

	"github.com/brio-go/brio/dependencies"
)

// Scopes are the OAuth scopes asked for on the way to the dependency that receives them, outermost first: those of
// brio.Security on the route, then those of brio.Scoped further in.
type Scopes = dependencies.Scopes

// RequireScopes is a dependency that checks the scopes: whoever has not been granted all that are asked for on the way
// to it is answered with InsufficientScope. granted is called with what a provider in scope yields, such as the user.
//
//	checkScopes := security.RequireScopes(func(u *User) []string { return u.Scopes }, bearer)
//
//	app.Get("/items", list, brio.Security(checkScopes, "items:read"))
//
// Each call makes another dependency: keep it in a variable.
func RequireScopes[T any](granted func(T) []string, schemes ...Scheme) func(T, Scopes) error {
	return func(who T, required Scopes) error {
		has := granted(who)
		for _, scope := range required {
			if !slices.Contains(has, scope) {
				return InsufficientScope(required, schemes...)
			}
		}
		return nil
	}
}
