package brio

import (
	"context"
	"reflect"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
)

// Supply provides values for the life of the app. Functions receive them by their types. A handler receives the value of the nearest
// level.
//
//go:noinline
func Supply(values ...any) Option {
	list := declared(values, declare.SuppliedValue, funcname.Caller(1))
	return option(func(s *declare.Settings) { s.Dependencies.Add(list...) })
}

// Provide declares dependencies that run when a function needs their result, once per request. A provider is any function. Its
// parameters are resolved as those of a handler. Its results are T or (T, error), each also with a clean-up function before the error. A
// handler receives the result of the nearest level that provides the type.
//
//go:noinline
func Provide(providers ...any) Option {
	list := declared(providers, declare.Provided, funcname.Caller(1))
	return option(func(s *declare.Settings) { s.Dependencies.Add(list...) })
}

// Depends declares guards: dependencies that always run, in order, before the parameters of inner guards and of the handler are bound. A
// guard may have a result, which functions can then receive. Levels add up, the outermost first.
//
//go:noinline
func Depends(guards ...any) Option {
	list := declared(guards, declare.Guard, funcname.Caller(1))
	return option(func(s *declare.Settings) { s.Dependencies.Add(list...) })
}

// declared returns the dependencies of one option, whose arguments are given. place is the call of the option.
func declared(given []any, kind declare.DependencyKind, place string) (list []*declare.Dependency) {
	for _, g := range given {
		list = append(list, &declare.Dependency{Kind: kind, Given: g, Place: place})
	}
	return list
}

// Security is [Depends] with OAuth scopes: the provider, and the dependencies that it needs, receive them as [Scopes].
//
//go:noinline
func Security(provider any, scopes ...string) Option {
	list := declared([]any{dependencies.Scoped(provider, scopes...)}, declare.Guard, funcname.Caller(1))
	return option(func(s *declare.Settings) { s.Dependencies.Add(list...) })
}

// SupplyFunc provides a value for the life of the app. f builds it when the app starts. The function that f returns ends it after the
// app has stopped serving; nil means that there is nothing to do. Values are built in the order of declaration and ended in reverse. An
// error of f keeps the app from starting.
func SupplyFunc[T any](f func(ctx context.Context) (T, func(context.Context) error, error)) Option {
	var build declare.Build
	if f != nil {
		build = func(ctx context.Context) (any, func(context.Context) error, error) { return f(ctx) }
	}
	return builtBy(build, reflect.TypeFor[T](), funcname.Caller(1))
}

// builtBy is SupplyFunc for a type.
//
//go:noinline
func builtBy(build declare.Build, t reflect.Type, place string) Option {
	if build == nil {
		return refusedAt(place, "SupplyFunc has no function", "a func(ctx context.Context) (T, func(context.Context) error, error)")
	}
	d := &declare.Dependency{Kind: declare.BuiltValue, Given: build, Type: t, Place: place}
	return option(func(s *declare.Settings) { s.Dependencies.Add(d) })
}

// Scoped adds OAuth scopes to a provider: it and the dependencies that it needs receive them as [Scopes], after the scopes of the levels
// outside. The result is an argument of [Provide] or [Depends].
func Scoped(provider any, scopes ...string) any { return dependencies.Scoped(provider, scopes...) }

// NoCache makes a provider run at each use instead of once per request. The result is an argument of [Provide], [Depends] or [Security].
func NoCache(provider any) any { return dependencies.NoCache(provider) }

// BeforeResponse makes the clean-up of a provider run after the handler and before the answer is sent, so that its error becomes the
// answer. For example a failed commit is then a 500, or the HTTP error that the clean-up returns. The result is an argument of
// [Provide], [Depends] or [Security].
func BeforeResponse(provider any) any { return dependencies.BeforeResponse(provider) }

// LifespanOption configures an App, a Router or an Include.
type LifespanOption interface {
	AppOption
	RouterOption
}

// Lifespan runs f when the app starts, after the values of SupplyFunc are built. stop, which f returns, runs when the app stops; nil
// means that there is nothing to do. Lifespans of included routers run after those of the app.
//
//go:noinline
func Lifespan(f func(ctx context.Context) (stop func(context.Context) error, err error)) LifespanOption {
	if f == nil {
		return refused("Lifespan has no function", "a func(ctx context.Context) (stop func(context.Context) error, err error)")
	}
	return lifespanOption(f)
}

// lifespanOption is the function of a Lifespan.
type lifespanOption declare.Lifespan

func (o lifespanOption) applyApp(t declare.Target) {
	a := t.(*appSettings)
	a.Lifespans = append(a.Lifespans, declare.Lifespan(o))
}
func (o lifespanOption) ApplyRouter(t declare.Target) {
	r := t.(*declare.RouterSettings)
	r.Lifespans = append(r.Lifespans, declare.Lifespan(o))
}
