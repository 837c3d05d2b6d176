// Package spec has the types of OpenAPI documents of versions 3.1 and 3.2. Options, security schemes and models that edit their own
// schema use them; the app builds the document of them. The package imports nothing of Brio.
//
// Every type is written as JSON with its members in a fixed order, which is FastAPI's, and without empty members, so a document has the
// same bytes each time. Maps are written in the order of their names; where another order helps readers, a slice beside the map gives it.
// The Extra of an object holds further members, and wins over a field of the same name. Values of the type any are written as
// encoding/json writes them, nulls included. In a document before 3.2 members that only 3.2 has are written as extensions:
// x-itemSchema, x-additionalOperations. Reading restores a written document, and keeps unknown members in Extra.
package spec
