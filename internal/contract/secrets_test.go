package contract

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
)

// newDocument reads a document of the schemas of components.
func newDocument(t *testing.T, text string) *Document {
	t.Helper()
	root, err := Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return &Document{root: root.(Object)}
}

// TestMask: a secret is masked behind references, in each alternative, in lists and in members that the schema does not name.
func TestMask(t *testing.T) {
	d := newDocument(t, `{"components":{"schemas":{
		"Secret":{"type":"string","format":"password","minLength":12},
		"Tree":{"properties":{"key":{"$ref":"#/components/schemas/Secret"},"kids":{"items":{"$ref":"#/components/schemas/Tree"}}}}
	}}}`)
	for _, c := range []struct{ name, schema, value, want string }{
		{"no schema", `null`, `{"a":1}`, `{"a":1}`},
		{"password", `{"format":"password"}`, `"abc"`, `"**********"`},
		{"longest", `{"format":"password","maxLength":4}`, `"abc"`, `"****"`},
		{"reference", `{"$ref":"#/components/schemas/Secret"}`, `"abc"`, `"************"`},
		{"itself", `{"$ref":"#/components/schemas/Tree"}`, `{"key":"a","kids":[{"key":"b","kids":[]}]}`, `{"key":"************","kids":[{"key":"************","kids":[]}]}`},
		{"number", `{"x-secret":true}`, `12`, `0`},
		{"bool", `{"x-secret":true}`, `true`, `false`},
		{"null", `{"x-secret":true}`, `null`, `null`},
		{"list", `{"x-secret":true}`, `["a",{"b":1}]`, `[]`},
		{"object", `{"x-secret":true}`, `{"a":"b"}`, `{}`},
		{"one alternative", `{"anyOf":[{"type":"null"},{"allOf":[{"x-secret":true}]}]}`, `"a"`, `"**********"`},
		{"further members", `{"properties":{"a":{}},"additionalProperties":{"x-secret":true}}`, `{"a":"a","b":"b"}`, `{"a":"a","b":"**********"}`},
		{"tuple", `{"prefixItems":[{"x-secret":true}],"items":{}}`, `["a","b"]`, `["**********","b"]`},
	} {
		schema, _ := Decode([]byte(c.schema))
		value, _ := Decode([]byte(c.value))
		var found []string
		got, _ := json.Marshal(d.Mask(schema, value, func(s string) { found = append(found, s) }))
		if string(got) != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		if before, _ := json.Marshal(value); string(before) != c.value {
			t.Errorf("%s: Mask has changed its argument to %s", c.name, before)
		}
		if c.name == "list" && !slices.Equal(found, []string{"a", "1"}) {
			t.Errorf("%s: it has found %q", c.name, found)
		}
	}
}

// TestValueOfTexts: texts of parameters become values of the types of the schema.
func TestValueOfTexts(t *testing.T) {
	d := newDocument(t, `{"components":{"schemas":{"N":{"type":"integer"}}}}`)
	for _, c := range []struct {
		name, schema string
		explode      bool
		texts        []string
		want         any
	}{
		{"integer", `{"type":"integer"}`, true, []string{"12"}, json.Number("12")},
		{"no integer", `{"type":"integer"}`, true, []string{"a"}, "a"},
		{"reference", `{"$ref":"#/components/schemas/N"}`, true, []string{"12"}, json.Number("12")},
		{"text of digits", `{"type":"string"}`, true, []string{"12"}, "12"},
		{"text or number", `{"anyOf":[{"type":"string"},{"type":"number"}]}`, true, []string{"12"}, "12"},
		{"bool", `{"type":["boolean","null"]}`, true, []string{"false"}, false},
		{"no bool", `{"type":"boolean"}`, true, []string{"yes"}, "yes"},
		{"list", `{"type":"array","items":{"type":"integer"}}`, true, []string{"1", "2"}, []any{json.Number("1"), json.Number("2")}},
		{"list with commas", `{"type":"array","items":{"type":"string"}}`, false, []string{"1,2"}, []any{"1", "2"}},
		{"list of one text with a comma", `{"type":"array","items":{"type":"string"}}`, true, []string{"1,2"}, []any{"1,2"}},
	} {
		schema, _ := Decode([]byte(c.schema))
		if got := d.Value(Parameter{Schema: object(schema), Explode: c.explode}, c.texts); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %#v, want %#v", c.name, got, c.want)
		}
	}
	for text, want := range map[string]any{`{"a":1}`: Object{"a": json.Number("1")}, "{": "{"} {
		if got := d.Value(Parameter{IsJSON: true}, []string{text}); !reflect.DeepEqual(got, want) {
			t.Errorf("JSON %s: got %#v, want %#v", text, got, want)
		}
	}
}
