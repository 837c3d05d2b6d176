package mistakes

import (
	"fmt"
	"strings"
)

// LegalField is what is legal for a field of a parameter struct.
const LegalField = "a field has one source tag, a type that can be read from there, and a default and rules that fit the type (docs/parameters.md)"

// legalHandler is what a handler may return.
const legalHandler = "a handler returns nothing, error, T or (T, error)"

// HandlerIs is a handler that is something else, as in "nil" or "a main.Item".
func HandlerIs(what string) (found, legal string) {
	return "the handler is " + what, "a handler is a function or an http.Handler"
}

// HandlerResults is a handler whose results are a list that no handler has.
func HandlerResults(list string) (found, legal string) {
	return "its results are " + list, legalHandler
}

// ResponseByValue is a handler that returns a Response and no pointer.
func ResponseByValue() (found, legal string) {
	return "it returns a brio.Response by value; return *brio.Response", legalHandler
}

// SocketResult is a handler of a WebSocket route with a result of type t.
func SocketResult(t string) (found, legal string) {
	return fmt.Sprintf("a WebSocket route returns a %s", t), "nothing or an error: what the client gets is written to the connection"
}

// NoConnectionTaken is a WebSocket route whose functions do not take the connection.
func NoConnectionTaken() (found, legal string) {
	return "no function of the route takes the connection", "a parameter of type *brio.WebSocket or *websocket.Conn[In, Out]"
}

// ProviderIs is a provider that is no function.
func ProviderIs(what string) (found, legal string) {
	return "the provider is " + what, "a provider is a function; a value that is there for the life of the app is given to Supply"
}

// ProviderResults is a provider whose results are a list that no provider has.
func ProviderResults(list string) (found, legal string) {
	return "its results are " + list, "a provider has no result, error, T or (T, error), each also with a clean-up (func(), func() error, func(error) or func(error) error) before the error"
}

// ProvidesNothing is a provider without a result, which is no guard.
func ProvidesNothing() (found, legal string) {
	return "it is provided but has no result by which anything could ask for it", "give it a result, or use Depends to run it on every request"
}

// ProvidesOwn is a provider of a type t that comes from elsewhere: origin is the end of a sentence about a parameter of that type.
func ProvidesOwn(t, origin string) (found, legal string) {
	return fmt.Sprintf("it provides %s, but a parameter of that type %s, so it would never be asked", t, origin), "provide a type of your own"
}

// The origins of parameters that no provider gives, for ProvidesOwn.
const (
	FromFramework = "is the framework's own"
	FromRequest   = "is read from the request, for its fields have source tags"
)

// SecondProvider is a provider of a type t that another one of the level, first at a place, provides too.
func SecondProvider(t, first, place string) (found, legal string) {
	return fmt.Sprintf("a second provider of %s on this level; the first is %s (%s)", t, first, place), "one provider of a type on each level: remove one, move it to another router, or give it a type of its own"
}

// Variadic is a function with a variadic parameter.
func Variadic() (found, legal string) {
	return "it is variadic", "every parameter has one origin; take a slice from a provider instead"
}

// NoOrigin is parameter i, counted from 0, of a type t that nothing gives. near says more, and begins with a space, a colon or a semicolon.
// framework are the names of the framework types.
func NoOrigin(i int, t, near, framework string) (found, legal string) {
	return fmt.Sprintf("parameter %d (%s) has no origin%s", i+1, t, near),
		fmt.Sprintf("a parameter is a framework type (%s), a struct whose fields have source tags, or the result type of a provider in scope (Supply, Provide, Depends)", framework)
}

// NeedsConnection is parameter i, counted from 0, of a type t that only a WebSocket route has.
func NeedsConnection(i int, t string) (found, legal string) {
	return fmt.Sprintf("parameter %d (%s) needs a WebSocket connection, and the route has none", i+1, t), "a route that the method WebSocket declares: app.WebSocket(path, handler)"
}

// OtherProvided says, for NoOrigin, that a function at a place provides a pointer to the type, or what the pointer points to.
func OtherProvided(name, place, t string) string {
	return fmt.Sprintf("; %s (%s) provides %s: take a %s in its place", name, place, t, t)
}

// PointerHasMethods says, for NoOrigin, that a function at a place provides a type t of which only the pointer is the interface.
func PointerHasMethods(name, place, t string) string {
	return fmt.Sprintf("; %s (%s) provides %s, and only *%s has the methods", name, place, t, t)
}

// NoProvider says, for NoOrigin, that nothing provides a type.
func NoProvider() string { return ": no provider in scope gives it" }

// NoProviderOfStruct says, for NoOrigin, that nothing provides a struct t.
func NoProviderOfStruct(t string) string {
	return fmt.Sprintf("%s; if it is meant to be the request body, take brio.Body[%s]", NoProvider(), t)
}

// NoImplementation says, for NoOrigin, that nothing provides an interface.
func NoImplementation() string { return NoProvider() + " or implements it" }

// UncheckedScopes are scopes that are asked for where no function takes them by the type t.
func UncheckedScopes(scopes []string, t string) (found, legal string) {
	return fmt.Sprintf("the scopes %s are asked for, but neither it nor anything that it needs takes %s: nothing checks them", strings.Join(scopes, ", "), t),
		fmt.Sprintf("a function on the way that takes %s and refuses the request, as security.RequireScopes makes one; or no scopes", t)
}

// SuppliesNil is the option Supply with nil.
func SuppliesNil() (found, legal string) {
	return "the value is nil, which has no type by which it could be asked for", "Supply takes values, such as a *DB"
}
