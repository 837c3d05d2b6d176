// Package security has security schemes. A scheme is a provider: it reads typed credentials from a request, refuses requests
// without them before the body is read, and describes itself in the OpenAPI document.
//
//	bearer := security.HTTPBearer()
//
//	func currentUser(token *security.Token, users *Users) (*User, error) { ... }
//
//	app := brio.New(brio.Provide(bearer, currentUser)) // a route that takes a *User needs a token
//
// A scheme reads credentials and does not check them. A dependency checks them and returns [InvalidToken],
// [InsufficientScope] or [NotAuthenticated], which make the challenges of RFC 6750.
//
// If a route has several schemes as guards, a request must meet all of them. One scheme of an [AnyOf] is enough.
//
// Schemes are immutable and safe for concurrent use. Mistakes in their declaration are reported when the app starts. The
// package knows no routes and no document.
package security
