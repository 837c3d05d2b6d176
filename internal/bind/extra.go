package bind

import (
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/model"
)

// extras is the map of a struct that takes the names which the struct does not declare.
type extras struct {
	field  *model.Field
	into   reflect.Value
	secret bool // nothing in it is echoed: it is secret, or a name in it may be the misspelling of a secret
}

// newExtras makes the map of v, a struct of type t, so that a handler may add to it.
func newExtras(t *model.Type, v reflect.Value) *extras {
	f := t.Extra
	into := model.FieldOf(v, f.Index)
	into.Set(reflect.MakeMap(f.Type.Go))
	return &extras{field: f, into: into, secret: t.Secret}
}

// rules are those of the values and of the names.
func (e *extras) rules() (elem, keys *constraint.Rules) {
	if e.field.Rules == nil {
		return nil, nil
	}
	return e.field.Rules.Elem, e.field.Rules.Key
}

// walk reads a member of a JSON object, whose name is at the end of the path.
func (e *extras) walk(w *walker, u stranger) {
	elem, keys := e.rules()
	secret, decoded := w.secret, w.decoded
	w.secret, w.decoded = secret || e.secret, false
	key, value := reflect.ValueOf(u.name).Convert(e.field.Type.Go.Key()), reflect.New(e.field.Type.Elem.Go).Elem()
	if failure := keys.Check(key); failure != nil {
		w.errs.add(failure, w.loc("[key]"), nil)
	}
	w.value(e.field.Type.Elem, elem, u.at, value)
	w.secret, w.decoded = secret, decoded
	e.into.SetMapIndex(key, value)
}

// check applies the rules of the map as a whole.
func (e *extras) check(w *walker, loc []any, input func() any) {
	if failure := e.field.Rules.Check(e.into); failure != nil {
		w.errs.add(failure, loc, input())
	}
}

// text reads what a text source has under a name. within is the loc of the model.
func (e *extras) text(w *walker, s model.Source, within []any, o *other) {
	elem, keys := e.rules()
	t := e.field.Type.Elem
	key, value := reflect.ValueOf(o.name).Convert(e.field.Type.Go.Key()), reflect.New(t.Go).Elem()
	loc := append(slices.Clip(within), w.called(o.name))
	o.hidden = o.hidden || e.secret
	if failure := keys.Check(key); failure != nil {
		w.errs.add(failure, append(loc, "[key]"), nil)
		return
	}
	var failure *constraint.Failure
	v := t.Open(value)
	switch base := t.Base(); {
	case base.Kind == model.Any && len(o.values) > 1:
		list := make([]any, len(o.values))
		for i, text := range o.values {
			list[i] = text
		}
		v.Set(reflect.ValueOf(list))
	case t.Scalar():
		at := len(o.values) - 1
		if s == model.Header { // of repeated headers the first counts
			at = 0
		}
		failure = w.setText(base, o.values[at], v)
	default:
		list := reflect.MakeSlice(reflect.SliceOf(base.Elem.Go), len(o.values), len(o.values))
		for i, text := range o.values {
			if failure := w.setText(base.Elem.Base(), text, base.Elem.Open(list.Index(i))); failure != nil {
				w.errs.add(failure, append(loc, i), o.input())
				return
			}
		}
		base.Collect(v, list)
	}
	if failure == nil {
		failure = elem.Check(value)
	}
	if failure != nil {
		w.errs.add(failure, loc, o.input())
	}
	e.into.SetMapIndex(key, value)
}

// collect reads the names of a source that its model does not declare.
func (g *whole) collect(w *walker, x *exchange.Exchange, v reflect.Value) {
	e := newExtras(g.Type, v)
	e.secret = e.secret || g.Secret
	for _, o := range undeclared(g.Source, x, g.declared.knows, true) {
		if w.done() {
			return
		}
		e.text(w, g.Source, g.loc, &o)
	}
	e.check(w, g.loc, func() any { return g.received(w, x) })
}
