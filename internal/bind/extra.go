package bind

import (
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/model"
)

// extras is the map of a struct with extra:"allow". It takes the names that the struct does not declare.
type extras struct {
	field      *model.Field
	into       reflect.Value
	hidesInput bool // errors do not echo the values: they are secret, or a name may be the misspelling of a secret one
}

// newExtras makes the map of v, a struct of type t. The map is never nil, so handlers may add to it.
func newExtras(t *model.Type, v reflect.Value) *extras {
	f := t.Extra
	into := model.FieldOf(v, f.Index)
	into.Set(reflect.MakeMap(f.Type.Go))
	return &extras{field: f, into: into, hidesInput: t.Secret}
}

// rules returns the rules of the values and of the names.
func (e *extras) rules() (elem, keys *constraint.Rules) {
	if e.field.Rules == nil {
		return nil, nil
	}
	return e.field.Rules.Elem, e.field.Rules.Key
}

// walk reads a member of a JSON object. The name of the member is at the end of the walker's path.
func (e *extras) walk(w *walker, u unknownMember) {
	elem, keys := e.rules()
	secret, decoded := w.secret, w.decoded
	w.secret, w.decoded = secret || e.hidesInput, false
	key, value := reflect.ValueOf(u.name).Convert(e.field.Type.Go.Key()), reflect.New(e.field.Type.Elem.Go).Elem()
	if failure := keys.Check(key); failure != nil {
		w.errs.add(failure, w.loc("[key]"), nil)
	}
	w.value(e.field.Type.Elem, elem, u.value, value)
	w.secret, w.decoded = secret, decoded
	e.into.SetMapIndex(key, value)
}

// check applies the rules of the map as a whole.
func (e *extras) check(w *walker, loc []any, input func() any) {
	if failure := e.field.Rules.Check(e.into); failure != nil {
		w.errs.add(failure, loc, input())
	}
}

// bindText reads the values of a text source under one name. within is the loc of the model.
func (e *extras) bindText(w *walker, s model.Source, within []any, o *undeclaredName) {
	elem, keys := e.rules()
	t := e.field.Type.Elem
	key, value := reflect.ValueOf(o.name).Convert(e.field.Type.Go.Key()), reflect.New(t.Go).Elem()
	loc := append(slices.Clip(within), w.clientName(o.name))
	o.hidesInput = o.hidesInput || e.hidesInput
	if failure := keys.Check(key); failure != nil {
		w.errs.add(failure, append(loc, "[key]"), nil)
		return
	}
	var failure *constraint.Failure
	v := t.Allocate(value)
	switch base := t.Base(); {
	case base.Kind == model.Any && len(o.values) > 1:
		list := make([]any, len(o.values))
		for i, text := range o.values {
			list[i] = text
		}
		v.Set(reflect.ValueOf(list))
	case t.Scalar():
		at := len(o.values) - 1
		if s.IsHeaders() { // the first of repeated headers counts
			at = 0
		}
		failure = w.setText(base, o.values[at], v)
	default:
		list := reflect.MakeSlice(reflect.SliceOf(base.Elem.Go), len(o.values), len(o.values))
		for i, text := range o.values {
			if failure := w.setText(base.Elem.Base(), text, base.Elem.Allocate(list.Index(i))); failure != nil {
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

// collectExtras reads the names that the model does not declare into its map.
func (g *sourceModel) collectExtras(w *walker, x *exchange.Exchange, v reflect.Value) {
	e := newExtras(g.Type, v)
	e.hidesInput = e.hidesInput || g.Secret
	for _, o := range w.undeclaredNames(g.Source, x, g.declared.declares, true) {
		if w.full() {
			return
		}
		e.bindText(w, g.Source, g.loc, &o)
	}
	e.check(w, g.loc, func() any { return g.echoSource(w, x) })
}

// extraForbidden is a source in which undeclared names are errors, because of extra:"forbid".
type extraForbidden struct {
	source     model.Source
	loc        []any           // of the model with the tag
	declared   map[string]bool // declared names; those of style deepObject also with a bracket at the end
	hidesInput bool            // a declared name is secret, and an undeclared one may be its misspelling
}

// compileForbidden finds the sources in which undeclared names are errors. With extra:"forbid", these are query and form for a
// parameter struct, and the source of a source model. Filters and sorts forbid those of the query.
func (b *Binder) compileForbidden() {
	for s := range model.Sources() {
		forbids := b.typ.RefusesUndeclared(s) || b.typ.Forbid && s.OwnNames() && (!s.IsForm() || b.firstForm < len(b.parameters))
		for _, f := range b.Fields {
			forbids = forbids || f.TakesSource && f.Source == s && s.IsText() && f.Type.Forbid
		}
		if forbids {
			b.forbidden = append(b.forbidden, extraForbidden{source: s, loc: []any{s.Place()}, declared: map[string]bool{}})
		}
	}
	b.Declare(b)
}

// Declare tells b the names that other reads. The functions of a route share the sources, so a name that one of them reads is
// declared for all.
func (b *Binder) Declare(other *Binder) {
	for n := range b.forbidden {
		b.forbidden[n].declareAll(other, nil)
	}
	for i := range b.parameters {
		if g := b.parameters[i].sourceModel; g != nil && g.union != nil {
			g.union.declareAll(other, g.union)
		}
	}
}

// declareAll adds the names that a Binder reads, but those of the union but: a variant does not accept the names of other variants.
func (s *extraForbidden) declareAll(b *Binder, but *formUnion) {
	for i := range b.parameters {
		p := &b.parameters[i]
		switch {
		case p.Source != s.source && !(p.Source.IsForm() && s.source.IsForm()):
		case p.sourceModel == nil || p.sourceModel.union == nil:
			s.hidesInput = s.hidesInput || p.hidesInput()
			s.declare(p)
		case but == nil || p.sourceModel.union.Type != but.Type:
			s.declareUnion(p.sourceModel.union)
		}
	}
}

// declareUnion adds the names of all variants of a union.
func (s *extraForbidden) declareUnion(u *formUnion) {
	for i := range u.cases {
		c := &u.cases[i]
		if c.union != nil {
			s.declareUnion(c.union)
			continue
		}
		for i := range c.parameters {
			s.hidesInput = s.hidesInput || c.parameters[i].hidesInput()
			s.declare(&c.parameters[i])
		}
	}
}

// declare adds the name of a parameter.
func (s *extraForbidden) declare(p *parameter) {
	s.declared[p.Source.Name(p.Name)] = true
	if p.Style == model.DeepObject {
		s.declared[p.Name+"["] = true
	}
}

// check reports each undeclared name.
func (s *extraForbidden) check(w *walker, x *exchange.Exchange) {
	for _, o := range w.undeclaredNames(s.source, x, s.declares, false) {
		if w.full() {
			return
		}
		o.hidesInput = o.hidesInput || s.hidesInput
		w.errs.add(constraint.ExtraForbidden(), append(slices.Clip(s.loc), o.name), o.input())
	}
}

// declares reports whether a name is declared: filter[a] is, if filter has the style deepObject.
func (s *extraForbidden) declares(name string) bool {
	i := strings.IndexByte(name, '[')
	return s.declared[name] || i > 0 && s.declared[name[:i+1]]
}

// undeclaredName is a name in a request that no parameter reads, with its values.
type undeclaredName struct {
	name       string
	values     []string
	hidesInput bool // the values may be credentials
}

// input returns the values as errors echo them.
func (o *undeclaredName) input() any {
	switch {
	case o.hidesInput:
		return nil
	case len(o.values) == 1:
		return textInput(o.values[0])
	}
	return textInputs(o.values)
}

// undeclaredNames returns the names in a source for which knows is false, in the order of the request. It has as many values of a
// repeated name as an error echoes; with values it has all, and leaves out files.
func (w *walker) undeclaredNames(s model.Source, x *exchange.Exchange, knows func(string) bool, values bool) (all []undeclaredName) {
	at := map[string]int{}
	w.eachName(s, x, func(n *sent) {
		if knows(n.name) || values && n.isFile {
			return
		}
		i, ok := at[n.name]
		if !ok {
			i = len(all)
			at[n.name] = i
			all = append(all, undeclaredName{name: n.name, hidesInput: n.hidesInput})
		}
		if values || len(all[i].values) <= maxList {
			all[i].values = append(all[i].values, n.text)
		}
	})
	return all
}
