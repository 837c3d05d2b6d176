package document

import "testing"

// TestSchemasOfDraft7 has every keyword of 2020-12 that draft 7 does not know or knows otherwise.
func TestSchemasOfDraft7(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"a tuple", `{"prefixItems":[{"prefixItems":[true]}],"minItems":1}`, `{"minItems":1,"items":[{"items":[true]}]}`},
		{"a tuple and others", `{"prefixItems":[true],"items":{"prefixItems":[true]}}`, `{"additionalItems":{"items":[true]},"items":[true]}`},
		{"dependent members", `{"dependentRequired":{"a":["b"]}}`, `{"dependencies":{"a":["b"]}}`},
		{"dependent members after others", `{"type":"object","dependentRequired":{"a":["b"]}}`, `{"type":"object","dependencies":{"a":["b"]}}`},
		{"own definitions", `{"$ref":"#/x/$defs/a/$defs/b"}`, `{"$ref":"#/x/definitions/a/definitions/b"}`},
		{"a definition", `{"$defs":{"a":{"prefixItems":[true]}},"type":"null"}`, `{"definitions":{"a":{"items":[true]}},"type":"null"}`},
		{"a reference", `{"$ref":"#/components/schemas/a"}`, `{"$ref":"#/components/schemas/a"}`},
		{"a reference with words", `{"$ref":"#/a","title":"t"}`, `{"title":"t","allOf":[{"$ref":"#/a"}]}`},
		{"a reference beside others", `{"$ref":"#/a","allOf":[{"prefixItems":[true]}]}`, `{"allOf":[{"$ref":"#/a"},{"items":[true]}]}`},
		{"words of OpenAPI", `{"contentSchema":{},"discriminator":{"propertyName":"a"},"type":"string"}`, `{"type":"string"}`},
		{"inside", `{"properties":{"items":{"prefixItems":[true]}},"not":{"prefixItems":[true]},"anyOf":[{"prefixItems":[true]}]}`,
			`{"properties":{"items":{"items":[true]}},"not":{"items":[true]},"anyOf":[{"items":[true]}]}`},
		{"everything", `true`, `true`},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, err := readOrdered([]byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := appendOrdered(nil, schema7(v)); string(got) != c.want {
				t.Errorf("%s is %s, want %s", c.in, got, c.want)
			}
		})
	}
}
