package bind

import (
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// formUnion is a union that takes a form as a whole. A variant fits when its fields can be read and all rules hold; the
// choice among the variants that fit follows the unions of JSON (union.go). To find the variants that fit, each is read once
// without its Validate methods. Then the chosen one is read into place.
type formUnion struct {
	*model.Field
	loc   []any // of the form, and the variants around the union
	cases []formCase
	outer *formUnion // the union of which this one is a variant; nil: this one is the form
}

// formCase is a variant of a formUnion. A variant that several values of the discriminator choose has a case for each of them, with
// the value in its locations.
type formCase struct {
	variant     *model.Variant
	label       string
	sourceModel *sourceModel    // the variant as a model
	parameters  []parameter     // its fields, with indexes from the variant
	forbidden   *extraForbidden // not nil: undeclared names are errors
	tag         *parameter      // the discriminator; nil: the union has none
	union       *formUnion      // not nil: the variant is a union, and has no sourceModel and parameters
}

// newFormUnion compiles a form that is a union, or a variant of one that is a union.
func newFormUnion(r *model.Reader, f *model.Field, loc []any, outer *formUnion) *formUnion {
	u := &formUnion{Field: f, loc: loc, outer: outer}
	for i, a := range f.Alternatives {
		v := f.Type.Variants[i]
		labels := []string{v.Name}
		if f.Type.Discriminator != "" {
			labels = v.Tags
		}
		for _, label := range labels {
			u.cases = append(u.cases, u.newCase(r, v, a, label))
		}
	}
	return u
}

// newCase compiles a variant.
func (u *formUnion) newCase(r *model.Reader, v *model.Variant, f *model.Field, label string) formCase {
	c := formCase{variant: v, label: label}
	loc := append(slices.Clip(u.loc), label)
	if f.Alternatives != nil {
		c.union = newFormUnion(r, f, loc, u)
		return c
	}
	c.sourceModel = &sourceModel{Field: f, loc: loc, outerUnion: u}
	c.parameters = make([]parameter, len(f.Members))
	for i, m := range f.Members {
		p, _ := newParameter(r, m, nil)
		p.loc, p.sourceModel = append(slices.Clip(loc), m.Name), c.sourceModel
		c.parameters[i] = p
		c.sourceModel.parameters = append(c.sourceModel.parameters, &c.parameters[i])
		if m.Name == u.Type.Discriminator {
			c.tag = &c.parameters[i]
		}
	}
	c.sourceModel.compileExtra()
	if f.Type.Forbid {
		c.forbidden = &extraForbidden{source: f.Source, loc: loc, declared: map[string]bool{}}
		for i := range c.parameters {
			c.forbidden.hidesInput = c.forbidden.hidesInput || c.parameters[i].hidesInput()
			c.forbidden.declare(&c.parameters[i])
		}
	}
	return c
}

// declareAll tells the variants with extra:"forbid" the names that a Binder reads. root is the union that is the form.
func (u *formUnion) declareAll(b *Binder, root *formUnion) {
	for i := range u.cases {
		if c := &u.cases[i]; c.union != nil {
			c.union.declareAll(b, root)
		} else if c.forbidden != nil {
			c.forbidden.declareAll(b, root)
		}
	}
}

// bind reads the union into v. The error is a failure of the server.
func (u *formUnion) bind(w *walker, x *exchange.Exchange, v reflect.Value) error {
	c, failure, err := u.choose(w, x)
	if err != nil {
		return err
	}
	before := w.errs.Len()
	switch {
	case failure != nil:
		w.errs.add(failure, u.loc, u.echoForm(w, x))
	case c != nil:
		if err := c.bind(w, x, v); err != nil {
			return err
		}
		if u.Type.Validates && !w.quiet && w.refusal == nil && w.errs.Len() == before {
			w.secret = u.Secret
			w.validate(v, locInside(u.loc), func() any { return u.echoForm(w, x) })
			w.secret = false
		}
	case w.quiet:
		w.errs.add(constraint.ValueError("no variant fits"), u.loc, nil)
	default:
		return u.explain(w, x, v)
	}
	return nil
}

// explain reports the errors of each variant.
func (u *formUnion) explain(w *walker, x *exchange.Exchange, v reflect.Value) error {
	before := w.errs.Len()
	for i := range u.cases {
		if err := u.cases[i].bind(w, x, v); err != nil {
			return err
		}
		if w.refusal != nil {
			return nil
		}
	}
	if u.Secret || u.Type.Secret { // a text that one variant does not declare may be the secret of another
		found := w.errs.since(before)
		for i := range found {
			found[i].Input = nil
		}
	}
	return nil
}

// choose returns the variant that the form is, or nil. The failure is that of a wrong discriminator, or of several variants that fit a
// OneOf.
func (u *formUnion) choose(w *walker, x *exchange.Exchange) (*formCase, *constraint.Failure, error) {
	if u.Type.Discriminator != "" {
		c, failure := u.taggedCase(w, x)
		return c, failure, nil
	}
	var fits []*formCase
	for i := range u.cases {
		c := &u.cases[i]
		q := walker{ctx: w.ctx, engine: w.engine, errs: &Errors{}, reading: w.reading, quiet: true}
		if err := c.bind(&q, x, reflect.New(u.Type.Go).Elem()); err != nil {
			return nil, nil, err
		}
		if q.errs.Empty() {
			fits = append(fits, c)
		}
	}
	if u.Type.OneOf && len(fits) > 1 {
		names := make([]string, len(fits))
		for i, c := range fits {
			names[i] = c.label
		}
		return nil, constraint.UnionAmbiguous(names), nil
	}
	best, most := (*formCase)(nil), -1
	for _, c := range fits {
		n, err := c.knows(w, x)
		if err != nil {
			return nil, nil, err
		}
		if n > most {
			best, most = c, n
		}
	}
	return best, nil, nil
}

// taggedCase returns the variant that the discriminator chooses.
func (u *formUnion) taggedCase(w *walker, x *exchange.Exchange) (*formCase, *constraint.Failure) {
	value, found := "", false
	for i := range u.cases {
		c := &u.cases[i]
		s, sent := c.tag.value(x)
		if sent && s == c.label {
			return c, nil
		}
		if sent {
			value, found = s, true
		}
	}
	if !found {
		return nil, constraint.UnionTagNotFound(u.Type.Discriminator)
	}
	outer := w.secret
	w.secret = outer || u.Secret
	failure := constraint.UnionTagInvalid(u.Type.Discriminator, w.clientName(value), u.Type.Tags())
	w.secret = outer
	return nil, failure
}

// bind reads the variant into its field of v, a value of the union.
func (c *formCase) bind(w *walker, x *exchange.Exchange, v reflect.Value) error {
	p := reflect.New(c.variant.Type.Go)
	v.Field(c.variant.Index).Set(p)
	v = p.Elem()
	if c.union != nil {
		return c.union.bind(w, x, v)
	}
	since := w.errs.Len()
	for i := range c.parameters {
		if err := c.parameters[i].bind(w, x, v); err != nil {
			return err
		}
		if w.refusal != nil {
			return nil
		}
	}
	w.sourceStart = since
	c.sourceModel.finish(w, x, v)
	if c.forbidden != nil && w.refusal == nil {
		c.forbidden.check(w, x)
	}
	return nil
}

// knows counts the names of the form that the variant reads, as unions of JSON count members. Of two variants with the same count, the
// one that takes all texts as strings is better, as in pydantic: "1" is a string rather than an int.
func (c *formCase) knows(w *walker, x *exchange.Exchange) (int, error) {
	if c.union != nil {
		inner, _, err := c.union.choose(w, x)
		if inner == nil || err != nil {
			return 0, err
		}
		return inner.knows(w, x)
	}
	n, verbatim := 0, 1
	for i := range c.parameters {
		p := &c.parameters[i]
		if !p.isSent(w, x) {
			continue
		}
		n++
		if !p.isVerbatim() {
			verbatim = 0
		}
	}
	return 2*n + verbatim, nil
}

// isVerbatim reports whether the parameter takes its texts as strings.
func (p *parameter) isVerbatim() bool {
	if p.jsonText != nil || p.Style == model.DeepObject {
		return false
	}
	t := p.base
	if p.isList {
		t = t.Elem.Base()
	}
	return t.In == model.ByKind && t.Enum == nil && (t.Kind == model.String || t.Kind == model.Any)
}

// isSent reports whether the form has a value for the field.
func (p *parameter) isSent(w *walker, x *exchange.Exchange) bool {
	switch {
	case p.Style == model.DeepObject:
		top, _ := p.collectNames(w, x)
		return top != nil
	case p.isList:
		_, sent := p.values(x, nil)
		return sent
	}
	_, sent := p.value(x)
	return sent
}

// echoForm returns the form as errors echo it, nil if it may have a secret. It leaves out defaults, which differ between the variants.
func (u *formUnion) echoForm(w *walker, x *exchange.Exchange) any {
	for o := u; o != nil; o = o.outer {
		if o.Secret || o.Type.Secret {
			return nil
		}
	}
	doc := []byte{'{'}
	for _, o := range w.undeclaredNames(u.Source, x, func(string) bool { return false }, false) {
		if len(doc) > maxInput {
			break
		}
		if len(doc) > 1 {
			doc = append(doc, ',')
		}
		doc, _ = json.Append(json.AppendKey(doc, o.name), o.input()) // texts always have a JSON form
	}
	return jsonInput(append(doc, '}'))
}
