// Package oastest validates OpenAPI documents in tests, by the official schemas of versions 3.0, 3.1 and 3.2.
//
// The schemas are the files beside this one: spec.openapis.org, as of 2024-10-18 and 2025-11-23, under the Apache licence. The schemas of
// 3.1 and 3.2 are joined with JSON Schema 2020-12, so that the schemas inside a document are validated too.
package oastest
