package params

import (
	"reflect"

	"github.com/brio-go/brio/internal/model"
)

// Patch is a partial T, for updates: every field may be absent, what is there is validated, and which fields were there
// is remembered at every depth. T is a struct; a handler takes a brio.Body[brio.Patch[Item]]. Rules that compare fields
// and Validate methods of the structs are left out, as they may miss what they need.
//
// Structs inside, behind pointers too, are partial as well; lists, maps and all other values are given as a whole. Null
// is for pointers and Optionals, as everywhere. A Patch comes from a request; the zero Patch changes nothing. It is
// safe for concurrent use.
type Patch[T any] struct {
	value T
	given model.Given
	as    *model.Type
}

// Value returns the values that were given, the others zero.
func (p Patch[T]) Value() T { return p.value }

// Has reports whether a member was given, as a value or as null, by the JSON names on the way: "name", "owner.email".
func (p Patch[T]) Has(path string) bool { return has(p.given, path) }

func has(given model.Given, path string) bool {
	if _, ok := given[path]; ok {
		return true
	}
	for i := range path { // a name may hold a dot itself
		if path[i] == '.' && has(given[path[:i]], path[i+1:]) {
			return true
		}
	}
	return false
}

// Apply sets in *to what was given: structs are merged, everything else is replaced, null makes pointers nil and
// Optionals null. Pointers are replaced by pointers to changed copies, so a shallow copy of *to stays as it was; nil ones
// become new values, zero where nothing was given.
func (p Patch[T]) Apply(to *T) {
	if p.as != nil {
		p.as.Apply(p.given, reflect.ValueOf(&p.value).Elem(), reflect.ValueOf(to).Elem())
	}
}

// Open is for the framework.
func (p *Patch[T]) Open() (value reflect.Value, given *model.Given, as **model.Type) {
	return reflect.ValueOf(&p.value).Elem(), &p.given, &p.as
}
