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

// locInside returns a function that appends a relative loc, of an error of Validate, to loc.
func locInside(loc []any) func(rel []any) []any {
	return func(rel []any) []any { return slices.Concat(loc, rel) }
}

// validate calls the Validate of a value. Clients see the error; a nil *ErrorDetail is no error. loc makes a loc of a relative one,
// and input returns the value as errors echo it.
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

// inputAt returns the part of an echoed value at a relative loc. If it has no such part, as with a missing member, inputAt returns the
// innermost value on the way.
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

// rawAt returns a member or an element of a JSON value.
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

// cross checks the rules that compare fields of v, and calls report with the index of each field that fails, in order of declaration.
func (w *walker) cross(t *model.Type, v reflect.Value, report func(i int, failure *constraint.Failure)) {
	failures := map[int]*constraint.Failure{}
	for i, failure := range t.BrokenCross(w.engine, v) {
		failures[i] = failure
	}
	for i := range t.Fields {
		if failure := failures[i]; failure != nil {
			report(i, failure)
		}
	}
}
