package params

import (
	"reflect"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/model"
)

// text is one parameter that is read from text.
type text struct {
	*model.Field
	loc   []any
	base  *model.Type // without pointers and Optionals
	key   string      // the header's canonical name
	place int         // of a path parameter among the route's
	list  bool
}

// bind reads the parameter into its field of dst.
func (p *text) bind(w *walker, x *exchange.Exchange, dst reflect.Value) {
	field := dst.FieldByIndex(p.Index)
	if p.list {
		if all := p.all(x); len(all) > 0 {
			p.bindList(w, all, field)
			return
		}
	} else if s, ok := p.one(x); ok {
		field = p.Type.Open(field)
		if failure := w.setText(p.base, s, field); failure != nil {
			w.errs.add(failure, p.loc, p.input(s))
			return
		}
		p.check(w, x, field)
		return
	}
	switch {
	case p.Default != nil:
		p.Default.Apply(field)
	case p.Required:
		w.errs.add(constraint.Missing(), p.loc, nil)
	}
}

func (p *text) bindList(w *walker, all []string, field reflect.Value) {
	before := w.errs.Len()
	elem := p.base.Elem
	values := reflect.MakeSlice(reflect.SliceOf(elem.Go), len(all), len(all))
	for i, s := range all {
		v := elem.Open(values.Index(i))
		failure := w.setText(elem.Base(), s, v)
		if failure == nil && p.Rules.Elem != nil {
			failure = p.Rules.Elem.Check(v)
		}
		switch loc := append(p.loc[:2:2], i); {
		case failure != nil:
			w.errs.add(failure, loc, p.input(s))
		case elem.Base().Validates:
			w.validate(v, under(loc), p.input(s))
		}
	}
	if w.errs.Len() > before {
		return
	}
	list := p.Type.Open(field)
	if p.base.Kind != model.Array {
		p.base.Collect(list, values)
	} else if failure := arrayLength(list.Len(), len(all)); failure != nil {
		w.errs.add(failure, p.loc, p.inputs(all))
		return
	} else {
		reflect.Copy(list, values)
	}
	if failure := p.Rules.Check(list); failure != nil {
		w.errs.add(failure, p.loc, p.inputs(all))
	} else if p.base.Validates {
		w.validate(list, under(p.loc), p.inputs(all))
	}
}

// check applies the rules of a value, and then asks it itself.
func (p *text) check(w *walker, x *exchange.Exchange, v reflect.Value) {
	if failure := p.Rules.Check(v); failure != nil {
		w.errs.add(failure, p.loc, p.sent(x))
	} else if p.base.Validates {
		w.validate(v, under(p.loc), p.sent(x))
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
	case model.FormText:
		v, _ := x.Formed().Last(p.Name)
		return v.Text, v.Text != "" // as in FastAPI, an empty text counts as absent
	}
	return "", false
}

// all is the values of a list parameter.
func (p *text) all(x *exchange.Exchange) []string {
	switch p.Source {
	case model.Query:
		return x.QueryAll(p.Name)
	case model.Header:
		return x.Header(p.key)
	case model.FormText:
		return p.formTexts(x)
	}
	return nil
}

// sent is what an error echoes of the parameter.
func (p *text) sent(x *exchange.Exchange) any {
	if p.list {
		if all := p.all(x); len(all) > 0 {
			return p.inputs(all)
		}
	} else if s, ok := p.one(x); ok {
		return p.input(s)
	}
	return nil
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
	out := make([]any, 0, min(len(all), maxList))
	for _, s := range all[:cap(out)] {
		out = append(out, textInput(s))
	}
	return out
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
