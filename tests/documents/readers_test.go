package documents_test

import (
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

type (
	shade string
	other struct {
		B int `json:"b"`
	}
)

func (shade) Values() []shade { return []shade{"light", "dark"} }

// TestSharedParameterHasAllRules: a parameter that several functions read must keep the rules of each, so its schema has
// them all. What the document accepts, the server accepts.
func TestSharedParameterHasAllRules(t *testing.T) {
	for _, c := range []struct {
		name    string
		handler any
		guard   any
		want    string // the parameter
		refused []string
		taken   string
	}{
		{"bounds", func(*struct {
			N int `query:"n" validate:"min=1,max=9"`
		}) {
		}, func(*struct {
			N int `query:"n" validate:"gt=1,max=5"`
		}) {
		}, `{"name":"n","in":"query","required":true,"schema":{"type":"integer","format":"int64","exclusiveMinimum":1,"maximum":5}}`, []string{"?n=1", "?n=6"}, "?n=5"},
		{"lengths and patterns", func(*struct {
			N string `query:"n" validate:"min=1,max=5" pattern:"^a"`
		}) {
		}, func(*struct {
			N *string `query:"n" validate:"omitempty,min=2,max=9" pattern:"z$" doc:"Of the guard"`
		}) {
		}, `{"name":"n","in":"query","required":true,"description":"Of the guard","schema":{"type":"string","minLength":2,"maxLength":5,"pattern":"^a","allOf":[{"pattern":"z$"}],"description":"Of the guard"}}`,
			[]string{"?n=a", "?n=ab", "?n=bz", ""}, "?n=az"},
		{"words", func(*struct {
			N string `query:"n" validate:"oneof=a b c" doc:"One"`
		}) {
		}, func(*struct {
			N string `query:"n" validate:"oneof=b c d" doc:"Two" deprecated:"true"`
		}) {
		}, `{"name":"n","in":"query","required":true,"description":"One\n\nTwo","deprecated":true,"schema":{"type":"string","enum":["a","b","c"],"allOf":[{"enum":["b","c","d"]}],"description":"One\n\nTwo","deprecated":true}}`,
			[]string{"?n=a", "?n=d"}, "?n=b"},
		{"enum", func(*struct {
			N *shade `query:"n"`
		}) {
		}, func(*struct {
			N *shade `query:"n" validate:"omitempty,ne=dark"`
		}) {
		}, `{"name":"n","in":"query","required":false,"schema":{"anyOf":[{"$ref":"#/components/schemas/shade","not":{"const":"dark"}},{"type":"null"}]}}`, []string{"?n=dark", "?n=x"}, "?n=light"},
		{"hidden for one", func(*struct {
			N int `query:"n" default:"3" hidden:"true"`
		}) {
		}, func(*struct {
			N int `query:"n" default:"4" validate:"max=9"`
		}) {
		}, `{"name":"n","in":"query","required":false,"schema":{"type":"integer","format":"int64","maximum":9}}`, []string{"?n=10"}, ""},
		{"list", func(*struct {
			N []string `query:"n" validate:"min=1,dive,min=2"`
		}) {
		}, func(*struct {
			N []string `query:"n" validate:"max=2,dive,max=3"`
		}) {
		}, `{"name":"n","in":"query","required":true,"schema":{"type":"array","minItems":1,"maxItems":2,"items":{"type":"string","minLength":2},"allOf":[{"items":{"type":"string","maxLength":3}}]}}`,
			[]string{"?n=a", "?n=abcd", "?n=ab&n=ab&n=ab"}, "?n=ab"},
		{"default of one alone", func(*struct {
			N int `query:"n" default:"3"`
		}) {
		}, func(*struct {
			N int `query:"n"`
		}) {
		}, `{"name":"n","in":"query","required":true,"schema":{"type":"integer","format":"int64"}}`, []string{""}, "?n=1"},
		{"model and parameter", func(*brio.Query[struct {
			N int `json:"n" validate:"min=2"`
		}]) {
		}, func(*struct {
			N int `query:"n" validate:"max=5"`
		}) {
		}, `{"name":"n","in":"query","required":true,"schema":{"type":"integer","format":"int64","minimum":2,"maximum":5}}`, []string{"?n=1", "?n=6"}, "?n=2"},
	} {
		for _, compat := range []bool{false, true} {
			t.Run(c.name, func(t *testing.T) {
				var opts []brio.AppOption
				if compat {
					opts = append(opts, brio.FastAPICompat())
				}
				app := brio.New(opts...)
				app.Get("/x", c.handler, brio.Depends(c.guard))
				if err := app.Check(); err != nil {
					t.Fatal(err)
				}
				for _, query := range c.refused {
					testkit.WantStatus(t, testkit.Get(app, "/x"+query), 422)
				}
				if w := testkit.Get(app, "/x"+c.taken); w.Code/100 != 2 {
					t.Errorf("%s: %d %s", c.taken, w.Code, w.Body)
				}
				if compat {
					return // the titles and forms are others, the rules are the same
				}
				list, _ := at(document(t, app, "3.1.0"), "paths", "/x", "get", "parameters").([]any)
				if len(list) != 1 {
					t.Fatalf("%d parameters: %v", len(list), list)
				}
				wantJSON(t, withoutFormat(list[0]), withoutFormats(t, c.want))
			})
		}
	}
}

// TestUnionFormIsRequired: a form that is a union is required exactly when each variant has a required member.
func TestUnionFormIsRequired(t *testing.T) {
	type named struct {
		Name string `json:"name"`
	}
	type counted struct {
		Count int `json:"count"`
	}
	type anything struct {
		Note string `json:"note,omitempty"`
	}
	type strict struct {
		brio.AnyOf
		Named   *named
		Counted *counted
	}
	type loose struct {
		brio.AnyOf
		Named    *named
		Anything *anything
	}
	app := brio.New()
	app.Post("/strict", func(*brio.Form[strict]) {})
	app.Post("/loose", func(*brio.Form[loose]) {})
	app.Post("/beside", func(*brio.Form[loose], *struct {
		N int `form:"n"`
	}) {
	})
	doc := document(t, app, "3.1.0")
	for path, c := range map[string]struct {
		required any
		status   int // of an empty form
	}{"/strict": {true, 422}, "/loose": {nil, 204}, "/beside": {true, 422}} {
		if got := at(doc, "paths", path, "post", "requestBody", "required"); got != c.required {
			t.Errorf("%s: required is %v, want %v", path, got, c.required)
		}
		testkit.WantStatus(t, testkit.PostForm(app, path, ""), c.status)
	}
}

// TestSharedBodyHasAllRules: the members of bodies and forms, and bodies that several functions read, have the rules of each
// function too.
func TestSharedBodyHasAllRules(t *testing.T) {
	app := brio.New()
	app.Post("/members", func(*struct {
		N int    `body:"n" validate:"min=2"`
		S string `body:"s" default:"x"`
	}) {
	}, brio.Depends(func(*struct {
		N int    `body:"n" validate:"max=5"`
		S string `body:"s"`
	}) {
	}))
	app.Post("/form", func(*struct {
		N int `form:"n" validate:"min=2"`
	}) {
	}, brio.Depends(func(*struct {
		N *int `form:"n" validate:"omitempty,max=5"`
	}) {
	}))
	app.Post("/types", func(*struct {
		P part `body:"p"`
	}) {
	}, brio.Depends(func(*struct {
		P other `body:"p"`
	}) {
	}))
	doc := document(t, app, "3.1.0")
	for name, want := range map[string]string{
		"Body_postMembers": `{"type":"object","properties":{"n":{"type":"integer","minimum":2,"maximum":5},"s":{"type":"string"}},"required":["n","s"]}`,
		"Body_postForm":    `{"type":"object","properties":{"n":{"type":"integer","minimum":2,"maximum":5}},"required":["n"]}`,
	} {
		wantJSON(t, withoutFormat(at(doc, "components", "schemas", name)), want)
	}
	wantJSON(t, at(doc, "components", "schemas", "Body_postTypes", "properties", "p"),
		`{"$ref":"#/components/schemas/part","allOf":[{"$ref":"#/components/schemas/other"}]}`)
	testkit.WantStatus(t, testkit.PostJSON(app, "/members", `{"n":1,"s":"a"}`), 422)
	testkit.WantStatus(t, testkit.PostJSON(app, "/members", `{"n":6,"s":"a"}`), 422)
	testkit.WantStatus(t, testkit.PostJSON(app, "/members", `{"n":5}`), 422)
	testkit.WantStatus(t, testkit.PostJSON(app, "/members", `{"n":5,"s":"a"}`), 204)
	testkit.WantStatus(t, testkit.PostJSON(app, "/types", `{"p":{"kind":"k"}}`), 422)
	testkit.WantStatus(t, testkit.PostJSON(app, "/types", `{"p":{"kind":"k","b":1}}`), 204)
}
