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
