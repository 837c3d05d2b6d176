// Package spec has the types of OpenAPI documents of versions 3.1 and 3.2.
//
// Options, security schemes and models that edit their own schema use these types; the app makes the document of them. The package
// imports nothing of Brio.
//
//	limit := 40
//	name := spec.Schema{Type: []string{"string"}, MaxLength: &limit} // {"type":"string","maxLength":40}
//
// Every type is written as JSON with its members in a fixed order, FastAPI's, and without empty members. So a document has the same
// bytes each time. Maps are written in the order of their names; where another order helps readers, a slice beside the map gives
// it. The Extra of an object holds further members, and wins over a field of the same name. Values of the type any are written as
// encoding/json writes them, nulls included. Before version 3.2, members that only 3.2 has are written as extensions: x-itemSchema,
// x-additionalOperations. Reading restores a written document, and keeps unknown members in Extra.
//
// The types are data: change them from one goroutine at a time.
package spec
