package bind

import (
	"reflect"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/switches"
)

// sourceModel is a model of a whole source: query:"", form:"" and their like. Its fields are parameters, which bind reads one by one.
// Then the model's own rules and Validate are checked. The error of a missing field echoes the whole source, as in FastAPI.
type sourceModel struct {
	*model.Field
	loc        []any
	parameters []*parameter // its fields, in order of declaration

	declared   extraForbidden // the names of its fields, if a map takes all others
	union      *formUnion     // not nil: the model is a union, and has no parameters
	outerUnion *formUnion     // the union of which the model is a variant; nil: none
}

// addSourceModel adds a source model and the parameters of its fields.
func (b *Binder) addSourceModel(r *model.Reader, f *model.Field, typ reflect.Type) {
	g := &sourceModel{Field: f, loc: []any{f.Source.Place()}}
	if f.Alternatives != nil {
		g.union = newFormUnion(r, f, g.loc, nil)
		b.parameters = append(b.parameters, parameter{Field: f, from: sources[f.Source], loc: g.loc, sourceModel: g})
		return
	}
	for _, m := range f.Members {
		p, _ := newParameter(r, m, nil)
		p.sourceModel = g
		p.setFastKind(typ)
		b.parameters = append(b.parameters, p)
	}
}

// linkSourceModels gives each source model its parameters. It takes pointers into b.parameters, so it runs after the last append.
func (b *Binder) linkSourceModels() {
	for i := range b.parameters {
		if p := &b.parameters[i]; p.sourceModel != nil {
			p.sourceModel.parameters = append(p.sourceModel.parameters, p)
		}
	}
	for i := range b.parameters {
		if g := b.parameters[i].sourceModel; g != nil && g.declared.declared == nil {
			g.compileExtra()
		}
	}
}

// compileExtra records the names that a model declares, if a map takes all others.
func (g *sourceModel) compileExtra() {
	if g.Type.Extra == nil {
		return
	}
	g.declared = extraForbidden{source: g.Source, declared: map[string]bool{}}
	for _, p := range g.parameters {
		g.declared.declare(p)
	}
}

// end finishes a source model after its last parameter. The errors since w.sourceStart are those of its parameters.
func (g *sourceModel) end(w *walker, x *exchange.Exchange, dst reflect.Value) {
	g.finish(w, x, model.FieldOf(dst, g.Index))
	if w.on&switches.HeaderFieldNames != 0 && g.Source.IsHeaders() {
		g.useFieldNames(w.errs.since(w.sourceStart))
	}
}

// finish is called when the fields of the model v are bound. It reads the names that the model does not declare, and checks the rules
// that concern several fields.
func (g *sourceModel) finish(w *walker, x *exchange.Exchange, v reflect.Value) {
	if g.Type.Extra != nil {
		g.collectExtras(w, x, v)
	}
	if w.errs.Len() == w.sourceStart {
		g.check(w, x, v)
	}
}

// useFieldNames puts the names of fields into locations, x_token, in place of the names of headers, x-token.
func (g *sourceModel) useFieldNames(list []entry) {
	for _, e := range list {
		for i, p := range g.parameters {
			if len(e.Loc) > 1 && e.Loc[0] == p.loc[0] && e.Loc[1] == p.loc[1] {
				e.Loc[1] = g.Type.Fields[i].Name
			}
		}
	}
}

// check checks the rules that compare fields, and calls the model's Validate. All fields have passed their own rules.
func (g *sourceModel) check(w *walker, x *exchange.Exchange, v reflect.Value) {
	if len(g.Type.Cross) > 0 {
		w.cross(g.Type, v, func(i int, failure *constraint.Failure) {
			w.errs.add(failure, g.parameters[i].loc, g.parameters[i].sentInput(x))
		})
	}
	if g.Type.Validates && w.errs.Len() == w.sourceStart && !w.quiet {
		w.secret = g.Secret
		w.validate(v, locInside(g.loc), func() any { return g.echoSource(w, x) })
		w.secret = false
	}
}

// echoSource returns the source as errors echo it: the value of each field or its default, then undeclared names. It leaves out
// undeclared headers and cookies, because a script in a page must not learn them from an error. With HeaderFieldNames the keys are the
// names of the fields, as in FastAPI: x_token.
func (g *sourceModel) echoSource(w *walker, x *exchange.Exchange) any {
	switch {
	case w.quiet || g.Secret || g.Type.Secret:
		return nil
	case g.outerUnion != nil:
		return g.outerUnion.echoForm(w, x)
	}
	doc := []byte{'{'}
	member := func(name string, value any) {
		if len(doc) > maxInput {
			return
		}
		start := len(doc)
		if start > 1 {
			doc = append(doc, ',')
		}
		var err error
		if doc, err = json.Append(json.AppendKey(doc, name), value); err != nil {
			doc = doc[:start]
		}
	}
	known := map[string]bool{}
	for i, p := range g.parameters {
		known[p.Name] = true
		name := p.Name
		if w.on&switches.HeaderFieldNames != 0 && g.Source.IsHeaders() {
			name = g.Type.Fields[i].Name
		}
		if p.Style == model.DeepObject {
			continue // the names below it come with the undeclared ones
		}
		if sent := p.sentInput(x); sent != nil {
			member(name, sent)
		} else if p.Default != nil {
			member(name, p.Default.Value.Interface())
		}
	}
	if g.Source.OwnNames() {
		for _, o := range w.undeclaredNames(g.Source, x, func(name string) bool { return known[name] }, false) {
			member(o.name, o.input())
		}
	}
	return jsonInput(append(doc, '}'))
}
