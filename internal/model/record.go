package model

import (
	"reflect"
	"slices"
)

// Record is the value of a responsemodel.FieldsSet: the names of the members that a JSON document had. A nil Record means that no
// document was read; an empty one means that it had no members. It is never changed in place, because values that hold it are
// copied.
type Record []string

// With returns a copy of r with more names.
func (r Record) With(names ...string) Record {
	out := append(make(Record, 0, len(r)+len(names)), r...)
	for _, name := range names {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

var recordType = reflect.TypeFor[Record]()

// isRecorder reports whether sf embeds a responsemodel.FieldsSet. It is known by its only field, a Record.
func isRecorder(sf reflect.StructField) bool {
	return sf.Anonymous && sf.Type.Kind() == reflect.Struct && sf.Type.NumField() == 1 && sf.Type.Field(0).Type == recordType
}

// Remember stores the names of a document's members in every FieldsSet that v, a value of t, embeds.
func (t *Type) Remember(v reflect.Value, names Record) {
	for _, index := range t.Records {
		if set, err := v.FieldByIndexErr(index); err == nil {
			// The field of a FieldsSet is unexported, so this package writes it through its address. Its type is Record.
			*reflect.NewAt(recordType, set.Addr().UnsafePointer()).Interface().(*Record) = names
		}
	}
}
