package documents_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

type commented struct {
	A string `json:"a"` // trailing secret
	// B is public.
	B string `json:"b"` // trailing secret
	// C is public.
	// \f
	// hidden secret
	C string `json:"c"`
	// D is public.
	// hidden secret
	D string   `json:"d"` /* trailing secret */
	E struct { // brace secret
		F string `json:"f"`
	} `json:"e"` // trailing secret
}

type word string // trailing secret

// readCommented is public.
//
// \f
//
// hidden secret
func readCommented(*struct {
	Q word `query:"q"` // trailing secret
}) commented {
	return commented{}
}

// TestDocCommentsLeaveOutTrailingOnes: a comment above a declaration is for clients. A comment at the end of its line, and
// text after a form feed, is for the program's developers and not in the document.
func TestDocCommentsLeaveOutTrailingOnes(t *testing.T) {
	for _, opts := range [][]brio.AppOption{nil, {brio.FastAPICompat()}} {
		app := brio.New(opts...)
		app.Get("/x", readCommented)
		text := testkit.Get(app, "/openapi.json").Body.String()
		testkit.WantContains(t, text, `"B is public."`, `"C is public."`, `"description":"D is public.`, "s public")
		if strings.Contains(text, "secret") {
			t.Error(text)
		}
	}
}

// hatShop answers with a hat. It is a shop for hats.
//
// Deprecated: heads are out of fashion.
func hatShop() *hat { return nil }

// TestDocCommentsDescribeOperation: the first sentence of a handler's comment is the summary, without the handler's name.
// The paragraph "Deprecated:" deprecates the operation. Under FastAPICompat the comment is the description, as a docstring
// is.
func TestDocCommentsDescribeOperation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                 string
		opts                 []brio.AppOption
		route                []brio.RouteOption
		summary, description string
		deprecated           bool
	}{
		{"default", nil, nil, "Answers with a hat", "It is a shop for hats.\n\nDeprecated: heads are out of fashion.", true},
		{"options", nil, []brio.RouteOption{brio.Summary("S"), brio.Description("D")}, "S", "D", false},
		{"no comments", []brio.AppOption{brio.DocComments(nil)}, nil, "Hat Shop", "", false},
		{"fastapi", []brio.AppOption{brio.FastAPICompat()}, nil, "Hat Shop", "hatShop answers with a hat. It is a shop for hats.\n\nDeprecated: heads are out of fashion.", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := brio.New(c.opts...)
			app.Get("/", hatShop, c.route...)
			op := app.OpenAPI().Paths["/"].Operations["get"]
			if op.Summary != c.summary || op.Description != c.description || op.Deprecated != c.deprecated {
				t.Errorf("got %q, %q, %v", op.Summary, op.Description, op.Deprecated)
			}
		})
	}
}

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

// TestDocCommentsComeFromSourceOrTable: the document has the comments of this file. With a table in DocComments it has those
// of the table, with nil none. Options and tags win over comments.
func TestDocCommentsComeFromSourceOrTable(t *testing.T) {
	t.Parallel()
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
	const path = "github.com/brio-go/brio/tests/documents_test."
	for name, tt := range map[string]struct {
		app   []brio.AppOption
		route []brio.RouteOption
		want  words
	}{
		"source": {want: words{
			"Takes an old item", "It says so.\n\nDeprecated: use something else.", true,
			"Limit of the list.", "Old one.\n\nDeprecated: use Limit. (deprecated)", "The tag wins",
			"oldModel was a model.\n\nDeprecated: nobody has it.", "what it is called", true,
		}},
		"table": {app: []brio.AppOption{brio.DocComments(map[string]string{
			path + "oldPost()": "oldPost is in a table.", path + "oldParams.Limit": "in a table, too", path + "oldModel.Name": "and this",
		})}, want: words{summary: "Is in a table", limit: "in a table, too", name: "and this", said: "The tag wins"}},
		"none": {app: []brio.AppOption{brio.DocComments(nil)}, want: words{summary: "Old Post", said: "The tag wins"}},
		"options": {app: []brio.AppOption{brio.DocComments(map[string]string{path + "oldPost()": "oldPost is in a table. More."})},
			route: []brio.RouteOption{brio.Summary("Said"), brio.Description("so")}, want: words{summary: "Said", description: "so", said: "The tag wins"}},
		"fastapi": {app: []brio.AppOption{brio.FastAPICompat(), brio.DocComments(map[string]string{path + "oldPost()": "oldPost is in a table. More."})},
			want: words{summary: "Old Post", description: "oldPost is in a table. More.", said: "The tag wins"}},
	} {
		if got := read(slices.Clone(tt.app), tt.route...); got != tt.want {
			t.Errorf("%s: got\n%+v\nwant\n%+v", name, got, tt.want)
		}
	}
}
