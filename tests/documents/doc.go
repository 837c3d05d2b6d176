// Package documents has the tests of the OpenAPI document of whole apps: golden files for each part of a document, the parts
// that equal FastAPI's, and the rule that the document says what the app does. The package has no code.
package documents
