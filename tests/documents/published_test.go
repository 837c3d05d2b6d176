package documents_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/openapi/spec"
)

// publishedApp is an app that reads a file of examples.
func publishedApp(file string, opts ...brio.AppOption) *brio.App {
	fsys := fstest.MapFS{"examples.json": {Data: []byte(file)}}
	app := brio.New(append(opts, brio.ExamplesFile(fsys, "examples.json"))...)
	app.Post("/items", func(in *brio.Body[Item]) *Item { return &in.Value }, brio.Status(201),
		brio.Examples("body", spec.Example{Name: "declared", Value: map[string]any{"name": "a", "price": 1}}),
		brio.RespondsRange[Problem]("4XX", ""))
	app.Get("/items", func(in struct {
		Limit  int            `query:"limit,omitempty"`
		Filter map[string]int `query:"filter,json,omitempty"`
	}) []Item {
		return nil
	}, brio.Hidden())
	return app
}

// TestPublishedExamplesMistakes: an example that has no place in the document is a start-up error at its line.
func TestPublishedExamplesMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, want string }{
		{"none", `{}`, ""},
		{"right", `{"POST /items": {"a": {"request": {"mediaType": "application/json", "body": {"name": "a", "price": 1}}, "response": {"status": 201, "mediaType": "application/json", "body": {}}}}}`, ""},
		{"hidden", `{"GET /items": {"a": {"request": {"query": {"limit": 1, "filter": {"a": 1}}}, "response": {"status": 200}}}}`, ""},
		{"range", `{"POST /items": {"a": {"response": {"status": 404, "mediaType": "application/json", "body": {"title": "x"}}}}}`, ""},
		{"same as declared", `{"POST /items": {"declared": {"request": {"mediaType": "application/json", "body": {"price": 1, "name": "a"}}, "response": {"status": 201}}}}`, ""},
		{"operation", "{\n\"PUT /items\": {\n\"a\": {\"response\": {\"status\": 200}}}}", `examples.json:3: ExamplesFile: the example "a" is of PUT /items, which the app does not have`},
		{"parameter", `{"GET /items": {"a": {"request": {"query": {"offset": 1}}, "response": {"status": 200}}}}`, `there is no query parameter "offset"`},
		{"media type", `{"POST /items": {"a": {"request": {"mediaType": "text/csv", "body": ""}, "response": {"status": 201}}}}`, "the operation reads no text/csv"},
		{"body", `{"GET /items": {"a": {"request": {"mediaType": "application/json", "body": ""}, "response": {"status": 200}}}}`, "the operation reads no body"},
		{"status", `{"POST /items": {"a": {"response": {"status": 202}}}}`, "the status 202 is not declared"},
		{"answer", `{"POST /items": {"a": {"response": {"status": 201, "mediaType": "text/html", "body": ""}}}}`, "the answer 201 has no content of text/html"},
		{"declared", `{"POST /items": {"declared": {"request": {"mediaType": "application/json", "body": {"name": "b"}}, "response": {"status": 201}}}}`, "the program declares another example with this name"},
		{"file", `[]`, "examples.json:1: ExamplesFile at "},
	} {
		got := ""
		if err := publishedApp(c.file).Check(); err != nil {
			got = err.Error()
		}
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	if err := brio.New(brio.ExamplesFile(nil, "examples.json")).Check(); err == nil || !strings.Contains(err.Error(), "the file system is nil") {
		t.Errorf("without a file system: %v", err)
	}
}

// TestPublishedExamplesInDocuments: examples are in each document that has their operation, and in each version of OpenAPI. Content that
// several media types or answers share is not changed for the others.
func TestPublishedExamplesInDocuments(t *testing.T) {
	t.Parallel()
	const file = `{"POST /items": {"cheap": {"request": {"mediaType": "application/json", "body": {"name": "a", "price": 0.50}}, "response": {"status": 404, "mediaType": "application/json", "body": {"title": "x"}}}},
		"GET /items": {"first": {"request": {"query": {"limit": 1, "filter": {"a": 1}}}, "response": {"status": 200, "mediaType": "application/json", "body": []}}}}`
	app := publishedApp(file, brio.Document("/all.json", brio.WithHidden()))
	for _, version := range []string{"3.0.3", "3.1.0", "3.2.0"} {
		post := at(document(t, app, version), "paths", "/items", "post")
		wantJSON(t, at(post, "requestBody", "content", "application/json", "examples"),
			`{"cheap":{"value":{"name":"a","price":0.50}},"declared":{"value":{"name":"a","price":1}}}`)
		wantJSON(t, at(post, "responses", "4XX", "content", "application/json", "examples"), `{"cheap":{"value":{"title":"x"}}}`)
		wantJSON(t, at(post, "responses", "201", "content", "application/json", "examples"), "null")
	}
	w := testkit.Get(app, "/all.json")
	testkit.WantStatus(t, w, 200)
	var all map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &all); err != nil {
		t.Fatal(err)
	}
	get := at(all, "paths", "/items", "get")
	wantJSON(t, at(get, "responses", "200", "content", "application/json", "examples"), `{"first":{"value":[]}}`)
	text, _ := json.Marshal(at(get, "parameters"))
	if got := strings.Count(string(text), `"first"`); got != 2 {
		t.Errorf("its parameters have %d examples, want 2: %s", got, text)
	}
}
