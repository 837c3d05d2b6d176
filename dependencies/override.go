package dependencies

import (
	"fmt"
	"reflect"
	"slices"
)

// Overrides put other providers in the place of declared ones, for one compiled table: those of tests. A nil
// *Overrides overrides nothing. It serves one compilation at a time.
type Overrides struct {
	byType map[reflect.Type]*override
	byID   map[any]*override
}

type override struct {
	*Provider
	replaces string // what it is for, in reports
	met      bool   // something that it replaces is declared
}

// ByType replaces every provider of p's result type. It also answers whoever asks for that type, where an
// implementation of an interface would otherwise be found.
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

// of is what is to be used for p. It has p's scopes and lifetime beside its own, as FastAPI's overrides do.
func (o *Overrides) of(p *Provider) *Provider {
	if o == nil || p.err != "" {
		return p
	}
	by := o.byID[p.id]
	if by == nil && p.Type() != nil {
		by = o.byType[p.Type()]
	}
	if by == nil {
		return p
	}
	by.met = true
	if !p.noCache && !p.before && len(p.scopes) == 0 {
		return by.Provider
	}
	with := *by.Provider
	with.noCache, with.before = with.noCache || p.noCache, with.before || p.before
	with.scopes = union(p.scopes, with.scopes)
	return &with
}

// asked is what is to be used for whoever asks for t, nil where nothing overrides that very type.
func (o *Overrides) asked(t reflect.Type) *Provider {
	if o == nil || o.byType[t] == nil {
		return nil
	}
	o.byType[t].met = true
	return o.byType[t].Provider
}

// Declared tells the Overrides of a provider that the app declares, whether or not anything needs it.
func (o *Overrides) Declared(p *Provider) { o.of(p) }

// Unmet reports overrides that had nothing to replace, which makes the test another one than it seems.
func (o *Overrides) Unmet() []error {
	if o == nil {
		return nil
	}
	var out []string
	for _, by := range o.byType {
		if !by.met {
			out = append(out, fmt.Sprintf("%s: %s overrides nothing: there is no %s", by.Place, by.Name, by.replaces))
		}
	}
	for _, by := range o.byID {
		if !by.met {
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

// Err is what is wrong with the declaration of a provider, "" when nothing is.
func (p *Provider) Err() string { return p.err }

// Replaces reports whether another provider takes the place of p, and does not itself ask for what p makes.
func (o *Overrides) Replaces(p *Provider) bool {
	by := o.of(p)
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

// instead is what is used for p, except by its override itself: that gets p.
func (c *compiler) instead(p *Provider) *Provider {
	if by := c.Overrides.of(p); !c.resolving(by) {
		return by
	}
	return p
}

// resolving reports whether p is the function whose parameters are being resolved.
func (c *compiler) resolving(p *Provider) bool {
	return len(c.open) > 0 && c.open[len(c.open)-1].id == p.id
}
