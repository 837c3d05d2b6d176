// Package contract holds exchanges to the OpenAPI document of an app: briotest does it with each answer of a test, and
// internal/explore makes its requests of the same operations.
//
// [New] takes a document as it is served, so what a program changes in it counts too. [Document.Operation] finds the operation of a
// request, [Operation.Problems] says where an answer is not the documented one, and [Document.Check] judges a JSON value by a schema.
//
// The package knows neither routes nor handlers. Only packages of tests import it.
package contract
