package spec

// Document is an OpenAPI document.
type Document struct {
	OpenAPI           string // 3.1.0, or 3.2.0
	Info              Info
	JSONSchemaDialect string
	Servers           []Server
	Components        Components
	Paths             map[string]*PathItem // written even when there is none
	PathOrder         []string             // the order of Paths; those it does not name follow by name
	Webhooks          map[string]*PathItem
	WebhookOrder      []string
	Security          []map[string][]string
	Tags              []Tag
	ExternalDocs      *ExternalDocs
	Extra             map[string]any // x-...
}

// Info is what the document says of the API.
type Info struct {
	Title, Summary, Description, TermsOfService string
	Contact                                     *Contact
	License                                     *License
	Version                                     string
	Extra                                       map[string]any
}

// Contact is whom to ask about the API.
type Contact struct{ Name, URL, Email string }

// License is the API's licence, with an SPDX identifier or a URL.
type License struct{ Name, Identifier, URL string }

// Server is where the API can be reached.
type Server struct {
	URL, Description string
	Variables        map[string]any
}

// Tag describes a tag of operations.
type Tag struct {
	Name, Description string
	ExternalDocs      *ExternalDocs
	Extra             map[string]any
}

// ExternalDocs points to documentation elsewhere.
type ExternalDocs struct{ Description, URL string }

// PathItem has the operations of one path.
type PathItem struct {
	Ref, Summary, Description string
	Operations                map[string]*Operation // "get", "post", …, "query"; others by the method as it is sent: "PURGE"
	Servers                   []Server
	Parameters                []*Parameter
	Extra                     map[string]any
}

// Operation is one method of one path.
type Operation struct {
	Tags                     []string
	Summary, Description, ID string // ID is the operationId
	ExternalDocs             *ExternalDocs
	Deprecated               bool
	Security                 []map[string][]string // any of them; all of the schemes of one; written even when empty but not nil
	Parameters               []*Parameter
	RequestBody              *RequestBody
	Callbacks                map[string]map[string]*PathItem // by name and expression
	Responses                map[string]*Response            // by status, 4XX or default
	Servers                  []Server
	Extra                    map[string]any
}

// Parameter is a parameter of an operation from its path, query, headers or cookies.
type Parameter struct {
	Ref, Name, In   string
	Required        *bool // nil is not written
	Schema          *Schema
	Content         map[string]*MediaType // instead of Schema
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

// MediaType is a body in one media type.
type MediaType struct {
	Schema     *Schema
	ItemSchema *Schema // of each item of a stream; x-itemSchema before 3.2
	Example    any
	Examples   []Example
	Encoding   map[string]*Encoding // of the fields of a form
	Extra      map[string]any
}

// Encoding says how a field of a form is written.
type Encoding struct {
	ContentType string
	Headers     map[string]any
	Style       string
	Explode     *bool
	Extra       map[string]any
}

// Response documents a response. As the argument of an option it adds content, headers and links to one.
type Response struct {
	Ref         string
	Description string         // written even when empty, unless there is a Ref
	Headers     map[string]any // *Header, or any value of that form
	Content     map[string]any // *MediaType, or any value of that form
	Links       map[string]any
	Extra       map[string]any
}

// Header documents a header of a response.
type Header struct {
	Description string
	Required    bool
	Deprecated  bool
	Schema      *Schema
	Example     any
	Extra       map[string]any
}

// Example is a named example of a parameter, body or response.
type Example struct {
	Name, Summary, Description string
	Value                      any
	ExternalValue              string
}

// Components are what operations refer to by name.
type Components struct {
	Schemas         map[string]*Schema
	Responses       map[string]*Response
	SecuritySchemes map[string]map[string]any
	Extra           map[string]any
}
