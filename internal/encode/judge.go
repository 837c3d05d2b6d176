package encode

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/model"
)

// judge asks the Validate methods of a model's values, where results are validated. A result of another type than the
// model's, a map for instance, is made one first: from the JSON that is sent.
type judge struct {
	mdl      *model.Type
	converts bool // the model can be read from what is written
}

// validator is params.Validator, which is not imported.
type validator interface{ Validate(context.Context) error }

// newJudge gives the judge of a model, nil where no value inside has a Validate.
func newJudge(mdl *model.Type, o Options) *judge {
	validates, unreadable := false, len(o.Include)+len(o.Exclude) > 0 || o.GoNames
	seen := map[*model.Type]bool{}
	var look func(t *model.Type)
	look = func(t *model.Type) {
		if seen[t] {
			return
		}
		seen[t] = true
		validates = validates || t.Validates
		unreadable = unreadable || t.Kind == model.Union || slices.ContainsFunc(t.Fields, func(f *model.Field) bool { return f.WriteOnly })
		for p := range t.Parts() {
			look(p)
		}
	}
	if look(mdl); !validates {
		return nil
	}
	return &judge{mdl, !unreadable}
}

// Validates reports whether Validate does anything.
func (e *Encoder) Validates() bool { return e != nil && e.judge != nil }

// Validate calls the methods Validate of v, a result, and of all values inside, as far as the model goes. The error is a
// *MismatchError. It has the text of the method's error and does not wrap it: what refuses a request is no answer here.
func (e *Encoder) Validate(ctx context.Context, v reflect.Value) error {
	if e.judge == nil {
		return nil
	}
	value := v
	for value.IsValid() && value.Type() != e.judge.mdl.Go && (value.Kind() == reflect.Pointer || value.Kind() == reflect.Interface) {
		value = value.Elem()
	}
	switch {
	case !value.IsValid():
		return nil
	case value.Type() != e.judge.mdl.Go:
		if !e.judge.converts {
			return nil
		}
		doc, err := e.Append(nil, v)
		if err != nil {
			return nil // as writing it will say
		}
		value = reflect.New(e.judge.mdl.Go).Elem()
		if string(doc) == "null" || !e.judge.mdl.Decode(doc, value) {
			return nil
		}
	}
	if err := validate(ctx, e.judge.mdl, addressable(value), 0); err != nil {
		return finishError(err)
	}
	return nil
}

// validate asks v, a value of t, after all that is inside.
func validate(ctx context.Context, t *model.Type, v reflect.Value, depth int) error {
	if depth++; depth > maxDepth {
		return nil // it is refused when it is written
	}
	if t.Out == model.Plain {
		if err := validateInside(ctx, t, v, depth); err != nil {
			return err
		}
	}
	if !t.Validates {
		return nil
	}
	err := addressable(v).Addr().Interface().(validator).Validate(ctx)
	if p := reflect.ValueOf(err); err != nil && (p.Kind() != reflect.Pointer || !p.IsNil()) { // as for requests
		return fail("its Validate refuses it: %s", err.Error())
	}
	return nil
}

func validateInside(ctx context.Context, t *model.Type, v reflect.Value, depth int) error {
	switch t.Kind {
	case model.Pointer:
		if !v.IsNil() {
			return validate(ctx, t.Elem, v.Elem(), depth)
		}
	case model.Optional:
		if inner, presence := addressable(v).Addr().Interface().(model.Wrapper).Unwrap(); *presence == model.Present {
			return validate(ctx, t.Elem, inner, depth)
		}
	case model.List, model.Array:
		for i := range v.Len() {
			if err := validate(ctx, t.Elem, v.Index(i), depth); err != nil {
				return at(err, fmt.Sprintf("[%d]", i))
			}
		}
	case model.Map:
		for it := v.MapRange(); it.Next(); {
			if err := validate(ctx, t.Elem, it.Value(), depth); err != nil {
				return at(err, mapStep(fmt.Sprint(it.Key())))
			}
		}
	case model.Set:
		for it := v.MapRange(); it.Next(); {
			if err := validate(ctx, t.Elem, it.Key(), depth); err != nil {
				return at(err, "[…]")
			}
		}
	case model.Union:
		if i := t.Chosen(v); i >= 0 {
			return validate(ctx, t.Variants[i].Type, v.Field(t.Variants[i].Index).Elem(), depth)
		}
	case model.Struct:
		if t.Extra != nil {
			if extra, err := v.FieldByIndexErr(t.Extra.Index); err == nil {
				if err := validate(ctx, t.Extra.Type, extra, depth); err != nil {
					return err
				}
			}
		}
		for _, f := range t.Fields {
			field, err := v.FieldByIndexErr(f.Index)
			if err != nil {
				continue // in an embedded struct that is nil
			}
			if err := validate(ctx, f.Type, field, depth); err != nil {
				return at(err, "."+f.Name)
			}
		}
	}
	return nil
}
