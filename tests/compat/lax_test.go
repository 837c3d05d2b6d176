package compat_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

type laxItem struct {
	I  int             `json:"i,omitempty"`
	I8 int8            `json:"i8,omitempty" validate:"max=100"`
	U  uint            `json:"u,omitempty"`
	F  float64         `json:"f,omitempty"`
	G  float32         `json:"g,omitempty"`
	B  bool            `json:"b,omitempty"`
	S  string          `json:"s,omitempty"`
	P  *int            `json:"p"`
	L  []int           `json:"l,omitempty"`
	M  map[string]bool `json:"m,omitempty"`
	Q  int             `json:"q,string,omitempty"`
	X  any             `json:"x,omitempty"`
}

// laxRows are JSON scalars as pydantic reads them in its lax mode, and the error of the strict mode.
var laxRows = []struct {
	doc    string
	member string // with LaxJSON: the member of the answer to compare, or the kind of the error
	value  string // with LaxJSON: the value of the member; empty when there is an error
	strict string // without LaxJSON: the kind of the error; empty when the value is accepted
}{
	{`{"i":"1"}`, "i", "1", "int_type"},
	{`{"i":" +1_000 "}`, "i", "1000", "int_type"},
	{`{"i":"-007"}`, "i", "-7", "int_type"},
	{`{"i":"1.0"}`, "i", "1", "int_type"},
	{`{"i":"\u0031"}`, "i", "1", "int_type"},
	{`{"i":1.0}`, "i", "1", "int_from_float"},
	{`{"i":1e2}`, "i", "100", "int_from_float"},
	{`{"i":true}`, "i", "1", "int_type"},
	{`{"i":"x"}`, "int_parsing", "", "int_type"},
	{`{"i":""}`, "int_parsing", "", "int_type"},
	{`{"i":"1.5"}`, "int_parsing", "", "int_type"},
	{`{"i":"_1"}`, "int_parsing", "", "int_type"},
	{`{"i":"1__0"}`, "int_parsing", "", "int_type"},
	{`{"i":"0x10"}`, "int_parsing", "", "int_type"},
	{`{"i":"--1"}`, "int_parsing", "", "int_type"},
	{`{"i":1.5}`, "int_from_float", "", "int_from_float"},
	{`{"i":1e999}`, "finite_number", "", "int_from_float"},
	{`{"i":1e20}`, "int_parsing_size", "", "int_from_float"},
	{`{"i":"` + strings.Repeat("9", 30) + `"}`, "int_parsing_size", "", "int_type"},
	{`{"i":"` + strings.Repeat("9", 5000) + `"}`, "int_parsing_size", "", "int_type"},
	{`{"i":null}`, "int_type", "", "int_type"},
	{`{"i":[]}`, "int_type", "", "int_type"},
	{`{"i8":"128"}`, "less_than_equal", "", "int_type"},
	{`{"i8":"101"}`, "less_than_equal", "", "int_type"},
	{`{"i8":"100"}`, "i8", "100", "int_type"},
	{`{"u":"-1"}`, "greater_than_equal", "", "int_type"},
	{`{"u":-0.0,"i":1}`, "i", "1", "int_from_float"},
	{`{"u":"18446744073709551615"}`, "u", "18446744073709551615", "int_type"},
	{`{"f":"1.5"}`, "f", "1.5", "float_type"},
	{`{"f":" 1_0e1 "}`, "f", "100", "float_type"},
	{`{"f":true}`, "f", "1", "float_type"},
	{`{"f":"x"}`, "float_parsing", "", "float_type"},
	{`{"f":"0x1p4"}`, "float_parsing", "", "float_type"},
	{`{"f":1e999}`, "finite_number", "", "finite_number"},
	{`{"g":"1e39"}`, "finite_number", "", "float_type"},
	{`{"b":1}`, "b", "true", "bool_type"},
	{`{"b":1.0}`, "b", "true", "bool_type"},
	{`{"b":"yEs"}`, "b", "true", "bool_type"},
	{`{"b":"on"}`, "b", "true", "bool_type"},
	{`{"b":2}`, "bool_parsing", "", "bool_type"},
	{`{"b":2.0}`, "bool_parsing", "", "bool_type"},
	{`{"b":0.5}`, "bool_type", "", "bool_type"},
	{`{"b":" true"}`, "bool_parsing", "", "bool_type"},
	{`{"b":[]}`, "bool_type", "", "bool_type"},
	{`{"s":1}`, "string_type", "", "string_type"},
	{`{"s":true}`, "string_type", "", "string_type"},
	{`{"p":"3"}`, "p", "3", "int_type"},
	{`{"l":[1,"2",3.0,false]}`, "l", "[1,2,3,0]", "int_type"},
	{`{"m":{"k":"t"}}`, "m", `{"k":true}`, "bool_type"},
	{`{"q":"5","i":"1"}`, "q", `"5"`, "int_type"},
	{`{"x":"1"}`, "x", `"1"`, ""},
	{`{"x":{"a":[true,"2"]},"i":"1"}`, "x", `{"a":[true,"2"]}`, "int_type"},
}

// TestLaxJSONReadsScalarsAsPydantic: with LaxJSON an integer, number or bool is read from each JSON form that pydantic's
// lax mode accepts, and errors have pydantic's kinds. Without it each needs its own JSON type.
func TestLaxJSONReadsScalarsAsPydantic(t *testing.T) {
	t.Parallel()
	echo := func(in *brio.Body[laxItem]) laxItem { return in.Value }
	app := brio.New(testkit.Quiet())
	app.Post("/strict", echo)
	app.Post("/lax", echo, brio.LaxJSON(true))
	for _, row := range laxRows {
		t.Run(fmt.Sprintf("%.40s", row.doc), func(t *testing.T) {
			check := func(path, kind, value string) {
				w := testkit.PostJSON(app, path, row.doc)
				if value == "" && kind != "" {
					testkit.WantStatus(t, w, 422)
					if got := testkit.WantClientError(t, w).Type; got != kind {
						t.Errorf("%s: %s, want %s", path, got, kind)
					}
					return
				}
				testkit.WantStatus(t, w, 200)
				var got map[string]json.RawMessage
				if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
					t.Error(err)
				}
				if value != "" && string(got[kind]) != value {
					t.Errorf("%s: %s is %s, want %s", path, kind, got[kind], value)
				}
			}
			check("/strict", row.strict, "")
			check("/lax", row.member, row.value)
		})
	}
}

// TestLaxJSONHoldsInEachBody: LaxJSON holds for a body that is one scalar, for fields of a body, and for unions, whose
// variants are first tried strictly. Inputs of errors are as the client wrote them. A route takes the option back.
func TestLaxJSONHoldsInEachBody(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(), brio.LaxJSON(true))
	app.Post("/item", func(in *brio.Body[laxItem]) laxItem { return in.Value })
	app.Post("/int", func(in *brio.Body[int]) int { return in.Value })
	app.Post("/float", func(in *brio.Body[float64]) bool { return math.IsInf(in.Value, -1) || math.IsNaN(in.Value) })
	app.Post("/keyed", func(in *struct {
		A int  `body:"a"`
		B bool `body:"b"`
	}) string {
		return fmt.Sprint(in.A, in.B)
	})
	type number struct {
		brio.AnyOf
		I *int
		B *bool
		S *string
	}
	app.Post("/union", func(in *brio.Body[number]) number { return in.Value })
	type numbers struct {
		brio.AnyOf
		I *int
		B *bool
	}
	app.Post("/numbers", func(in *brio.Body[numbers]) numbers { return in.Value })
	type cat struct {
		Kind  string `json:"kind" validate:"oneof=cat"`
		Lives int    `json:"lives" default:"9"`
	}
	type pet struct {
		brio.OneOf `discriminator:"kind"`
		Cat        *cat
	}
	app.Post("/pet", func(in *brio.Body[pet]) pet { return in.Value })
	type owner struct {
		Pet pet `json:"pet"`
	}
	type owned struct {
		brio.AnyOf
		Owner *owner
		Count *int
	}
	app.Post("/owned", func(in *brio.Body[owned]) owned { return in.Value })
	app.Post("/strict", func(in *brio.Body[int]) int { return in.Value }, brio.LaxJSON(false))
	for _, c := range []struct {
		path, doc string
		status    int
		body      string
	}{
		{"/item", `{"i":"1","f":"x"}`, 422, `"loc":["body","f"],"msg":"Input should be a valid number, unable to parse string as a number","input":"x"`},
		{"/item", `{"i8":"101"}`, 422, `"input":"101"`},
		{"/item", `{"i":"1","i":"2"}`, 422, "duplicate_key"},
		{"/int", `" 7 "`, 200, `7`},
		{"/int", `"NaN"`, 422, "int_parsing"},
		{"/float", `"-inf"`, 200, `true`},
		{"/float", `"+NaN"`, 200, `true`},
		{"/float", `NaN`, 422, "json_invalid"},
		{"/keyed", `{"a":"1","b":0.0}`, 200, `"1 false"`},
		{"/keyed", `{"a":"1","b":"?"}`, 422, `["body","b"]`},
		{"/union", `"1"`, 200, `"1"`}, // an exact variant comes first
		{"/union", `true`, 200, `true`},
		{"/numbers", `"12"`, 200, `12`},
		{"/numbers", `"no"`, 200, `false`},
		{"/pet", `{"kind":"cat"}`, 200, `{"kind":"cat","lives":9}`},
		{"/pet", `{"kind":"cat","lives":"5"}`, 200, `{"kind":"cat","lives":5}`},
		{"/owned", `{"pet":{"kind":"cat","lives":"5"}}`, 200, `{"pet":{"kind":"cat","lives":5}}`}, // a union inside of a variant
		{"/strict", `"1"`, 422, "int_type"},
	} {
		w := testkit.PostJSON(app, c.path, c.doc)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.body) {
			t.Errorf("%s %s: %d %s, want %d %s", c.path, c.doc, w.Code, w.Body, c.status, c.body)
		}
	}
}

// TestLaxTextReadsScalarsAsPydantic: with LaxText a query, header or cookie parameter accepts underscores, a plus sign,
// whole floats and non-finite numbers, as in FastAPI.
func TestLaxTextReadsScalarsAsPydantic(t *testing.T) {
	t.Parallel()
	type in struct {
		I []int     `query:"i,omitempty"`
		U *uint8    `header:"U"`
		F []float64 `query:"f,omitempty"`
		G *float32  `cookie:"g"`
		B *bool     `query:"b"`
	}
	app := brio.New(testkit.Quiet())
	show := func(in *in) string { return fmt.Sprint(in.I, in.F) }
	app.Get("/strict", show)
	app.Get("/lax", show, brio.LaxText(true))
	for _, c := range []struct{ query, strict, lax string }{
		{"i=1_000&i=+1&i=2.0&i=3", "int_parsing", "[1000 1 2 3] []"},
		{"i=1", "[1] []", "[1] []"},
		{"i=1.5", "int_parsing", "int_parsing"},
		{"i=1_", "int_parsing", "int_parsing"},
		{"f=1_0.5", "float_parsing", "[] [10.5]"},
		{"f=inf&f=-Infinity&f=nan&f=-NaN", "finite_number", "[] [+Inf -Inf NaN NaN]"},
		{"f=1e999", "finite_number", "[] [+Inf]"},
		{"f=0x1p4", "float_parsing", "float_parsing"},
		{"b=maybe", "bool_parsing", "bool_parsing"},
	} {
		for path, want := range map[string]string{"/strict": c.strict, "/lax": c.lax} {
			w := testkit.Get(app, path+"?"+c.query)
			if !strings.Contains(w.Body.String(), `"`+want+`"`) {
				t.Errorf("%s?%s: %s, want %s", path, c.query, w.Body, want)
			}
		}
	}
	for header, want := range map[[2]string]int{{"U", "255.0"}: 200, {"U", "256"}: 422, {"Cookie", "g=inf"}: 200, {"Cookie", "g=1e39"}: 422} {
		w := testkit.Get(app, "/lax", header[0], header[1])
		testkit.WantStatus(t, w, want)
	}
	testkit.WantStatus(t, testkit.Get(app, "/strict", "U", "255.0"), http.StatusUnprocessableEntity)
}
