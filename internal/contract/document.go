package contract

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/brio-go/brio/openapi/spec"
)

// Document is an OpenAPI document as a JSON value, with numbers as json.Number. It is safe for concurrent use.
type Document struct {
	root     map[string]any
	patterns sync.Map // of *regexp.Regexp, nil for one that Go cannot compile
}

// Object is a JSON object of the document.
type Object = map[string]any

// New reads a document. It changes the version to 3.2.0, which has a place for each method.
func New(d *spec.Document) (*Document, error) {
	d.OpenAPI = "3.2.0"
	text, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	root, err := Decode(text)
	if err != nil {
		return nil, err
	}
	return &Document{root: root.(Object)}, nil
}

// Decode reads a JSON text, with numbers as json.Number.
func Decode(text []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF { // More is false before a bracket that closes nothing
		return nil, errors.New("there is data after the value")
	}
	return v, nil
}

// Operation is one method of one path.
type Operation struct {
	Method, Path string // "GET", "/items/{id}"
	ID           string
	Parameters   []Parameter
	Body         *Body                 // nil: the operation reads none
	Security     []map[string][]string // a request needs all schemes of one of the maps
	Document     *Document
	responses    Object
	body         Object // the request body as the document has it
}

// Parameter is a parameter of an operation.
type Parameter struct {
	In, Name string
	Required bool
	Schema   Object
	Style    string
	Explode  bool
	IsJSON   bool // the text is a JSON document
	Examples []any
	names    []string // of the named examples
}

// Body is the body of an operation, with its media types in alphabetical order.
type Body struct {
	Required bool
	Media    []Media
}

// Media is one media type of a body.
type Media struct {
	Type     string // may be a range, "image/*"
	Schema   Object
	Examples []any
	Encoding map[string]string // the content types that fields of a form have by themselves
}

// Operations returns the operations in the order of paths and methods.
func (d *Document) Operations() (out []*Operation) {
	paths := object(d.root["paths"])
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item := d.Resolve(paths[path])
		for _, key := range slices.Sorted(maps.Keys(item)) {
			if key == "additionalOperations" {
				for method, op := range object(item[key]) {
					out = append(out, d.operation(item, method, path, object(op)))
				}
			} else if op := object(item[key]); op["responses"] != nil {
				out = append(out, d.operation(item, strings.ToUpper(key), path, op))
			}
		}
	}
	slices.SortFunc(out, func(a, b *Operation) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
	})
	return out
}

// Operation returns the operation of a method and the pattern of a route, "GET /files/{path...}"; nil if the document has none. HEAD is
// answered by GET if it has no operation of its own.
func (d *Document) Operation(method, pattern string) *Operation {
	if _, path, ok := strings.Cut(pattern, " "); ok {
		pattern = path
	}
	path := strings.ReplaceAll(pattern, "...}", "}")
	item := d.Resolve(object(d.root["paths"])[path])
	for _, m := range []string{method, map[string]string{"HEAD": "GET"}[method]} {
		if op := object(item[strings.ToLower(m)]); op != nil && m != "" {
			return d.operation(item, m, path, op)
		}
	}
	if op := object(object(item["additionalOperations"])[method]); op != nil {
		return d.operation(item, method, path, op)
	}
	return nil
}

// operation reads an operation of a path.
func (d *Document) operation(item Object, method, path string, op Object) *Operation {
	out := &Operation{Method: method, Path: path, ID: text(op["operationId"]), Document: d, responses: object(op["responses"])}
	for _, p := range slices.Concat(list(item["parameters"]), list(op["parameters"])) {
		out.Parameters = append(out.Parameters, d.parameter(d.Resolve(p)))
	}
	if body := d.Resolve(op["requestBody"]); body != nil {
		out.body = body
		out.Body = &Body{Required: body["required"] == true}
		for _, name := range slices.Sorted(maps.Keys(object(body["content"]))) {
			media := object(object(body["content"])[name])
			encoding := map[string]string{}
			for field, e := range object(media["encoding"]) {
				encoding[field] = text(object(e)["contentType"])
			}
			out.Body.Media = append(out.Body.Media, Media{name, object(media["schema"]), d.examples(media), encoding})
		}
	}
	security, ok := op["security"]
	if !ok {
		security = d.root["security"]
	}
	for _, s := range list(security) {
		needs := map[string][]string{}
		for scheme, scopes := range object(s) {
			needs[scheme] = []string{} // most schemes have no scopes
			for _, scope := range list(scopes) {
				needs[scheme] = append(needs[scheme], text(scope))
			}
			slices.Sort(needs[scheme])
		}
		out.Security = append(out.Security, needs)
	}
	return out
}

// parameter reads a parameter, with the style and explode that it has without saying so.
func (d *Document) parameter(p Object) Parameter {
	out := Parameter{In: text(p["in"]), Name: text(p["name"]), Required: p["required"] == true, Schema: object(p["schema"]), Style: text(p["style"]), Examples: d.examples(p)}
	if out.Style == "" {
		out.Style = map[string]string{"query": "form", "cookie": "form"}[out.In]
	}
	out.Explode = out.Style == "form"
	if explode, ok := p["explode"].(bool); ok {
		out.Explode = explode
	}
	out.names = slices.Sorted(maps.Keys(object(p["examples"])))
	for _, media := range object(p["content"]) {
		out.names = slices.Sorted(maps.Keys(object(object(media)["examples"])))
		out.IsJSON, out.Schema = true, object(object(media)["schema"])
		out.Examples = append(out.Examples, d.examples(object(media))...)
	}
	return out
}

// examples returns the examples of a parameter or media type, its own first, then those of its schema.
func (d *Document) examples(in Object) (out []any) {
	if v, ok := in["example"]; ok {
		out = append(out, v)
	}
	named := object(in["examples"])
	for _, name := range slices.Sorted(maps.Keys(named)) {
		if v, ok := d.Resolve(named[name])["value"]; ok {
			out = append(out, v)
		}
	}
	return append(out, list(d.Resolve(in["schema"])["examples"])...)
}

// Scheme returns a security scheme of the document.
func (d *Document) Scheme(name string) Object {
	return d.Resolve(object(object(d.root["components"])["securitySchemes"])[name])
}

// Resolve returns what stands at a place of the document, after all references.
func (d *Document) Resolve(v any) Object {
	for range 32 {
		o := object(v)
		ref, ok := o["$ref"].(string)
		if !ok || len(o) > 1 && o["$ref"] == nil {
			return o
		}
		v = d.at(ref)
	}
	return nil
}

// at returns what a reference into the document leads to.
func (d *Document) at(ref string) any {
	var v any = d.root
	for key := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		v = object(v)[strings.NewReplacer("~1", "/", "~0", "~").Replace(key)]
	}
	return v
}

// pattern returns the compiled pattern of a schema, nil if Go's regular expressions cannot say it.
func (d *Document) pattern(p string) *regexp.Regexp {
	if known, ok := d.patterns.Load(p); ok {
		return known.(*regexp.Regexp)
	}
	re, _ := regexp.Compile(p)
	d.patterns.Store(p, re)
	return re
}

func object(v any) Object {
	o, _ := v.(Object)
	return o
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
