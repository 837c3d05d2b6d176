package binding_test

import (
	"encoding/json"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

type patched struct {
	Name   string            `json:"name" validate:"min=2"`
	Labels map[string]string `json:"labels"`
}

func newPatchApp() *brio.App {
	app := brio.New(testkit.Quiet())
	app.Patch("/items/{id}", func(in *struct {
		ID    int                 `path:"id"`
		Patch brio.Patch[patched] `body:""`
	}) patched {
		item := patched{Name: "hat", Labels: map[string]string{"a": "x", "b": "y"}}
		in.Patch.Apply(&item)
		return item
	})
	app.Get("/items/{id}", func() {})
	app.Put("/items/{id}", func(*brio.Body[patched]) {})
	app.Patch("/merge", func(*struct {
		Patch brio.Patch[patched] `body:"" media:"application/merge-patch+json"`
	}) {
	})
	app.Patch("/json", func(*brio.Body[patched]) {})
	app.Patch("/member", func(*struct {
		Patch brio.Patch[patched] `body:"patch"`
	}) {
	})
	app.Patch("/form", func(*brio.Form[struct{ Name string }]) {})
	app.Patch("/bytes", func(*struct {
		Body []byte `body:""`
	}) {
	})
	app.Patch("/text", func(*struct {
		Body []byte `body:"" media:"text/plain"`
	}) {
	})
	app.Patch("/none", func() {})
	return app
}

// TestPatchMediaTypes: a body that is a Patch is read from JSON and from a JSON Merge Patch (RFC 7396), and from nothing else.
func TestPatchMediaTypes(t *testing.T) {
	app := newPatchApp()
	for mediaType, want := range map[string]string{
		"application/json":                           "",
		"application/merge-patch+json":               "",
		"Application/Merge-Patch+JSON;charset=utf-8": "",
		"application/json-patch+json":                "application/json, application/merge-patch+json",
		"application/vnd.item+json":                  "application/json, application/merge-patch+json",
		"text/plain":                                 "application/json, application/merge-patch+json",
	} {
		w := testkit.Do(app, "PATCH", "/items/1", `{"labels":{"a":null,"c":"z"}}`, "Content-Type", mediaType)
		if want == "" {
			testkit.WantStatus(t, w, 200)
			testkit.WantBody(t, w, `{"name":"hat","labels":{"b":"y","c":"z"}}`)
			continue
		}
		testkit.WantStatus(t, w, 415)
		testkit.WantHeader(t, w, "Accept", want)
		testkit.WantHeader(t, w, "Accept-Patch", want)
	}
	w := testkit.Do(app, "PATCH", "/items/1", `{"name":null,"labels":{"a":1}}`, "Content-Type", "application/merge-patch+json")
	testkit.WantStatus(t, w, 422)
	testkit.WantContains(t, w.Body.String(), `"loc":["body","name"]`, `"loc":["body","labels","a"]`)
	w = testkit.Do(app, "PUT", "/items/1", "<a/>", "Content-Type", "text/xml")
	testkit.WantStatus(t, w, 415)
	testkit.WantHeader(t, w, "Accept-Patch")
}

// TestAcceptPatch: OPTIONS and a 415 of a PATCH name the media types that the route reads (RFC 5789, 2.2 and 3.1).
func TestAcceptPatch(t *testing.T) {
	app := newPatchApp()
	for path, want := range map[string][]string{
		"/items/1": {"application/json, application/merge-patch+json"},
		"/merge":   {"application/merge-patch+json"},
		"/json":    {"application/json"},
		"/member":  {"application/json"},
		"/form":    {"application/x-www-form-urlencoded, multipart/form-data"},
		"/bytes":   nil,
		"/text":    {"text/plain"},
		"/none":    nil,
	} {
		w := testkit.Do(app, "OPTIONS", path, "")
		testkit.WantStatus(t, w, 204)
		testkit.WantHeader(t, w, "Accept-Patch", want...)
		if path == "/bytes" || path == "/none" || path == "/form" {
			continue
		}
		w = testkit.Do(app, "PATCH", path, "<a/>", "Content-Type", "text/xml")
		testkit.WantStatus(t, w, 415)
		testkit.WantHeader(t, w, "Accept-Patch", want...)
	}
	router := brio.NewRouter()
	router.Get("/", func() {})
	other := brio.New(testkit.Quiet())
	other.Include(router, brio.Prefix("/a"))
	testkit.WantHeader(t, testkit.Do(other, "OPTIONS", "/a/", ""), "Accept-Patch")
}

// TestPatchDocument: the document has both media types, and null as the value of a member of a map.
func TestPatchDocument(t *testing.T) {
	doc, err := json.Marshal(newPatchApp().OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Paths map[string]map[string]struct {
			RequestBody struct {
				Content map[string]struct {
					Schema struct {
						Ref string `json:"$ref"`
					}
				}
			}
		}
		Components struct {
			Schemas map[string]struct {
				Required   []string
				Properties map[string]struct{ AdditionalProperties json.RawMessage }
			}
		}
	}
	if err := json.Unmarshal(doc, &read); err != nil {
		t.Fatal(err)
	}
	content := read.Paths["/items/{id}"]["patch"].RequestBody.Content
	for _, mediaType := range []string{"application/json", "application/merge-patch+json"} {
		if got := content[mediaType].Schema.Ref; got != "#/components/schemas/Patch_patched_" {
			t.Errorf("%s has the schema %q", mediaType, got)
		}
	}
	if len(content) != 2 || len(read.Paths["/merge"]["patch"].RequestBody.Content) != 1 || len(read.Paths["/json"]["patch"].RequestBody.Content) != 1 {
		t.Errorf("got %v", read.Paths)
	}
	schema := read.Components.Schemas["Patch_patched_"]
	if got := string(schema.Properties["labels"].AdditionalProperties); len(schema.Required) > 0 || got != `{"anyOf":[{"type":"string"},{"type":"null"}]}` && got != `{"type":["string","null"]}` {
		t.Errorf("got %+v, %s", schema, got)
	}
	if got := string(read.Components.Schemas["patched"].Properties["labels"].AdditionalProperties); got != `{"type":"string"}` {
		t.Errorf("the complete type has %s", got)
	}
}
