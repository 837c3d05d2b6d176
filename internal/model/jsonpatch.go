package model

import "reflect"

// JSONPatcher is implemented by pointers to params.JSONPatch. OpenJSONPatch returns the list of operations that the walk fills, the
// type of a parameter struct whose body is the value that is patched, and where the function that applies the operations is stored.
type JSONPatcher interface {
	OpenJSONPatch() (operations reflect.Value, body reflect.Type, apply *func(to reflect.Value) error)
}

// readJSONPatch reads the type of the value, and that of the operations.
func (r *Reader) readJSONPatch(m *Type) {
	operations, body, _ := reflect.New(m.Go).Interface().(JSONPatcher).OpenJSONPatch()
	m.Elem, m.Key = r.read(body.Field(0).Type), r.read(operations.Type())
	m.problem(output, "%s is for reading; return the value that it was applied to", typeName(m.Go))
}
