package document

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/document/asyncapi"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/response"
)

// BuildChannels makes the AsyncAPI document of WebSocket routes. Schemas, texts, parameters and security are made as in the OpenAPI
// document. Each mistake is a sentence about a tag or method that only documents read.
func BuildChannels(sockets []route.Operation, cfg Config) (doc *asyncapi.Document, mistakes []string) {
	if cfg.Errors == nil {
		cfg.Errors = response.FastAPIErrors()
	}
	g := &generator{Config: cfg, schemes: map[string]map[string]any{}, schemas: newSchemas(cfg.schemaForm())}
	entries := g.selectOperations(sockets)
	assignOperationIDs(entries)
	c := &channels{generator: g, doc: &asyncapi.Document{
		Version: "3.0.0", Info: g.asyncInfo(), Servers: asyncServers(cfg.Servers), DefaultContentType: "application/json",
		Channels: map[string]*asyncapi.Channel{}, Operations: map[string]*asyncapi.Operation{},
		Components: asyncapi.Components{Messages: map[string]*asyncapi.Message{}},
	}}
	for _, e := range entries {
		c.add(e)
	}
	c.doc.Components.Schemas = g.schemas.finish()
	for _, f := range g.deferred {
		f()
	}
	return c.doc, g.schemas.mistakes
}

// channels makes one AsyncAPI document.
type channels struct {
	*generator
	doc *asyncapi.Document
}

// add adds the channel of a route and its operations.
func (c *channels) add(e *entry) {
	id := componentName(e.id)
	for n := 2; c.doc.Channels[id] != nil; n++ {
		id = fmt.Sprintf("%s%d", componentName(e.id), n)
	}
	op := &spec.Operation{Deprecated: bool(e.Settings.Deprecated), Security: c.security(e)}
	c.addTexts(e, op)
	ch := &asyncapi.Channel{
		Address: e.path, Title: op.Summary, Description: op.Description, Messages: map[string]asyncapi.Ref{}, Tags: c.tagsOf(e), Deprecated: op.Deprecated,
		Bindings: asyncapi.Bindings{WS: asyncapi.WebSocket{Method: "GET", Version: "0.1.0"}},
	}
	c.doc.Channels[id] = ch
	c.doc.ChannelOrder = append(c.doc.ChannelOrder, id)
	c.addParameters(ch, e)
	operation := func(action, title string) *asyncapi.Operation {
		o := &asyncapi.Operation{
			Action: action, Channel: asyncapi.Ref{Ref: "#/channels/" + id}, Title: op.Summary + ": " + title, Tags: ch.Tags, Messages: []asyncapi.Ref{},
		}
		o.Security, ch.Security = c.asyncSecurity(op.Security)
		if words := strings.Join(ch.Security, ", or "); strings.Contains(words, " ") {
			o.Description = "The handshake needs " + words + "."
		}
		c.doc.Operations[id+capitalize(action)] = o
		return o
	}
	receive, send := operation("receive", "messages from the client"), operation("send", "messages to the client")
	if len(e.Socket.Messages) == 0 {
		message := &asyncapi.Message{
			Name: id + "Message", Title: "Any message", Description: "Text, bytes or JSON. The handler declares no type.",
		}
		c.use(id, message, receive, send)
		return
	}
	for _, m := range e.Socket.Messages {
		c.addMessages(id, m.In, input, receive)
		c.addMessages(id, m.Out, direction{way: sent, omits: m.Omits}, send)
		if m.Answers {
			c.addPayload(id, c.errorModel(c.Errors.Model(http.StatusUnprocessableEntity)), "", send)
		}
	}
}

// addMessages adds the messages of a type to an operation: one for each variant of a union.
func (c *channels) addMessages(id string, t reflect.Type, d direction, to *asyncapi.Operation) {
	m := c.Reader.Type(t)
	d = c.schemas.directionOf(m, d)
	if m.Kind != model.Union {
		c.addMessage(id, m, d, to)
		return
	}
	for _, v := range m.Variants {
		if v.Type.Base().Kind == model.Union {
			c.addMessages(id, v.Type.Base().Go, d, to)
			continue
		}
		c.addMessage(id, v.Type, d, to)
	}
}

// addMessage adds the message of a type. A type with a component gives its message the name of that.
func (c *channels) addMessage(id string, m *model.Type, d direction, to *asyncapi.Operation) {
	c.addPayload(id, c.schemas.value(m, nil, d), m.Base().Name, to)
}

// addPayload adds the message of a schema. title is that of a message whose schema is a component without a title.
func (c *channels) addPayload(id string, payload *spec.Schema, title string, to *asyncapi.Operation) {
	c.deferred = append(c.deferred, func() {
		message := &asyncapi.Message{Name: id + capitalize(to.Action), ContentType: "application/json", Payload: payload}
		schema := payload
		if name, ok := strings.CutPrefix(payload.Ref, "#/components/schemas/"); ok && payload.IsRef() {
			message.Name, schema = name, c.doc.Components.Schemas[name]
		} else {
			for n := 2; c.doc.Components.Messages[message.Name] != nil && !reflect.DeepEqual(c.doc.Components.Messages[message.Name], message); n++ {
				message.Name = fmt.Sprintf("%s%s%d", id, capitalize(to.Action), n)
			}
		}
		message.Title = cmp.Or(schema.Title, message.Name)
		if schema != payload {
			message.Title = cmp.Or(schema.Title, title, message.Name)
		}
		message.Summary, _, _ = strings.Cut(schema.Description, "\n\n")
		c.use(id, message, to)
	})
}

// use has operations of a channel use a message.
func (c *channels) use(id string, m *asyncapi.Message, operations ...*asyncapi.Operation) {
	c.doc.Components.Messages[m.Name] = m
	c.doc.Channels[id].Messages[m.Name] = asyncapi.Ref{Ref: "#/components/messages/" + m.Name}
	ref := asyncapi.Ref{Ref: "#/channels/" + id + "/messages/" + m.Name}
	for _, o := range operations {
		if !slices.Contains(o.Messages, ref) {
			o.Messages = append(o.Messages, ref)
		}
	}
}

// addParameters adds what the handshake reads: parameters of the path, and the binding's schemas of the query and of the headers.
func (c *channels) addParameters(ch *asyncapi.Channel, e *entry) {
	c.schemas.readers = readers{}
	query, headers := &spec.Schema{}, &spec.Schema{}
	for _, p := range c.parameters(e, binders(e.Plan)) {
		schema := p.Schema
		if schema == nil { // the parameter is a JSON document
			schema = &spec.Schema{Type: []string{"string"}, ContentMediaType: "application/json", Description: p.Description}
		}
		required := p.Required != nil && *p.Required
		switch p.In {
		case "path":
			parameter := &asyncapi.Parameter{Description: p.Description, Schema: schema}
			if ch.Parameters == nil {
				ch.Parameters = map[string]*asyncapi.Parameter{}
			}
			ch.Parameters[p.Name] = parameter
			c.deferred = append(c.deferred, func() { c.describePath(parameter, p) })
		case "query":
			addProperty(query, p.Name, schema, required)
		case "header":
			addProperty(headers, p.Name, schema, required)
		case "cookie":
			ch.Cookies = append(ch.Cookies, asyncapi.Cookie{Name: p.Name, Required: required, Schema: schema})
		}
	}
	if len(ch.Cookies) > 0 {
		addProperty(headers, "Cookie", cookieHeader(ch.Cookies), slices.ContainsFunc(ch.Cookies, func(k asyncapi.Cookie) bool { return k.Required }))
	}
	if list := e.Socket.Subprotocols; len(list) > 0 {
		addProperty(headers, "Sec-WebSocket-Protocol", &spec.Schema{
			Type: []string{"string"}, Description: "The subprotocols that the client offers. The app speaks " + strings.Join(list, ", ") + ".",
		}, false)
	}
	if query.Properties != nil {
		ch.Bindings.WS.Query = query
	}
	if headers.Properties != nil {
		ch.Bindings.WS.Headers = headers
	}
}

// addProperty adds a member to an object schema.
func addProperty(s *spec.Schema, name string, member *spec.Schema, required bool) {
	if s.Properties == nil {
		s.Type, s.Properties = []string{"object"}, map[string]*spec.Schema{}
	}
	s.Properties[name] = member
	s.PropertyOrder = append(s.PropertyOrder, name)
	if required {
		s.Required = append(s.Required, name)
	}
}

// cookieHeader describes the header Cookie. The binding has no place for single cookies.
func cookieHeader(cookies []asyncapi.Cookie) *spec.Schema {
	lines := []string{"The cookies that the app reads:", ""}
	for _, k := range cookies {
		line := "- `" + k.Name + "`"
		if k.Required {
			line += ", required"
		}
		if k.Schema.Description != "" {
			line += ": " + k.Schema.Description
		}
		lines = append(lines, line)
	}
	return &spec.Schema{Type: []string{"string"}, Description: strings.Join(lines, "\n")}
}

// describePath adds what AsyncAPI can say of a parameter of the path: the values it may have, and examples. All are texts.
func (c *channels) describePath(p *asyncapi.Parameter, from *spec.Parameter) {
	schema := p.Schema
	if name, ok := strings.CutPrefix(schema.Ref, "#/components/schemas/"); ok {
		if s := c.doc.Components.Schemas[name]; s != nil {
			schema, p.Description = s, cmp.Or(p.Description, s.Description)
		}
	}
	for _, v := range schema.Enum {
		p.Enum = append(p.Enum, textOf(v))
	}
	if from.Example != nil {
		p.Examples = append(p.Examples, textOf(from.Example))
	}
	for _, x := range from.Examples {
		if x.Value != nil {
			p.Examples = append(p.Examples, textOf(x.Value))
		}
	}
}

// textOf returns a value as it stands in a path.
func textOf(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	var s string
	if json.Unmarshal(text, &s) == nil {
		return s
	}
	return string(text)
}

// tagsOf returns the tags of a route, with what the document says of them.
func (g *generator) tagsOf(e *entry) (out []*spec.Tag) {
	for _, name := range e.Settings.Tags {
		tag := &spec.Tag{Name: name}
		if i := slices.IndexFunc(g.Tags, func(t spec.Tag) bool { return t.Name == name }); i >= 0 {
			*tag = g.Tags[i]
		}
		if !slices.ContainsFunc(out, func(t *spec.Tag) bool { return t.Name == name }) {
			out = append(out, tag)
		}
	}
	return out
}

// asyncInfo returns what the document says of the app. AsyncAPI has no summary and no identifier of a licence.
func (g *generator) asyncInfo() asyncapi.Info {
	i := g.Info
	out := asyncapi.Info{
		Title: cmp.Or(i.Title, "API"), Version: i.Version, Description: i.Description, TermsOfService: i.TermsOfService, Contact: i.Contact, ExternalDocs: g.ExternalDocs,
	}
	if i.Summary != "" {
		out.Description = strings.TrimSpace(i.Summary + "\n\n" + i.Description)
	}
	if i.License != nil {
		out.License = map[string]string{"name": i.License.Name}
		if i.License.URL != "" {
			out.License["url"] = i.License.URL
		}
	}
	for i := range g.Tags {
		out.Tags = append(out.Tags, &g.Tags[i])
	}
	return out
}

// asyncServers returns the servers whose URLs are absolute: AsyncAPI requires a host.
func asyncServers(servers []spec.Server) map[string]*asyncapi.Server {
	out := map[string]*asyncapi.Server{}
	for _, s := range servers {
		scheme, rest, ok := strings.Cut(s.URL, "://")
		protocol := map[string]string{"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}[scheme]
		if !ok || protocol == "" || rest == "" {
			continue
		}
		host, path, _ := strings.Cut(rest, "/")
		server := &asyncapi.Server{Host: host, Protocol: protocol, Description: s.Description, Variables: s.Variables}
		if path = strings.TrimSuffix(path, "/"); path != "" {
			server.Pathname = "/" + path
		}
		name := "server"
		if len(out) > 0 {
			name = fmt.Sprintf("server%d", len(out)+1)
		}
		out[name] = server
	}
	return out
}

// asyncSecurity returns the security list of an operation, and each alternative in words. AsyncAPI cannot say that a client needs several
// schemes at once, nor scopes of other schemes than OAuth2: the list has each scheme, and the description of the operation says the rest.
func (c *channels) asyncSecurity(list []map[string][]string) (out []map[string]any, words []string) {
	known := map[string]bool{}
	for _, all := range list {
		var names []string
		for _, name := range slices.Sorted(maps.Keys(all)) {
			scopes := all[name]
			text := name
			if len(scopes) > 0 {
				text += " (" + strings.Join(scopes, ", ") + ")"
			}
			names = append(names, text)
			if known[text] {
				continue
			}
			known[text] = true
			scheme := c.asyncScheme(c.schemes[name])
			if c.doc.Components.SecuritySchemes == nil {
				c.doc.Components.SecuritySchemes = map[string]map[string]any{}
			}
			key := componentName(name)
			c.doc.Components.SecuritySchemes[key] = scheme
			if takesScopes := scheme["type"] == "oauth2" || scheme["type"] == "openIdConnect"; takesScopes && len(scopes) > 0 {
				scheme = maps.Clone(scheme)
				scheme["scopes"] = scopes
				out = append(out, scheme)
				continue
			}
			out = append(out, map[string]any{"$ref": "#/components/securitySchemes/" + key})
		}
		words = append(words, cmp.Or(strings.Join(names, " and "), "nothing"))
	}
	if slices.ContainsFunc(list, func(all map[string][]string) bool { return len(all) == 0 }) {
		out = nil // a client may come without credentials, which AsyncAPI says by an absent list
	}
	return out, words
}

// asyncScheme converts a security scheme of OpenAPI. An OAuth2 flow whose URLs are relative, and for which no server is declared, is
// described as the bearer token that it gives: AsyncAPI requires absolute URLs.
func (c *channels) asyncScheme(scheme map[string]any) map[string]any {
	out := maps.Clone(scheme)
	switch out["type"] {
	case "apiKey":
		out["type"] = "httpApiKey"
	case "oauth2":
		flows, _ := jsonValue(out["flows"]).(map[string]any)
		for _, f := range flows {
			flow, _ := f.(map[string]any)
			for _, name := range []string{"authorizationUrl", "tokenUrl", "refreshUrl"} {
				text, ok := flow[name].(string)
				if !ok {
					continue
				}
				absolute, ok := c.absolute(text)
				if !ok {
					bearer := map[string]any{"type": "http", "scheme": "bearer", "description": "A token of OAuth2, which " + text + " gives."}
					if own, _ := out["description"].(string); own != "" {
						bearer["description"] = own
					}
					return bearer
				}
				flow[name] = absolute
			}
			scopes := flow["scopes"]
			delete(flow, "scopes")
			if flow["availableScopes"] = scopes; scopes == nil {
				flow["availableScopes"] = map[string]any{}
			}
		}
		out["flows"] = flows
	}
	return out
}

// absolute resolves a URL against the first server with an absolute URL.
func (c *channels) absolute(text string) (string, bool) {
	u, err := url.Parse(text)
	if err != nil {
		return "", false
	}
	if u.IsAbs() {
		return text, true
	}
	for _, s := range c.Servers {
		if base, err := url.Parse(strings.TrimSuffix(s.URL, "/") + "/"); err == nil && base.IsAbs() && base.Host != "" {
			return base.ResolveReference(u).String(), true
		}
	}
	return "", false
}

// encodeChannels encodes an AsyncAPI document.
func encodeChannels(doc *asyncapi.Document) ([]byte, error) {
	text, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	tree, err := readOrdered(text)
	if err != nil {
		return nil, err
	}
	asyncSchemas(tree.(*object))
	return appendOrdered(nil, tree)
}
