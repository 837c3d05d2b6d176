// Package jsonpatch applies the operations of a JSON Patch (RFC 6902) to a Go value.
//
// A Go value enters as a tree of JSON values (New), each of which remembers the value that it was made of. Apply runs the operations on
// the tree. Append writes the tree as JSON, which package bind reads and checks as a body. Restore then gives the read value what JSON
// cannot say: untouched values as they were, read-only members, and fields without a JSON form.
//
// The package knows nothing of HTTP and of locations of errors. Its limits bound what operations can cost.
package jsonpatch
