package brio_test

import (
	"slices"
	"testing"

	"github.com/brio-go/brio"
)

// oldPost takes an old
// item. It says so.
//
// Deprecated: use something else.
func oldPost(in *oldParams) *oldModel { return nil }

type oldParams struct {
	// Limit of the
	// list.
	Limit int `query:"limit" default:"10"`
	// Old one.
	//
	// Deprecated: use Limit.
	Old  int       `query:"old" default:"1"`
	Said int       `query:"said" default:"1" doc:"The tag wins"` // not this
	Body *oldModel `body:""`
}

// oldModel was
// a model.
//
// Deprecated: nobody has it.
type oldModel struct {
	// what it is called
	Name string `json:"name"` // not this
}

// TestDocumentHasComments: the comments of this file are in the document, those of a table instead where there is one, and
// none where that is nil; options and tags win.
func TestDocumentHasComments(t *testing.T) {
	type words struct {
		summary, description string
		deprecated           bool
		limit, old, said     string
		model, name          string
		modelDeprecated      bool
	}
	read := func(opts []brio.AppOption, route ...brio.RouteOption) (w words) {
		app := brio.New(opts...)
		app.Post("/old", oldPost, route...)
		doc := app.OpenAPI()
		if doc == nil {
			t.Fatal(app.Check())
		}
		o := doc.Paths["/old"].Operations["post"]
		w.summary, w.description, w.deprecated = o.Summary, o.Description, o.Deprecated
		for _, p := range o.Parameters {
			switch p.Name {
			case "limit":
				w.limit = p.Description
			case "old":
				if w.old = p.Description; p.Deprecated {
					w.old += " (deprecated)"
				}
			case "said":
				w.said = p.Description
			}
		}
		m := doc.Components.Schemas["oldModel"]
		w.model, w.modelDeprecated, w.name = m.Description, m.Deprecated, m.Properties["name"].Description
		return w
	}
	const path = "github.com/brio-go/brio_test."
	for name, tt := range map[string]struct {
		app   []brio.AppOption
		route []brio.RouteOption
		want  words
	}{
		"from the source": {want: words{
			"Takes an old item", "It says so.\n\nDeprecated: use something else.", true,
			"Limit of the list.", "Old one.\n\nDeprecated: use Limit. (deprecated)", "The tag wins",
			"oldModel was a model.\n\nDeprecated: nobody has it.", "what it is called", true,
		}},
		"from a table": {app: []brio.AppOption{brio.DocComments(map[string]string{
			path + "oldPost()": "oldPost is in a table.", path + "oldParams.Limit": "in a table, too", path + "oldModel.Name": "and this",
		})}, want: words{summary: "Is in a table", limit: "in a table, too", name: "and this", said: "The tag wins"}},
		"from nowhere": {app: []brio.AppOption{brio.DocComments(nil)}, want: words{summary: "Old Post", said: "The tag wins"}},
		"as declared": {app: []brio.AppOption{brio.DocComments(map[string]string{path + "oldPost()": "oldPost is in a table. More."})},
			route: []brio.RouteOption{brio.Summary("Said"), brio.Description("so")}, want: words{summary: "Said", description: "so", said: "The tag wins"}},
		"as FastAPI": {app: []brio.AppOption{brio.FastAPICompat(), brio.DocComments(map[string]string{path + "oldPost()": "oldPost is in a table. More."})},
			want: words{summary: "Old Post", description: "oldPost is in a table. More.", said: "The tag wins"}},
	} {
		if got := read(slices.Clone(tt.app), tt.route...); got != tt.want {
			t.Errorf("%s:\n%+v\nwant\n%+v", name, got, tt.want)
		}
	}
}
