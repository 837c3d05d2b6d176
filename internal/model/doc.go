// Package model reads Go types once, for all of the framework: fields of structs with their JSON names, required and nullable members,
// defaults, rules and documentation. Binding, the JSON scan, validation, encoding and the OpenAPI document all use this one reading, so
// that they cannot contradict each other.
//
// A [Reader] takes a reflect.Type at start-up and returns a [Type], which is safe for concurrent use and does not change. Reading never
// fails: the problems of a type are kept in it, and [Type.InputProblems] and [Type.OutputProblems] return them for the start-up report.
//
// The package knows nothing of HTTP and imports only internal/json, internal/constraint, internal/finite,
// internal/memory and openapi/spec.
package model
