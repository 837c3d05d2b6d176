package spec

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// full has every member of every type.
func full() *Document {
	yes, n := true, 3
	schema := &Schema{
		Ref: "#/x", Defs: map[string]*Schema{"D": {}}, AllOf: []*Schema{{}}, AnyOf: []*Schema{{}}, OneOf: []*Schema{{}}, Not: &Schema{},
		PrefixItems: []*Schema{{}}, Items: &Schema{}, Properties: map[string]*Schema{"b": {}, "a": {}, "c": {}}, PropertyOrder: []string{"c", "a", "b"},
		AdditionalProperties: &Schema{Type: []string{"string"}}, PropertyNames: &Schema{Pattern: "<&>"}, DependentRequired: map[string][]string{"a": {"b"}},
		Type: []string{"object", "null"}, Enum: []any{"a", nil, json.Number("1")}, Const: "a",
		MultipleOf: "0.1", Maximum: "18446744073709551615", ExclusiveMaximum: "2", Minimum: "-1", ExclusiveMinimum: "0",
		MaxLength: &n, MinLength: &n, Pattern: "^a$", MaxItems: &n, MinItems: &n, UniqueItems: true, MaxProperties: &n, MinProperties: &n, Required: []string{"a"},
		Format: "f", ContentEncoding: "base64", ContentMediaType: "text/plain", ContentSchema: &Schema{}, Title: "T", Description: "D", Default: false,
		Deprecated: true, ReadOnly: true, WriteOnly: true, Examples: []any{nil, map[string]any{"a": nil}}, Discriminator: &Discriminator{"kind", map[string]string{"a": "#/a"}},
		Extra: map[string]any{"x-a": []any{nil}},
	}
	media := &MediaType{Schema: schema, ItemSchema: &Schema{}, Example: json.RawMessage("null"), Examples: []Example{{Name: "z", Summary: "s", Description: "d", Value: "v"}, {Name: "a", ExternalValue: "/a"}},
		Encoding: map[string]*Encoding{"f": {ContentType: "image/png", Headers: map[string]any{"A": map[string]any{}}, Style: "form", Explode: &yes, Extra: map[string]any{"x-e": true}}}, Extra: map[string]any{"x-m": "1"}}
	op := &Operation{
		Tags: []string{"a"}, Summary: "s", Description: "d", ID: "id", ExternalDocs: &ExternalDocs{"d", "u"}, Deprecated: true, Security: []map[string][]string{{"k": {}}},
		Parameters: []*Parameter{{Ref: "#/p"}, {Name: "q", In: "query", Required: &yes, Schema: &Schema{}, Content: map[string]*MediaType{"a/b": {}}, Description: "d", Example: "e",
			Examples: []Example{{Name: "n", Value: json.RawMessage("null")}}, Deprecated: true, AllowEmptyValue: true, Style: "form", Explode: &yes, Extra: map[string]any{"x-p": "p"}}},
		RequestBody: &RequestBody{Description: "d", Content: map[string]*MediaType{"application/json": media}, Required: true, Extra: map[string]any{"x-b": "b"}},
		Callbacks:   map[string]map[string]*PathItem{"cb": {"{$url}": {Operations: map[string]*Operation{"post": {ID: "cb"}}}}},
		Responses:   map[string]*Response{"200": {Description: "", Headers: map[string]any{"H": map[string]any{"schema": map[string]any{}}}, Content: map[string]any{"a/b": map[string]any{}}, Links: map[string]any{"l": map[string]any{}}, Extra: map[string]any{"x-r": "r"}}, "default": {Ref: "#/r"}},
		Servers:     []Server{{URL: "/", Description: "d", Variables: map[string]any{"v": "w"}}}, Extra: map[string]any{"x-o": map[string]any{"b": "1", "a": "2"}},
	}
	return &Document{
		OpenAPI: "3.1.0", Info: Info{Title: "T", Summary: "S", Description: "D", TermsOfService: "u", Contact: &Contact{"n", "u", "e"}, License: &License{"n", "i", "u"}, Version: "1", Extra: map[string]any{"x-i": "i"}},
		JSONSchemaDialect: "d", Servers: []Server{{URL: "/"}},
		Components: Components{Schemas: map[string]*Schema{"B": schema, "A": {}}, Responses: map[string]*Response{"R": {Description: "r"}}, SecuritySchemes: map[string]map[string]any{"k": {"type": "http"}}, Extra: map[string]any{"examples": map[string]any{}}},
		Paths:      map[string]*PathItem{"/b": {Ref: "r", Summary: "s", Description: "d", Operations: map[string]*Operation{"post": op, "get": {}, "query": {ID: "q"}, "PURGE": {ID: "p"}}, Servers: []Server{{URL: "/"}}, Parameters: []*Parameter{{Ref: "#/p"}}, Extra: map[string]any{"x-q": "q"}}, "/a": {}}, PathOrder: []string{"/b", "/a"},
		Webhooks: map[string]*PathItem{"w": {}}, WebhookOrder: []string{"w"}, Security: []map[string][]string{{"k": {"s"}}}, Tags: []Tag{{"n", "d", &ExternalDocs{"d", "u"}, map[string]any{"x-t": "t"}}},
		ExternalDocs: &ExternalDocs{"d", "u"}, Extra: map[string]any{"x-z": "z", "x-a": "a"},
	}
}

func TestADocumentIsReadBackAsItWas(t *testing.T) {
	for _, version := range []string{"3.0.3", "3.1.0", "3.2.0"} {
		t.Run(version, func(t *testing.T) { readBack(t, version) })
	}
}

func readBack(t *testing.T, version string) {
	written := full()
	written.OpenAPI = version
	doc, err := json.Marshal(written)
	if err != nil {
		t.Fatal(err)
	}
	var back Document
	if err := json.Unmarshal(doc, &back); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(&back)
	if err != nil {
		t.Fatal(err)
	}
	if string(again) != string(doc) {
		t.Errorf("got  %s\nwant %s", again, doc)
	}
	if !reflect.DeepEqual(back.PathOrder, []string{"/b", "/a"}) || back.Paths["/b"].Operations["post"].ID != "id" || back.Paths["/b"].Operations["query"].ID != "q" || back.Paths["/b"].Operations["PURGE"].ID != "p" || len(back.Paths["/b"].Operations) != 4 {
		t.Error("the paths are not what they were")
	}
}

// No field is forgotten: each type's members cover its fields.
func TestEveryFieldIsWritten(t *testing.T) {
	latest := full()
	latest.OpenAPI = "3.2.0"
	doc, err := json.Marshal(latest)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []object{
		&Document{}, &Info{}, &Contact{}, &License{}, &Server{}, &Tag{}, &ExternalDocs{}, &PathItem{}, &Operation{}, &Parameter{}, &RequestBody{}, &MediaType{}, &Encoding{}, &Response{}, &Header{}, &Example{}, &Components{}, &Schema{}, &Discriminator{},
	} {
		v := reflect.ValueOf(o).Elem()
		members := len(o.members())
		fields := 0
		for i := range v.NumField() {
			switch name := v.Type().Field(i).Name; {
			case name == "Extra", strings.HasSuffix(name, "Order"), name == "Operations", v.Type() == reflect.TypeFor[Example]() && name == "Name":
			default:
				fields++
			}
		}
		if members != fields {
			t.Errorf("%T has %d fields and writes %d", o, fields, members)
		}
		if _, header := o.(*Header); header {
			continue
		}
		for _, m := range o.members() {
			if !strings.Contains(string(doc), `"`+m.name+`":`) {
				t.Errorf("%T: %s is not in the document", o, m.name)
			}
		}
	}
}

func TestOrderOfMembersIsFastAPIs(t *testing.T) {
	for _, c := range []struct {
		value any
		want  string
	}{
		{Document{OpenAPI: "3.1.0", Info: Info{Title: "FastAPI", Version: "0.1.0"}}, `{"openapi":"3.1.0","info":{"title":"FastAPI","version":"0.1.0"},"paths":{}}`},
		{&Operation{Tags: []string{"items"}, Summary: "S", Description: "D", ID: "i", Deprecated: true, Parameters: []*Parameter{{Name: "q", In: "query", Required: new(false), Schema: &Schema{}, Deprecated: true}},
			RequestBody: &RequestBody{Required: true, Content: map[string]*MediaType{"application/json": {Schema: &Schema{Ref: "#/a"}}}}, Responses: map[string]*Response{"200": {Description: "ok"}}},
			`{"tags":["items"],"summary":"S","description":"D","operationId":"i","deprecated":true,"parameters":[{"name":"q","in":"query","required":false,"schema":{},"deprecated":true}],` +
				`"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/a"}}},"required":true},"responses":{"200":{"description":"ok"}}}`},
		{Operation{Security: []map[string][]string{}}, `{"security":[]}`},
		{Schema{Pattern: "<a&b>", Default: json.RawMessage("null"), AdditionalProperties: false}, `{"additionalProperties":false,"pattern":"<a&b>","default":null}`},
		{Schema{Type: []string{"string"}, Extra: map[string]any{"type": "integer", "x-b": nil, "x-a": Schema{Title: "<"}}}, `{"type":"integer","x-a":{"title":"<"},"x-b":null}`},
		{Schema{}, `{}`},
		{map[string]*Schema{"a": nil}, `{"a":null}`},
		{Example{Name: "n"}, `{"value":null}`},
		{PathItem{Operations: map[string]*Operation{"query": {}, "delete": {}, "get": {}, "PURGE": {}, "COPY": {}}}, `{"get":{},"delete":{},"query":{},"additionalOperations":{"COPY":{},"PURGE":{}}}`},
		{versions("3.2.0"), `{"openapi":"3.2.0","info":{"title":"","version":""},"paths":{"/":{"query":{"requestBody":{"content":{"a/b":{"itemSchema":{}}}}},"additionalOperations":{"PURGE":{}}}}}`},
		{versions("3.1.0"), `{"openapi":"3.1.0","info":{"title":"","version":""},"paths":{"/":{"x-additionalOperations":{"PURGE":{},"QUERY":{"requestBody":{"content":{"a/b":{"x-itemSchema":{}}}}}}}}}`},
		{Response{Content: map[string]any{"a/b": &MediaType{Schema: &Schema{Type: []string{"string"}}}}}, `{"description":"","content":{"a/b":{"schema":{"type":"string"}}}}`},
	} {
		got, err := marshalRaw(c.value)
		if err != nil {
			t.Fatal(err)
		}
		if got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// versions is a document with what OpenAPI has since 3.2: https://spec.openapis.org/oas/v3.2.0.html, 4.9 and 4.15.
func versions(openapi string) *Document {
	return &Document{OpenAPI: openapi, Paths: map[string]*PathItem{"/": {Operations: map[string]*Operation{
		"query": {RequestBody: &RequestBody{Content: map[string]*MediaType{"a/b": {ItemSchema: &Schema{}}}}}, "PURGE": {},
	}}}}
}

// marshalRaw is json.Marshal without escapes for HTML.
func marshalRaw(v any) (string, error) {
	w := &writer{}
	w.value(v)
	return w.String(), w.err
}

func TestSchemasTrueAndFalse(t *testing.T) {
	var s Schema
	if err := json.Unmarshal([]byte(`{"items":false,"not":true,"additionalProperties":false,"properties":{"a":true}}`), &s); err != nil {
		t.Fatal(err)
	}
	if got, _ := json.Marshal(&s); string(got) != `{"not":{},"items":{"not":{}},"properties":{"a":{}},"additionalProperties":false}` {
		t.Errorf("%s", got)
	}
}

func TestReadingMergesIntoSchema(t *testing.T) {
	s := Schema{Properties: map[string]*Schema{"a": {Title: "A"}}, PropertyOrder: []string{"a"}, Required: []string{"a"}}
	if err := json.Unmarshal([]byte(`{"properties":{"b":{},"a":{"format":"f"}},"x-n":12345678901234567890}`), &s); err != nil {
		t.Fatal(err)
	}
	if got, _ := json.Marshal(&s); string(got) != `{"properties":{"a":{"format":"f","title":"A"},"b":{}},"required":["a"],"x-n":12345678901234567890}` {
		t.Errorf("%s", got)
	}
}

func TestAddGivesBackWhatItCannotSay(t *testing.T) {
	s := &Schema{Type: []string{"string"}, MinLength: new(1), AdditionalProperties: false}
	rest := s.Add(&Schema{Type: []string{"string"}, MinLength: new(2), Pattern: "a", Properties: map[string]*Schema{"a": {}}})
	if got, _ := json.Marshal(s); string(got) != `{"properties":{"a":{}},"additionalProperties":false,"type":"string","minLength":1,"pattern":"a"}` {
		t.Errorf("%s", got)
	}
	if got, _ := json.Marshal(rest); string(got) != `{"minLength":2}` {
		t.Errorf("the rest is %s", got)
	}
	if s.IsAny() || s.IsRef() || !(&Schema{}).IsAny() || !(&Schema{Ref: "#"}).IsRef() || (&Schema{Ref: "#", Title: "t"}).IsRef() {
		t.Error("IsAny or IsRef")
	}
}

func TestValuesThatHaveNoJSONAreErrors(t *testing.T) {
	if _, err := json.Marshal(&Schema{Default: func() {}}); err == nil {
		t.Error("a function was written")
	}
	for _, doc := range []string{`[]`, `{"properties":[]}`, `{"type":1}`, `{"minLength":"a"}`, `{"properties":{"a":1}}`} {
		if err := json.Unmarshal([]byte(doc), &Schema{}); err == nil {
			t.Errorf("%s was read", doc)
		}
	}
}
