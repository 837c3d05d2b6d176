package encode

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/model"
)

// resultValidator calls the Validate methods of a model's values. A result of another type, a map for instance, becomes the model
// first: it is read from the JSON that is sent.
type resultValidator struct {
	mdl      *model.Type
	converts bool // the model can be read from what is written
}

// validator is the interface of params.Validator; package params is above this one.
type validator interface{ Validate(context.Context) error }

// newResultValidator returns the resultValidator of a model, or nil when no type inside has a Validate method.
func newResultValidator(mdl *model.Type, o Options) *resultValidator {
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
	return &resultValidator{mdl, !unreadable}
}

// Validate calls the methods Validate of v, a result, and of the values inside that the model declares. The error is a
// *MismatchError. It has the text of the method's error and does not wrap it: an error that answers a request with 4xx must not
// answer a result.
func (e *Encoder) Validate(ctx context.Context, v reflect.Value) error {
	if e.validator == nil {
		return nil
	}
	value := v
	for value.IsValid() && value.Type() != e.validator.mdl.Go && (value.Kind() == reflect.Pointer || value.Kind() == reflect.Interface) {
		value = value.Elem()
	}
	switch {
	case !value.IsValid():
		return nil
	case value.Type() != e.validator.mdl.Go:
		if !e.validator.converts {
			return nil
		}
		doc, err := e.Append(nil, v)
		if err != nil {
			return nil // Append returns the error
		}
		value = reflect.New(e.validator.mdl.Go).Elem()
		if string(doc) == "null" || !e.validator.mdl.Decode(doc, value) {
			return nil
		}
	}
	if err := validate(ctx, e.validator.mdl, addressable(value), 0); err != nil {
		return withRoot(err)
	}
	return nil
}

// validate calls the Validate of v, a value of t, after those of the values inside.
func validate(ctx context.Context, t *model.Type, v reflect.Value, depth int) error {
	t, v, ok := t.Unwrap(v)
	if depth++; !ok || depth > maxDepth {
		return nil // Append refuses a value that is too deep
	}
	if t.Out == model.ByKind {
		for in := range t.Inside(v, nil) {
			if err := validate(ctx, in.Type, in.Value, depth); err != nil {
				return withStep(err, stepTo(t, in))
			}
		}
	}
	if !t.Validates {
		return nil
	}
	err := v.Addr().Interface().(validator).Validate(ctx)
	if p := reflect.ValueOf(err); err != nil && (p.Kind() != reflect.Pointer || !p.IsNil()) { // as for requests
		return newMismatch("its Validate refuses it: %s", err.Error())
	}
	return nil
}

// stepTo returns the step from a value of t to a value inside of it.
func stepTo(t *model.Type, in model.Inside) string {
	switch {
	case in.Field != nil && in.Field != t.Extra:
		return "." + in.Field.Name
	case in.Index >= 0:
		return fmt.Sprintf("[%d]", in.Index)
	case t.Kind == model.Map:
		return mapStep(fmt.Sprint(in.Key))
	case t.Kind == model.Set:
		return "[…]"
	}
	return ""
}
