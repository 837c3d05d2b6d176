package inject

import (
	"context"
	"fmt"
	"reflect"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/mistakes"
)

// Provider is one declared dependency: a function, a value, or a value that is built when the app starts.
type Provider struct {
	Name  string // the function's name, or Supply with the value's type
	Place string // file:line of the declaration

	id          any           // equal for two declarations of one function, which runs once
	source      Source        // nil for functions and values
	fn          reflect.Value // the zero Value for values
	value       reflect.Value // of Supply; otherwise the zero Value
	build       declare.Build // of SupplyFunc; otherwise nil
	result      result
	mistake     string // in the declaration itself; "" for none
	legal       string // the legal form, if there is a mistake
	resultKnown bool   // the declaration is wrong but its result type is known
	overrides   bool   // it replaces other providers in a test
	wrapped            // what the wrappers say
}

// Level has the providers that one app, router, include or route declares. Lists of levels begin with the app.
type Level struct {
	Provided []*Provider // run if a function needs their result
	Guards   []*Provider // always run, in order; functions may receive their results too
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

// Source is dependencies.Source: a provider that is more than a function, such as a security scheme. ProviderFunc returns the function to
// call. The Source itself is the provider's identity, so it must be comparable.
type Source interface {
	ProviderFunc() any
	ProviderName() string
}

// checkedSource is a Source that knows its mistakes. found is "" if it has none.
type checkedSource interface {
	ProviderMistake() (found, legal string)
}

// Func returns the provider of a function or a Source, which may be wrapped. place is the file and line of the declaration. A mistake of the
// declaration stands in the Provider.
func Func(provider any, place string) *Provider {
	w, _ := provider.(wrapped)
	if w.provider != nil {
		provider = w.provider
	}
	p := &Provider{Place: place, Name: fmt.Sprintf("%T", provider), id: provider, wrapped: w}
	if s, ok := provider.(Source); ok {
		p.Name, p.source = s.ProviderName(), s
		if !reflect.ValueOf(s).Comparable() {
			p.id, p.mistake = new(byte), fmt.Sprintf("the provider is a %T, which cannot be compared and so has no identity", s)
			p.legal = "a provider that is more than a function is a pointer"
			return p
		}
		if c, ok := provider.(checkedSource); ok {
			if p.mistake, p.legal = c.ProviderMistake(); p.mistake != "" {
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
		p.Name = ""
		p.mistake, p.legal = mistakes.ProviderIs(describe(provider))
		return p
	}
	if p.Name == fmt.Sprintf("%T", provider) {
		if p.Name = FuncName(provider); p.Name == "" {
			p.Name = "a function literal"
		}
	}
	result, ok := providerResult(p.fn.Type())
	if p.result = result; !ok {
		p.mistake, p.legal = mistakes.ProviderResults(resultList(p.fn.Type()))
	}
	return p
}

// Value returns the provider of a value that exists before the app starts.
func Value(v any, place string) *Provider {
	p := &Provider{Place: place, Name: fmt.Sprintf("Supply(%T)", v), value: reflect.ValueOf(v), id: new(byte)}
	if v == nil {
		p.Name = "Supply"
		p.mistake, p.legal = mistakes.SuppliesNil()
		return p
	}
	p.result = result{value: 0, typ: p.value.Type(), cleanup: -1, err: -1}
	return p
}

// Built returns the provider of a value of type t, which build makes once, when the app starts.
func Built(t reflect.Type, build declare.Build, place string) *Provider {
	return &Provider{Place: place, Name: t.String(), build: build, id: new(byte), result: result{value: 0, typ: t, cleanup: -1, err: -1}}
}

// Identity is equal for two declarations of one function or Source.
func (p *Provider) Identity() any { return p.id }

// Mistake is the mistake in the declaration of the provider, "" for none.
func (p *Provider) Mistake() string { return p.mistake }

// IsNil reports whether the provider is a supplied value that is a nil pointer, map, function or channel.
func (p *Provider) IsNil() bool {
	switch p.value.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Func, reflect.Chan, reflect.Slice:
		return p.value.IsNil()
	}
	return false
}

// IsSupplied reports whether the provider is a value that existed before the app started.
func (p *Provider) IsSupplied() bool { return p.value.IsValid() }

// IsAppScoped reports whether the provider is a value that is built when the app starts.
func (p *Provider) IsAppScoped() bool { return p.build != nil }

// Values has the values of the app-scoped providers of one compiled app. Plans refer to them, so an app is compiled before they are built.
// Set must not run concurrently with a request.
type Values struct{ byProvider map[*Provider]*invoke.Value }

// of returns the place of p's value, which is the zero value of its type until Set.
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

// Set sets the value of p for all plans. It is of p's type, or nil, which is the zero value.
func (v *Values) Set(p *Provider, value any) {
	typed := reflect.New(p.Type()).Elem()
	if value != nil {
		typed.Set(reflect.ValueOf(value))
	}
	*v.of(p) = invoke.Of(typed)
}

// Start builds the value of an app-scoped provider. The second result ends it; nil: the value needs no end.
func (p *Provider) Start(ctx context.Context) (any, func(context.Context) error, error) {
	return p.build(ctx)
}

// Type is the type by which functions receive the result, nil if there is no result.
func (p *Provider) Type() reflect.Type { return p.result.typ }

// FuncName returns the name of a function without package, receiver, -fm and type arguments; "" for a function literal.
func FuncName(fn any) string { return funcname.Of(reflect.ValueOf(fn)).Func }
