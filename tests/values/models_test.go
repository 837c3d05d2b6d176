package values_test

import (
	"encoding/json"
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

type uuid [2]byte

func (u uuid) MarshalText() ([]byte, error) { return []byte{'u', u[0], u[1]}, nil }
func (u *uuid) UnmarshalText(text []byte) error {
	if len(text) != 3 || text[0] != 'u' {
		return &json.UnmarshalTypeError{}
	}
	u[0], u[1] = text[1], text[2]
	return nil
}

type decoded struct {
	I    int                   `json:"i"`
	I8   int8                  `json:"i8"`
	U    uint                  `json:"u"`
	F    float64               `json:"f"`
	F32  float32               `json:"f32"`
	N    json.Number           `json:"n"`
	Big  big.Int               `json:"big"`
	P    *int64                `json:"p"`
	O    brio.Optional[uint16] `json:"o"`
	List []int                 `json:"list"`
	Pair [2]int                `json:"pair"`
	Map  map[string]int32      `json:"map"`
	Keys map[int]bool          `json:"keys"`
	Q    int                   `json:"q,string"`
	T    time.Time             `json:"t"`
	D    time.Duration         `json:"d"`
	B    []byte                `json:"b"`
	ID   uuid                  `json:"id"`
	In   struct {
		I *int `json:"i"`
	} `json:"in"`
}

// A document that a JSON decoder has read, into float64 or into json.Number, passes through a response model: its whole
// numbers are integers (JSON Schema 2020-12, 6.1.1), its texts are read as a request's would be.
func TestResponseModelTakesDecodedJSON(t *testing.T) {
	const doc = `{"i":-2,"i8":100,"u":18446744073709549568,"f":2.5,"f32":0.1,"n":7,"big":1180591620717411303424,"p":9007199254740991,` +
		`"o":65535,"list":[1,2],"pair":[3,4],"map":{"a":5},"keys":{"6":true},"q":"8","t":"2024-01-02T03:04:05Z","d":"PT5M",` +
		`"b":"aGk=","id":"uab","in":{"i":9}}`
	plain := func() (v any) {
		_ = json.Unmarshal([]byte(doc), &v)
		return v
	}
	for name, read := range map[string]func() any{
		"float64": plain,
		"json.Number": func() any {
			var v map[string]json.RawMessage
			_ = json.Unmarshal([]byte(doc), &v)
			out := plain().(map[string]any)
			for _, k := range []string{"i", "i8", "u", "f", "f32", "n", "big", "p", "o"} {
				out[k] = json.Number(v[k])
			}
			return out
		},
	} {
		app := brio.New()
		app.Get("/any", func() any { return read() }, brio.ResponseModel[decoded]())
		app.Get("/map", func() map[string]any { return read().(map[string]any) }, brio.ResponseModel[decoded]())
		app.Get("/list", func() []any { return []any{read()} }, brio.ResponseModel[[]*decoded]())
		t.Run(name, func(t *testing.T) {
			for target, want := range map[string]string{"/any": doc, "/map": doc, "/list": "[" + doc + "]"} {
				w := testkit.Get(app, target)
				testkit.WantStatus(t, w, 200)
				testkit.WantBody(t, w, want)
			}
		})
	}
}

// A number that the model's type does not have is a 500: a fraction for an integer, a value out of range.
func TestResponseModelComparesNumbersByValue(t *testing.T) {
	type small int8
	type large int64
	type variants struct {
		brio.AnyOf
		Small *small
		Large *large
		Float *float32
		Text  *string
	}
	type exactly struct {
		brio.OneOf
		Small *small
		Large *large
	}
	app := brio.New()
	var value any
	result := func() any { return value }
	app.Get("/int8", result, brio.ResponseModel[int8]())
	app.Get("/int64", result, brio.ResponseModel[int64]())
	app.Get("/uint64", result, brio.ResponseModel[uint64]())
	app.Get("/float32", result, brio.ResponseModel[float32]())
	app.Get("/float64", result, brio.ResponseModel[float64]())
	app.Get("/number", result, brio.ResponseModel[json.Number]())
	app.Get("/text", result, brio.ResponseModel[string]())
	app.Get("/bool", result, brio.ResponseModel[bool]())
	app.Get("/time", result, brio.ResponseModel[time.Time]())
	app.Get("/pair", result, brio.ResponseModel[[2]int]())
	app.Get("/anyof", result, brio.ResponseModel[variants]())
	app.Get("/oneof", result, brio.ResponseModel[exactly]())
	for _, c := range []struct {
		target string
		value  any
		want   string // empty: 500
	}{
		{"/int8", 2.0, "2"}, {"/int8", 2.5, ""}, {"/int8", 127.0, "127"}, {"/int8", 128.0, ""}, {"/int8", -128.0, "-128"},
		{"/int8", int64(127), "127"}, {"/int8", int64(128), ""}, {"/int8", uint8(200), ""}, {"/int8", float32(3), "3"},
		{"/int8", json.Number("1e2"), "100"}, {"/int8", json.Number("1.0"), "1"}, {"/int8", json.Number("1.5"), ""},
		{"/int8", json.Number("x"), ""}, {"/int8", json.Number("1e999999999999"), ""}, {"/int8", "1", ""}, {"/int8", true, ""},
		{"/int8", []float64{1}, ""}, {"/int8", math.Copysign(0, -1), "0"}, {"/int8", big.NewInt(5), "5"}, {"/int8", *big.NewInt(500), ""},
		{"/int64", 9223372036854774784.0, "9223372036854774784"}, {"/int64", 9223372036854775808.0, ""},
		{"/int64", json.Number("9223372036854775807"), "9223372036854775807"}, {"/int64", json.Number("9223372036854775808"), ""},
		{"/int64", json.Number("9007199254740993.0"), "9007199254740993"}, {"/int64", uint64(1 << 63), ""},
		{"/uint64", -1.0, ""}, {"/uint64", json.Number("-0"), "0"}, {"/uint64", 1e19, "10000000000000000000"}, {"/uint64", -5, ""},
		{"/float32", 0.1, "0.1"}, {"/float32", 1e39, ""}, {"/float32", 16777216, "16777216"}, {"/float32", 16777217, ""},
		{"/float32", json.Number("0.1"), "0.1"}, {"/float32", json.Number("1e39"), ""},
		{"/float64", json.Number("1e400"), ""}, {"/float64", json.Number("12345678901234567890"), "12345678901234567890"},
		{"/number", 2.5, "2.5"}, {"/number", 7, "7"}, {"/number", time.Second, ""}, {"/int64", time.Second, ""}, {"/text", json.Number("5"), ""}, {"/text", 5.0, ""}, {"/bool", 1.0, ""},
		{"/time", "2024-01-02T03:04:05+01:00", `"2024-01-02T03:04:05+01:00"`}, {"/time", "yesterday", ""}, {"/time", 5.0, ""},
		{"/pair", []any{1.0, 2.0}, "[1,2]"}, {"/pair", []any{1.0}, ""}, {"/pair", []int{1, 2, 3}, ""},
		{"/anyof", 100.0, "100"}, {"/anyof", 1000.0, "1000"}, {"/anyof", 0.5, "0.5"}, {"/anyof", json.Number("5"), "5"}, {"/anyof", "5", `"5"`},
		{"/oneof", 1000.0, "1000"}, {"/oneof", 100.0, ""}, {"/oneof", 0.5, ""},
	} {
		value = c.value
		w := testkit.Get(app, c.target)
		if c.want == "" {
			if w.Code != 500 {
				t.Errorf("%s: %T %v: got %d %s, want 500", c.target, c.value, c.value, w.Code, w.Body)
			}
		} else if w.Code != 200 || w.Body.String() != c.want {
			t.Errorf("%s: %T %v: got %d %s, want %s", c.target, c.value, c.value, w.Code, w.Body, c.want)
		}
	}
}

// A discriminator that is a number chooses the variant, whatever Go type a decoder gave it.
func TestResponseModelFindsVariantOfDecodedNumber(t *testing.T) {
	type one struct {
		V int    `json:"v" validate:"oneof=1"`
		A string `json:"a"`
	}
	type two struct {
		V int    `json:"v" validate:"oneof=2"`
		B string `json:"b"`
	}
	type numbered struct {
		brio.OneOf `discriminator:"v"`
		One        *one
		Two        *two
	}
	app := brio.New()
	var tag any
	app.Get("/x", func() any { return map[string]any{"v": tag, "a": "a", "b": "b"} }, brio.ResponseModel[numbered]())
	for _, tag = range []any{2, 2.0, json.Number("2"), json.Number("2.0"), uint8(2)} {
		testkit.WantBody(t, testkit.Get(app, "/x"), `{"v":2,"b":"b"}`)
	}
	for _, tag = range []any{3.0, 2.5, "2", json.Number("x")} {
		testkit.WantStatus(t, testkit.Get(app, "/x"), 500)
	}
}

// A source whose type is declared is compared by type, at start-up.
func TestResponseModelComparesDeclaredTypesAtStartup(t *testing.T) {
	app := brio.New()
	app.Get("/x", func() (out struct{ I float64 }) { return }, brio.ResponseModel[struct{ I int }]())
	if err := app.Check(); err == nil {
		t.Error("a float64 under an int passed the start-up check")
	}
	app = brio.New()
	app.Get("/x", func() struct{ I json.Number } { return struct{ I json.Number }{"2.0"} }, brio.ResponseModel[struct{ I int }]())
	testkit.WantBody(t, testkit.Get(app, "/x"), `{"I":2}`)
}

// Under FastAPICompat a map is written as the struct of the model is: a nil pointer is null (docs/models.md). Optionals and
// what ExcludeUnset and ExcludeNone leave out are not there.
func TestAbsentKeysUnderACompatModel(t *testing.T) {
	type inner struct {
		P *string `json:"p"`
	}
	type item struct {
		Name  string             `json:"name"`
		Tax   *float64           `json:"tax"`
		Opt   brio.Optional[int] `json:"opt"`
		Empty *int               `json:"empty,omitempty"`
		Size  *int               `json:"size" default:"3"`
		In    *inner             `json:"in"`
		List  []inner            `json:"list" default:"[]"`
	}
	source := func() any { return map[string]any{"name": "x", "list": []any{map[string]any{}}} }
	typed := func() map[string]string { return map[string]string{} }
	for _, c := range []struct {
		app      []brio.AppOption
		route    []brio.RouteOption
		handler  any
		want     string
		wantText string
	}{
		{nil, nil, source, `{"name":"x","size":3,"list":[{}]}`, `{}`},
		{[]brio.AppOption{brio.FastAPICompat()}, nil, source, `{"name":"x","tax":null,"size":3,"in":null,"list":[{"p":null}]}`, `{"p":null}`},
		{[]brio.AppOption{brio.AbsentNulls(true)}, nil, source, `{"name":"x","tax":null,"size":3,"in":null,"list":[{"p":null}]}`, `{"p":null}`},
		{[]brio.AppOption{brio.FastAPICompat(), brio.AbsentNulls(false)}, nil, source, `{"name":"x","size":3,"list":[{}]}`, `{}`},
		{[]brio.AppOption{brio.FastAPICompat(), brio.ValidateResponses(true)}, nil, source, `{"name":"x","tax":null,"size":3,"in":null,"list":[{"p":null}]}`, `{"p":null}`},
		{[]brio.AppOption{brio.FastAPICompat()}, []brio.RouteOption{brio.ExcludeUnset()}, source, `{"name":"x","list":[{}]}`, `{}`},
		{[]brio.AppOption{brio.FastAPICompat()}, []brio.RouteOption{brio.ExcludeNone()}, source, `{"name":"x","size":3,"list":[{}]}`, `{}`},
	} {
		app := brio.New(c.app...)
		app.Get("/x", c.handler, append(c.route, brio.ResponseModel[item]())...)
		app.Get("/typed", typed, append(c.route, brio.ResponseModel[inner]())...)
		testkit.WantBody(t, testkit.Get(app, "/x"), c.want)
		testkit.WantBody(t, testkit.Get(app, "/typed"), c.wantText)
	}
}

// FastAPI's jsonable_encoder lets a model write itself, in ISO 8601 and with Z, at every depth inside of it; what lies openly
// in maps and lists has seconds and +00:00.
func TestJSONableEncoderLetsStructsWriteThemselves(t *testing.T) {
	type model struct {
		D time.Duration  `json:"d"`
		T *time.Time     `json:"t,omitempty"`
		A any            `json:"a,omitempty"`
		M map[string]any `json:"m,omitempty"`
		N *model         `json:"n,omitempty"`
	}
	type union struct {
		brio.AnyOf
		Model *model
		Span  *time.Duration
	}
	moment := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	span := 5 * time.Minute
	app := brio.New(brio.FastAPICompat())
	var value any
	app.Get("/x", func() any { return value })
	app.Get("/typed", func() map[string]model { return map[string]model{"k": {D: span}} }, brio.NoResponseModel())
	for _, c := range []struct {
		value any
		want  string
	}{
		{model{D: span, T: &moment}, `{"d":"PT5M","t":"2024-01-02T03:04:05Z"}`},
		{&model{A: span, M: map[string]any{"t": moment}}, `{"d":"PT0S","a":"PT5M","m":{"t":"2024-01-02T03:04:05Z"}}`},
		{map[string]any{"d": span, "t": moment, "m": model{D: span, N: &model{A: []any{moment}}}},
			`{"d":300.0,"m":{"d":"PT5M","n":{"d":"PT0S","a":["2024-01-02T03:04:05Z"]}},"t":"2024-01-02T03:04:05+00:00"}`},
		{[]any{span, []model{{D: span}}, map[string]time.Duration{"d": span}}, `[300.0,[{"d":"PT5M"}],{"d":300.0}]`},
		{union{Span: &span}, `300.0`}, {union{Model: &model{}}, `{"d":"PT0S"}`},
		{span, `300.0`}, {[]time.Time{moment}, `["2024-01-02T03:04:05+00:00"]`},
	} {
		value = c.value
		testkit.WantBody(t, testkit.Get(app, "/x"), c.want)
	}
	testkit.WantBody(t, testkit.Get(app, "/typed"), `{"k":{"d":"PT5M"}}`)
}
