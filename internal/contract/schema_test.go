package contract

import (
	"strings"
	"testing"
)

// TestCheck: each keyword of a schema is judged at the place of the value that breaks it.
func TestCheck(t *testing.T) {
	d := newDocument(t, `{"components":{"schemas":{
		"Base":{"type":"object","properties":{"id":{"type":"integer"}}},
		"Item":{"allOf":[{"$ref":"#/components/schemas/Base"}],"properties":{"name":{"type":"string"}}},
		"Tree":{"properties":{"kids":{"items":{"$ref":"#/components/schemas/Tree"}},"n":{"minimum":1}}},
		"Loop":{"$ref":"#/components/schemas/Loop"},
		"Ring":{"allOf":[{"$ref":"#/components/schemas/Ring"}],"anyOf":[{"$ref":"#/components/schemas/Ring"}]}
	}}}`)
	for _, c := range []struct{ schema, value, want string }{
		{`true`, `1`, ``},
		{`false`, `1`, `$: no value is allowed`},
		{`null`, `1`, ``},
		{`{"prefixItems":[{"type":"string"}],"items":false}`, `["a",1]`, `$[1]: no value is allowed`},
		{`{"prefixItems":[{"type":"string"}],"items":{"type":"boolean"}}`, `[1,true]`, `$[0]: 1 is no string`},

		{`{"type":"null"}`, `false`, `$: false is no null`},
		{`{"type":"boolean"}`, `false`, ``},
		{`{"type":"integer"}`, `1.0`, ``},
		{`{"type":"integer"}`, `1.5`, `$: 1.5 is no integer`},
		{`{"type":["integer","null"]}`, `"a"`, `$: "a" is no integer or null`},
		{`{"type":"array"}`, `{}`, `$: {} is no array`},

		{`{"const":1}`, `1.0`, ``},
		{`{"const":{"a":1}}`, `{"a":2}`, `$: {"a":2} is not {"a":1}`},
		{`{"enum":["a",null]}`, `null`, ``},
		{`{"enum":["a","b"]}`, `"c"`, `$: "c" is none of ["a","b"]`},
		{`{"not":{"type":"string"}}`, `1`, ``},
		{`{"not":{"type":"string"}}`, `"a"`, `$: it is what the schema excludes`},

		{`{"minimum":1}`, `1`, ``},
		{`{"minimum":1}`, `0.9`, `$: 0.9 breaks minimum 1`},
		{`{"maximum":1}`, `1.1`, `$: 1.1 breaks maximum 1`},
		{`{"exclusiveMinimum":1}`, `1`, `$: 1 breaks exclusiveMinimum 1`},
		{`{"exclusiveMaximum":1}`, `1`, `$: 1 breaks exclusiveMaximum 1`},
		{`{"exclusiveMaximum":1}`, `0.99`, ``},
		{`{"minimum":1}`, `1e-99999`, ``}, // so many digits are not counted
		{`{"multipleOf":0.1}`, `0.3`, ``},
		{`{"multipleOf":0.1}`, `0.35`, `$: 0.35 is no multiple of 0.1`},
		{`{"multipleOf":0}`, `1`, ``},
		{`{"format":"int32"}`, `2147483647`, ``},
		{`{"format":"int32"}`, `2147483648`, `$: 2147483648 is beyond int32`},
		{`{"format":"int32"}`, `-2147483648`, ``},
		{`{"format":"int32"}`, `-2147483649`, `$: -2147483649 is beyond int32`},
		{`{"format":"int64"}`, `9223372036854775807`, ``},
		{`{"format":"int64"}`, `9223372036854775808`, `$: 9223372036854775808 is beyond int64`},
		{`{"format":"int64"}`, `-9223372036854775809`, `$: -9223372036854775809 is beyond int64`},

		{`{"minLength":2}`, `"é"`, `$: "é" is shorter than 2`},
		{`{"maxLength":1}`, `"é"`, ``},
		{`{"maxLength":1}`, `"éé"`, `$: "éé" is longer than 1`},
		{`{"pattern":"^a+$"}`, `"ab"`, `$: "ab" does not match ^a+$`},
		{`{"pattern":"(?=a)"}`, `"b"`, ``}, // Go cannot say it
		{`{"format":"date-time"}`, `"2026-01-02T03:04:05Z"`, ``},
		{`{"format":"date-time"}`, `"2026-01-02"`, `$: "2026-01-02" is no date-time`},
		{`{"format":"date"}`, `"2026-02-30"`, `$: "2026-02-30" is no date`},
		{`{"format":"date"}`, `"2026-02-28"`, ``},
		{`{"format":"uuid"}`, `"12345678-1234-1234-1234-123456789abc"`, ``},
		{`{"format":"uuid"}`, `"1"`, `$: "1" is no uuid`},
		{`{"format":"email"}`, `"a"`, `$: "a" is no email`},
		{`{"format":"ipv4"}`, `"127.0.0.1"`, ``},
		{`{"format":"ipv4"}`, `"::1"`, `$: "::1" is no ipv4`},
		{`{"format":"ipv6"}`, `"::1"`, ``},
		{`{"format":"ipv6"}`, `"127.0.0.1"`, `$: "127.0.0.1" is no ipv6`},
		{`{"format":"uri"}`, `"https://example.com/a"`, ``},
		{`{"format":"uri"}`, `"/a"`, `$: "/a" is no uri`},
		{`{"format":"of ours"}`, `"a"`, ``},
		{`{"contentEncoding":"base64"}`, `"YQ=="`, ``},
		{`{"contentEncoding":"base64"}`, `"YQ"`, `$: "YQ" is no base64`},

		{`{"minItems":1}`, `[]`, `$: it has 0 elements, at least 1 are needed`},
		{`{"maxItems":1}`, `[1,2]`, `$: it has 2 elements, at most 1 are allowed`},
		{`{"uniqueItems":true}`, `[1,2,1.0]`, `$[2]: the element is there twice`},
		{`{"uniqueItems":true}`, `[{"a":1},{"a":2}]`, ``},
		{`{"items":{"items":{"type":"integer"}}}`, `[[1],[2,"a"]]`, `$[1][1]: "a" is no integer`},

		{`{"required":["a"]}`, `{}`, `$.a: the member is required`},
		{`{"required":["a"]}`, `{"a":null}`, ``},
		{`{"dependentRequired":{"a":["b"]}}`, `{"a":1}`, `$.b: the member is required with a`},
		{`{"dependentRequired":{"a":["b"]}}`, `{"b":1}`, ``},
		{`{"minProperties":1}`, `{}`, `$: it has 0 members, at least 1 are needed`},
		{`{"maxProperties":1}`, `{"a":1,"b":2}`, `$: it has 2 members, at most 1 are allowed`},
		{`{"propertyNames":{"pattern":"^a"},"additionalProperties":true}`, `{"ab":1,"b":2}`, `$.b: "b" does not match ^a`},
		{`{"additionalProperties":{"type":"integer"}}`, `{"a":"b"}`, `$.a: "b" is no integer`},
		{`{"properties":{"a":{"type":"integer"}},"additionalProperties":false}`, `{"a":1,"b":2}`, `$.b: the document has no such member; $.b: no value is allowed`},

		{`{"$ref":"#/components/schemas/Item"}`, `{"id":1,"name":"a"}`, ``},
		{`{"$ref":"#/components/schemas/Item"}`, `{"id":1,"x":2}`, `$.x: the document has no such member`},
		{`{"allOf":[{"$ref":"#/components/schemas/Item"},{"required":["id"]}]}`, `{"name":"a"}`, `$.id: the member is required`},
		{`{"$ref":"#/components/schemas/Tree"}`, `{"kids":[{"kids":[{"n":0}]}]}`, `$.kids[0].kids[0].n: 0 breaks minimum 1`},
		{`{"$ref":"#/components/schemas/Loop"}`, `1`, ``},
		{`{"$ref":"#/components/schemas/Missing"}`, `1`, ``},

		{`{"anyOf":[{"type":"string"},{"type":"null"}]}`, `1`, `$: 1 is no string`},
		{`{"anyOf":[{"properties":{"a":{"type":"integer"}}},{"type":"null"}]}`, `{"a":"b"}`, `$.a: "b" is no integer`},
		{`{"anyOf":[{"properties":{"a":{}}},{"type":"string"}]}`, `{"b":1}`, `$.b: the document has no such member`},
		{`{"anyOf":[{"properties":{"a":{}}},{"additionalProperties":true}]}`, `{"b":1}`, ``},
		{`{"oneOf":[{"type":"integer"},{"type":"number"}]}`, `1`, `$: 2 of the schemas of oneOf fit`},
		{`{"oneOf":[{"type":"integer"},{"type":"string"}]}`, `1`, ``},
		{`{"properties":{"a":{}},"patternProperties":{"^x":{}}}`, `{"xa":1}`, ``},
	} {
		schema, err := Decode([]byte(c.schema))
		if err != nil {
			t.Fatal(c.schema, err)
		}
		value, err := Decode([]byte(c.value))
		if err != nil {
			t.Fatal(c.value, err)
		}
		var got []string
		for _, p := range d.Check(schema, value, true) {
			got = append(got, p.String())
		}
		// The part of a union that fits the farthest, and the union itself, see the same undeclared member.
		if joined := strings.Join(got, "; "); joined != c.want && (len(got) != 2 || got[0] != got[1] || got[0] != c.want) {
			t.Errorf("%s of %s: got %s, want %s", c.schema, c.value, joined, c.want)
		}
	}
}

// TestCheckEnds: a schema that is a part of itself says nothing, and is not followed for ever.
func TestCheckEnds(t *testing.T) {
	d := newDocument(t, `{"components":{"schemas":{"Ring":{"allOf":[{"$ref":"#/components/schemas/Ring"}]}}}}`)
	if problems := d.Check(Object{"$ref": "#/components/schemas/Ring"}, Object{"a": "b"}, true); len(problems) > 0 {
		t.Error(problems)
	}
}

// TestShort: a value in a message is cut, and one that JSON cannot say is there all the same.
func TestShort(t *testing.T) {
	for _, c := range []struct {
		value any
		want  string
	}{
		{"a", `"a"`},
		{strings.Repeat("a", 200), `"` + strings.Repeat("a", 119) + "…"},
		{func() {}, "0x"},
	} {
		if got := Short(c.value); !strings.HasPrefix(got, c.want) {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}
