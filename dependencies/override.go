package dependencies

import "reflect"

// Overrides put other providers in the place of declared ones, for one compiled table: those of tests. A nil
// *Overrides overrides nothing.
type Overrides struct {
	byType map[reflect.Type]*Provider
	byID   map[any]*Provider
}

// ByType replaces every provider of p's result type.
func (o *Overrides) ByType(p *Provider) {
	if o.byType == nil {
		o.byType = map[reflect.Type]*Provider{}
	}
	o.byType[p.Type()] = p
}

// Replace replaces the provider or guard that was declared as old.
func (o *Overrides) Replace(old any, p *Provider) {
	if o.byID == nil {
		o.byID = map[any]*Provider{}
	}
	o.byID[Func(old, "").id] = p
}

// of is what is to be used for p.
func (o *Overrides) of(p *Provider) *Provider {
	if o == nil {
		return p
	}
	if by := o.byID[p.id]; by != nil {
		return by
	}
	if by := o.byType[p.Type()]; by != nil && p.Type() != nil {
		return by
	}
	return p
}

// Err is what is wrong with the declaration of a provider, "" when nothing is.
func (p *Provider) Err() string { return p.err }

// Replaces reports whether another provider takes the place of p.
func (o *Overrides) Replaces(p *Provider) bool { return o.of(p) != p }
