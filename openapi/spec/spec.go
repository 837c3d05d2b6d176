// Package spec has the types of an OpenAPI 3.1 document. Options, security schemes and the methods of models that edit
// their own schema speak them; package openapi builds the document. It imports nothing of Brio.
package spec

// Document is an OpenAPI 3.1 document.
type Document struct {
	OpenAPI      string
	Info         Info
	Servers      []Server
	Paths        map[string]*PathItem
	Webhooks     map[string]*PathItem
	Components   Components
	Tags         []Tag
	ExternalDocs *ExternalDocs
	Extra        map[string]any // x-...
}

// Info is what the document says of the API.
type Info struct {
	Title, Summary, Description, TermsOfService, Version string
	Contact                                              *Contact
	License                                              *License
	Extra                                                map[string]any
}

// PathItem has the operations of one path.
type PathItem struct {
	Operations map[string]*Operation // "get", "post", ...
	Extra      map[string]any
}

// Operation is one method of one path.
type Operation struct {
	ID, Summary, Description string
	Tags                     []string
	Extra                    map[string]any
}

// Components are what operations refer to by name.
type Components struct {
	Schemas         map[string]*Schema
	SecuritySchemes map[string]map[string]any
	Extra           map[string]any
}

// Schema is a JSON Schema 2020-12. A type with the method JSONSchema(*Schema) edits its own.
type Schema struct {
	Ref, Title, Description, Format, Pattern string
	Type                                     []string
	Properties                               map[string]*Schema
	Required                                 []string
	Items                                    *Schema
	AnyOf, OneOf, AllOf                      []*Schema
	Enum                                     []any
	Default                                  any
	Extra                                    map[string]any
}

// Example is a named example of a parameter, body or response.
type Example struct {
	Name, Summary, Description string
	Value                      any
	ExternalValue              string
}

// Contact is whom to ask about the API.
type Contact struct{ Name, URL, Email string }

// License is the API's licence, with an SPDX identifier or a URL.
type License struct{ Name, Identifier, URL string }

// Tag describes a tag of operations.
type Tag struct {
	Name, Description string
	ExternalDocs      *ExternalDocs
}

// ExternalDocs points to documentation elsewhere.
type ExternalDocs struct{ Description, URL string }

// Server is where the API can be reached.
type Server struct{ URL, Description string }

// Response adds content, headers and links to a documented response.
type Response struct {
	Description string
	Content     map[string]any
	Headers     map[string]any
	Links       map[string]any
}
