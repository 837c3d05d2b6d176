package spec

import "reflect"

// object is a type of this package. members returns its fields in the order in which they are written.
type object interface {
	members() []member
	extra() *map[string]any
}

// member is one member of a JSON object: its name, and a pointer to the field.
type member struct {
	name   string
	value  any
	always bool // written also when empty
}

func (d *Document) extra() *map[string]any    { return &d.Extra }
func (i *Info) extra() *map[string]any        { return &i.Extra }
func (*Contact) extra() *map[string]any       { return nil }
func (*License) extra() *map[string]any       { return nil }
func (*Server) extra() *map[string]any        { return nil }
func (t *Tag) extra() *map[string]any         { return &t.Extra }
func (*ExternalDocs) extra() *map[string]any  { return nil }
func (p *PathItem) extra() *map[string]any    { return &p.Extra }
func (o *Operation) extra() *map[string]any   { return &o.Extra }
func (p *Parameter) extra() *map[string]any   { return &p.Extra }
func (r *RequestBody) extra() *map[string]any { return &r.Extra }
func (m *MediaType) extra() *map[string]any   { return &m.Extra }
func (e *Encoding) extra() *map[string]any    { return &e.Extra }
func (r *Response) extra() *map[string]any    { return &r.Extra }
func (h *Header) extra() *map[string]any      { return &h.Extra }
func (*Example) extra() *map[string]any       { return nil }
func (c *Components) extra() *map[string]any  { return &c.Extra }
func (s *Schema) extra() *map[string]any      { return &s.Extra }
func (*Discriminator) extra() *map[string]any { return nil }

func (d *Document) members() []member {
	return []member{
		{"openapi", &d.OpenAPI, true}, {"info", &d.Info, true}, {"jsonSchemaDialect", &d.JSONSchemaDialect, false},
		{"servers", &d.Servers, false}, {"components", &d.Components, false},
		{"paths", &ordered[*PathItem]{&d.Paths, &d.PathOrder}, true},
		{"webhooks", &ordered[*PathItem]{&d.Webhooks, &d.WebhookOrder}, false},
		{"security", &d.Security, false}, {"tags", &d.Tags, false}, {"externalDocs", &d.ExternalDocs, false},
	}
}

func (i *Info) members() []member {
	return []member{
		{"title", &i.Title, true}, {"summary", &i.Summary, false}, {"description", &i.Description, false},
		{"termsOfService", &i.TermsOfService, false}, {"contact", &i.Contact, false}, {"license", &i.License, false},
		{"version", &i.Version, true},
	}
}

func (c *Contact) members() []member {
	return []member{{"name", &c.Name, false}, {"url", &c.URL, false}, {"email", &c.Email, false}}
}

func (l *License) members() []member {
	return []member{{"name", &l.Name, true}, {"identifier", &l.Identifier, false}, {"url", &l.URL, false}}
}

func (s *Server) members() []member {
	return []member{{"url", &s.URL, true}, {"description", &s.Description, false}, {"variables", &s.Variables, false}}
}

func (t *Tag) members() []member {
	return []member{{"name", &t.Name, true}, {"description", &t.Description, false}, {"externalDocs", &t.ExternalDocs, false}}
}

func (e *ExternalDocs) members() []member {
	return []member{{"description", &e.Description, false}, {"url", &e.URL, true}}
}

// Methods are the methods that have a member in a path item of OpenAPI 3.2, in the order in which they are written. Version 3.1 has
// all but the last.
var Methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"}

func (p *PathItem) members() []member { return p.in(false) }

// in returns the members of a path item, for a document before OpenAPI 3.2 or since.
func (p *PathItem) in(before32 bool) []member {
	known, rest := Methods, additionalOperations
	if before32 {
		known, rest = Methods[:len(Methods)-1], "x-"+additionalOperations
	}
	out := []member{{"$ref", &p.Ref, false}, {"summary", &p.Summary, false}, {"description", &p.Description, false}}
	for _, method := range known {
		if op := p.Operations[method]; op != nil {
			out = append(out, member{method, op, true})
		}
	}
	others := map[string]*Operation{}
	for _, method := range names(p.Operations, known) {
		if op := p.Operations[method]; op != nil && method == "query" {
			others["QUERY"] = op
		} else if op != nil {
			others[method] = op
		}
	}
	if len(others) > 0 {
		out = append(out, member{rest, &others, true})
	}
	return append(out, member{"servers", &p.Servers, false}, member{"parameters", &p.Parameters, false})
}

// additionalOperations is the member with the operations of methods that Methods lacks. Before OpenAPI 3.2 it is an extension.
const additionalOperations = "additionalOperations"

func (o *Operation) members() []member {
	return []member{
		{"tags", &o.Tags, false}, {"summary", &o.Summary, false}, {"description", &o.Description, false},
		{"externalDocs", &o.ExternalDocs, false}, {"operationId", &o.ID, false}, {"deprecated", &o.Deprecated, false},
		{"security", &o.Security, o.Security != nil}, {"parameters", &o.Parameters, false}, {"requestBody", &o.RequestBody, false},
		{"callbacks", &o.Callbacks, false}, {"responses", &o.Responses, false}, {"servers", &o.Servers, false},
	}
}

func (p *Parameter) members() []member {
	return []member{
		{"$ref", &p.Ref, false}, {"name", &p.Name, false}, {"in", &p.In, false}, {"required", &p.Required, false},
		{"schema", &p.Schema, false}, {"content", &p.Content, false}, {"description", &p.Description, false},
		{"examples", (*examples)(&p.Examples), false}, {"example", &p.Example, false}, {"deprecated", &p.Deprecated, false},
		{"allowEmptyValue", &p.AllowEmptyValue, false}, {"style", &p.Style, false}, {"explode", &p.Explode, false},
	}
}

func (r *RequestBody) members() []member {
	return []member{
		{"$ref", &r.Ref, false}, {"description", &r.Description, false}, {"content", &r.Content, r.Ref == ""}, {"required", &r.Required, false},
	}
}

func (m *MediaType) members() []member { return m.in(false) }

// in returns the members of a media type. Before OpenAPI 3.2 itemSchema is an extension.
func (m *MediaType) in(before32 bool) []member {
	items := "itemSchema"
	if before32 {
		items = "x-itemSchema"
	}
	return []member{
		{"schema", &m.Schema, false}, {items, &m.ItemSchema, false}, {"example", &m.Example, false},
		{"examples", (*examples)(&m.Examples), false}, {"encoding", &m.Encoding, false},
	}
}

func (e *Encoding) members() []member {
	return []member{
		{"contentType", &e.ContentType, false}, {"headers", &e.Headers, false}, {"style", &e.Style, false}, {"explode", &e.Explode, false},
	}
}

func (r *Response) members() []member {
	return []member{
		{"$ref", &r.Ref, false}, {"description", &r.Description, r.Ref == ""}, {"headers", &r.Headers, false},
		{"content", &r.Content, false}, {"links", &r.Links, false},
	}
}

func (h *Header) members() []member {
	return []member{
		{"description", &h.Description, false}, {"required", &h.Required, false}, {"deprecated", &h.Deprecated, false},
		{"schema", &h.Schema, false}, {"example", &h.Example, false},
	}
}

// members leaves out the name of an example, which is its key.
func (e *Example) members() []member {
	return []member{
		{"summary", &e.Summary, false}, {"description", &e.Description, false}, {"value", &e.Value, e.ExternalValue == ""},
		{"externalValue", &e.ExternalValue, false},
	}
}

func (c *Components) members() []member {
	return []member{{"schemas", &c.Schemas, false}, {"responses", &c.Responses, false}, {"securitySchemes", &c.SecuritySchemes, false}}
}

func (d *Discriminator) members() []member {
	return []member{{"propertyName", &d.PropertyName, true}, {"mapping", &d.Mapping, false}}
}

// set copies the value of another member of the same type.
func (m member) set(from member) {
	type setter interface{ set(from any) }
	if s, ok := m.value.(setter); ok {
		s.set(from.value)
		return
	}
	reflect.ValueOf(m.value).Elem().Set(reflect.ValueOf(from.value).Elem())
}

func (m member) equal(other member) bool { return reflect.DeepEqual(m.value, other.value) }

func (o *ordered[T]) set(from any) {
	*o.values, *o.order = *from.(*ordered[T]).values, *from.(*ordered[T]).order
}

func (s schemaOrBool) set(from any) { *s.value = *from.(schemaOrBool).value }
