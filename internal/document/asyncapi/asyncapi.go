package asyncapi

import "github.com/brio-go/brio/openapi/spec"

// Document is an AsyncAPI document (AsyncAPI 3.0.0, "AsyncAPI Object").
type Document struct {
	Version            string                `json:"asyncapi"`
	Info               Info                  `json:"info"`
	Servers            map[string]*Server    `json:"servers,omitempty"`
	DefaultContentType string                `json:"defaultContentType,omitempty"`
	Channels           map[string]*Channel   `json:"channels"`
	ChannelOrder       []string              `json:"-"` // of the routes
	Operations         map[string]*Operation `json:"operations"`
	Components         Components            `json:"components"`
}

// Info describes the app.
type Info struct {
	Title          string             `json:"title"`
	Version        string             `json:"version"`
	Description    string             `json:"description,omitempty"`
	TermsOfService string             `json:"termsOfService,omitempty"`
	Contact        *spec.Contact      `json:"contact,omitempty"`
	License        map[string]string  `json:"license,omitempty"`
	Tags           []*spec.Tag        `json:"tags,omitempty"`
	ExternalDocs   *spec.ExternalDocs `json:"externalDocs,omitempty"`
}

// Server is a server of the app.
type Server struct {
	Host        string         `json:"host"`
	Pathname    string         `json:"pathname,omitempty"`
	Protocol    string         `json:"protocol"` // ws or wss
	Description string         `json:"description,omitempty"`
	Variables   map[string]any `json:"variables,omitempty"`
}

// Channel is a WebSocket route: the address, and the messages of both sides.
type Channel struct {
	Address     string                `json:"address"`
	Title       string                `json:"title,omitempty"`
	Description string                `json:"description,omitempty"`
	Messages    map[string]Ref        `json:"messages"`
	Parameters  map[string]*Parameter `json:"parameters,omitempty"` // of the path
	Tags        []*spec.Tag           `json:"tags,omitempty"`
	Bindings    Bindings              `json:"bindings"`

	Deprecated bool     `json:"x-deprecated,omitempty"`
	Security   []string `json:"-"` // names of schemes, for the page
	Cookies    []Cookie `json:"-"` // likewise: the binding has the header Cookie
}

// Cookie is a cookie of the handshake.
type Cookie struct {
	Name     string
	Required bool
	Schema   *spec.Schema
}

// Ref refers to another part of the document.
type Ref struct {
	Ref string `json:"$ref"`
}

// Parameter is a wildcard of an address. AsyncAPI has no schema for it, so Schema is an extension.
type Parameter struct {
	Description string       `json:"description,omitempty"`
	Enum        []string     `json:"enum,omitempty"`
	Examples    []string     `json:"examples,omitempty"`
	Schema      *spec.Schema `json:"x-schema,omitempty"`
}

// Bindings has what the protocol adds to a channel.
type Bindings struct {
	WS WebSocket `json:"ws"`
}

// WebSocket describes the handshake (WebSockets binding 0.1.0).
type WebSocket struct {
	Method  string       `json:"method"`
	Query   *spec.Schema `json:"query,omitempty"`
	Headers *spec.Schema `json:"headers,omitempty"`
	Version string       `json:"bindingVersion"`
}

// Operation is one direction of a channel.
type Operation struct {
	Action      string           `json:"action"` // receive: messages of the client; send: those of the app
	Channel     Ref              `json:"channel"`
	Title       string           `json:"title,omitempty"`
	Summary     string           `json:"summary,omitempty"`
	Description string           `json:"description,omitempty"`
	Security    []map[string]any `json:"security,omitempty"`
	Tags        []*spec.Tag      `json:"tags,omitempty"`
	Messages    []Ref            `json:"messages"`
}

// Message is a kind of message.
type Message struct {
	Name        string       `json:"name"`
	Title       string       `json:"title,omitempty"`
	Summary     string       `json:"summary,omitempty"`
	Description string       `json:"description,omitempty"`
	ContentType string       `json:"contentType,omitempty"`
	Payload     *spec.Schema `json:"payload,omitempty"`
}

// Components has what other parts refer to.
type Components struct {
	Schemas         map[string]*spec.Schema   `json:"schemas,omitempty"`
	Messages        map[string]*Message       `json:"messages,omitempty"`
	SecuritySchemes map[string]map[string]any `json:"securitySchemes,omitempty"`
}
