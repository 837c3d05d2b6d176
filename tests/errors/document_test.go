package errors_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// Blocked is an error that a dependency declares with Failing.
type Blocked struct {
	Reason string `json:"reason"`
}

func (e Blocked) Error() string { return "blocked" }

// The document has the errors that a route and its dependencies declare, with the schema of their body in the app's error
// format.
func TestDocumentHasDeclaredErrors(t *testing.T) {
	t.Parallel()
	tenant := func() (*DB, error) { return nil, Blocked{"unpaid"} }
	users := func(*DB) (*User, error) { return nil, nil }
	for format, c := range map[string]struct {
		opts             []brio.AppOption
		media, enveloped string
	}{
		"fastapi":  {nil, "application/json", "#/components/schemas/HTTPError"},
		"rfc 9457": {[]brio.AppOption{brio.ProblemDetails()}, "application/problem+json", "#/components/schemas/Problem"},
	} {
		app := brio.New(append(c.opts, testkit.Quiet(), brio.Provide(brio.Failing[Blocked](tenant, 402), users))...)
		app.Get("/direct", func(*DB) {}, brio.Raises[*OutOfStock](), brio.Raises[Quota](409))
		app.Get("/through", func(*User) {})
		app.Get("/alone", func() {})
		app.Get("/locked", func() {}, brio.Raises[Locked]())
		app.Get("/http", func() {}, brio.Raises[*brio.HTTPError](404, 410))
		app.Post("/guarded", func(brio.Body[Item]) {}, brio.Depends(brio.Failing[Quota](func() error { return nil }, 409)), brio.Raises[*Upstream](502, 504))
		w := testkit.Get(app, "/openapi.json")
		testkit.WantStatus(t, w, 200)
		var doc struct {
			Paths map[string]map[string]struct {
				Responses map[string]struct {
					Content map[string]struct {
						Schema json.RawMessage `json:"schema"`
					} `json:"content"`
				} `json:"responses"`
			} `json:"paths"`
			Components struct {
				Schemas map[string]json.RawMessage `json:"schemas"`
			} `json:"components"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		ref := func(name string) string { return `{"$ref":"#/components/schemas/` + name + `"}` }
		for _, want := range []struct{ path, method, status, schema string }{
			{"/direct", "get", "402", ref("Blocked")},
			{"/direct", "get", "409", `{"anyOf":[` + ref("OutOfStock") + `,` + ref("Quota") + `]}`},
			{"/through", "get", "402", ref("Blocked")},
			{"/locked", "get", "423", `{"$ref":"` + c.enveloped + `"}`},
			{"/http", "get", "404", `{"$ref":"` + c.enveloped + `"}`},
			{"/http", "get", "410", `{"$ref":"` + c.enveloped + `"}`},
			{"/guarded", "post", "409", ref("Quota")},
			{"/guarded", "post", "502", ref("Upstream")},
			{"/guarded", "post", "504", ref("Upstream")},
		} {
			got := doc.Paths[want.path][want.method].Responses[want.status].Content[c.media].Schema
			if string(got) != want.schema {
				t.Errorf("%s, %s %s: got %s, want %s", format, want.path, want.status, got, want.schema)
			}
		}
		if got := slices.Sorted(maps.Keys(doc.Paths["/alone"]["get"].Responses)); strings.Join(got, " ") != "204" {
			t.Errorf("%s: /alone has %v", format, got)
		}
		if got := string(doc.Components.Schemas["OutOfStock"]); !strings.Contains(got, `"sku"`) || strings.Contains(got, "cause") {
			t.Errorf("OutOfStock: %s", got)
		}
	}
}
