package documents_test

import (
	"encoding/json"
	"iter"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

type person struct {
	First string `json:"first"`
}

func (p person) Full() string { return p.First + "!" }
func (person) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed("full", person.Full)}
}

// TestHeaderModelUsesFieldNames: FastAPI titles and echoes the fields of a header model by the fields' names: X Tag and
// x_tag. A parameter outside of a model has the header's name.
func TestHeaderModelUsesFieldNames(t *testing.T) {
	type model struct {
		SaveData bool     `json:"save_data"`
		XTag     []string `json:"x_tag" default:"[]"`
		Named    string   `json:"named_so" default:"d" title:"Own"`
	}
	app := brio.New(brio.FastAPICompat())
	app.Get("/x", func(*brio.Header[model]) int { return 1 })
	app.Get("/y", func(*struct {
		Tag string `header:"x-tag"`
	}) int {
		return 1
	})
	testkit.WantBody(t, testkit.Get(app, "/x", "X-Tag", "a"),
		`{"detail":[{"type":"missing","loc":["header","save_data"],"msg":"Field required","input":{"x_tag":["a"],"named_so":"d"}}]}`)
	var titles []string
	doc := document(t, app, "3.1.0")
	for _, path := range []string{"/x", "/y"} {
		for _, p := range at(doc, "paths", path, "get", "parameters").([]any) {
			titles = append(titles, at(p, "name").(string)+" "+at(p, "schema", "title").(string))
		}
	}
	if got, want := strings.Join(titles, ", "), "save-data Save Data, x-tag X Tag, named-so Own, x-tag X-Tag"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}

	app = brio.New()
	app.Get("/x", func(*brio.Header[model]) int { return 1 })
	testkit.WantContains(t, testkit.Get(app, "/x", "X-Tag", "a").Body.String(), `"x-tag":["a"]`)
}

// TestRespondsHasMediaTypeOfClass: under FastAPICompat every documented model has the media type of the route's class, as in
// FastAPI, whatever the route itself answers. By default an error has the media type of errors.
func TestRespondsHasMediaTypeOfClass(t *testing.T) {
	class := response.NewClass("application/vnd.api+json", nil)
	for _, c := range []struct {
		name      string
		app       []brio.AppOption
		handler   any
		opts      []brio.RouteOption
		ok, error string
	}{
		{"204", []brio.AppOption{brio.FastAPICompat()}, func() {}, []brio.RouteOption{brio.Status(204), brio.ResponseClass(class)}, "application/vnd.api+json", "application/vnd.api+json"},
		{"value", []brio.AppOption{brio.FastAPICompat()}, func() part { return part{} }, []brio.RouteOption{brio.ResponseClass(class)}, "application/vnd.api+json", "application/vnd.api+json"},
		{"204 of the usual class", []brio.AppOption{brio.FastAPICompat()}, func() {}, []brio.RouteOption{brio.Status(204)}, "application/json", "application/json"},
		{"text", []brio.AppOption{brio.FastAPICompat()}, func() string { return "" }, []brio.RouteOption{brio.ResponseClass(response.TextClass)}, "text/plain", "text/plain"},
		{"stream", []brio.AppOption{brio.FastAPICompat()}, items, nil, "application/json", "application/json"},
		{"by default", nil, func() part { return part{} }, []brio.RouteOption{brio.ResponseClass(class)}, "application/vnd.api+json", "application/json"},
		{"204 by default", nil, func() {}, []brio.RouteOption{brio.ResponseClass(class)}, "application/json", "application/json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := brio.New(c.app...)
			app.Get("/x", c.handler, append(c.opts, brio.Responds[other](203, "Other"), brio.Responds[other](500, "Error"))...)
			if err := app.Check(); err != nil {
				t.Fatal(err)
			}
			doc := document(t, app, "3.1.0")
			for status, want := range map[string]string{"203": c.ok, "500": c.error} {
				if content := at(doc, "paths", "/x", "get", "responses", status, "content"); at(content, want) == nil {
					t.Errorf("%s: got %v, want %s", status, content, want)
				}
			}
		})
	}
}

// TestSeparateInputOutputKeepsComputedFields: with separate_input_output_schemas=False FastAPI writes the schema of requests
// everywhere, but keeps two for a model that computes fields. Brio's one schema has all members.
func TestSeparateInputOutputKeepsComputedFields(t *testing.T) {
	build := func(opts ...brio.AppOption) any {
		app := brio.New(append(opts, brio.SeparateInputOutput(false))...)
		app.Post("/x", func(in *brio.Body[person]) person { return in.Value })
		app.Post("/list", func(in *brio.Body[[]person]) []person { return in.Value })
		app.Post("/other", func(in *brio.Body[tree]) tree { return in.Value })
		return at(document(t, app, "3.1.0"), "components", "schemas")
	}
	compat := build(brio.FastAPICompat())
	wantJSON(t, at(compat, "person-Input", "required"), `["first"]`)
	wantJSON(t, at(compat, "person-Output", "required"), `["first","full"]`)
	wantJSON(t, at(compat, "tree", "title"), `"tree"`)
	wantJSON(t, at(compat, "person"), "")
	one := build()
	wantJSON(t, at(one, "person", "required"), `["first"]`)
	wantJSON(t, at(one, "person", "properties", "full", "readOnly"), `true`)
	wantJSON(t, at(one, "person-Input"), "")
	wantJSON(t, at(one, "tree", "type"), `"object"`)
}

// TestEmptyModelHasProperties: pydantic writes the empty properties of a model without fields. Brio does under
// FastAPICompat.
func TestEmptyModelHasProperties(t *testing.T) {
	type empty struct{}
	for _, c := range []struct {
		opts []brio.AppOption
		want string
	}{
		{[]brio.AppOption{brio.FastAPICompat()}, `{"properties":{},"type":"object","title":"empty"}`},
		{nil, `{"type":"object"}`},
	} {
		app := brio.New(c.opts...)
		app.Get("/x", func() empty { return empty{} })
		wantJSON(t, at(document(t, app, "3.1.0"), "components", "schemas", "empty"), c.want)
	}
}

// TestStreamItemHasTitle: FastAPI titles an item of a stream that is no model by a field StreamItem_ and the operation's id.
func TestStreamItemHasTitle(t *testing.T) {
	numbers := func() iter.Seq[int] { return func(func(int) bool) {} }
	app := brio.New(brio.FastAPICompat())
	app.Get("/lines", numbers, brio.Name("read_lines"))
	app.Get("/events", numbers, brio.Name("read_events"), brio.EventStream())
	app.Get("/models", items, brio.Name("read_models"))
	content := func(path string) any {
		return at(document(t, app, "3.1.0"), "paths", path, "get", "responses", "200", "content")
	}
	wantJSON(t, at(content("/lines"), "application/jsonl", "itemSchema"), `{"type":"integer","title":"Streamitem Read Lines Lines Get"}`)
	wantJSON(t, at(content("/events"), "text/event-stream", "itemSchema", "properties", "data", "contentSchema"), `{"type":"integer","title":"Streamitem Read Events Events Get"}`)
	wantJSON(t, at(content("/models"), "application/jsonl", "itemSchema"), `{"$ref":"#/components/schemas/part"}`)
}

// TestSchemaOfAppliesDocumentOptions: SchemaOf writes a schema as the document of an app with the same options has it. Under
// FastAPICompat it has pydantic's titles.
func TestSchemaOfAppliesDocumentOptions(t *testing.T) {
	text := func(opts ...brio.AppOption) any {
		text, err := json.Marshal(brio.SchemaOf[part](opts...))
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(text, &v); err != nil {
			t.Fatal(err)
		}
		return withoutFormat(v)
	}
	const plain = `{"type":"object","properties":{"kind":{"type":"string"},"size":{"type":["integer","null"],"format":"int64"}},"required":["kind"]}`
	wantJSON(t, text(), plain)
	wantJSON(t, text(brio.FastAPICompat()), `{"type":"object","title":"part","properties":{"kind":{"type":"string","title":"Kind"},"size":{"anyOf":[{"type":"integer"},{"type":"null"}],"title":"Size"}},"required":["kind"]}`)
	wantJSON(t, text(brio.AutoTitles()), `{"type":"object","title":"part","properties":{"kind":{"type":"string","title":"Kind"},"size":{"type":["integer","null"],"format":"int64","title":"Size"}},"required":["kind"]}`)
	wantJSON(t, text(brio.ExcludeNone(), brio.Depends(security.HTTPBasic())), plain)
}
