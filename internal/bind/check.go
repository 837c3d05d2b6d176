package bind

import (
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// check applies the rules of one level and the type's own Validate.
func (w *walker) check(t *model.Type, rules *constraint.Rules, at json.Span, v reflect.Value) {
	failure := t.CheckEnum(v)
	if failure == nil {
		failure = rules.Check(v)
	}
	if failure != nil {
		w.fail(failure, at, t)
	} else if t.Validates && !w.quiet {
		w.validate(v, func(rel []any) []any { return w.loc(rel...) }, func() any { return w.echo(at, t.Secret) })
	}
}

// locInside gives the loc of what a Validate method found inside a value.
func locInside(loc []any) func(rel []any) []any {
	return func(rel []any) []any { return slices.Concat(loc, rel) }
}

// validate asks the value itself. Its error is written for the client; a nil pointer in it means that there is none. input is
// what an error echoes of the value.
func (w *walker) validate(v reflect.Value, loc func(rel []any) []any, input func() any) {
	err := v.Addr().Interface().(params.Validator).Validate(w.ctx)
	if err == nil {
		return
	}
	if answer, ok := finite.As[*response.HTTPError](err); ok {
		w.refusal = answer
		return
	}
	detail, ok := finite.As[*params.ErrorDetail](err)
	switch {
	case !ok:
		w.errs.add(constraint.ValueError(err.Error()), loc(nil), input())
	case detail != nil:
		d := *detail
		d.Loc = loc(detail.Loc)
		switch {
		case w.secret:
			d.Input = nil
		case d.Input == nil:
			d.Input = inputAt(input(), detail.Loc)
		}
		w.errs.addDetail(d)
	}
}

// inputAt is the part of an echoed value that a relative loc leads to. Where the loc leads to nothing, as with a member
// that is missing, it is what stands around.
func inputAt(input any, rel []any) any {
	for _, step := range rel {
		inner, found := any(nil), false
		switch in := input.(type) {
		case json.RawMessage:
			inner, found = rawAt(in, step)
		case []any:
			if i, ok := step.(int); ok && i >= 0 && i < len(in) {
				inner, found = in[i], true
			}
		}
		if !found {
			break
		}
		input = inner
	}
	return input
}

// rawAt is a member or an element of a JSON value.
func rawAt(raw json.RawMessage, step any) (inner any, found bool) {
	switch step := step.(type) {
	case string:
		for name, at := range json.Members(raw, 0) {
			if name == step {
				return raw[at.Start:at.End:at.End], true
			}
		}
	case int:
		for i, at := range json.Elements(raw, 0) {
			if i == step {
				return raw[at.Start:at.End:at.End], true
			}
		}
	}
	return nil, false
}

// cross checks the rules that compare fields, and reports the places of those that fail, in order.
func (w *walker) cross(t *model.Type, v reflect.Value, report func(i int, failure *constraint.Failure)) {
	failures := map[int]*constraint.Failure{}
	for _, c := range t.Cross {
		in, err := v.FieldByIndexErr(c.Index)
		if err == nil && in.Kind() == reflect.Pointer {
			in = in.Elem()
		}
		if err != nil || !in.IsValid() {
			continue // in an embedded struct that is nil
		}
		broken := w.engine.CheckCross(in.Addr().Interface(), c.Names)
		for n, name := range c.Names {
			failures[c.At[n]] = broken[name]
		}
	}
	for i := range t.Fields {
		if failure := failures[i]; failure != nil {
			report(i, failure)
		}
	}
}
