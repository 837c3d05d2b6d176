package binding_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

type hushed struct {
	PW string `json:"pw" secret:"true"`
	N  int    `json:"n" validate:"gte=1"`
}

type hushedBelow struct {
	Inner hushed `json:"inner"`
}

type open struct {
	X int `json:"x"`
}

type openOrHushed struct {
	brio.AnyOf
	Open   *open
	Hushed *hushed
}

type chosenOpenOrHushed struct {
	brio.OneOf `discriminator:"kind"`
	Open       *kindOpen
	Hushed     *kindHushed
}

type kindOpen struct {
	Kind string `json:"kind" validate:"oneof=open"`
	X    int    `json:"x"`
}

type kindHushed struct {
	Kind string `json:"kind" validate:"oneof=hushed"`
	PW   string `json:"pw" secret:"true"`
}

// TestSecretsInJSONAreHidden: errors never echo a field tagged secret (docs/parameters.md). In a text that is not JSON
// the place of the secret is unknown, so no part of the text is echoed.
func TestSecretsInJSONAreHidden(t *testing.T) {
	t.Parallel()
	documents := []string{
		`{"pw":"HUSH",}`, `{"pw":"HUSH"`, `["HUSH`, `{"inner":{"pw":"HUSH"},}`, `[{"pw":"HUSH"},]`, `{"k":{"pw":"HUSH"},}`, // no JSON
		`{"pw":"HUSH"}`, `{"pw":"HUSH","n":"x"}`, `{"pw":"HUSH","n":0}`, `"HUSH"`, `["HUSH"]`, `[{"pw":"HUSH"}]`, `{"k":{"pw":"HUSH"}}`,
		`{"inner":{"pw":"HUSH"}}`, `{"inner":{"pw":"HUSH","n":0}}`, `{"inner":"HUSH"}`, `{"pw":["HUSH"],"n":1}`, `{"PW":"HUSH","n":1}`,
		`{"pw":"HUSH","pw":"HUSH","n":1}`, `{"kind":"open","pw":"HUSH"}`, `{"kind":"none","pw":"HUSH"}`, `{"kind":"hushed","pw":["HUSH"]}`,
		strings.Repeat("[", 80) + `"HUSH"`,
	}
	type named struct {
		Struct hushed                `query:"struct,json"`
		Ptr    *hushed               `query:"ptr,json"`
		Opt    brio.Optional[hushed] `query:"opt,json"`
		List   []hushed              `query:"list,json"`
		Map    map[string]hushed     `query:"map,json"`
		Below  hushedBelow           `query:"below,json"`
		Union  openOrHushed          `query:"union,json"`
		Chosen chosenOpenOrHushed    `query:"chosen,json"`
		Text   string                `query:"text" secret:"true" validate:"max=1"`
		Texts  []string              `query:"texts" secret:"true" validate:"dive,max=1"`
		Deep   hushed                `query:"deep" style:"deepObject"`
	}
	for mode, options := range map[string][]brio.AppOption{"strict": nil, "compat": {brio.FastAPICompat()}} {
		app := brio.New(options...)
		app.Get("/query", func(*named) int { return 1 })
		app.Get("/header", func(*struct {
			Struct hushed             `header:"struct,json"`
			List   []hushed           `header:"list,json"`
			Below  hushedBelow        `header:"below,json"`
			Union  openOrHushed       `header:"union,json"`
			Chosen chosenOpenOrHushed `header:"chosen,json"`
		}) int {
			return 1
		})
		app.Get("/cookie", func(*struct {
			Struct hushed       `cookie:"struct,json"`
			List   []hushed     `cookie:"list,json"`
			Union  openOrHushed `cookie:"union,json"`
		}) int {
			return 1
		})
		app.Get("/path/{struct}", func(*struct {
			Struct hushed `path:"struct,json"`
		}) int {
			return 1
		})
		app.Post("/form", func(*struct {
			Struct hushed             `form:"struct,json"`
			List   []hushed           `form:"list,json"`
			Below  hushedBelow        `form:"below,json"`
			Union  openOrHushed       `form:"union,json"`
			Chosen chosenOpenOrHushed `form:"chosen,json"`
			Deep   hushed             `form:"deep" style:"deepObject"`
		}) int {
			return 1
		})
		app.Post("/body", func(*struct {
			Struct *hushed             `body:"struct"`
			List   *[]hushed           `body:"list"`
			Below  *hushedBelow        `body:"below"`
			Union  *openOrHushed       `body:"union"`
			Chosen *chosenOpenOrHushed `body:"chosen"`
		}) int {
			return 1
		})
		for _, doc := range documents {
			for _, name := range []string{"struct", "ptr", "opt", "list", "map", "below", "union", "chosen", "text", "texts", "deep", "deep[pw]", "deep[x]"} {
				pair := url.Values{name: {doc}}.Encode()
				for place, w := range map[string]string{
					"query":  testkit.Get(app, "/query?"+pair).Body.String(),
					"header": testkit.Get(app, "/header", name, doc).Body.String(),
					"cookie": testkit.Get(app, "/cookie", "Cookie", name+"="+doc).Body.String(),
					"path":   testkit.Get(app, "/path/"+url.PathEscape(doc)).Body.String(),
					"form":   testkit.PostForm(app, "/form", pair).Body.String(),
					"body":   testkit.PostJSON(app, "/body", `{"`+name+`":`+doc+`}`).Body.String(),
				} {
					if strings.Contains(w, "HUSH") {
						t.Errorf("%s, %s %s=%s: %s", mode, place, name, doc, w)
					}
				}
			}
		}
	}
}

// TestSecretsOfSourceModelsAreHidden: where the model of a source has a secret, errors echo neither the source nor an
// undeclared name, which may be a misspelled secret.
func TestSecretsOfSourceModelsAreHidden(t *testing.T) {
	t.Parallel()
	type model struct {
		PW string   `json:"pw" secret:"true"`
		N  int      `json:"n" validate:"gte=1"`
		_  struct{} `extra:"forbid"`
	}
	app := brio.New()
	app.Get("/query", func(*brio.Query[model]) int { return 1 })
	app.Get("/header", func(*struct {
		PW string `header:"pw" secret:"true" validate:"max=1"`
	}) int {
		return 1
	})
	app.Post("/form", func(*brio.Form[model]) int { return 1 })
	app.Get("/flat", func(*struct {
		_  struct{} `extra:"forbid"`
		PW string   `query:"pw" secret:"true"`
	}) int {
		return 1
	})
	app.Get("/json", func(*struct {
		_ struct{} `extra:"forbid"`
		F *hushed  `query:"f,json"`
	}) int {
		return 1
	})
	for _, query := range []string{"pw=HUSH", "pw=HUSH&n=0", "pww=HUSH&n=1", "PW=HUSH", "pw=HUSH&n=HUSH2"} {
		for place, w := range map[string]string{
			"query":  testkit.Get(app, "/query?"+query).Body.String(),
			"flat":   testkit.Get(app, "/flat?"+query).Body.String(),
			"json":   testkit.Get(app, "/json?"+query).Body.String(),
			"header": testkit.Get(app, "/header", "pw", "HUSH").Body.String(),
			"form":   testkit.PostForm(app, "/form", query).Body.String(),
		} {
			if strings.Contains(strings.ReplaceAll(w, "HUSH2", ""), "HUSH") {
				t.Errorf("%s %s: %s", place, query, w)
			}
		}
	}
}
