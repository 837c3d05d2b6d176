package bind

import (
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

// parameter is one parameter of a path, query, header, cookie or form.
type parameter struct {
	*model.Field
	key       string // what from looks up
	fast      fastKind
	isList    bool
	isRouted  bool              // the value takes the route, also if the request does not have the parameter
	place     memory.Field      // of the field in the struct, if bindFast reads it
	fastRules *constraint.Rules // the rules of the field, if bindFast reads it; nil: none
	from      source            // a copy of the row of Field.Source, which saves cache misses

	loc         []any
	base        *model.Type  // without pointers and Optionals
	jsonText    *jsonText    // not nil: the text is a JSON document
	sourceModel *sourceModel // the model of the whole source that has the field; nil: the field is in the parameter struct
}

// newParameter compiles one parameter, for a route with the wildcards path. A problem is the end of a sentence that begins with the
// name of the field.
func newParameter(r *model.Reader, f *model.Field, path []string) (p parameter, problem string) {
	s := f.Source
	p = parameter{Field: f, from: sources[s], key: f.Name, loc: []any{s.Place(), s.Name(f.Name)}, base: f.Type.Base()}
	if p.from.key != nil {
		p.key, problem = p.from.key(f, path)
	}
	p.isRouted = reflect.PointerTo(f.Type.Go).Implements(reflect.TypeFor[model.Routed]())
	switch {
	case s == model.FormFile:
		p.isList = p.base.Kind == model.List
		problem = p.fileProblem()
	case f.Style == model.JSON:
		p.jsonText = newJSONText(r, f)
	default:
		p.isList = !f.Type.Scalar()
	}
	return p, problem
}

// bind reads the parameter into its field of dst. An absent one gets its default, or is an error. The error that bind returns is a
// failure of the server: it could not read a temporary file.
func (p *parameter) bind(w *walker, x *exchange.Exchange, dst reflect.Value) error {
	if p.fast != notFast && p.bindFast(x, memory.OfValue(dst)) {
		return nil
	}
	field := model.FieldOf(dst, p.Index)
	if p.isRouted {
		field.Addr().Interface().(model.Routed).SetRoute(x.Pattern())
	}
	if p.from.read != nil {
		if done, err := p.from.read(p, w, x, field); done || err != nil {
			return err
		}
	}
	if !p.ReadOnly && p.readText(w, x, field) {
		return nil
	}
	switch {
	case p.Default != nil:
		p.Default.Apply(field)
	case p.Required:
		var input any
		if p.sourceModel != nil {
			input = p.sourceModel.echoSource(w, x)
		}
		w.errs.add(constraint.Missing(), p.loc, input)
	}
	return nil
}

// readText sets the field to the value of a text in the request. It reports false if the request has none.
func (p *parameter) readText(w *walker, x *exchange.Exchange, field reflect.Value) bool {
	if p.Style == model.DeepObject {
		return p.bindNames(w, x, field)
	}
	if p.isList {
		var sent bool
		w.values, sent = p.values(x, w.values[:0])
		if most := x.Limits().Pairs; sent && most > 0 && len(w.values) > most && p.Style == model.Comma {
			w.errs.add(constraint.TooLong("List", most, -1), p.loc, nil)
			clear(w.values)
		} else if sent {
			p.bindList(w, w.values, field)
		}
		return sent
	}
	s, sent := p.value(x)
	switch {
	case !sent:
	case p.jsonText != nil:
		p.bindJSON(w, s, field)
	default:
		field = p.Type.Allocate(field)
		if failure := w.setText(p.base, s, field); failure != nil {
			w.errs.add(failure, p.loc, p.input(s))
		} else {
			p.check(w, x, field)
		}
	}
	return sent
}

// bindList reads a list. It reads elements of slices and arrays into their places; those of sets, and of arrays of another length,
// into a slice.
func (p *parameter) bindList(w *walker, all []string, field reflect.Value) {
	before := w.errs.Len()
	elem, list := p.base.Elem, p.Type.Allocate(field)
	values := list
	switch {
	case p.base.Kind == model.List:
		list.Grow(len(all))
		list.SetLen(len(all))
		if len(all) == 0 {
			list.Set(reflect.MakeSlice(list.Type(), 0, 0))
		}
	case p.base.Kind != model.Array || list.Len() != len(all):
		values = reflect.MakeSlice(reflect.SliceOf(elem.Go), len(all), len(all))
	}
	for i, s := range all {
		v := elem.Allocate(values.Index(i))
		failure := w.setText(elem.Base(), s, v)
		if failure == nil && p.Rules.Elem != nil {
			failure = p.Rules.Elem.Check(v)
		}
		switch {
		case failure != nil:
			w.errs.add(failure, append(slices.Clip(p.loc), i), p.input(s))
		case elem.Base().Validates:
			p.validate(w, v, append(slices.Clip(p.loc), i), func() any { return p.input(s) })
		}
	}
	if w.errs.Len() > before {
		return
	}
	switch p.base.Kind {
	case model.List:
	case model.Array:
		if failure := arrayLength(list.Len(), len(all)); failure != nil {
			w.errs.add(failure, p.loc, p.inputs(all))
			return
		}
	default:
		p.base.Collect(list, values)
	}
	if failure := p.Rules.Check(list); failure != nil {
		w.errs.add(failure, p.loc, p.inputs(all))
	} else if p.base.Validates {
		p.validate(w, list, p.loc, func() any { return p.inputs(all) })
	}
}

// value returns the value of a scalar parameter, and whether the request has it.
func (p *parameter) value(x *exchange.Exchange) (value string, sent bool) {
	value, count := p.from.value(x, p.key)
	return value, count > 0
}

// values appends the values of a list parameter, and reports whether the request has the parameter.
func (p *parameter) values(x *exchange.Exchange, values []string) (all []string, sent bool) {
	if p.from.values != nil {
		values = p.from.values(x, values, p.key)
	} else if s, ok := p.value(x); ok {
		values = append(values, s)
	}
	if p.Style != model.Comma {
		return values, len(values) > 0
	}
	if p.Source.IsForm() { // an empty text counts as absent, as in FastAPI
		values = slices.DeleteFunc(values, func(s string) bool { return s == "" })
	}
	return split(values, p.Source.IsHeaders(), x.Limits().Pairs), len(values) > 0
}

// split splits texts at their commas. An empty text has no elements. trim removes white space around elements, which is no part of
// them in headers (RFC 9110, 5.6.1). split stops after most elements and one more, if most is over 0.
func split(values []string, trim bool, most int) []string {
	n := len(values)
	for _, s := range values[:n:n] {
		for part := range strings.SplitSeq(s, ",") {
			if most > 0 && len(values)-n > most {
				break
			}
			if trim {
				part = strings.Trim(part, " \t")
			}
			if s != "" {
				values = append(values, part)
			}
		}
	}
	return slices.Delete(values, 0, n)
}

// check checks the rules of a value and calls its Validate.
func (p *parameter) check(w *walker, x *exchange.Exchange, v reflect.Value) {
	if failure := p.Rules.Check(v); failure != nil {
		w.errs.add(failure, p.loc, p.sentInput(x))
	} else if p.base.Validates {
		p.validate(w, v, p.loc, func() any { return p.sentInput(x) })
	}
}

// validate calls the Validate of a value. Errors do not echo a secret.
func (p *parameter) validate(w *walker, v reflect.Value, loc []any, input func() any) {
	if w.quiet {
		return
	}
	w.secret = p.Secret
	w.validate(v, locInside(loc), input)
	w.secret = false
}

// sentInput returns the values in the request as errors echo them, nil if there are none.
func (p *parameter) sentInput(x *exchange.Exchange) any {
	if p.isList {
		if all, sent := p.values(x, nil); sent {
			return p.inputs(all)
		}
	} else if s, ok := p.value(x); ok {
		return p.input(s)
	}
	return nil
}

// hidesInput reports whether errors must not echo the parameter: it is secret, or JSON that may have a secret inside. In a text that
// is no JSON the place of the secret is unknown.
func (p *parameter) hidesInput() bool { return p.Secret || p.Type.Secret }

// input returns a text of the parameter as errors echo it.
func (p *parameter) input(s string) any {
	if p.hidesInput() {
		return nil
	}
	return textInput(s)
}

// inputs returns several texts of the parameter as errors echo them.
func (p *parameter) inputs(all []string) any {
	if p.hidesInput() {
		return nil
	}
	return textInputs(all)
}

// textInputs returns the first maxList of several texts as errors echo them.
func textInputs(all []string) any {
	out := make([]any, 0, min(len(all), maxList))
	for _, s := range all[:cap(out)] {
		out = append(out, textInput(s))
	}
	return out
}

// arrayLength returns a failure if an array of want elements is given got of them.
func arrayLength(want, got int) *constraint.Failure {
	switch {
	case got < want:
		return constraint.TooShort("List", want, got)
	case got > want:
		return constraint.TooLong("List", want, got)
	}
	return nil
}
