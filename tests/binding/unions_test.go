package binding_test

import (
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
)

type Cat struct {
	Kind string `json:"kind" validate:"oneof=cat"`
	Meow int    `json:"meow" validate:"min=1"`
}

type Dog struct {
	Kind string   `json:"kind" validate:"oneof=dog wolf"`
	Bark *float64 `json:"bark,omitempty"`
}

// Pet is read as the variant that knows most members, and of equals as the first.
type Pet struct {
	brio.AnyOf
	Cat *Cat
	Dog *Dog
}

// TaggedPet is read as the variant that its kind names.
type TaggedPet struct {
	brio.OneOf `discriminator:"kind"`
	Cat        *Cat
	Dog        *Dog
}

type Short struct {
	Name string `json:"name"`
}

type Long struct {
	Name string `json:"name"`
	Size int    `json:"size"`
}

type ShortOrLong struct {
	brio.AnyOf
	Short *Short
	Long  *Long
}

type ExactlyOne struct {
	brio.OneOf
	Short *Short
	Long  *Long
}

type Scalar struct {
	brio.AnyOf
	Float *float64
	Int   *int
	Flag  *bool
	Day   *params.Date
	Text  *string
	List  *[]int
}

// Expr contains itself through its variants.
type Expr struct {
	brio.OneOf
	Number *float64
	Sum    *Sum
}

type Sum struct {
	Left  Expr  `json:"left"`
	Right *Expr `json:"right,omitempty"`
}

type Zoo struct {
	Star   *TaggedPet           `json:"star"`
	List   []Pet                `json:"list,omitempty"`
	ByName map[string]TaggedPet `json:"by_name,omitempty"`
	Either brio.Optional[Pet]   `json:"either"`
	Sites  []params.URL         `json:"sites,omitempty"`
}

// echo is a handler that answers with its body.
func echo[T any](in brio.Body[T]) T { return in.Value }

// wantEchoes posts JSON documents to a route that answers with its body. Each test is a document and the body of the
// answer: entries of a 422, or a document; an empty text stands for the document that was sent.
func wantEchoes(t *testing.T, app *brio.App, path string, tests [][2]string) {
	t.Helper()
	for _, test := range tests {
		w := testkit.PostJSON(app, path, test[0])
		want := test[1]
		if strings.HasPrefix(want, `{"type"`) {
			want = testkit.Detail(want)
		}
		if want == "" {
			want = test[0]
		}
		if got := w.Body.String(); got != want {
			t.Errorf("%s %s\n got %d %s\nwant     %s", path, test[0], w.Code, got, want)
		}
	}
}

// newUnionApp has an echo route for each union.
func newUnionApp(t *testing.T) *brio.App {
	t.Helper()
	app := brio.New()
	app.Post("/pet", echo[Pet])
	app.Post("/tagged", echo[TaggedPet])
	app.Post("/either", echo[ShortOrLong])
	app.Post("/one", echo[ExactlyOne])
	app.Post("/scalar", echo[Scalar])
	app.Post("/expr", echo[Expr])
	app.Post("/zoo", echo[Zoo])
	app.Post("/maybe", echo[*Pet], brio.ResponseModel[*Pet]())
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	return app
}

// TestUnionReadsOneVariant: AnyOf takes the variant that knows most members, OneOf the only one that fits, or the one
// that the discriminator names. Errors have those of each variant, located below its name, as in pydantic.
func TestUnionReadsOneVariant(t *testing.T) {
	t.Parallel()
	app := newUnionApp(t)
	wantEchoes(t, app, "/pet", [][2]string{
		{`{"kind":"cat","meow":3}`, ""},
		{`{"kind":"wolf","bark":2.5}`, ""},
		{`{"kind":"dog"}`, ""},
		{`{"kind":"cat","meow":0}`, `{"type":"greater_than_equal","loc":["body","Cat","meow"],"msg":"Input should be greater than or equal to 1","input":0,"ctx":{"ge":1}},` +
			`{"type":"literal_error","loc":["body","Dog","kind"],"msg":"Input should be 'dog' or 'wolf'","input":"cat","ctx":{"expected":"'dog' or 'wolf'"}}`},
		{`3`, `{"type":"model_attributes_type","loc":["body","Cat"],"msg":"Input should be a valid dictionary or object to extract fields from","input":3},` +
			`{"type":"model_attributes_type","loc":["body","Dog"],"msg":"Input should be a valid dictionary or object to extract fields from","input":3}`},
		{`null`, `{"type":"missing","loc":["body"],"msg":"Field required","input":null}`},
	})
	wantEchoes(t, app, "/tagged", [][2]string{
		{`{"kind":"cat","meow":3}`, ""},
		{`{"meow":3,"kind":"dog"}`, `{"kind":"dog"}`},
		{`{"kind":"cat","meow":"x"}`, `{"type":"int_type","loc":["body","cat","meow"],"msg":"Input should be a valid integer","input":"x"}`},
		{`{"kind":"wolf","bark":"x"}`, `{"type":"float_type","loc":["body","wolf","bark"],"msg":"Input should be a valid number","input":"x"}`},
		{`{"kind":"cow"}`, `{"type":"union_tag_invalid","loc":["body"],"msg":"Input tag 'cow' found using 'kind' does not match any of the expected tags: 'cat', 'dog', 'wolf'",` +
			`"input":{"kind":"cow"},"ctx":{"discriminator":"'kind'","expected_tags":"'cat', 'dog', 'wolf'","tag":"cow"}}`},
		{`{"meow":1}`, `{"type":"union_tag_not_found","loc":["body"],"msg":"Unable to extract tag using discriminator 'kind'","input":{"meow":1},"ctx":{"discriminator":"'kind'"}}`},
		{`[]`, `{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object to extract fields from","input":[]}`},
	})
	wantEchoes(t, app, "/either", [][2]string{
		{`{"name":"a"}`, ""},
		{`{"name":"a","size":1}`, ""},
		{`{"name":"a","size":"1"}`, `{"name":"a"}`},
		{`{"name":"a","Size":1}`, `{"name":"a"}`},
		{`{"name":"a","name":"b"}`, `{"type":"duplicate_key","loc":["body","Short","name"],"msg":"Key 'name' appears more than once","input":"b","ctx":{"key":"name"}},` +
			`{"type":"duplicate_key","loc":["body","Long","name"],"msg":"Key 'name' appears more than once","input":"b","ctx":{"key":"name"}},` +
			`{"type":"missing","loc":["body","Long","size"],"msg":"Field required","input":{"name":"a","name":"b"}}`},
	})
	wantEchoes(t, app, "/one", [][2]string{
		{`{"name":"a"}`, ""},
		{`{"name":"a","size":1}`, `{"type":"union_ambiguous","loc":["body"],"msg":"Input should match exactly one variant, and matches 'Short' and 'Long'",` +
			`"input":{"name":"a","size":1},"ctx":{"matches":"'Short' and 'Long'"}}`},
	})
	wantEchoes(t, app, "/scalar", [][2]string{
		{`1`, ""}, {`1.5`, ""}, {`true`, ""}, {`"2024-02-29"`, ""}, {`"2024-02-30"`, ""}, {`[1,2]`, ""},
		{`["a"]`, `{"type":"float_type","loc":["body","float"],"msg":"Input should be a valid number","input":["a"]},` +
			`{"type":"int_type","loc":["body","int"],"msg":"Input should be a valid integer","input":["a"]},` +
			`{"type":"bool_type","loc":["body","bool"],"msg":"Input should be a valid boolean","input":["a"]},` +
			`{"type":"date_type","loc":["body","date"],"msg":"Input should be a valid date","input":["a"]},` +
			`{"type":"string_type","loc":["body","str"],"msg":"Input should be a valid string","input":["a"]},` +
			`{"type":"int_type","loc":["body","list[int]",0],"msg":"Input should be a valid integer","input":"a"}`},
	})
	wantEchoes(t, app, "/expr", [][2]string{
		{`1`, ""},
		{`{"left":1}`, ""},
		{`{"left":{"left":1,"right":{"left":2.5}},"right":3}`, ""},
		{`{"left":{"left":"x"}}`, `{"type":"float_type","loc":["body","float"],"msg":"Input should be a valid number","input":{"left":{"left":"x"}}},` +
			`{"type":"float_type","loc":["body","Sum","left","float"],"msg":"Input should be a valid number","input":{"left":"x"}},` +
			`{"type":"float_type","loc":["body","Sum","left","Sum","left","float"],"msg":"Input should be a valid number","input":"x"},` +
			`{"type":"model_attributes_type","loc":["body","Sum","left","Sum","left","Sum"],"msg":"Input should be a valid dictionary or object to extract fields from","input":"x"}`},
	})
	wantEchoes(t, app, "/zoo", [][2]string{
		{`{"star":{"kind":"cat","meow":1},"list":[{"kind":"dog"},{"kind":"cat","meow":2}],"by_name":{"a":{"kind":"wolf","bark":1}},"either":{"kind":"dog"},"sites":["https://u:p@a.de/x?y#z"]}`, ""},
		{`{"star":null}`, `{"star":null}`},
		{`{"list":[{"kind":"cat","meow":1},{"kind":"cow"}]}`, `{"type":"literal_error","loc":["body","list",1,"Cat","kind"],"msg":"Input should be 'cat'","input":"cow","ctx":{"expected":"'cat'"}},` +
			`{"type":"missing","loc":["body","list",1,"Cat","meow"],"msg":"Field required","input":{"kind":"cow"}},` +
			`{"type":"literal_error","loc":["body","list",1,"Dog","kind"],"msg":"Input should be 'dog' or 'wolf'","input":"cow","ctx":{"expected":"'dog' or 'wolf'"}}`},
		{`{"star":null,"by_name":{"a":{"kind":1}}}`, `{"type":"union_tag_invalid","loc":["body","by_name","a"],"msg":"Input tag '1' found using 'kind' does not match any of the expected tags: 'cat', 'dog', 'wolf'",` +
			`"input":{"kind":1},"ctx":{"discriminator":"'kind'","expected_tags":"'cat', 'dog', 'wolf'","tag":"1"}}`},
	})
	wantEchoes(t, app, "/maybe", [][2]string{{`null`, ""}, {`{"kind":"dog"}`, ""}})
}

// TestUnionResultIsItsVariant: a union is encoded as the variant that is set; none or two answer 500. A value or map
// becomes the variant that it fits.
func TestUnionResultIsItsVariant(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Get("/none", func() Pet { return Pet{} })
	app.Get("/two", func() Pet { return Pet{Cat: &Cat{}, Dog: &Dog{}} })
	app.Get("/null", func() *Pet { return nil }, brio.ResponseModel[*Pet]())
	app.Get("/cat", func() any { return Cat{"cat", 1} }, brio.ResponseModel[Pet]())
	app.Get("/dog", func() any { return &Dog{Kind: "dog"} }, brio.ResponseModel[TaggedPet]())
	app.Get("/map", func() any { return map[string]any{"kind": "wolf", "secret": 1} }, brio.ResponseModel[TaggedPet]())
	app.Get("/map2", func() any { return map[string]any{"name": "x", "size": 3} }, brio.ResponseModel[ExactlyOne]())
	app.Get("/other", func() any { return Zoo{} }, brio.ResponseModel[Pet]())
	app.Get("/static", func() Cat { return Cat{"cat", 2} }, brio.ResponseModel[Pet]())
	app.Get("/list", func() []Pet { return []Pet{{Cat: &Cat{"cat", 1}}, {Dog: &Dog{Kind: "dog"}}} })
	app.Get("/into", func() Pet { return Pet{Cat: &Cat{"cat", 1}} }, brio.ResponseModel[struct {
		Kind string `json:"kind"`
	}]())
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	const broken = testkit.InternalError
	for _, test := range [][2]string{
		{"/none", broken}, {"/two", broken}, {"/null", `null`}, {"/cat", `{"kind":"cat","meow":1}`}, {"/dog", `{"kind":"dog"}`},
		{"/map", `{"kind":"wolf"}`}, {"/map2", `{"name":"x"}`}, {"/other", broken}, {"/static", `{"kind":"cat","meow":2}`},
		{"/list", `[{"kind":"cat","meow":1},{"kind":"dog"}]`}, {"/into", `{"kind":"cat"}`},
	} {
		w := testkit.Get(app, test[0])
		if got := w.Body.String(); got != test[1] {
			t.Errorf("%s: got %s, want %s", test[0], got, test[1])
		}
	}
}

// TestCheckRefusesIllUnions: a union has distinct pointer variants, each with tags of its own under a discriminator. It
// cannot be embedded, be a text parameter or have a default.
func TestCheckRefusesIllUnions(t *testing.T) {
	t.Parallel()
	type empty struct{ brio.AnyOf }
	type value struct {
		brio.AnyOf
		Cat Cat
	}
	type twice struct {
		brio.OneOf
		A *Cat
		B *Cat
	}
	type untagged struct {
		brio.OneOf `discriminator:"kind"`
		Cat        *Cat
		Short      *Short
	}
	type freely struct {
		brio.OneOf `discriminator:"name"`
		Short      *Short
		Long       *Long
	}
	type Kitten struct {
		Kind string `json:"kind" validate:"oneof=cat"`
	}
	type sameTag struct {
		brio.OneOf `discriminator:"kind"`
		Cat        *Cat
		Kitten     *Kitten
	}
	type pointer struct {
		brio.AnyOf
		Cat **Cat
	}
	type embedding struct {
		Pet
		Name string
	}
	for _, test := range []struct {
		register func(*brio.App)
		want     string
	}{
		{func(a *brio.App) { a.Post("/", echo[empty]) }, "a union needs variants"},
		{func(a *brio.App) { a.Post("/", echo[value]) }, "field Cat is not an exported pointer"},
		{func(a *brio.App) { a.Post("/", echo[twice]) }, "fields A and B are variants of one type"},
		{func(a *brio.App) { a.Post("/", echo[untagged]) }, `has no member "kind", which the discriminator names`},
		{func(a *brio.App) { a.Post("/", echo[freely]) }, "does not say which values choose this variant"},
		{func(a *brio.App) { a.Post("/", echo[sameTag]) }, "fields Cat and Kitten both have the tag kind=cat"},
		{func(a *brio.App) { a.Post("/", echo[pointer]) }, "a variant cannot be a"},
		{func(a *brio.App) { a.Post("/", echo[embedding]) }, "embeds the union"},
		{func(a *brio.App) {
			a.Get("/", func(*struct {
				P Pet `query:"p"`
			}) {
			})
		}, "a query parameter is text"},
		{func(a *brio.App) {
			a.Post("/", func(*struct {
				P Pet `body:"p" default:"{}"`
			}) {
			})
		}, "a union cannot be written in a tag"},
	} {
		app := brio.New()
		test.register(app)
		if err := app.Check(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}
