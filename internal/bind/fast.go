package bind

import (
	"reflect"
	"strconv"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

// Most parameters are of type string, int or []string. bindFast reads them without a model.Type and without reflection, and asks
// their rules for a yes or no only. On a no, bind reads the whole request again and finds the reasons.

// fastKind is the type of a parameter that bindFast reads.
type fastKind uint8

const (
	notFast fastKind = iota
	fastString
	fastInt
	fastStrings
)

// setFastKind decides whether bindFast reads the parameter, a field of the struct typ. It copies place and rules beside the
// parameter to save cache misses.
func (p *parameter) setFastKind(typ reflect.Type) {
	if p.fast = fastKindOf(p); p.fast == notFast {
		return
	}
	var ok bool
	if p.place, ok = memory.FieldOf(typ, p.Index); !ok {
		p.fast = notFast
		return
	}
	if !p.Rules.Empty() {
		p.fastRules = p.Rules
	}
}

// fastKindOf returns the kind of a parameter, notFast if bindFast cannot read it.
func fastKindOf(p *parameter) fastKind {
	if p.ReadOnly || !p.Rules.IsFast() || p.jsonText != nil || p.from.read != nil {
		return notFast
	}
	switch p.Type.Go {
	case reflect.TypeFor[string]():
		return fastString
	case reflect.TypeFor[int]():
		return fastInt
	case reflect.TypeFor[[]string]():
		if p.Style == model.Repeated && p.from.values != nil && (p.Rules == nil || p.Rules.Elem.Empty()) {
			return fastStrings
		}
	}
	return notFast
}

// bindFast reads the parameter into its field of the struct at dst. On false it has an error.
func (p *parameter) bindFast(x *exchange.Exchange, dst memory.Place) (ok bool) {
	field := dst.Field(p.place)
	if p.fast == fastStrings {
		list := p.from.values(x, nil, p.key)
		if len(list) == 0 {
			return p.setAbsent(field)
		}
		memory.Store(field, list)
		return p.fastRules.AcceptsInt(int64(len(list)))
	}
	s, count := p.from.value(x, p.key)
	if count == 0 {
		return p.setAbsent(field)
	}
	if p.fast == fastString {
		memory.Store(field, s)
		return p.fastRules.AcceptsString(s)
	}
	n, err := strconv.Atoi(s)
	memory.Store(field, n)
	return err == nil && p.fastRules.AcceptsInt(int64(n))
}

// setAbsent sets the default of a parameter that the request lacks. It reports false if the parameter is required.
func (p *parameter) setAbsent(field memory.Place) bool {
	switch {
	case p.Default == nil:
		return !p.Required
	case p.fast == fastString:
		memory.Store(field, p.Default.Value.String())
	case p.fast == fastInt:
		memory.Store(field, int(p.Default.Value.Int()))
	default:
		p.Default.Apply(field.Value(p.Type.Go))
	}
	return true
}
