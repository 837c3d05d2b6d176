package values_test

import (
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

const (
	large    = "9007199254740993" // 2^53 + 1
	larger   = "-123456789012345678901234567890"
	largest  = "9007199254740992" // 2^53: a float64 has it, and all below
	allSizes = `{"a":` + large + `,"b":[` + larger + `,1,1.5,{"c":` + largest + `}],"d":{"e":-` + large + `}}`
)

// JSON that becomes any keeps every integer, as in FastAPI: wherever it stands, it is handed on with all of its digits.
func TestAnyKeepsIntegers(t *testing.T) {
	type item struct {
		Name  string         `json:"name"`
		Any   any            `json:"any"`
		Map   map[string]any `json:"map" validate:"max=5"`
		List  []any          `json:"list"`
		Ptr   *any           `json:"ptr"`
		Count int64          `json:"count"`
	}
	type known struct {
		Kind string         `json:"kind" validate:"oneof=known"`
		Data map[string]any `json:"data"`
	}
	type union struct {
		brio.AnyOf
		Known *known
		List  *[]any
	}
	const doc = `{"name":"x","any":` + allSizes + `,"map":` + allSizes + `,"list":[` + allSizes + `],"ptr":` + large + `,"count":9223372036854775807}`
	for name, options := range map[string][]brio.AppOption{"default": nil, "compat": {brio.FastAPICompat()}} {
		app := brio.New(options...)
		app.Post("/any", func(in *brio.Body[any]) any { return in.Value })
		app.Post("/map", func(in *brio.Body[map[string]any]) map[string]any { return in.Value })
		app.Post("/list", func(in *brio.Body[[]any]) []any { return in.Value })
		app.Post("/item", func(in *brio.Body[item]) item { return in.Value })
		app.Post("/items", func(in *brio.Body[map[string][]*item]) any { return in.Value })
		app.Post("/optional", func(in *brio.Body[brio.Optional[map[string]any]]) brio.Optional[map[string]any] { return in.Value })
		app.Post("/union", func(in *brio.Body[union]) union { return in.Value })
		app.Post("/patch", func(in *brio.Body[brio.Patch[item]]) item { return in.Value.Value() })
		app.Post("/keys", func(in *struct {
			A any            `body:"a"`
			B map[string]any `body:"b"`
		}) any {
			return []any{in.A, in.B}
		})
		app.Get("/text", func(in *struct {
			Q map[string]any `query:"q,json"`
			H any            `header:"h,json"`
		}) any {
			return []any{in.Q, in.H}
		})
		app.Post("/form", func(in *struct {
			F item `form:"f,json"`
		}) item {
			return in.F
		})
		app.Get("/default", func(in *struct {
			Q map[string]any `query:"q,json" default:"{\"a\":9007199254740993}"`
		}) any {
			return in.Q
		})
		t.Run(name, func(t *testing.T) {
			for _, c := range []struct{ target, body string }{
				{"/any", large}, {"/any", allSizes}, {"/any", "1.5"}, {"/any", `"` + large + `"`}, {"/map", allSizes}, {"/list", "[" + allSizes + "]"},
				{"/item", doc}, {"/items", `{"k":[` + doc + `,null]}`}, {"/optional", allSizes}, {"/patch", doc},
				{"/union", `{"kind":"known","data":` + allSizes + `}`}, {"/union", `[` + allSizes + `]`},
			} {
				w := testkit.PostJSON(app, c.target, c.body)
				testkit.WantStatus(t, w, 200)
				testkit.WantBody(t, w, c.body)
			}
			testkit.WantBody(t, testkit.PostJSON(app, "/keys", `{"a":`+large+`,"b":`+allSizes+`}`), `[`+large+`,`+allSizes+`]`)
			testkit.WantBody(t, testkit.Get(app, "/text?q="+url.QueryEscape(allSizes), "H", larger), `[`+allSizes+`,`+larger+`]`)
			testkit.WantBody(t, testkit.PostForm(app, "/form", "f="+url.QueryEscape(doc)), doc)
			testkit.WantBody(t, testkit.Get(app, "/default"), `{"a":`+large+`}`)
		})
	}
	if v, err := brio.Validate[item]([]byte(doc)); err != nil || v.Any.(map[string]any)["a"] != json.Number(large) {
		t.Errorf("Validate: %v %v", v, err)
	}
}

// A number in any is a float64, as encoding/json has it, but for an integer beyond 2^53, which is a json.Number.
func TestAnyHasTypesOfEncodingJSON(t *testing.T) {
	app := brio.New()
	var got any
	app.Post("/x", func(in *brio.Body[any]) { got = in.Value })
	for body, want := range map[string]any{
		"1": 1.0, "-0.5": -0.5, "1e3": 1e3, largest: 9007199254740992.0, "-" + largest: -9007199254740992.0, large: json.Number(large),
		larger: json.Number(larger), "9007199254740993.0": 9007199254740992.0, "1e30": 1e30, "[" + large + ",1]": []any{json.Number(large), 1.0},
		strings.Repeat("1", 4300): json.Number(strings.Repeat("1", 4300)), "null": nil, `"x"`: "x",
	} {
		got = "nothing"
		testkit.WantStatus(t, testkit.PostJSON(app, "/x", body), 204)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%.40s: %T %v, want %T %v", body, got, got, want, want)
		}
	}
	for body, kind := range map[string]string{strings.Repeat("1", 4301): "int_parsing_size", "1e400": "finite_number", `{"a":[` + large + `,-1e999]}`: "finite_number", `{"a":` + large + `,"a":1}`: "duplicate_key"} {
		w := testkit.PostJSON(app, "/x", body)
		testkit.WantStatus(t, w, 422)
		testkit.WantContains(t, w.Body.String(), kind)
	}
}

// Rules, defaults and records hold in documents whose integers are kept.
func TestLargeIntegersLeaveRestAsItIs(t *testing.T) {
	type item struct {
		Any  any    `json:"any"`
		Name string `json:"name" validate:"min=2"`
		Size int    `json:"size" default:"3"`
		brio.FieldsSet
	}
	app := brio.New()
	app.Post("/x", func(in *brio.Body[item]) any { return []any{in.Value, in.Value.Has("any"), in.Value.Has("size")} })
	testkit.WantBody(t, testkit.PostJSON(app, "/x", `{"any":`+large+`,"name":"xy"}`), `[{"any":`+large+`,"name":"xy","size":3},true,false]`)
	w := testkit.PostJSON(app, "/x", `{"any":`+large+`,"name":"x"}`)
	testkit.WantStatus(t, w, 422)
	testkit.WantContains(t, w.Body.String(), `"loc":["body","name"]`, "string_too_short")
}

// A float32 is rounded once, as by encoding/json, whichever way it comes; the largest one is read back (docs/matrix.md).
func TestFloat32IsRoundedOnce(t *testing.T) {
	type plain struct {
		F float32 `json:"f"`
	}
	type mapped struct {
		F    float32            `json:"f"`
		M    map[string]float32 `json:"m"`
		P    *[]float32         `json:"p"`
		Time *string            `json:"-"`
	}
	type union struct {
		brio.AnyOf
		Plain *plain
		Float *float32
	}
	const hard, max = "1.00000017881393432617187499", "3.4028235e+38"
	for name, options := range map[string][]brio.AppOption{"default": nil, "compat": {brio.FastAPICompat()}} {
		app := brio.New(options...)
		app.Post("/plain", func(in *brio.Body[plain]) plain { return in.Value })
		app.Post("/mapped", func(in *brio.Body[mapped]) mapped { return in.Value })
		app.Post("/union", func(in *brio.Body[union]) union { return in.Value })
		app.Post("/patch", func(in *brio.Body[brio.Patch[plain]]) plain { return in.Value.Value() })
		app.Get("/q", func(in *struct {
			Q float32   `query:"q"`
			L []float32 `query:"l,json" default:"[3.4028235e+38]"`
		}) any {
			return []any{in.Q, in.L}
		})
		t.Run(name, func(t *testing.T) {
			for in, out := range map[string]string{hard: "1.0000001", "-" + hard: "-1.0000001", max: max, "-" + max: "-" + max, "1e-46": "0", "16777217": "16777216"} {
				testkit.WantBody(t, testkit.PostJSON(app, "/plain", `{"f":`+in+`}`), `{"f":`+out+`}`)
				testkit.WantBody(t, testkit.PostJSON(app, "/mapped", `{"f":`+in+`,"m":{"k":`+in+`},"p":[`+in+`]}`), `{"f":`+out+`,"m":{"k":`+out+`},"p":[`+out+`]}`)
				testkit.WantBody(t, testkit.PostJSON(app, "/union", in), out)
				testkit.WantBody(t, testkit.PostJSON(app, "/union", `{"f":`+in+`}`), `{"f":`+out+`}`)
				testkit.WantBody(t, testkit.PostJSON(app, "/patch", `{"f":`+in+`}`), `{"f":`+out+`}`)
				testkit.WantBody(t, testkit.Get(app, "/q?q="+url.QueryEscape(in)+"&l="+url.QueryEscape("["+in+"]")), `[`+out+`,[`+out+`]]`)
			}
			testkit.WantBody(t, testkit.Get(app, "/q?q=1"), `[1,[`+max+`]]`)
			for _, target := range []string{"/plain", "/mapped"} {
				w := testkit.PostJSON(app, target, `{"f":3.4028236e38,"m":{},"p":null}`)
				testkit.WantStatus(t, w, 422)
				testkit.WantContains(t, w.Body.String(), "finite_number")
			}
			testkit.WantStatus(t, testkit.Get(app, "/q?q=3.4028236e38"), 422)
		})
	}
}

// Read laxly, a float32 in a string is rounded once too.
func TestFloat32IsReadLaxly(t *testing.T) {
	type plain struct {
		F float32 `json:"f"`
	}
	const hard, max = "1.00000017881393432617187499", "3.4028235e+38"
	app := brio.New(brio.FastAPICompat())
	app.Post("/plain", func(in *brio.Body[plain]) plain { return in.Value })
	testkit.WantBody(t, testkit.PostJSON(app, "/plain", `{"f":"`+hard+`"}`), `{"f":1.0000001}`)
	testkit.WantBody(t, testkit.PostJSON(app, "/plain", `{"f":"`+max+`"}`), `{"f":`+max+`}`)
}
