// Package comments finds the doc comments of handlers, types and fields for the OpenAPI document.
//
// Comments come from a Table, which the command "brio docs" writes at build time. Without a Table they come from a Source, which parses
// the program's source files if they are on the machine, as during development. No request reads either. Operation and Describe turn a
// comment's text into the summary and description of a document.
//
// Declarations without a name have no comment here: function literals, and fields of structs that are declared in place.
package comments
