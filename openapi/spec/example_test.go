package spec_test

import (
	"encoding/json"
	"fmt"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/openapi/spec"
)

// Options take parts of the document, here an answer with a header.
func ExampleResponse() {
	app := brio.New()
	app.Get("/hats", func() []string { return nil }, brio.Responds[string](429, "Too many requests", spec.Response{
		Headers: map[string]any{"Retry-After": spec.Header{Schema: &spec.Schema{Type: []string{"integer"}}}},
	}))
	answer := app.OpenAPI().Paths["/hats"].Operations["get"].Responses["429"]
	text, err := json.Marshal(answer)
	fmt.Println(string(text), err)
	// Output:
	// {"description":"Too many requests","headers":{"Retry-After":{"schema":{"type":"integer"}}},"content":{"application/json":{"schema":{"type":"string"}}}} <nil>
}

// A Schema is written with its members in a fixed order, and read back.
func ExampleSchema() {
	limit := 40
	s := spec.Schema{Type: []string{"string"}, MaxLength: &limit, Description: "A name"}
	text, err := json.Marshal(s)
	fmt.Println(string(text), err)

	var back spec.Schema
	err = json.Unmarshal(text, &back)
	fmt.Println(*back.MaxLength, err)
	// Output:
	// {"type":"string","maxLength":40,"description":"A name"} <nil>
	// 40 <nil>
}

// App.OpenAPI makes the document of an app. The caller may change it, as TransformOpenAPI does.
func ExampleDocument() {
	type Hat struct {
		Size int `json:"size"`
	}
	app := brio.New(brio.Title("Hats"))
	app.Post("/hats/{id}", func(in *struct {
		ID  int `path:"id"`
		Hat Hat `body:""`
	}) Hat {
		return in.Hat
	})
	var doc *spec.Document = app.OpenAPI()
	var item *spec.PathItem = doc.Paths["/hats/{id}"]
	var op *spec.Operation = item.Operations["post"]
	var parameter *spec.Parameter = op.Parameters[0]
	var body *spec.RequestBody = op.RequestBody
	var media *spec.MediaType = body.Content["application/json"]
	fmt.Println(doc.OpenAPI, doc.Info.Title, op.ID)
	fmt.Println(parameter.In, parameter.Name, parameter.Schema.Type, media.Schema.Ref)
	var components spec.Components = doc.Components
	fmt.Println(len(components.Schemas))

	doc.Info = spec.Info{Title: "Hats", Version: "2", Contact: &spec.Contact{Name: "Ann"}, License: &spec.License{Name: "MIT"}}
	doc.Servers = []spec.Server{{URL: "https://api.example"}}
	doc.Tags = []spec.Tag{{Name: "hats", ExternalDocs: &spec.ExternalDocs{URL: "https://hats.example"}}}
	media.Examples = []spec.Example{{Name: "small", Value: Hat{52}}}
	media.Encoding = map[string]*spec.Encoding{"size": {ContentType: "text/plain"}}
	text, err := json.Marshal(doc.Info)
	fmt.Println(string(text), err)
	// Output:
	// 3.1.0 Hats postHatsId
	// path id [integer] #/components/schemas/Hat
	// 4
	// {"title":"Hats","contact":{"name":"Ann"},"license":{"name":"MIT"},"version":"2"} <nil>
}

// A Discriminator names the member that chooses the variant of a union.
func ExampleDiscriminator() {
	s := spec.Schema{
		OneOf:         []*spec.Schema{{Ref: "#/components/schemas/Cat"}, {Ref: "#/components/schemas/Dog"}},
		Discriminator: &spec.Discriminator{PropertyName: "kind", Mapping: map[string]string{"cat": "#/components/schemas/Cat"}},
	}
	text, err := json.Marshal(s)
	fmt.Println(string(text), err)
	// Output:
	// {"oneOf":[{"$ref":"#/components/schemas/Cat"},{"$ref":"#/components/schemas/Dog"}],"discriminator":{"propertyName":"kind","mapping":{"cat":"#/components/schemas/Cat"}}} <nil>
}
