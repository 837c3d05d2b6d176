package params

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/model"
)

// Binder fills one parameter struct from a request. It is immutable and safe for concurrent use.
type Binder struct {
	Fields []*model.Field // in order of declaration

	typ    *model.Type
	engine *constraint.Engine
	texts  []text // in the order of errors
	body   *body
	source string // the one source of all fields, or "request"
}

// Settings are what a route decides about reading.
type Settings struct {
	MaxBody           int64 // bytes
	StrictContentType bool  // a body without Content-Type is refused
}

// Compile reads the parameter struct t for a route whose path has the given wildcards. The problems are sentences
// for the start-up report; with any of them the Binder must not be used.
func Compile(r *model.Reader, t reflect.Type, path []string) (*Binder, []string) {
	typ, problems := r.Params(t)
	b := &Binder{Fields: typ.Fields, typ: typ, engine: r.Rules}
	var bodies []*model.Field
	for i, f := range typ.Fields {
		switch {
		case i == 0:
			b.source = f.Source.String()
		case f.Source.String() != b.source:
			b.source = "request"
		}
		if f.Source == model.Body {
			bodies = append(bodies, f)
			continue
		}
		p := newText(f)
		if f.Source == model.Path {
			if p.place = slices.Index(path, f.Name); p.place < 0 {
				problems = append(problems, fmt.Sprintf("%s: field %s reads the path parameter %q, which the route's path does not have%s", typ, f.Go, f.Name, have(path)))
			}
		}
		b.texts = append(b.texts, p)
	}
	slices.SortStableFunc(b.texts, func(x, y text) int { return int(x.Source) - int(y.Source) })
	if len(bodies) > 0 && len(problems) == 0 {
		var problem string
		if b.body, problem = compileBody(r, typ, bodies); problem != "" {
			problems = append(problems, problem)
		}
	}
	return b, problems
}

func newText(f *model.Field) text {
	p := text{Field: f, loc: []any{f.Source.String(), f.Name}, base: f.Type.Base(), list: !f.Type.Scalar()}
	if f.Source == model.Header {
		p.key = http.CanonicalHeaderKey(f.Name)
		p.loc[1] = strings.ToLower(f.Name)
	}
	return p
}

func have(names []string) string {
	if len(names) == 0 {
		return "; it has none"
	}
	return "; it has " + strings.Join(names, ", ")
}

// ReadsBody reports whether a field comes from the body.
func (b *Binder) ReadsBody() bool { return b.body != nil }

// Bind fills dst, a settable zero value of the struct, and adds to errs all that is wrong; with errors added, dst must
// not be used. An error is returned, and nothing more is read, when a Validate method returned an *HTTPError, and when
// the body cannot be read at all: ErrMediaType, ErrTooComplex, ErrTooDeep, exchange.ErrTooLarge or exchange.ErrRead.
func (b *Binder) Bind(ctx context.Context, x *exchange.Exchange, s Settings, dst reflect.Value, errs *Errors) error {
	before := errs.Len()
	w := walker{ctx: ctx, engine: b.engine, errs: errs, before: before}
	for i := range b.texts {
		if b.texts[i].bind(&w, x, dst); w.refusal != nil {
			return w.refusal
		}
	}
	if b.body != nil {
		if err := b.body.bind(&w, x, s, dst); err != nil {
			return err
		}
	}
	if w.refusal == nil && errs.Len() == before {
		b.whole(&w, x, dst)
	}
	if w.refusal != nil {
		return w.refusal // not the typed nil
	}
	return nil
}

// whole checks what concerns several fields, once each is right: rules that compare fields, and the struct's Validate.
func (b *Binder) whole(w *walker, x *exchange.Exchange, dst reflect.Value) {
	before := w.errs.Len()
	w.cross(b.typ, dst, func(i int, failure *constraint.Failure) {
		f := b.Fields[i]
		if f.Source == model.Body {
			loc, input := b.body.given(w, f)
			w.errs.add(failure, loc, input)
			return
		}
		p := &b.texts[slices.IndexFunc(b.texts, func(p text) bool { return p.Field == f })]
		w.errs.add(failure, p.loc, p.sent(x))
	})
	if b.typ.Validates && w.errs.Len() == before {
		w.validate(dst, b.wholeLoc, nil)
	}
}

// wholeLoc is where an error of the struct's Validate is: the loc it gives, from the source on, or else the one source
// that all fields have.
func (b *Binder) wholeLoc(rel []any) []any {
	if len(rel) > 0 {
		if source, ok := rel[0].(string); ok && slices.Contains(sourceOrder, source) {
			return rel
		}
	}
	return append([]any{b.source}, rel...)
}
