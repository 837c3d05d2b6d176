package documents_test

import (
	"iter"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/tests/internal/oastest"
)

func items() iter.Seq[part] { return func(yield func(part) bool) { yield(part{Kind: "k"}) } }

// TestDocumentHasMembersOfItsVersion: itemSchema, query and additionalOperations are members of OpenAPI 3.2. Earlier
// versions have them as extensions. So each document is valid as the version that it names, and complete.
func TestDocumentHasMembersOfItsVersion(t *testing.T) {
	app := brio.New()
	app.Get("/lines", items)
	app.Get("/events", items, brio.EventStream())
	app.Handle([]string{"QUERY", "PURGE", "GET"}, "/search", func(*brio.Body[part]) string { return "x" }, brio.Name("search"))
	callback := brio.NewRouter()
	callback.Handle([]string{"NOTIFY"}, "{$request.body.url}", func() {}, brio.Name("notify"))
	app.Post("/call", func() {}, brio.Callbacks("told", callback))
	app.Webhooks().Handle([]string{"REPORT"}, "reported", func(*brio.Body[part]) {}, brio.Name("reported"))
	oastest.Served(t, app)
	for _, c := range []struct{ version, items, query, others string }{
		{"3.0.3", "x-itemSchema", "", "x-additionalOperations"},
		{"3.1.0", "x-itemSchema", "", "x-additionalOperations"},
		{"3.2.0", "itemSchema", "query", "additionalOperations"},
	} {
		t.Run(c.version, func(t *testing.T) {
			w := testkit.Get(app, "/openapi.json?version="+c.version)
			oastest.Check(t, w.Body.Bytes())
			testkit.WantStatus(t, testkit.Get(app, "/openapi.yaml?version="+c.version), 200)
			doc := document(t, app, c.version)
			wantJSON(t, doc["openapi"], `"`+c.version+`"`)
			for _, route := range [][2]string{{"/lines", "application/jsonl"}, {"/events", "text/event-stream"}} {
				media := at(doc, "paths", route[0], "get", "responses", "200", "content", route[1])
				if at(media, c.items) == nil {
					t.Errorf("%s has no %s: %v", route[0], c.items, media)
				}
			}
			search := at(doc, "paths", "/search")
			query := at(search, c.others, "QUERY")
			if c.query != "" {
				query = at(search, c.query)
			}
			for name, op := range map[string]any{"QUERY": query, "PURGE": at(search, c.others, "PURGE"), "GET": at(search, "get")} {
				wantJSON(t, at(op, "requestBody", "content", "application/json", "schema"), `{"$ref":"#/components/schemas/part-Input"}`)
				if id, _ := at(op, "operationId").(string); !strings.Contains(id, "search") {
					t.Errorf("%s: %v", name, op)
				}
			}
			if at(doc, "paths", "/call", "post", "callbacks", "told", "{$request.body.url}", c.others, "NOTIFY") == nil {
				t.Errorf("the callback: %v", at(doc, "paths", "/call"))
			}
			if c.version != "3.0.3" && at(doc, "webhooks", "reported", c.others, "REPORT") == nil {
				t.Errorf("the webhook: %v", doc["webhooks"])
			}
		})
	}
	testkit.WantStatus(t, testkit.Do(app, "QUERY", "/search", `{"kind":"k"}`, "Content-Type", "application/json"), 200)
	testkit.WantStatus(t, testkit.Do(app, "QUERY", "/search", `{}`, "Content-Type", "application/json"), 422)
	testkit.WantContains(t, testkit.Get(app, "/docs").Body.String(), "Swagger UI cannot show", "<code>QUERY /search</code>", "<code>PURGE /search</code>")
	testkit.WantContains(t, testkit.Get(app, "/redoc").Body.String(), "QUERY", "PURGE")
	if text := testkit.Get(brio.New(), "/docs").Body.String(); strings.Contains(text, "cannot show") {
		t.Error(text)
	}
}

type tree struct {
	Left  *tree  `json:"left"`
	Shade *shade `json:"shade" default:"light"`
	Pets  *pets  `json:"pets"`
	Chain *chain `json:"chain"`
}

type chain []chain

type pets struct {
	brio.AnyOf
	Name *string
	Part *part
}

// TestNullableHasType: nullable has no effect without a type beside it (OpenAPI 3.0.3, 4.7.24.1). A schema of several types
// has null as one more alternative.
func TestNullableHasType(t *testing.T) {
	for _, opts := range [][]brio.AppOption{nil, {brio.FastAPICompat()}} {
		app := brio.New(opts...)
		app.Post("/x", func(*brio.Body[tree]) *tree { return nil }, brio.ResponseModel[*tree]())
		doc := document(t, app, "3.0.3")
		w := testkit.Get(app, "/openapi.json?version=3.0.3")
		oastest.Check(t, w.Body.Bytes())
		var walk func(v any, where string)
		walk = func(v any, where string) {
			switch v := v.(type) {
			case map[string]any:
				if v["nullable"] == true && v["type"] == nil {
					t.Errorf("%s: %v", where, v)
				}
				for name, inner := range v {
					walk(inner, where+"/"+name)
				}
			case []any:
				for _, inner := range v {
					walk(inner, where+"/…")
				}
			}
		}
		walk(doc, "")
		if len(opts) > 0 {
			continue
		}
		members := at(doc, "components", "schemas", "tree-Input", "properties")
		wantJSON(t, at(members, "left"), `{"allOf":[{"$ref":"#/components/schemas/tree-Input"}],"nullable":true,"type":"object"}`)
		wantJSON(t, at(members, "shade"), `{"allOf":[{"$ref":"#/components/schemas/shade"}],"default":"light","nullable":true,"type":"string"}`)
		wantJSON(t, at(members, "chain"), `{"allOf":[{"$ref":"#/components/schemas/chain"}],"nullable":true,"type":"array","items":{}}`)
		wantJSON(t, at(members, "pets"), `{"anyOf":[{"$ref":"#/components/schemas/pets-Input"},{"type":"string","nullable":true,"enum":[null]}]}`)
	}
}

// TestRawBodyIsBinary: bytes have no schema since OpenAPI 3.1 (4.8.14.3) and the format binary in 3.0.3. A body of any media
// type is */*.
func TestRawBodyIsBinary(t *testing.T) {
	app := brio.New()
	app.Post("/bytes", func(in *struct {
		Data []byte `body:"" media:"*/*"`
	}) {
	})
	app.Post("/png", func(in *struct {
		Data []byte `body:"" media:"image/png"`
	}) {
	})
	app.Post("/text", func(in *struct {
		Data []byte `body:"" media:"text/plain"`
	}) {
	})
	app.Get("/image", func() []byte { return nil }, brio.ResponseClass(response.NewClass("image/png", func(v any) ([]byte, error) { return v.([]byte), nil })))
	app.Get("/svg", func() []byte { return nil }, brio.ResponseClass(response.NewClass("image/svg+xml", func(v any) ([]byte, error) { return v.([]byte), nil })))
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	const binary = `{"schema":{"type":"string","format":"binary"}}`
	const text = `{"schema":{"type":"string"}}`
	for version, bytes := range map[string]string{"3.0.3": binary, "3.1.0": `{}`, "3.2.0": `{}`} {
		doc := document(t, app, version)
		wantJSON(t, at(doc, "paths", "/bytes", "post", "requestBody", "content"), `{"*/*":`+bytes+`}`)
		wantJSON(t, at(doc, "paths", "/png", "post", "requestBody", "content"), `{"image/png":`+bytes+`}`)
		wantJSON(t, at(doc, "paths", "/text", "post", "requestBody", "content"), `{"text/plain":`+text+`}`)
		wantJSON(t, at(doc, "paths", "/image", "get", "responses", "200", "content"), `{"image/png":`+bytes+`}`)
		wantJSON(t, at(doc, "paths", "/svg", "get", "responses", "200", "content"), `{"image/svg+xml":`+text+`}`)
	}
}

// TestResponseDocumentsDeclarationsOnly: the content of a *Response is unknown, so the document has none until Responds, a
// class or a model declares it. FastAPI documents application/json.
func TestResponseDocumentsDeclarationsOnly(t *testing.T) {
	direct := func() *brio.Response { return response.Text("x") }
	for _, c := range []struct {
		name string
		app  []brio.AppOption
		opts []brio.RouteOption
		want string
	}{
		{"nothing", nil, nil, `{"200":{"description":"Successful Response"}}`},
		{"status", nil, []brio.RouteOption{brio.Status(201)}, `{"201":{"description":"Successful Response"}}`},
		{"class", nil, []brio.RouteOption{brio.ResponseClass(response.HTMLClass)}, `{"200":{"description":"Successful Response","content":{"text/html":{"schema":{"type":"string"}}}}}`},
		{"model", nil, []brio.RouteOption{brio.ResponseModel[int]()}, `{"200":{"description":"Successful Response","content":{"application/json":{"schema":{"type":"integer"}}}}}`},
		{"responds for its status", nil, []brio.RouteOption{brio.Responds[string](200, "Words")}, `{"200":{"description":"Words","content":{"application/json":{"schema":{"type":"string"}}}}}`},
		{"responds for another", nil, []brio.RouteOption{brio.Responds[brio.NoContent](302, "Elsewhere")}, `{"302":{"description":"Elsewhere"}}`},
		{"responds for a range", nil, []brio.RouteOption{brio.RespondsRange[brio.NoContent]("2XX", "Some")}, `{"2XX":{"description":"Some"}}`},
		{"responds for an error", nil, []brio.RouteOption{brio.Responds[brio.NoContent](404, "None")}, `{"200":{"description":"Successful Response"},"404":{"description":"None"}}`},
		{"as FastAPI", []brio.AppOption{brio.FastAPICompat()}, nil, `{"200":{"description":"Successful Response","content":{"application/json":{"schema":{}}}}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := brio.New(c.app...)
			app.Get("/x", direct, c.opts...)
			if err := app.Check(); err != nil {
				t.Fatal(err)
			}
			wantJSON(t, withoutFormat(at(document(t, app, "3.1.0"), "paths", "/x", "get", "responses")), c.want)
		})
	}
}
