package inject

import (
	"fmt"
	"reflect"
	"slices"
)

// Overrides replace declared providers in one compiled app, for a test. A nil *Overrides replaces nothing. One compilation at a time may use
// it.
type Overrides struct {
	byType map[reflect.Type]*override
	byID   map[any]*override
}

// override is a provider that replaces others.
type override struct {
	*Provider
	replaces string // names the replaced provider in reports
	used     bool   // the app declares a provider that it replaces
}

// ByType replaces every provider of p's result type. A parameter of that type receives p's result also where no provider
// has the type, but one implements it.
func (o *Overrides) ByType(p *Provider) {
	if o.byType == nil {
		o.byType = map[reflect.Type]*override{}
	}
	p.overrides = true
	o.byType[p.Type()] = &override{Provider: p, replaces: "provider of " + p.Type().String()}
}

// Replace replaces the provider or guard that was declared as old.
func (o *Overrides) Replace(old any, p *Provider) {
	if o.byID == nil {
		o.byID = map[any]*override{}
	}
	declared := Func(old, "")
	name := declared.Name
	if name == "" {
		name = "function literal"
	}
	p.overrides = true
	o.byID[declared.id] = &override{Provider: p, replaces: name}
}

// replacementFor returns the override of p, or p itself. An override has p's scopes and lifetime beside its own, as FastAPI's overrides do.
func (o *Overrides) replacementFor(p *Provider) *Provider {
	if o == nil || p.mistake != "" {
		return p
	}
	by := o.byID[p.id]
	if by == nil && p.Type() != nil {
		by = o.byType[p.Type()]
	}
	if by == nil {
		return p
	}
	by.used = true
	if !p.noCache && !p.beforeResponse && len(p.scopes) == 0 {
		return by.Provider
	}
	with := *by.Provider
	with.noCache, with.beforeResponse = with.noCache || p.noCache, with.beforeResponse || p.beforeResponse
	with.scopes = union(p.scopes, with.scopes)
	return &with
}

// overrideForType returns the override declared for t, or nil.
func (o *Overrides) overrideForType(t reflect.Type) *Provider {
	if o == nil || o.byType[t] == nil {
		return nil
	}
	o.byType[t].used = true
	return o.byType[t].Provider
}

// MarkDeclared marks the override of p as used. The app calls it for each provider that it declares, also if no function needs
// the provider.
func (o *Overrides) MarkDeclared(p *Provider) { o.replacementFor(p) }

// Unmet returns an error for each override that replaced no provider. Such a test would run with the providers of the app.
func (o *Overrides) Unmet() []error {
	if o == nil {
		return nil
	}
	var out []string
	for _, by := range o.byType {
		if !by.used {
			out = append(out, fmt.Sprintf("%s: %s overrides nothing: there is no %s", by.Place, by.Name, by.replaces))
		}
	}
	for _, by := range o.byID {
		if !by.used {
			out = append(out, fmt.Sprintf("%s: %s replaces nothing: %s is declared nowhere as that function value (each mention of a method value or closure makes another one)", by.Place, by.Name, by.replaces))
		}
	}
	slices.Sort(out)
	errs := make([]error, len(out))
	for i, text := range out {
		errs[i] = fmt.Errorf("brio: %s", text)
	}
	return errs
}

// Replaces reports whether an override takes the place of p and does not itself take p's result.
func (o *Overrides) Replaces(p *Provider) bool {
	by := o.replacementFor(p)
	if by == p {
		return false
	}
	if by.fn.IsValid() {
		for in := range by.fn.Type().Ins() {
			if in == p.Type() {
				return false
			}
		}
	}
	return true
}

// overrideOf returns the override of p, or p if there is none. The override itself receives p's result.
func (c *compiler) overrideOf(p *Provider) *Provider {
	if by := c.Overrides.replacementFor(p); !c.resolving(by) {
		return by
	}
	return p
}

// resolving reports whether p is the function whose parameters are being resolved.
func (c *compiler) resolving(p *Provider) bool {
	return len(c.open) > 0 && c.open[len(c.open)-1].id == p.id
}
