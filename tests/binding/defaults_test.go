package binding_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

type filled struct {
	B string   `json:"b"`
	C int      `json:"c" default:"1"`
	R int      `json:"r" default:"5" validate:"gte=3"` // the zero value breaks the rule
	L []string `json:"l" default:"x,y"`
	P *int     `json:"p" default:"7"`
}

// TestDefaultOfAnyIsJSON: the tag default of an any is JSON, as that of a struct or a map; the other scalars are their text.
func TestDefaultOfAnyIsJSON(t *testing.T) {
	t.Parallel()
	type holding struct {
		List any    `json:"list" default:"[1,\"a\"]"`
		N    any    `json:"n" default:"1"`
		Text string `json:"text" default:"1"`
	}
	app := brio.New()
	app.Post("/", echo[holding])
	testkit.WantBody(t, testkit.PostJSON(app, "/", `{}`), `{"list":[1,"a"],"n":1,"text":"1"}`)
}

// wantFilled is filled as it is written when only b is sent.
const wantFilled = `{"b":"x","c":1,"r":5,"l":["x","y"],"p":7}`

type bare struct {
	A int `json:"a"`
}

type anyOf struct {
	brio.AnyOf
	Bare   *bare
	Filled *filled
}

type oneOf struct {
	brio.OneOf
	Bare   *bare
	Filled *filled
}

type tagged struct {
	brio.OneOf `discriminator:"kind"`
	One        *taggedOne
	Two        *taggedTwo
}

type taggedOne struct {
	Kind string `json:"kind" validate:"oneof=one"`
	C    int    `json:"c" default:"1"`
}

type taggedTwo struct {
	Kind  string `json:"kind" validate:"oneof=two"`
	Inner anyOf  `json:"inner"`
	More  []oneOf
}

type holder struct {
	One  anyOf            `json:"one"`
	List []anyOf          `json:"list"`
	Map  map[string]oneOf `json:"map"`
	Ptr  *anyOf           `json:"ptr"`
	Opt  brio.Optional[anyOf]
	Arr  [1]oneOf
	Dir  filled
	Lists
}

// Lists is a union whose variants are no structs.
type Lists struct {
	Either eitherList
}

type eitherList struct {
	brio.AnyOf
	List *[]filled
	Map  *map[string]filled
}

// TestDefaultsFillAbsentMembers: an absent member has its default, as in FastAPI, at each place of a JSON document and in
// each place that has one (docs/parameters.md). It makes no difference whether the zero value breaks a rule.
func TestDefaultsFillAbsentMembers(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]brio.AppOption{"strict": nil, "compat": {brio.FastAPICompat()}} {
		app := brio.New(options...)
		app.Post("/anyof", func(in *brio.Body[anyOf]) anyOf { return in.Value })
		app.Post("/oneof", func(in *brio.Body[oneOf]) oneOf { return in.Value })
		app.Post("/tagged", func(in *brio.Body[tagged]) tagged { return in.Value })
		app.Post("/list", func(in *brio.Body[[]anyOf]) []anyOf { return in.Value })
		app.Post("/map", func(in *brio.Body[map[string]anyOf]) map[string]anyOf { return in.Value })
		app.Post("/holder", func(in *brio.Body[holder]) holder { return in.Value })
		app.Post("/keyed", func(in *struct {
			X anyOf  `body:"x"`
			Y filled `body:"y"`
		}) []anyOf {
			return []anyOf{in.X, {Filled: &in.Y}}
		})
		f := wantFilled
		for _, c := range []struct{ target, body, want string }{
			{"/anyof", `{"b":"x"}`, f},
			{"/anyof", `{"b":"x","c":0}`, strings.Replace(f, `"c":1`, `"c":0`, 1)},
			{"/anyof", `{"b":"x","l":[],"p":null}`, strings.NewReplacer(`["x","y"]`, `[]`, `"p":7`, `"p":null`).Replace(f)},
			{"/oneof", `{"b":"x"}`, f},
			{"/tagged", `{"kind":"one"}`, `{"kind":"one","c":1}`},
			{"/tagged", `{"kind":"two","inner":{"b":"x"},"More":[{"a":1},{"b":"x"}]}`, `{"kind":"two","inner":` + f + `,"More":[{"a":1},` + f + `]}`},
			{"/list", `[{"a":1},{"b":"x"}]`, `[{"a":1},` + f + `]`},
			{"/map", `{"k":{"b":"x"}}`, `{"k":` + f + `}`},
			{"/keyed", `{"x":{"b":"x"},"y":{"b":"x"}}`, `[` + f + `,` + f + `]`},
			{"/holder", `{"one":{"b":"x"},"list":[{"b":"x"}],"map":{"k":{"b":"x"}},"ptr":{"b":"x"},"Opt":{"b":"x"},"Arr":[{"b":"x"}],"Dir":{"b":"x"},"Either":[{"b":"x"}]}`,
				`{"one":` + f + `,"list":[` + f + `],"map":{"k":` + f + `},"ptr":` + f + `,"Opt":` + f + `,"Arr":[` + f + `],"Dir":` + f + `,"Either":[` + f + `]}`},
			{"/holder", `{"one":{"a":1},"list":[],"map":{},"ptr":null,"Opt":null,"Arr":[{"a":1}],"Dir":` + f + `,"Either":{"k":{"b":"x"}}}`,
				`{"one":{"a":1},"list":[],"map":{},"ptr":null,"Opt":null,"Arr":[{"a":1}],"Dir":` + f + `,"Either":{"k":` + f + `}}`},
		} {
			t.Run(name+c.target, func(t *testing.T) {
				testkit.WantBody(t, testkit.PostJSON(app, c.target, c.body), c.want)
			})
		}
	}
}

// TestDefaultsFillJSONParameters: a parameter whose text is JSON has the defaults of its type, in each source.
func TestDefaultsFillJSONParameters(t *testing.T) {
	t.Parallel()
	const one, list, key = `{"b":"x"}`, `[{"b":"x"}]`, `{"k":{"b":"x"}}`
	for _, options := range [][]brio.AppOption{nil, {brio.FastAPICompat()}} {
		app := brio.New(options...)
		type values struct {
			Struct filled            `json:"struct"`
			Ptr    *filled           `json:"ptr"`
			List   []filled          `json:"list"`
			Map    map[string]filled `json:"map"`
			Union  anyOf             `json:"union"`
		}
		want := `{"struct":` + wantFilled + `,"ptr":` + wantFilled + `,"list":[` + wantFilled + `],"map":{"k":` + wantFilled + `},"union":` + wantFilled + `}`
		app.Get("/query", func(in *struct {
			Struct filled            `query:"s,json"`
			Ptr    *filled           `query:"p,json"`
			List   []filled          `query:"l,json"`
			Map    map[string]filled `query:"m,json"`
			Union  anyOf             `query:"u,json"`
		}) values {
			return values{in.Struct, in.Ptr, in.List, in.Map, in.Union}
		})
		app.Get("/header", func(in *struct {
			Struct filled            `header:"s,json"`
			Ptr    *filled           `header:"p,json"`
			List   []filled          `header:"l,json"`
			Map    map[string]filled `header:"m,json"`
			Union  anyOf             `header:"u,json"`
		}) values {
			return values{in.Struct, in.Ptr, in.List, in.Map, in.Union}
		})
		app.Get("/cookie", func(in *struct {
			List []filled `cookie:"l,json"`
		}) []filled {
			return in.List
		})
		app.Get("/path/{s}", func(in *struct {
			S filled `path:"s,json"`
		}) filled {
			return in.S
		})
		type form struct {
			Struct filled            `form:"s,json"`
			Ptr    *filled           `form:"p,json"`
			List   []filled          `form:"l,json"`
			Map    map[string]filled `form:"m,json"`
			Union  anyOf             `form:"u,json"`
		}
		app.Post("/form", func(in *form) values { return values{in.Struct, in.Ptr, in.List, in.Map, in.Union} })

		texts := url.Values{"s": {one}, "p": {one}, "l": {list}, "m": {key}, "u": {one}}
		testkit.WantBody(t, testkit.Get(app, "/query?"+texts.Encode()), want)
		testkit.WantBody(t, testkit.Get(app, "/header", "s", one, "p", one, "l", list, "m", key, "u", one), want)
		testkit.WantBody(t, testkit.Get(app, "/path/"+url.PathEscape(one)), wantFilled)
		testkit.WantBody(t, testkit.PostForm(app, "/form", texts.Encode()), want)
		var parts []testkit.Part
		for name, text := range texts {
			parts = append(parts, testkit.FieldPart(name, text[0]))
		}
		testkit.WantBody(t, testkit.PostParts(app, "/form", parts...), want)
		testkit.WantBody(t, testkit.Get(app, "/cookie", "Cookie", "l="+list), `[`+wantFilled+`]`)
	}
}

// TestDefaultsOfParameterAndBodyAreIndependent: a parameter and a body of one type each have the defaults of the members
// that they lack.
func TestDefaultsOfParameterAndBodyAreIndependent(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Post("/x", func(in *struct {
		Q filled `query:"q,json"`
		B filled `body:""`
	}) []filled {
		return []filled{in.Q, in.B}
	})
	all := strings.Replace(wantFilled, `"c":1`, `"c":9`, 1)
	testkit.WantBody(t, testkit.PostJSON(app, "/x?q="+url.QueryEscape(`{"b":"x"}`), all), `[`+wantFilled+`,`+all+`]`)
	testkit.WantBody(t, testkit.PostJSON(app, "/x?q="+url.QueryEscape(all), `{"b":"x"}`), `[`+all+`,`+wantFilled+`]`)
}

// TestValidateFillsDefaults: brio.Validate gives absent members their defaults, as a body has them.
func TestValidateFillsDefaults(t *testing.T) {
	t.Parallel()
	v, err := brio.Validate[holder]([]byte(`{"one":{"b":"x"},"list":[{"b":"x"}],"map":{"k":{"b":"x"}},"ptr":{"b":"x"},"Arr":[{"b":"x"}],"Dir":{"b":"x"},"Opt":null,"Either":[{"b":"x"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	opt, _ := v.Opt.Get()
	for i, f := range []*filled{v.One.Filled, v.List[0].Filled, v.Map["k"].Filled, v.Ptr.Filled, v.Arr[0].Filled, &v.Dir, &(*v.Either.List)[0]} {
		if f == nil || f.C != 1 || f.R != 5 || len(f.L) != 2 || *f.P != 7 {
			t.Errorf("value %d: %+v", i, f)
		}
	}
	if opt.Filled != nil {
		t.Errorf("null became %+v", opt.Filled)
	}
}
