// Package encode compiles a source type, a model type and options into an Encoder, which appends values of the source as JSON.
//
// The types and options enter at start-up. A plan is made of nodes: a node knows the source type and the model type of one
// place, and appends the value there. Values enter later, by address, and leave as bytes, appended to a slice. The model's
// fields alone have nodes, so a field of the source that the model does not declare is never read. Without a model a
// value is written by its own type: source and model are then the same.
//
// A value in an interface is known when it is written. Its plan is compiled then, and remembered by its Compiler or node.
//
// Nodes read values through internal/memory and allocate nothing for structs, slices, strings and numbers. The package knows
// nothing of HTTP. Package responsemodel is its face for programs; the router calls it directly.
package encode
