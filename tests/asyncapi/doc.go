// Package asyncapi has the tests of the AsyncAPI document of whole apps: golden files, the official schema, and where document and page
// are. The package has no code.
package asyncapi
