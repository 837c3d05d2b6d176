package document

import "testing"

// TestSchemasOf30 has every keyword of 2020-12 that 3.0 does not know or knows otherwise.
func TestSchemasOf30(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"type or null", `{"type":["string","null"],"minLength":1}`, `{"type":"string","minLength":1,"nullable":true}`},
		{"several types", `{"type":["string","number"]}`, `{"anyOf":[{"type":"string"},{"type":"number"}]}`},
		{"several types or null", `{"type":["string","number","null"]}`, `{"anyOf":[{"type":"string"},{"type":"number"}],"nullable":true}`},
		{"null alone", `{"type":"null"}`, `{"enum":[null],"nullable":true}`},
		{"reference or null", `{"anyOf":[{"$ref":"#/a"},{"type":"null"}],"title":"T"}`, `{"allOf":[{"$ref":"#/a"}],"title":"T","nullable":true}`},
		{"any of several or null", `{"oneOf":[{"$ref":"#/a"},{"type":"string"},{"type":"null"}]}`, `{"oneOf":[{"$ref":"#/a"},{"type":"string"}],"nullable":true}`},
		{"exclusive bounds", `{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":10}`, `{"type":"number","exclusiveMinimum":true,"exclusiveMaximum":true,"minimum":0,"maximum":10}`},
		{"both bounds, the exclusive one is tighter", `{"exclusiveMinimum":5,"minimum":1}`, `{"exclusiveMinimum":true,"minimum":5}`},
		{"both bounds, the other is tighter", `{"exclusiveMaximum":5,"maximum":1}`, `{"maximum":1}`},
		{"const", `{"const":"a"}`, `{"enum":["a"]}`},
		{"examples", `{"type":"string","examples":["a","b"]}`, `{"type":"string","example":"a"}`},
		{"files", `{"type":"string","contentMediaType":"application/octet-stream"}`, `{"type":"string","format":"binary"}`},
		{"base64", `{"type":"string","contentEncoding":"base64","contentMediaType":"application/octet-stream"}`, `{"type":"string","format":"byte"}`},
		{"JSON in text", `{"type":"string","contentMediaType":"application/json","contentSchema":{"type":"integer"}}`, `{"type":"string"}`},
		{"a tuple of one type", `{"type":"array","prefixItems":[{"type":"integer"},{"type":"integer"}],"minItems":2}`, `{"type":"array","minItems":2,"items":{"type":"integer"}}`},
		{"a tuple", `{"type":"array","prefixItems":[{"type":"integer"},{"const":1}]}`, `{"type":"array","items":{"anyOf":[{"type":"integer"},{"enum":[1]}]}}`},
		{"a tuple without more elements", `{"type":"array","prefixItems":[{"type":"integer"},{"const":1}],"items":false}`, `{"type":"array","maxItems":2,"items":{"anyOf":[{"type":"integer"},{"enum":[1]}]}}`},
		{"a tuple without more elements, whose bound is said", `{"type":"array","prefixItems":[{"type":"integer"}],"items":false,"maxItems":1}`, `{"type":"array","maxItems":1,"items":{"type":"integer"}}`},
		{"a tuple with more elements", `{"type":"array","prefixItems":[{"type":"integer"},{"const":1}],"items":{"type":"string"}}`,
			`{"type":"array","items":{"anyOf":[{"type":"integer"},{"enum":[1]},{"type":"string"}]}}`},
		{"a tuple and others of its type", `{"type":"array","prefixItems":[{"type":"integer"}],"items":{"type":"integer"}}`, `{"type":"array","items":{"type":"integer"}}`},
		{"a tuple of one type, then another", `{"type":"array","prefixItems":[{"type":"integer"}],"items":{"type":"string"}}`, `{"type":"array","items":{"anyOf":[{"type":"integer"},{"type":"string"}]}}`},
		{"a list of anything", `{"type":"array"}`, `{"type":"array","items":{}}`},
		{"names of members", `{"type":"object","propertyNames":{"pattern":"^a"},"additionalProperties":{"type":["integer","null"]}}`, `{"type":"object","additionalProperties":{"type":"integer","nullable":true}}`},
		{"no further members", `{"type":"object","additionalProperties":false}`, `{"type":"object","additionalProperties":false}`},
		{"a reference with words", `{"$ref":"#/a","description":"d"}`, `{"description":"d","allOf":[{"$ref":"#/a"}]}`},
		{"a reference", `{"$ref":"#/a"}`, `{"$ref":"#/a"}`},
		{"inside", `{"properties":{"type":{"type":["string","null"]},"const":{"const":1}},"items":{"const":2},"not":{"const":3},"allOf":[{"const":4}]}`,
			`{"properties":{"type":{"type":"string","nullable":true},"const":{"enum":[1]}},"items":{"enum":[2]},"not":{"enum":[3]},"allOf":[{"enum":[4]}]}`},
		{"everything", `true`, `{}`},
		{"nothing", `false`, `{"not":{}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, err := readOrdered([]byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := appendOrdered(nil, (&converter{}).schema30(v)); string(got) != c.want {
				t.Errorf("%s is %s, want %s", c.in, got, c.want)
			}
		})
	}
}

// What has no shape of OpenAPI, as a Transform may write, stays as it is.
func TestDocumentsOf30KeepUnknownShapes(t *testing.T) {
	const rest = `"info":1,"components":{"schemas":1,"parameters":{"P":null}},"paths":{"/x":{"get":true,"post":null,"put":{"responses":1,"callbacks":[1]}},"/y":null}}`
	got, err := downgrade([]byte(`{"openapi":"3.1.0",` + rest))
	if want := `{"openapi":"3.0.3",` + rest; err != nil || string(got) != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
}

func TestDocumentsOf30(t *testing.T) {
	got, err := downgrade([]byte(`{"openapi":"3.1.0","info":{"title":"T","summary":"S","license":{"name":"L","identifier":"MIT"},"version":"1"},"jsonSchemaDialect":"x",
		"components":{"schemas":{"A":{"const":1}},"responses":{"R":{"description":"r","content":{"a/b":{"schema":{"const":1}}}}},"pathItems":{}},
		"paths":{"/x":{"x-own":{"const":1},"parameters":[{"name":"p","in":"query","schema":{"const":1}}],"get":{
			"parameters":[{"name":"j","in":"query","content":{"a/b":{"schema":{"const":1}}}}],
			"requestBody":{"content":{"a/b":{"schema":{"const":1},"encoding":{"e":{"headers":{"H":{"schema":{"const":1}}}}}}}},
			"callbacks":{"c":{"{$url}":{"post":{"responses":{"200":{"description":"d"}}}}}},
			"responses":{"200":{"description":"d","headers":{"H":{"schema":{"const":1}}},"content":{"a/jsonl":{"itemSchema":{"const":1}}}}}}}},
		"webhooks":{"w":{}}}`))
	if err != nil {
		t.Fatal(err)
	}
	const one = `{"enum":[1]}`
	want := `{"openapi":"3.0.3","info":{"title":"T","license":{"name":"L"},"version":"1"},` +
		`"components":{"schemas":{"A":` + one + `},"responses":{"R":{"description":"r","content":{"a/b":{"schema":` + one + `}}}}},` +
		`"paths":{"/x":{"x-own":{"const":1},"parameters":[{"name":"p","in":"query","schema":` + one + `}],"get":{` +
		`"parameters":[{"name":"j","in":"query","content":{"a/b":{"schema":` + one + `}}}],` +
		`"requestBody":{"content":{"a/b":{"schema":` + one + `,"encoding":{"e":{"headers":{"H":{"schema":` + one + `}}}}}}},` +
		`"callbacks":{"c":{"{$url}":{"post":{"responses":{"200":{"description":"d"}}}}}},` +
		`"responses":{"200":{"description":"d","headers":{"H":{"schema":` + one + `}},"content":{"a/jsonl":{"schema":{"type":"string"},"x-itemSchema":{"enum":[1]}}}}}}}}}`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
