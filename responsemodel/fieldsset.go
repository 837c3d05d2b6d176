package responsemodel

import (
	"slices"

	"github.com/brio-go/brio/internal/model"
)

// FieldsSet, embedded in a model, remembers which keys the JSON document had that a value was read from. The option
// ExcludeUnset reads it: what is not in the set is left out of the result, and what is in it stays, null included.
//
//	type Item struct {
//		Name  string   `json:"name"`
//		Price *float64 `json:"price"`
//		responsemodel.FieldsSet
//	}
//
// It is remembered wherever it is embedded, at every depth of a request body. JSON and schema do not show it. A value
// built in Go has no record until Mark is called: then nil pointers and absent Optionals count as unset, as without it.
// Copies are independent of each other. brio.FieldsSet is the same type.
type FieldsSet struct{ names model.Record }

// Has reports whether the document had the key name, null or not.
func (f FieldsSet) Has(name string) bool { return slices.Contains(f.names, name) }

// Mark adds names, for values built or changed in Go; with none it begins an empty record.
func (f *FieldsSet) Mark(names ...string) { f.names = f.names.With(names...) }
