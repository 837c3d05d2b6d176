package spec_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio/openapi/spec"
)

// TestValuesAreWrittenAsPointers: each type writes the same JSON as a value and as a pointer, and reads it back.
func TestValuesAreWrittenAsPointers(t *testing.T) {
	extra := map[string]any{"x-a": "b"}
	schema := &spec.Schema{Type: []string{"string"}}
	content := map[string]*spec.MediaType{"application/json": {Schema: schema}}
	for _, v := range []any{
		spec.License{Name: "MIT", Identifier: "MIT"},
		spec.Server{URL: "https://{a}.example", Description: "d"},
		spec.ExternalDocs{URL: "https://docs.example", Description: "d"},
		spec.PathItem{Summary: "s", Operations: map[string]*spec.Operation{"get": {ID: "a"}, "query": {ID: "b"}}, Extra: extra},
		spec.Parameter{Name: "n", In: "query", Schema: schema, Extra: extra},
		spec.RequestBody{Description: "d", Content: content, Extra: extra},
		spec.Encoding{ContentType: "text/plain", Extra: extra},
		spec.Header{Description: "d", Schema: schema, Extra: extra},
		spec.Example{Summary: "s", Value: "v"},
		spec.Components{Schemas: map[string]*spec.Schema{"A": schema}, Extra: extra},
		spec.Discriminator{PropertyName: "kind", Mapping: map[string]string{"a": "#/components/schemas/A"}},
	} {
		p := reflect.New(reflect.TypeOf(v))
		p.Elem().Set(reflect.ValueOf(v))
		value, err := json.Marshal(v)
		if err != nil {
			t.Errorf("%T: %v", v, err)
			continue
		}
		if pointer, err := json.Marshal(p.Interface()); err != nil || string(pointer) != string(value) {
			t.Errorf("%T: the value is %s, the pointer %s, %v", v, value, pointer, err)
		}
		if p.Elem().FieldByName("Extra").IsValid() && !strings.Contains(string(value), `"x-a":"b"`) {
			t.Errorf("%T: %s lacks the extension", v, value)
		}
		back := reflect.New(reflect.TypeOf(v))
		if err := json.Unmarshal(value, back.Interface()); err != nil {
			t.Errorf("%s: %v", value, err)
			continue
		}
		if again, err := json.Marshal(back.Interface()); err != nil || string(again) != string(value) {
			t.Errorf("%T: written %s, read and written %s, %v", v, value, again, err)
		}
	}
}

// TestReadNamesWrongMember: an error about a document says where it is wrong.
func TestReadNamesWrongMember(t *testing.T) {
	for text, want := range map[string]string{
		`[]`:                                  "",
		`{"paths":[]}`:                        "paths",
		`{"paths":{"/a":1}}`:                  "/a",
		`{"paths":{"/a":{"get":1}}}`:          "get",
		`{"paths":{"/a":{"get":{"tags":1}}}}`: "tags",
		`{"paths":{"/a":{"additionalOperations":1}}}`: "additionalOperations",
		`{"info":{"title":1}}`:                        "title",
		`{"components":{"schemas":{"A":{"type":1}}}}`: "schemas",
	} {
		var d spec.Document
		if err := json.Unmarshal([]byte(text), &d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error that names %s", text, err, want)
		}
	}
}
