package documents_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

type (
	embedded struct {
		Inner string `json:"inner"`
	}
	Behind struct {
		Far string `json:"far"`
	}
	members struct {
		embedded
		*Behind
		Name     string               `json:"name"`
		Note     *string              `json:"note"`
		Count    int                  `json:"count" default:"3"`
		Any      any                  `json:"any"`
		List     []string             `json:"list" validate:"omitempty"`
		Empty    string               `json:"empty,omitempty"`
		Zero     *int                 `json:"zero,omitzero"`
		Absent   brio.Optional[int]   `json:"absent"`
		Filled   brio.Optional[int]   `json:"filled" default:"3"`
		ID       int                  `json:"id" readonly:"true"`
		Password string               `json:"password" writeonly:"true"`
		Parts    []part               `json:"parts"`
		ByName   map[string]*part     `json:"byName"`
		Inline   struct{ X, Y *int }  `json:"inline"`
		Times    brio.Optional[*part] `json:"times,omitempty"`
	}
	part struct {
		Size *int   `json:"size"`
		Kind string `json:"kind"`
	}
	recorded struct {
		brio.FieldsSet
		Name string `json:"name"`
		Note string `json:"note" default:"n"`
	}
	computing struct {
		First string `json:"first"`
	}
)

func (computing) Computed() []brio.ComputedField {
	return []brio.ComputedField{
		brio.Computed("upper", func(c computing) *string { return nil }),
	}
}

// requiredOf returns the required members of the result of GET /x, and those of its member parts if it has one.
func requiredOf(t *testing.T, app *brio.App) (own, parts string) {
	t.Helper()
	doc := document(t, app, "3.1.0")
	resolve := func(v any) any {
		for range 3 {
			if list, ok := at(v, "anyOf").([]any); ok {
				v = list[0]
			}
			if items := at(v, "items"); items != nil {
				v = items
			}
			if ref, ok := at(v, "$ref").(string); ok {
				v = at(doc, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
			}
		}
		return v
	}
	join := func(v any) string {
		var names []string
		list, _ := at(v, "required").([]any)
		for _, name := range list {
			names = append(names, name.(string))
		}
		slices.Sort(names)
		return strings.Join(names, " ")
	}
	schema := resolve(at(doc, "paths", "/x", "get", "responses", "200", "content", "application/json", "schema"))
	return join(schema), join(resolve(at(schema, "properties", "parts")))
}

// TestRequiredListsMembersOfEachAnswer: a member of a response is required exactly when each answer has it: omitempty,
// omitzero, Optional, embedded pointers and the options of the route may leave members out. FastAPI requires the fields
// without a default. the judge compares the answers with the schema.
func TestRequiredListsMembersOfEachAnswer(t *testing.T) {
	const always = "any byName count filled id inline inner list name note parts"
	least := members{Parts: []part{{}}, ByName: map[string]*part{"a": nil}}
	for _, c := range []struct {
		name       string
		handler    any
		opts       []brio.RouteOption
		app        []brio.AppOption
		own, parts string
	}{
		{name: "plain", handler: func() members { return least }, own: always, parts: "kind size"},
		{name: "pointer and list", handler: func() []*members { return []*members{&least} }, own: always, parts: "kind size"},
		{name: "exclude none", handler: func() members { return least }, opts: []brio.RouteOption{brio.ExcludeNone()},
			own: "byName count id inline inner list name parts", parts: "kind"},
		{name: "exclude none of the app", handler: func() members { return least }, app: []brio.AppOption{brio.ExcludeNone()},
			own: "byName count id inline inner list name parts", parts: "kind"},
		{name: "exclude none taken back", handler: func() members { return least }, app: []brio.AppOption{brio.ExcludeNone()},
			opts: []brio.RouteOption{brio.ExcludeNone(false)}, own: always, parts: "kind size"},
		{name: "exclude defaults", handler: func() members { return members{Count: 3, Parts: []part{{}}} }, opts: []brio.RouteOption{brio.ExcludeDefaults()},
			own: "any byName id inline inner list name parts", parts: "kind"},
		{name: "exclude unset", handler: func() members { return least }, opts: []brio.RouteOption{brio.ExcludeUnset()},
			own: "any byName count id inline inner list name parts", parts: "kind"},
		{name: "exclude unset of a record", handler: func() (r recorded) { r.Mark("note"); return r }, // a handler may leave the required name out
			opts: []brio.RouteOption{brio.ExcludeUnset()}, own: ""},
		{name: "record", handler: func() recorded { return recorded{Name: "n"} }, own: "name note"},
		{name: "exclude paths", handler: func() members { return least }, opts: []brio.RouteOption{brio.ResponseExclude("name", "parts.size", "byName.*.kind")},
			own: strings.Replace(always, " name", "", 1), parts: "kind"},
		{name: "include paths", handler: func() members { return least }, opts: []brio.RouteOption{brio.ResponseInclude("name", "parts.size")},
			own: "name parts", parts: "size"},
		{name: "map under a model", handler: func() map[string]any {
			return map[string]any{"name": "n", "inner": "i", "any": 1, "parts": []any{map[string]any{"kind": "k"}}}
		},
			opts: []brio.RouteOption{brio.ResponseModel[struct {
				Name  string  `json:"name"`
				Note  *string `json:"note"`
				Count int     `json:"count" default:"3"`
				Parts []part  `json:"parts"`
			}]()}, own: "count name parts", parts: "kind"},
		{name: "any under a model", handler: func() any { return map[string]any{"kind": "k"} }, opts: []brio.RouteOption{brio.ResponseModel[part]()}, own: "kind"},
		{name: "computed", handler: func() computing { return computing{} }, own: "first upper"},
		{name: "computed without null", handler: func() computing { return computing{} }, opts: []brio.RouteOption{brio.ExcludeNone()}, own: "first"},
		{name: "names of Go", handler: func() part { return part{} }, opts: []brio.RouteOption{brio.ByAlias(false)}, own: "Kind Size"},
		{name: "as FastAPI", handler: func() members { return least }, app: []brio.AppOption{brio.FastAPICompat()},
			own: "any byName id inline inner name parts", parts: "kind"},
		{name: "as FastAPI, with options", handler: func() part { return part{} }, opts: []brio.RouteOption{brio.ExcludeNone(), brio.ExcludeUnset()},
			app: []brio.AppOption{brio.FastAPICompat()}, own: "kind"},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := brio.New(c.app...)
			app.Get("/x", c.handler, c.opts...)
			if err := app.Check(); err != nil {
				t.Fatal(err)
			}
			testkit.WantStatus(t, testkit.Get(app, "/x"), 200) // the judge compares it with the schema
			own, parts := requiredOf(t, app)
			if own != c.own || parts != c.parts {
				t.Errorf("got  %q, parts %q\nwant %q, parts %q", own, parts, c.own, c.parts)
			}
		})
	}
}

// TestFilteredResponseHasOwnComponent: a type whose responses differ from route to route has one component for each form.
// The names depend on the types and the options, not on the order of the routes.
func TestFilteredResponseHasOwnComponent(t *testing.T) {
	routes := []func(*brio.App){
		func(a *brio.App) { a.Get("/plain", func() part { return part{} }) },
		func(a *brio.App) { a.Get("/none", func() part { return part{} }, brio.ExcludeNone()) },
		func(a *brio.App) { a.Get("/kind", func() part { return part{} }, brio.ResponseExclude("kind")) },
		func(a *brio.App) { a.Get("/kind2", func() part { return part{} }, brio.ResponseExclude("kind")) },
		func(a *brio.App) {
			a.Get("/all", func() part { return part{} }, brio.ResponseExclude("kind"), brio.ExcludeNone())
		},
		func(a *brio.App) { a.Post("/body", func(*brio.Body[part]) {}) },
	}
	app, reversed := brio.New(), brio.New()
	for i := range routes {
		routes[i](app)
		routes[len(routes)-1-i](reversed)
	}
	doc := document(t, app, "3.1.0")
	schemas := func(doc any) any { return at(doc, "components", "schemas") }
	text := func(name string) any { return at(schemas(doc), name, "required") }
	wantJSON(t, text("part-Output"), `["size","kind"]`)
	wantJSON(t, text("part-Input"), `["kind"]`)
	wantJSON(t, at(doc, "paths", "/none", "get", "responses", "200", "content", "application/json", "schema", "$ref"), `"#/components/schemas/part-Input"`)
	wantJSON(t, at(doc, "paths", "/kind2", "get", "responses", "200", "content", "application/json", "schema"),
		`{"$ref":"`+at(doc, "paths", "/kind", "get", "responses", "200", "content", "application/json", "schema", "$ref").(string)+`"}`)
	wantJSON(t, text("part-Filtered"), `["size"]`)
	wantJSON(t, text("part-Filtered2"), ``)
	a, b := at(doc, "components"), at(document(t, reversed, "3.1.0"), "components")
	if !reflect.DeepEqual(a, b) {
		t.Errorf("got\n%v\nin reverse order\n%v", a, b)
	}
}
