package bind

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
)

// Binder fills one parameter struct from a request. It is immutable and safe for concurrent use.
type Binder struct {
	parameters []parameter // in the order of errors: path, query, header, cookie, form
	body       *body       // nil: the struct does not read the body as JSON or bytes
	isFast     bool        // the result of allFast
	isParts    bool        // the struct is params.Parts; all other fields are unused

	Fields    []*model.Field // in order of declaration
	typ       *model.Type
	engine    *constraint.Engine
	firstForm int              // index of the first parameter that comes from a form; len(parameters) without any
	forbidden []extraForbidden // the sources in which undeclared names are errors
	source    string           // the source of all fields, or "request" if they have several
}

// Compile compiles the Binder of the parameter struct t, for a route with the wildcards path. The problems are sentences for the
// start-up report. With a problem the Binder must not be used.
func Compile(r *model.Reader, t reflect.Type, path []string) (*Binder, []string) {
	if t == partsType {
		return &Binder{isParts: true}, nil
	}
	typ, problems := r.Params(t)
	b := &Binder{Fields: typ.Fields, typ: typ, engine: r.Rules}
	var bodies []*model.Field
	for i, f := range typ.Fields {
		switch {
		case i == 0:
			b.source = f.Source.Place()
		case f.Source.Place() != b.source:
			b.source = "request"
		}
		if f.Type.Holds(isJSONPatch) && !(f.TakesSource && f.Source == model.Body && isJSONPatch(f.Type.Base())) {
			problems = append(problems, fmt.Sprintf(`%s: field %s has a JSONPatch inside; a JSON Patch is a whole body: give a field of that type the tag body:""`, typ, f.Go))
			continue
		}
		if f.Source == model.Body {
			bodies = append(bodies, f)
			continue
		}
		if f.TakesSource {
			b.addSourceModel(r, f, t)
			continue
		}
		p, problem := newParameter(r, f, path)
		if problem != "" {
			problems = append(problems, fmt.Sprintf("%s: field %s%s", typ, f.Go, problem))
		}
		p.setFastKind(t)
		b.parameters = append(b.parameters, p)
	}
	slices.SortStableFunc(b.parameters, func(x, y parameter) int { return rank(x.Source) - rank(y.Source) })
	b.firstForm = slices.IndexFunc(b.parameters, func(p parameter) bool { return p.Source.IsForm() })
	if b.firstForm < 0 {
		b.firstForm = len(b.parameters)
	} else if len(bodies) > 0 {
		problems = append(problems, fmt.Sprintf("%s: field %s is read from a form and field %s from a JSON or raw body; a request has one body, of one kind", t, b.parameters[b.firstForm].Go, bodies[0].Go))
	}
	b.linkSourceModels()
	b.compileForbidden()
	if len(bodies) > 0 && len(problems) == 0 {
		var problem string
		if b.body, problem = compileBody(r, typ, bodies); problem != "" {
			problems = append(problems, problem)
		} else {
			b.body.setFast(t)
		}
	}
	b.isFast = b.allFast()
	return b, problems
}

// Bind fills the struct at into, which is zero, and adds all violations to errs. The struct must not be used when Bind has added
// errors.
//
// Bind returns an error, and reads nothing more, in two cases: a Validate method returned an *HTTPError, or the request cannot be
// read. The latter are exchange.ErrPairs, params.ErrMediaType, ErrEncoding, ErrTooComplex, ErrTooDeep, ErrTooLarge and ErrBroken.
// All other errors are failures of the server.
//
// When all fields are fast, bindFast reads them without a walker. bind reads the request again where bindFast finds an error.
func (b *Binder) Bind(ctx context.Context, x *exchange.Exchange, s *Settings, into memory.Place, errs *Errors) error {
	if !b.isFast || !b.bindFast(x, into) {
		return b.bindAll(ctx, x, s, into, errs, firstScan{})
	}
	if b.body != nil {
		if first, ok := b.body.bindFast(x, s, into); !ok {
			return b.bindAll(ctx, x, s, into, errs, first)
		}
	}
	return nil
}

// bindFast reads the parameters into the struct at dst. On false one of them has an error, and the struct is partly filled: bind
// overwrites every field.
func (b *Binder) bindFast(x *exchange.Exchange, dst memory.Place) bool {
	for i := range b.parameters {
		if !b.parameters[i].bindFast(x, dst) {
			return false
		}
	}
	return x.PairsError() == nil
}

// bindAll is Bind for all structs and all errors. first is the scan of the body's bindFast, if it ran.
func (b *Binder) bindAll(ctx context.Context, x *exchange.Exchange, s *Settings, into memory.Place, errs *Errors, first firstScan) error {
	if b.isParts {
		return bindParts(x, s, into.Value(reflect.TypeFor[params.Parts]()).Addr().Interface().(*params.Parts))
	}
	w := walkers.Get().(*walker)
	w.ctx, w.engine, w.errs, w.bindStart = ctx, b.engine, errs, errs.Len()
	w.reading = reading{on: s.Switches, first: first, limits: s.JSON}
	err := b.bind(w, x, s, into.Value(b.typ.Go))
	w.release()
	return err
}

// allFast reports whether bindFast can read all fields of the struct, and nothing concerns several of them.
func (b *Binder) allFast() bool {
	return (b.body == nil || b.body.isFast) && len(b.forbidden) == 0 && len(b.typ.Cross) == 0 && !b.typ.Validates &&
		!slices.ContainsFunc(b.parameters, func(p parameter) bool { return p.fast == notFast || p.sourceModel != nil })
}

// bind is Bind with a walker, which finds all errors. The order is that of the sources: path, query, header, cookie, form, undeclared
// names, body, and last what concerns several fields.
func (b *Binder) bind(w *walker, x *exchange.Exchange, s *Settings, dst reflect.Value) error {
	if err := bindParameters(w, x, b.parameters[:b.firstForm], dst); err != nil {
		return err
	}
	if err := x.PairsError(); err != nil {
		return err
	}
	if form := b.parameters[b.firstForm:]; len(form) > 0 {
		if _, err := x.Form(s.form()); err != nil {
			return err
		}
		if err := bindParameters(w, x, form, dst); err != nil {
			return err
		}
	}
	for i := range b.forbidden {
		b.forbidden[i].check(w, x)
	}
	if err := x.PairsError(); err != nil { // a source may be read for its names only
		return err
	}
	if b.body != nil {
		if err := b.body.bind(w, x, s, dst); err != nil {
			return err
		}
	}
	if (len(b.typ.Cross) > 0 || b.typ.Validates) && w.refusal == nil && w.errs.Len() == w.bindStart {
		b.checkStruct(w, x, dst)
	}
	if w.refusal != nil {
		return w.refusal
	}
	return nil
}

// bindParameters reads parameters into their fields of dst. Those of a source model follow each other; after the last the model is checked.
func bindParameters(w *walker, x *exchange.Exchange, list []parameter, dst reflect.Value) error {
	for i := range list {
		p, err := &list[i], error(nil)
		switch g := p.sourceModel; {
		case g == nil:
			err = p.bind(w, x, dst)
		case g.union != nil:
			err = g.union.bind(w, x, model.FieldOf(dst, p.Index))
		default:
			if p == g.parameters[0] {
				w.sourceStart = w.errs.Len()
			}
			if err = p.bind(w, x, dst); err == nil && p == g.parameters[len(g.parameters)-1] && w.refusal == nil {
				g.end(w, x, dst)
			}
		}
		if err != nil {
			return err
		}
		if w.refusal != nil {
			return w.refusal // without the test, a nil *HTTPError would be an error that is not nil
		}
	}
	return nil
}

// checkStruct checks the rules that compare fields and calls the struct's Validate. All fields have passed their own rules.
func (b *Binder) checkStruct(w *walker, x *exchange.Exchange, dst reflect.Value) {
	before := w.errs.Len()
	w.cross(b.typ, dst, func(i int, failure *constraint.Failure) {
		f := b.Fields[i]
		if f.Source == model.Body {
			loc, input := b.body.locAndInput(w, f)
			w.errs.add(failure, loc, input)
			return
		}
		p := &b.parameters[slices.IndexFunc(b.parameters, func(p parameter) bool { return p.Field == f })]
		w.errs.add(failure, p.loc, p.sentInput(x))
	})
	if b.typ.Validates && w.errs.Len() == before {
		var at []any
		w.validate(dst, func(rel []any) []any {
			at = b.structLoc(rel)
			return at
		}, func() any { return b.inputAt(w, x, at) })
	}
}

// inputAt returns what the client sent at a loc of structLoc, as errors echo it. It is nil if no parameter has the loc.
func (b *Binder) inputAt(w *walker, x *exchange.Exchange, loc []any) any {
	for i := range b.parameters {
		if p := &b.parameters[i]; len(loc) > 1 && len(p.loc) > 1 && p.loc[0] == loc[0] && p.loc[1] == loc[1] && p.Source != model.FormFile {
			return inputAt(p.sentInput(x), loc[2:])
		}
	}
	if b.body == nil || loc[0] != "body" || w.doc == nil {
		return nil
	}
	for i := range b.body.fields {
		switch f := &b.body.fields[i]; {
		case f.TakesSource:
			_, input := b.body.locAndInput(w, f.Field)
			return inputAt(input, loc[1:])
		case len(loc) > 1 && loc[1] == f.Name:
			_, input := b.body.locAndInput(w, f.Field)
			return inputAt(input, loc[2:])
		}
	}
	return nil
}

// structLoc returns the loc of an error of the struct's Validate, which begins with a source. A loc that begins with a source is used as it is. Before all others
// stands the source of the fields.
func (b *Binder) structLoc(rel []any) []any {
	if len(rel) > 0 {
		if source, ok := rel[0].(string); ok && slices.Contains(sourceOrder, source) {
			return rel
		}
	}
	return append([]any{b.source}, rel...)
}
