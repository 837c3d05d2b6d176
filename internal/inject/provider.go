package inject

import (
	"context"
	"fmt"
	"reflect"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/invoke"
)

// Provider is one declared dependency: a function, or a value supplied for the life of the app.
type Provider struct {
	Name  string // the function's name, or Supply with the value's type
	Place string // file:line of the declaration

	id          any           // equal for two declarations of one function: they run once
	source      Source        // what it was made of, when that is more than a function
	fn          reflect.Value // invalid for values
	value       reflect.Value // of Supply
	build       declare.Build // of a value that is built when the app starts
	result      result
	err         string // what is wrong with the declaration itself
	legal       string // and what would be right
	resultKnown bool   // the declaration is wrong but its result type is known
	overrides   bool   // it stands in for others, in a test
	wrapped            // noCache, before, scopes
}

// Level is what one app, router, include or route declares. Levels are listed from the app inwards.
type Level struct {
	Provided []*Provider // on demand
	Guards   []*Provider // always, in order; their results can be asked for too
}

// Providers are the providers of one compiled app, one for each declared dependency.
type Providers struct {
	declared map[*declare.Dependency]*Provider
}

// Level returns the level that declares dependencies.
func (ps *Providers) Level(dependencies []*declare.Dependency) (l Level) {
	for _, d := range dependencies {
		if p := ps.of(d); d.Kind == declare.Guard {
			l.Guards = append(l.Guards, p)
		} else {
			l.Provided = append(l.Provided, p)
		}
	}
	return l
}

// of returns the provider of a declared dependency, always the same one.
func (ps *Providers) of(d *declare.Dependency) *Provider {
	p := ps.declared[d]
	if p != nil {
		return p
	}
	switch d.Kind {
	case declare.SuppliedValue:
		p = Value(d.Given, d.Place)
	case declare.BuiltValue:
		p = Built(d.Type, d.Given.(declare.Build), d.Place)
	default:
		p = Func(d.Given, d.Place)
	}
	if ps.declared == nil {
		ps.declared = map[*declare.Dependency]*Provider{}
	}
	ps.declared[d] = p
	return p
}

// Source is a provider that is more than a function, such as a security scheme. ProviderFunc is the function to call;
// the Source itself, which must be comparable, is the provider's identity.
type Source interface {
	ProviderFunc() any
	ProviderName() string
}

// checked is a Source that can be declared wrongly in itself; found is "" when it is not.
type checked interface {
	ProviderMistake() (found, legal string)
}

// Func declares a provider function, or a Source, at a place in the user's code.
func Func(provider any, place string) *Provider {
	w, _ := provider.(wrapped)
	if w.provider != nil {
		provider = w.provider
	}
	p := &Provider{Place: place, Name: fmt.Sprintf("%T", provider), id: provider, wrapped: w}
	if s, ok := provider.(Source); ok {
		p.Name, p.source = s.ProviderName(), s
		if !reflect.ValueOf(s).Comparable() {
			p.id, p.err = new(byte), fmt.Sprintf("the provider is a %T, which cannot be compared and so has no identity", s)
			p.legal = "a provider that is more than a function is a pointer"
			return p
		}
		if c, ok := provider.(checked); ok {
			if p.err, p.legal = c.ProviderMistake(); p.err != "" {
				// The result type is known: functions that need it are not reported as well.
				p.result, _ = providerResult(reflect.TypeOf(s.ProviderFunc()))
				p.resultKnown = true
				return p
			}
		}
		provider = s.ProviderFunc()
	} else {
		p.id = invoke.Identity(provider)
	}
	p.fn = reflect.ValueOf(provider)
	if provider == nil || p.fn.Kind() != reflect.Func || p.fn.IsNil() {
		p.Name, p.err = "", "the provider is "+describe(provider)
		p.legal = "a provider is a function; a value that is there for the life of the app is given to Supply"
		return p
	}
	if p.Name == fmt.Sprintf("%T", provider) {
		if p.Name = FuncName(provider); p.Name == "" {
			p.Name = "a function literal"
		}
	}
	if p.result, p.err = providerResult(p.fn.Type()); p.err != "" {
		p.legal = "a provider has no result, error, T or (T, error), each also with a clean-up (func(), func() error, func(error) or func(error) error) before the error"
	}
	return p
}

// Value declares a value that is there for the life of the app.
func Value(v any, place string) *Provider {
	p := &Provider{Place: place, Name: fmt.Sprintf("Supply(%T)", v), value: reflect.ValueOf(v), id: new(byte)}
	if v == nil {
		p.Name = "Supply"
		p.err, p.legal = "the value is nil, which has no type by which it could be asked for", "Supply takes values, such as a *DB"
		return p
	}
	p.result = result{value: 0, typ: p.value.Type(), cleanup: -1, err: -1}
	return p
}

// Built declares a value of type t that is built once, when the app starts.
func Built(t reflect.Type, build declare.Build, place string) *Provider {
	return &Provider{Place: place, Name: t.String(), build: build, id: new(byte), result: result{value: 0, typ: t, cleanup: -1, err: -1}}
}

// Identity is equal for two declarations of one function or Source.
func (p *Provider) Identity() any { return p.id }

// Err is the mistake in the declaration of a provider, "" for none.
func (p *Provider) Err() string { return p.err }

// IsNil reports whether the provider is a supplied value that is a nil pointer, map, function or channel.
func (p *Provider) IsNil() bool {
	switch p.value.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Func, reflect.Chan, reflect.Slice:
		return p.value.IsNil()
	}
	return false
}

// Supplied reports whether the provider is a value.
func (p *Provider) Supplied() bool { return p.value.IsValid() }

// AppScoped reports whether the provider is a value that is built when the app starts.
func (p *Provider) AppScoped() bool { return p.build != nil }

// Values are the values of the app-scoped providers of one compiled app. Plans refer to them, so that an app is compiled before
// they are built. Set must not run concurrently with a request.
type Values struct{ byProvider map[*Provider]*invoke.Value }

// of returns where the value of p is, or will be. Until it is set it is the zero value of its type.
func (v *Values) of(p *Provider) *invoke.Value {
	if v.byProvider == nil {
		v.byProvider = map[*Provider]*invoke.Value{}
	}
	value := v.byProvider[p]
	if value == nil {
		zero := invoke.Of(reflect.New(p.Type()).Elem())
		value = &zero
		v.byProvider[p] = value
	}
	return value
}

// Set sets the value of p, which is of p's type or nil, for all plans.
func (v *Values) Set(p *Provider, value any) {
	typed := reflect.New(p.Type()).Elem()
	if value != nil {
		typed.Set(reflect.ValueOf(value))
	}
	*v.of(p) = invoke.Of(typed)
}

// Start builds the value of an app-scoped provider.
func (p *Provider) Start(ctx context.Context) (any, func(context.Context) error, error) {
	return p.build(ctx)
}

// Type is the type by which the provider is asked for, nil when it has no result.
func (p *Provider) Type() reflect.Type { return p.result.typ }

// FuncName is a function's own name: package, receiver, -fm and type arguments stripped. For a function literal it is
// "", for it has none.
func FuncName(fn any) string { return funcname.Of(reflect.ValueOf(fn)).Func }
