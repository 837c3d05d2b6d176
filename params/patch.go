package params

import (
	"reflect"

	"github.com/brio-go/brio/internal/model"
)

// Patch is a partial T, for updates. T is a struct, and every field of it may be absent. The Patch records at every depth which
// members the client sent:
//
//	app.Patch("/items/{id}", func(in struct {
//		ID   int               `path:"id"`
//		Item brio.Patch[Item]  `body:""`
//	}) (Item, error) { … })
//
// Members that are there are validated. Rules that compare fields, and Validate methods of the structs, are left out, because the
// fields that they need may be absent. Structs inside T are partial too, also behind pointers. Lists, maps and all other values are
// replaced completely. Null is legal for pointers and Optionals only.
//
// A Patch comes from a request. The zero Patch changes nothing. A Patch is safe for concurrent use.
type Patch[T any] struct {
	value T
	given model.Given
	as    *model.Type
}

// Value returns a T with the members that the client sent. Other fields are zero.
func (p Patch[T]) Value() T { return p.value }

// Has reports whether the client sent a member, as a value or as null. The path is made of JSON names: "name", "owner.email".
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

// Apply sets the members that the client sent in *to. It merges structs and replaces all other values. Null makes a pointer nil
// and an Optional null.
//
// Apply changes a copy of a struct behind a pointer and sets the pointer to it, so a shallow copy of *to stays as it was. For a nil
// pointer it makes a new struct, whose other fields are zero.
func (p Patch[T]) Apply(to *T) {
	if p.as != nil {
		p.as.Apply(p.given, reflect.ValueOf(&p.value).Elem(), reflect.ValueOf(to).Elem())
	}
}

// Open is for the framework. It returns the places of the value, of the record of members, and of the type.
func (p *Patch[T]) Open() (value reflect.Value, given *model.Given, as **model.Type) {
	return reflect.ValueOf(&p.value).Elem(), &p.given, &p.as
}
