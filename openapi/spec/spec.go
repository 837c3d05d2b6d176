package spec

// Document is an OpenAPI document. App.OpenAPI returns the one of an app.
type Document struct {
	OpenAPI           string // the version: 3.1.0 or 3.2.0
	Info              Info
	JSONSchemaDialect string
	Servers           []Server
	Components        Components
	Paths             map[string]*PathItem // written also when empty
	PathOrder         []string             // the order of Paths; paths that it lacks follow in alphabetical order
	Webhooks          map[string]*PathItem
	WebhookOrder      []string
	Security          []map[string][]string
	Tags              []Tag
	ExternalDocs      *ExternalDocs
	Extra             map[string]any // extensions: x-…
}

// Info describes the API.
type Info struct {
	Title, Summary, Description, TermsOfService string
	Contact                                     *Contact
	License                                     *License
	Version                                     string
	Extra                                       map[string]any
}

// Contact is the person or group to ask about the API.
type Contact struct{ Name, URL, Email string }

// License is the licence of the API, with an SPDX identifier or a URL, not both.
type License struct{ Name, Identifier, URL string }

// Server is a server of the API. URL may be relative to the document's.
type Server struct {
	URL, Description string
	Variables        map[string]any
}

// Tag describes a tag, which groups operations.
type Tag struct {
	Name, Description string
	ExternalDocs      *ExternalDocs
	Extra             map[string]any
}

// ExternalDocs links to further documentation.
type ExternalDocs struct{ Description, URL string }

// PathItem has the operations of one path.
type PathItem struct {
	Ref, Summary, Description string
	Operations                map[string]*Operation // by method in lower case: "get", …, "query"; other methods in the case that they are sent: "PURGE"
	Servers                   []Server
	Parameters                []*Parameter
	Extra                     map[string]any
}

// Operation is one method of one path.
type Operation struct {
	Tags                     []string
	Summary, Description, ID string // ID is the operationId, unique in the document
	ExternalDocs             *ExternalDocs
	Deprecated               bool
	Security                 []map[string][]string // a request needs all schemes of one of the maps; nil is not written, an empty list is
	Parameters               []*Parameter
	RequestBody              *RequestBody
	Callbacks                map[string]map[string]*PathItem // by name, then by the expression of the URL
	Responses                map[string]*Response            // by status, "4XX" or "default"
	Servers                  []Server
	Extra                    map[string]any
}

// Parameter is a parameter in the path, the query, a header or a cookie.
type Parameter struct {
	Ref, Name, In   string
	Required        *bool // nil: not written
	Schema          *Schema
	Content         map[string]*MediaType // the parameter as a document of one media type, in the place of Schema
	Description     string
	Example         any
	Examples        []Example
	Deprecated      bool
	AllowEmptyValue bool
	Style           string
	Explode         *bool
	Extra           map[string]any
}

// RequestBody is the body of an operation.
type RequestBody struct {
	Ref, Description string
	Content          map[string]*MediaType
	Required         bool
	Extra            map[string]any
}

// MediaType describes a body of one media type.
type MediaType struct {
	Schema     *Schema
	ItemSchema *Schema // the schema of each item of a stream; x-itemSchema before 3.2
	Example    any
	Examples   []Example
	Encoding   map[string]*Encoding // by field of a form
	Extra      map[string]any
}

// Encoding describes how a form field is encoded.
type Encoding struct {
	ContentType string
	Headers     map[string]any
	Style       string
	Explode     *bool
	Extra       map[string]any
}

// Response describes an answer. As the argument of an option, such as brio.Responds, it adds content, headers and links.
type Response struct {
	Ref         string
	Description string         // written also when empty, unless there is a Ref
	Headers     map[string]any // *Header, or a value with the same JSON
	Content     map[string]any // *MediaType, or a value with the same JSON
	Links       map[string]any
	Extra       map[string]any
}

// Header describes a header of an answer.
type Header struct {
	Description string
	Required    bool
	Deprecated  bool
	Schema      *Schema
	Example     any
	Extra       map[string]any
}

// Example is a named example of a parameter, body or answer.
type Example struct {
	Name, Summary, Description string
	Value                      any
	ExternalValue              string
}

// Components has the parts of a document that operations reference by name.
type Components struct {
	Schemas         map[string]*Schema
	Responses       map[string]*Response
	SecuritySchemes map[string]map[string]any
	Extra           map[string]any
}
