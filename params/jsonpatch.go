package params

import (
	"encoding/json" // for the type RawMessage alone
	"reflect"
)

// JSONPatch is a list of operations that change a T: a JSON Patch (RFC 6902).
//
//	app.Patch("/items/{id}", func(in struct {
//		ID   int                   `path:"id"`
//		Item brio.JSONPatch[Item]  `body:""`
//	}) (*Item, error) {
//		item := …
//		if err := in.Item.Apply(&item); err != nil {
//			return nil, err
//		}
//		…
//	})
//
// A JSONPatch is the whole body of a route. The route reads application/json-patch+json alone, and answers 415 with Accept-Patch
// (RFC 5789) to other media types. A media tag chooses others.
//
// A body that is no JSON Patch is a 422, located at the operation: ["body", 2, "path"]. A patch has at most 1000 operations.
//
// A JSONPatch comes from a request. The zero JSONPatch changes nothing. It is safe for concurrent use; Apply uses the context of the
// request.
type JSONPatch[T any] struct {
	operations []PatchOperation
	apply      func(to reflect.Value) error
}

// PatchOperation is one operation of a JSON Patch.
type PatchOperation struct {
	Op    string          `json:"op" validate:"oneof=add remove replace move copy test"` // what to do
	Path  string          `json:"path"`                                                  // where, a JSON Pointer (RFC 6901)
	From  string          `json:"from" default:""`                                       // of move and copy: where from, a JSON Pointer
	Value json.RawMessage `json:"value" default:"null"`                                  // of add, replace and test
}

// Operations returns the operations in the order of the body. The caller must not change them.
func (p JSONPatch[T]) Operations() []PatchOperation { return p.operations }

// Apply applies all operations to *to, or none. It encodes *to with the JSON names of its fields, applies the operations, and decodes and
// validates the result as a body that is a T. Fields that no operation reaches keep their values, also fields without a JSON form.
//
// A handler returns the error as it is. It is a [*ConflictError] when a test fails or a place does not exist, which is a 409; a
// [*ValidationError] when an operation is not legal, located at the operation, or when the result is not valid, located at the member;
// and the error of a Validate method of T. Other errors are failures of the server, as for a value without a JSON form. After an error
// *to is as it was.
//
// Members with readonly:"true" cannot be changed. Members with writeonly:"true" or secret:"true" can be written, and not tested,
// copied or moved.
//
// A patch can copy at most as many values as the limit of JSON elements, and as many bytes as the limit of bodies. Apply costs time and
// memory in proportion to the size of *to. It does not change what pointers, maps and slices of *to hold, so a shallow copy stays as it
// was.
func (p JSONPatch[T]) Apply(to *T) error {
	if p.apply == nil {
		return nil
	}
	return p.apply(reflect.ValueOf(to).Elem())
}

// OpenJSONPatch is for the framework. It returns the place of the operations, the type of a body that is a T, and the place of the
// function that applies the operations.
func (p *JSONPatch[T]) OpenJSONPatch() (operations reflect.Value, body reflect.Type, apply *func(to reflect.Value) error) {
	return reflect.ValueOf(&p.operations).Elem(), reflect.TypeFor[Body[T]](), &p.apply
}
