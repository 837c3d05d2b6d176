package document

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/params"
)

// componentsOf asks for types in both directions and gives the components.
func componentsOf(cfg schemaConfig, types ...reflect.Type) map[string]*spec.Schema {
	cfg.reader = reader
	s := newSchemas(cfg)
	for _, t := range types {
		s.schemaOf(reader.Type(t), input)
		if len(reader.Type(t).OutputProblems()) == 0 {
			s.schemaOf(reader.Type(t), output)
		}
	}
	return s.finish()
}

type (
	named struct {
		_ struct{} `name:"Article" title:"An article" doc:"What is sold" examples:"[{\"n\":1},{\"n\":null}]" schema:"{\"minProperties\":1,\"properties\":{\"n\":{\"maximum\":9}},\"x-order\":[1]}"`
		N *int     `json:"n" validate:"min=1"`
	}
	outer struct {
		_ struct{} `name:"Outer"`
		named
	}
	edited struct {
		A string `json:"a"`
	}
	scalarEdited string
	textual      struct{}
	exampled     struct {
		Size size `json:"size"`
	}
	rude   struct{ A int }
	closed struct {
		_    struct{} `extra:"forbid"`
		A    int      `json:"a"`
		ID   int      `json:"id" readonly:"true"`
		Pass string   `json:"pass" writeonly:"true"`
	}
	lenient struct {
		_ struct{} `extra:"allow"`
		A int      `json:"a"`
	}
	hiding struct {
		_ struct{} `extra:"forbid"`
		A int      `json:"a"`
		B int      `json:"b" hidden:"true"`
	}
	Extra struct {
		More string `json:"more"`
	}
	pointed struct {
		*Extra
		A int `json:"a"`
	}
	cat struct {
		Kind  string `json:"kind" validate:"oneof=cat"`
		Lives int    `json:"lives" default:"7"`
	}
	dog struct {
		Kind string `json:"kind" validate:"oneof=dog wolf"`
		Age  int    `json:"age"`
	}
	pet struct {
		params.OneOf `discriminator:"kind"`
		Cat          *cat
		Dog          *dog
	}
	catOrDog struct {
		params.AnyOf
		Cat *cat
		Dog *dog
	}
	bareList []bareList
	base     struct {
		ID int `json:"id" readonly:"true"`
	}
	computedModel struct {
		First string `json:"first"`
	}
	ordered struct {
		Z int `json:"z"`
		A int `json:"a"`
		M int `json:"m"`
	}
)

func (computedModel) Computed() []model.ComputedField {
	return []model.ComputedField{model.Computed("shout", computedModel.Shout, `doc:"In capitals"`)}
}
func (c computedModel) Shout() *string { return &c.First }

func (edited) JSONSchema(s *spec.Schema) {
	s.Properties["a"].MinLength = new(3)
	s.Extra = map[string]any{"x-edited": true}
}
func (*scalarEdited) JSONSchema(s *spec.Schema) { s.Pattern = "^x" }
func (textual) MarshalJSON() ([]byte, error)    { return []byte(`[]`), nil }
func (*textual) UnmarshalJSON([]byte) error     { return nil }
func (textual) JSONSchema(s *spec.Schema)       { *s = spec.Schema{Type: []string{"array"}} }
func (exampled) Examples() []any                { return []any{exampled{"s"}, map[string]any{"size": nil}} }
func (rude) JSONSchema(*spec.Schema)            { panic("no") }

func TestTypesThatDescribeThemselves(t *testing.T) {
	needs64(t)
	for _, c := range []struct {
		typ  reflect.Type
		want string
	}{
		{reflect.TypeFor[named](), `{"Article-Input":{"type":"object","title":"An article","description":"What is sold","minProperties":1,"x-order":[1],
			"properties":{"n":{"type":["integer","null"],"format":"int64","minimum":1,"maximum":9}},"examples":[{"n":1},{"n":null}]},
			"Article-Output":{"type":"object","title":"An article","description":"What is sold","minProperties":1,"x-order":[1],"required":["n"],
			"properties":{"n":{"type":["integer","null"],"format":"int64","minimum":1,"maximum":9}},"examples":[{"n":1},{"n":null}]}}`},
		{reflect.TypeFor[outer](), `{"Outer-Input":{"type":"object","title":"An article","description":"What is sold","minProperties":1,"x-order":[1],
			"properties":{"n":{"type":["integer","null"],"format":"int64","minimum":1,"maximum":9}},"examples":[{"n":1},{"n":null}]},
			"Outer-Output":{"type":"object","title":"An article","description":"What is sold","minProperties":1,"x-order":[1],"required":["n"],
			"properties":{"n":{"type":["integer","null"],"format":"int64","minimum":1,"maximum":9}},"examples":[{"n":1},{"n":null}]}}`},
		{reflect.TypeFor[edited](), `{"edited":{"type":"object","properties":{"a":{"type":"string","minLength":3}},"required":["a"],"x-edited":true}}`},
		{reflect.TypeFor[[]struct {
			S scalarEdited `json:"s"`
			T textual      `json:"t"`
		}](), `{}`},
		{reflect.TypeFor[exampled](), `{"exampled":{"type":"object","properties":{"size":{"$ref":"#/components/schemas/size"}},"required":["size"],
			"examples":[{"size":"s"},{"size":null}]},"size":{"type":"string","enum":["s","m"]}}`},
		{reflect.TypeFor[closed](), `{
			"closed-Input":{"type":"object","properties":{"a":{"type":"integer","format":"int64"},"id":{"readOnly":true},"pass":{"type":"string","writeOnly":true}},"required":["a","pass"],"additionalProperties":false},
			"closed-Output":{"type":"object","properties":{"a":{"type":"integer","format":"int64"},"id":{"type":"integer","format":"int64","readOnly":true}},"required":["a","id"],"additionalProperties":false}}`},
		{reflect.TypeFor[lenient](), `{"lenient":{"type":"object","properties":{"a":{"type":"integer","format":"int64"}},"required":["a"],"additionalProperties":true}}`},
		{reflect.TypeFor[hiding](), `{"hiding":{"type":"object","properties":{"a":{"type":"integer","format":"int64"}},"required":["a"]}}`},
		{reflect.TypeFor[pointed](), `{
			"pointed-Input":{"type":"object","properties":{"more":{"type":"string"},"a":{"type":"integer","format":"int64"}},"required":["more","a"]},
			"pointed-Output":{"type":"object","properties":{"more":{"type":"string"},"a":{"type":"integer","format":"int64"}},"required":["a"]}}`},
	} {
		t.Run(c.typ.String(), func(t *testing.T) { equalJSON(t, componentsOf(schemaConfig{}, c.typ), c.want) })
	}
	s := newSchemas(schemaConfig{reader: reader})
	equalJSON(t, s.schemaOf(reader.Type(reflect.TypeFor[struct {
		S scalarEdited `json:"s"`
		T textual      `json:"t"`
	}]()), output), `{"type":"object","properties":{"s":{"type":"string","pattern":"^x"},"t":{"type":"array"}},"required":["s","t"]}`)
}

// An example is written as results are: nulls stay.
func TestNullsInExamplesAreKept(t *testing.T) {
	s := newSchemas(schemaConfig{reader: reader})
	s.schemaOf(reader.Type(reflect.TypeFor[exampled]()), input)
	text, _ := json.Marshal(s.finish()["exampled"])
	if !strings.Contains(string(text), `{"size":null}`) {
		t.Errorf("%s", text)
	}
}

func TestMembersStandInOrderOfDeclaration(t *testing.T) {
	needs64(t)
	text, _ := json.Marshal(componentsOf(schemaConfig{}, reflect.TypeFor[ordered]()))
	if want := `{"ordered":{"properties":{"z":{"type":"integer","format":"int64"},"a":{"type":"integer","format":"int64"},"m":{"type":"integer","format":"int64"}},"type":"object","required":["z","a","m"]}}`; string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}

func TestDocumentTagsHaveMistakes(t *testing.T) {
	type badSchema struct {
		_ struct{} `schema:"{"`
	}
	type badExamples struct {
		_ struct{} `examples:"[1,"`
		A int      `json:"a" examples:"[1" deprecated:"yes" hidden:"1"`
		B int      `query:"b" openapi_examples:"[]"`
	}
	s := newSchemas(schemaConfig{reader: reader})
	for _, typ := range []reflect.Type{reflect.TypeFor[badSchema](), reflect.TypeFor[badExamples](), reflect.TypeFor[rude]()} {
		s.schemaOf(reader.Type(typ), input)
	}
	m, _ := reader.Params(reflect.TypeFor[struct {
		B int `query:"b" openapi_examples:"[]"`
	}]())
	s.openAPIExamples(m.Fields[0])
	want := []string{
		`document.badSchema: schema:"{" is no JSON object to merge into a schema: unexpected end of JSON input`,
		`A: examples:"[1" is no JSON list: unexpected end of JSON input`,
		`A: deprecated:"yes" is neither "true" nor "false"`,
		`A: hidden:"1" is neither "true" nor "false"`,
		`document.badExamples: examples:"[1,": unexpected end of JSON input`,
		`document.rude: the method JSONSchema of a zero value panics: no`,
		`B: openapi_examples:"[]" is no JSON object of examples: examples: json: cannot unmarshal array into Go value of type map[string]spec.Example`,
	}
	if !reflect.DeepEqual(s.mistakes, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(s.mistakes, "\n"), strings.Join(want, "\n"))
	}
}

func TestOpenAPIExamples(t *testing.T) {
	m, _ := reader.Params(reflect.TypeFor[struct {
		B int `query:"b" openapi_examples:"{\"z\":{\"summary\":\"Z\",\"value\":null},\"a\":{\"externalValue\":\"/a\"}}"`
	}]())
	got := newSchemas(schemaConfig{reader: reader}).openAPIExamples(m.Fields[0])
	want := []spec.Example{{Name: "z", Summary: "Z", Value: json.RawMessage("null")}, {Name: "a", ExternalValue: "/a"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v", got)
	}
}

// Types of one name, from other packages and from functions.
type (
	Cookie struct {
		Mine int `json:"mine"`
	}
	Server   struct{ A page[spec.Server] }
	wrapping struct {
		Here  page[Server]      `json:"here"`
		There page[spec.Server] `json:"there"`
	}
)

func localTypes() []reflect.Type {
	type Local struct {
		A int `json:"a"`
	}
	return []reflect.Type{reflect.TypeFor[Local](), otherLocal(), reflect.TypeFor[page[Local]]()}
}

func otherLocal() reflect.Type {
	type Local struct {
		B int `json:"b"`
	}
	return reflect.TypeFor[Local]()
}

func clashing() []reflect.Type {
	return append(localTypes(), reflect.TypeFor[Cookie](), reflect.TypeFor[http.Cookie](), reflect.TypeFor[wrapping](), reflect.TypeFor[spec.Server](),
		reflect.TypeFor[item](), reflect.TypeFor[params.Patch[item]](), reflect.TypeFor[catOrDog](), reflect.TypeFor[map[string]bareList]())
}

func TestNamesOfComponents(t *testing.T) {
	golden(t, "names", contents(componentsOf(schemaConfig{}, clashing()...)))
	golden(t, "names_fastapi", contents(componentsOf(schemaConfig{addsTitles: true, writesNullAsAnyOf: true, inlinesUnions: true, followsPydantic: true}, clashing()...)))
}

// contents are the names of components with what they are of.
func contents(components map[string]*spec.Schema) map[string]string {
	out := map[string]string{}
	for name, c := range components {
		out[name] = strings.Join(c.PropertyOrder, " ")
	}
	return out
}

func TestComponentsDoNotDependOnOrder(t *testing.T) {
	var first string
	for range 20 {
		types := clashing()
		rand.Shuffle(len(types), func(i, j int) { types[i], types[j] = types[j], types[i] })
		text, err := json.Marshal(componentsOf(schemaConfig{}, types...))
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(text)
		}
		if string(text) != first {
			t.Fatalf("%v\n%s\n%s", types, text, first)
		}
	}
}

func TestSyntheticAndFixedComponentsKeepTheirNames(t *testing.T) {
	s := newSchemas(schemaConfig{reader: reader})
	of := s.schemaOf(reader.Type(reflect.TypeFor[Cookie]()), input)
	fixed := s.fixedComponent("Cookie", func() *spec.Schema { return typeSchema("string") })
	again := s.fixedComponent("Cookie", nil) // it is there
	s.finish()
	if of.Ref != "#/components/schemas/document.Cookie" || fixed.Ref != "#/components/schemas/Cookie" || again.Ref != fixed.Ref {
		t.Errorf("%s, %s, %s", of.Ref, fixed.Ref, again.Ref)
	}
}

func TestOneSchemaForBothDirections(t *testing.T) {
	needs64(t)
	equalJSON(t, componentsOf(schemaConfig{mergesDirections: true}, reflect.TypeFor[closed](), reflect.TypeFor[pointed](), reflect.TypeFor[computedModel]()), `{
		"closed":{"type":"object","properties":{"a":{"type":"integer","format":"int64"},"id":{"type":"integer","format":"int64","readOnly":true},"pass":{"type":"string","writeOnly":true}},
			"required":["a"],"additionalProperties":false},
		"pointed":{"type":"object","properties":{"more":{"type":"string"},"a":{"type":"integer","format":"int64"}},"required":["a"]},
		"computedModel":{"type":"object","properties":{"first":{"type":"string"},"shout":{"type":["string","null"],"description":"In capitals","readOnly":true}},"required":["first"]}}`)
}

type docComments map[string]string

func (c docComments) Func(reflect.Value) string  { return "" }
func (c docComments) Type(t reflect.Type) string { return c[t.Name()] }
func (c docComments) Field(owner reflect.Type, name string) string {
	return c[owner.Name()+"."+name]
}

func TestDocComments(t *testing.T) {
	needs64(t)
	type deep struct {
		base
		Owner owner  `json:"owner" doc:"explicit"`
		Size  size   `json:"size"`
		Note  string `json:"note"`
	}
	comments := docComments{"deep": "deep is deep.", "base.ID": "ID is given.", "deep.Owner": "no", "deep.Size": "Size is how big.", "size": "size is a size.", "deep.Note": ""}
	s := newSchemas(schemaConfig{reader: reader, comments: comments})
	s.schemaOf(reader.Type(reflect.TypeFor[deep]()), output)
	got := s.finish()
	equalJSON(t, got["deep"], `{"type":"object","description":"deep is deep.","required":["id","owner","size","note"],"properties":{
		"id":{"type":"integer","format":"int64","readOnly":true,"description":"ID is given."},
		"owner":{"$ref":"#/components/schemas/owner","description":"explicit"},
		"size":{"$ref":"#/components/schemas/size","description":"Size is how big."},
		"note":{"type":"string"}}}`)
	if got["size"].Description != "size is a size." {
		t.Error(got["size"].Description)
	}
}

func BenchmarkComponents(b *testing.B) {
	types := make([]*model.Type, 500)
	for i := range types {
		types[i] = reader.Type(reflect.StructOf([]reflect.StructField{
			{Name: fmt.Sprintf("F%d", i), Type: reflect.TypeFor[item](), Tag: `json:"item"`},
			{Name: "Owner", Type: reflect.TypeFor[owner](), Tag: `json:"owner"`},
		}))
	}
	for b.Loop() {
		s := newSchemas(schemaConfig{reader: reader})
		for _, t := range types {
			s.schemaOf(t, input)
			s.schemaOf(t, output)
		}
		s.finish()
	}
}
