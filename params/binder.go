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

	texts []text
	body  *body
}

// text is one parameter that is read from text.
type text struct {
	*model.Field
	loc   []any
	key   string // the header's canonical name
	place int    // of a path parameter among the route's
	list  bool
}

// Settings are what a route decides about reading.
type Settings struct {
	MaxBody           int64 // bytes
	StrictContentType bool  // a body without Content-Type is refused
}

// Compile reads the parameter struct t for a route whose path has the given wildcards. The problems are sentences
// for the start-up report; with any of them the Binder must not be used.
func Compile(r *model.Reader, t reflect.Type, path []string) (*Binder, []string) {
	fields, problems := r.Params(t)
	b := &Binder{Fields: fields}
	var bodies []*model.Field
	for _, f := range fields {
		if f.Source == model.Body {
			bodies = append(bodies, f)
			continue
		}
		p := text{Field: f, loc: []any{f.Source.String(), f.Name}, list: !f.Type.Scalar()}
		switch f.Source {
		case model.Header:
			p.key = http.CanonicalHeaderKey(f.Name)
			p.loc[1] = strings.ToLower(f.Name)
		case model.Path:
			if p.place = slices.Index(path, f.Name); p.place < 0 {
				problems = append(problems, fmt.Sprintf("%s: field %s reads the path parameter %q, which the route's path does not have%s", t, f.Go, f.Name, have(path)))
			}
		}
		b.texts = append(b.texts, p)
	}
	slices.SortStableFunc(b.texts, func(x, y text) int { return int(x.Source) - int(y.Source) })
	if len(bodies) > 0 && len(problems) == 0 {
		var more []string
		b.body, more = compileBody(r, t, bodies)
		problems = append(problems, more...)
	}
	return b, problems
}

func have(names []string) string {
	if len(names) == 0 {
		return "; it has none"
	}
	return "; it has " + strings.Join(names, ", ")
}

// ReadsBody reports whether a field comes from the body.
func (b *Binder) ReadsBody() bool { return b.body != nil }

// Bind fills dst, a settable zero value of the struct, and adds to errs all that is wrong. An error is returned, and
// nothing more is read, when the body cannot be read at all: ErrMediaType, ErrTooComplex, exchange.ErrTooLarge or
// exchange.ErrRead.
func (b *Binder) Bind(ctx context.Context, x *exchange.Exchange, s Settings, dst reflect.Value, errs *Errors) error {
	for i := range b.texts {
		b.texts[i].bind(x, dst, errs)
	}
	if b.body != nil {
		return b.body.bind(ctx, x, s, dst, errs)
	}
	return nil
}

// bind reads one text parameter.
func (p *text) bind(x *exchange.Exchange, dst reflect.Value, errs *Errors) {
	field := dst.FieldByIndex(p.Index)
	if p.list {
		p.bindList(x, field, errs)
		return
	}
	s, ok := p.one(x)
	if !ok {
		p.absent(field, errs)
		return
	}
	failure := p.Type.SetText(s, field)
	if failure == nil {
		failure = p.CheckRules(field)
	}
	if failure != nil {
		errs.add(failure, p.loc, p.input(s))
	}
}

// one is the value of a scalar parameter: of several the last counts, but for headers the first, as in FastAPI.
func (p *text) one(x *exchange.Exchange) (string, bool) {
	switch p.Source {
	case model.Path:
		return x.Path(p.place), true
	case model.Query:
		s, n := x.Query(p.Name)
		return s, n > 0
	case model.Header:
		if all := x.Header(p.key); len(all) > 0 {
			return all[0], true
		}
	case model.Cookie:
		s, n := x.Cookie(p.Name)
		return s, n > 0
	}
	return "", false
}

func (p *text) bindList(x *exchange.Exchange, field reflect.Value, errs *Errors) {
	var all []string
	if p.Source == model.Query {
		all = x.QueryAll(p.Name)
	} else {
		all = x.Header(p.key)
	}
	if len(all) == 0 {
		p.absent(field, errs)
		return
	}
	base := p.Type.Base()
	before := errs.Len()
	values := reflect.MakeSlice(reflect.SliceOf(base.Elem.Go), len(all), len(all))
	for i, s := range all {
		failure := base.Elem.SetText(s, values.Index(i))
		if failure == nil && p.Rules.Elem != nil {
			failure = p.Rules.Elem.Check(values.Index(i))
		}
		if failure != nil {
			errs.add(failure, append(p.loc[:2:2], i), p.input(s))
		}
	}
	if errs.Len() > before {
		return
	}
	list := p.Type.Open(field)
	if base.Kind == model.Array {
		if failure := arrayLength(list.Len(), len(all)); failure != nil {
			errs.add(failure, p.loc, p.inputs(all))
			return
		}
		reflect.Copy(list, values)
	} else {
		list.Set(values.Convert(list.Type()))
	}
	if failure := p.Rules.Check(list); failure != nil {
		errs.add(failure, p.loc, p.inputs(all))
	}
}

// arrayLength compares the number of elements with a fixed array's.
func arrayLength(want, got int) *constraint.Failure {
	switch {
	case got < want:
		return constraint.TooShort("List", want, got)
	case got > want:
		return constraint.TooLong("List", want, got)
	}
	return nil
}

// absent gives a parameter that is not there its default, or misses it.
func (p *text) absent(field reflect.Value, errs *Errors) {
	switch {
	case p.Default != nil:
		p.Default.Apply(field)
	case p.Required:
		errs.add(constraint.Missing(), p.loc, nil)
	}
}

func (p *text) input(s string) any {
	if p.Secret {
		return nil
	}
	return textInput(s)
}

func (p *text) inputs(all []string) any {
	if p.Secret {
		return nil
	}
	out := make([]any, 0, min(len(all), 20))
	for _, s := range all[:cap(out)] {
		out = append(out, textInput(s))
	}
	return out
}
