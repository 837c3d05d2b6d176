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
// It is a JSON Merge Patch (RFC 7396). A route whose body is a Patch reads application/json and application/merge-patch+json alike, and
// answers 415 with Accept-Patch (RFC 5789) to other media types. A media tag chooses others.
//
// Members that are there are validated. Rules that compare fields, rules of maps as a whole, and Validate methods are left out, because
// the fields and members that they need may be absent. Structs and maps inside T are partial too, also behind pointers and in maps.
// Lists, unions, types with methods of their own for JSON and all other values are replaced completely. Null removes a member of a map.
// Otherwise it is legal for pointers and Optionals only.
//
// A Patch comes from a request. The zero Patch changes nothing. A Patch is safe for concurrent use.
type Patch[T any] struct {
	value T
	given model.Given
	as    *model.Type
}

// Value returns a T with the members that the client sent. Other fields are zero, and members that are null are in no map.
func (p Patch[T]) Value() T { return p.value }

// Has reports whether the client sent a member, as a value or as null. The path is made of JSON names and keys of maps: "name",
// "owner.email", "labels.colour".
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

// Apply sets the members that the client sent in *to. It merges structs, maps, and objects in fields of type any, and replaces all
// other values. Null makes a pointer nil and an Optional null, and removes a member of a map.
//
// Apply changes copies of maps and of structs behind pointers, so a shallow copy of *to stays as it was. For a nil pointer, and for a new
// member of a map, it makes a new struct, whose other fields are zero.
func (p Patch[T]) Apply(to *T) {
	if p.as != nil {
		p.as.Apply(p.given, reflect.ValueOf(&p.value).Elem(), reflect.ValueOf(to).Elem())
	}
}

// Open is for the framework. It returns the places of the value, of the record of members, and of the type.
func (p *Patch[T]) Open() (value reflect.Value, given *model.Given, as **model.Type) {
	return reflect.ValueOf(&p.value).Elem(), &p.given, &p.as
}
