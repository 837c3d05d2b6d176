package model

import (
	"reflect"
	"slices"
)

// Record is what a responsemodel.FieldsSet remembers: the keys that a JSON document had. A nil Record is none at all, which is
// not the same as an empty one. It is never changed in place: values that hold it are copied freely.
type Record []string

// With is r with more names.
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

// isRecorder reports whether sf embeds a responsemodel.FieldsSet, which is known by the one thing in it.
func isRecorder(sf reflect.StructField) bool {
	return sf.Anonymous && sf.Type.Kind() == reflect.Struct && sf.Type.NumField() == 1 && sf.Type.Field(0).Type == recordType
}

// Remember writes the keys that a document had into every FieldsSet that v, a value of t, embeds.
func (t *Type) Remember(v reflect.Value, names Record) {
	for _, index := range t.Records {
		if set, err := v.FieldByIndexErr(index); err == nil {
			// The field is not exported, so that only this package can write it; its layout is that of a Record.
			*reflect.NewAt(recordType, set.Addr().UnsafePointer()).Interface().(*Record) = names
		}
	}
}
