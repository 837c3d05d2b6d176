package brio

import (
	"context"
	"reflect"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/inject"
)

// Supply gives values for the life of the app, asked for by their types.
func Supply(values ...any) Option {
	place := funcname.Caller(1)
	var list []declare.Dependency
	for _, v := range values {
		list = append(list, declare.Dependency{Provider: inject.Value(v, place)})
	}
	return option(func(s *declare.Settings) { s.Dependencies.Add(list...) })
}

// Provide declares dependencies that run on demand, once per request, and are asked for by their result types. A
// provider is any function: its parameters are resolved like a handler's, its results are T or (T, error), each also
// with a clean-up function before the error.
func Provide(providers ...any) Option {
	list := dependenciesOf(providers, false, funcname.Caller(1))
	return option(func(s *declare.Settings) { s.Dependencies.Add(list...) })
}

// Depends declares guards: dependencies that always run, in order, before the parameters of inner guards and the
// handler. They need not have a result; if they have, it can be asked for too.
func Depends(guards ...any) Option {
	list := dependenciesOf(guards, true, funcname.Caller(1))
	return option(func(s *declare.Settings) { s.Dependencies.Add(list...) })
}

func dependenciesOf(providers []any, guard bool, place string) (list []declare.Dependency) {
	for _, p := range providers {
		list = append(list, declare.Dependency{Provider: inject.Func(p, place), Guard: guard})
	}
	return list
}

// Security is Depends with OAuth scopes: the provider and everything it needs receive them as Scopes.
func Security(provider any, scopes ...string) Option {
	list := dependenciesOf([]any{dependencies.Scoped(provider, scopes...)}, true, funcname.Caller(1))
	return option(func(s *declare.Settings) { s.Dependencies.Add(list...) })
}

// SupplyFunc gives a value for the life of the app that is built when it starts and ended, by the function returned
// with it (nil: nothing to do), after it has stopped serving. Values are built in the order of declaration and ended
// in reverse; an error keeps the app from starting.
func SupplyFunc[T any](f func(ctx context.Context) (T, func(context.Context) error, error)) Option {
	p := inject.Built(reflect.TypeFor[T](), func(ctx context.Context) (any, func(context.Context) error, error) {
		return f(ctx)
	}, funcname.Caller(1))
	return option(func(s *declare.Settings) { s.Dependencies.Add(declare.Dependency{Provider: p}) })
}

// Scoped adds OAuth scopes to a provider given to Provide or Depends: it and everything it needs receive them as
// Scopes, after those asked for further out.
func Scoped(provider any, scopes ...string) any { return dependencies.Scoped(provider, scopes...) }

// NoCache makes a provider run at each use instead of once per request.
func NoCache(provider any) any { return dependencies.NoCache(provider) }

// BeforeResponse makes the clean-up of a provider run after the handler and before the response leaves, so that its
// error becomes the response: a commit that fails is a 500, or the HTTP error it returns.
func BeforeResponse(provider any) any { return dependencies.BeforeResponse(provider) }

// LifespanOption is an option of apps and routers.
type LifespanOption interface {
	AppOption
	RouterOption
}

// Lifespan runs f when the app starts, after the values of SupplyFunc were built; what f returns runs when it stops.
// Those of included routers run too, the app's first.
func Lifespan(f func(ctx context.Context) (stop func(context.Context) error, err error)) LifespanOption {
	return lifespanOption(f)
}

type lifespanOption declare.Lifespan

func (o lifespanOption) applyApp(a *appSettings) {
	a.Lifespans = append(a.Lifespans, declare.Lifespan(o))
}
func (o lifespanOption) ApplyRouter(r *declare.RouterSettings) {
	r.Lifespans = append(r.Lifespans, declare.Lifespan(o))
}
