package encode

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
)

func newCompiler() *Compiler { return NewCompiler(model.NewReader(constraint.New())) }

// std is encoding/json without HTML escapes.
func std(v any) ([]byte, error) {
	var b bytes.Buffer
	e := stdjson.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

type (
	color    int
	text     struct{ a, b string }
	pointerM struct{ N int }
	pointerT struct{ N int }
	jsonKind struct{ raw string }
	slug     string
	ints     []int
	branch   struct {
		Name string
		Kids []*branch
		Left *branch `json:",omitempty"`
	}
	Base struct {
		ID    int
		Title string `json:"title"`
	}
	Inner struct{ Deep int }
	lower struct{ Up string }
	outer struct {
		Base
		*Inner
		lower
		Title string `json:"title"`
		Named Base   `json:"named"`
	}
	twice struct {
		A clashA
		B clashB
	}
	clashA struct {
		Base
		Other
	}
	clashB struct{ Other }
	Other  struct {
		ID   int
		Mine string `json:"mine"`
	}
	omits struct {
		S   string             `json:"s,omitempty"`
		I   int8               `json:"i,omitempty"`
		U   uint16             `json:"u,omitempty"`
		F   float32            `json:"f,omitempty"`
		G   float64            `json:"g,omitempty"`
		B   bool               `json:"b,omitempty"`
		P   *int               `json:"p,omitempty"`
		L   []int              `json:"l,omitempty"`
		M   map[string]int     `json:"m,omitempty"`
		A   [0]int             `json:"a,omitempty"`
		A2  [1]int             `json:"a2,omitempty"`
		Any any                `json:"any,omitempty"`
		T   time.Time          `json:"t,omitempty"`
		St  struct{ X int }    `json:"st,omitempty"`
		By  []byte             `json:"by,omitempty"`
		Raw stdjson.RawMessage `json:"raw,omitempty"`
	}
	zeros struct {
		S    string                     `json:"s,omitzero"`
		L    []int                      `json:"l,omitzero"`
		T    time.Time                  `json:"t,omitzero"`
		St   struct{ X int }            `json:"st,omitzero"`
		V    zeroValue                  `json:"v,omitzero"`
		P    zeroPointer                `json:"p,omitzero"`
		PP   *zeroValue                 `json:"pp,omitzero"`
		I    interface{ IsZero() bool } `json:"i,omitzero"`
		F    float64                    `json:"f,omitzero"`
		A    [2]int                     `json:"a,omitzero"`
		Both string                     `json:"both,omitempty,omitzero"`
	}
	zeroValue   struct{ N int }
	zeroPointer struct{ N int }
	strs        struct {
		I  int     `json:"i,string"`
		U  uint8   `json:"u,string"`
		F  float64 `json:"f,string"`
		B  bool    `json:"b,string"`
		S  string  `json:"s,string"`
		P  *int    `json:"p,string"`
		PS *string `json:"ps,string"`
		O  int     `json:"o,string,omitempty"`
		C  color   `json:"c,string"`
	}
	ptrs struct {
		P  *int
		PP **string
		M  *map[string]int
		L  *[]string
	}
	onePointer struct{ P *int }
	oneMap     map[string]int
	textKey    struct{ A int }
)

func (c color) MarshalText() ([]byte, error) {
	return []byte("color<" + strconv.Itoa(int(c)) + ">"), nil
}
func (t text) MarshalText() ([]byte, error) { return []byte(t.a + "/" + t.b), nil }
func (p *pointerM) MarshalJSON() ([]byte, error) {
	return []byte(fmt.Sprintf(`{ "n" : %d }`, p.N)), nil
}
func (p *pointerT) MarshalText() ([]byte, error) { return []byte(fmt.Sprint("t", p.N)), nil }
func (j jsonKind) MarshalJSON() ([]byte, error)  { return []byte(j.raw), nil }
func (z zeroValue) IsZero() bool                 { return z.N == 7 }
func (z *zeroPointer) IsZero() bool              { return z.N == 7 }
func (k textKey) MarshalText() ([]byte, error)   { return []byte(fmt.Sprint("k", k.A)), nil }

func p[T any](v T) *T { return &v }

func values() map[string]any {
	when := time.Date(2024, 2, 29, 12, 30, 0, 123456789, time.FixedZone("", 7200))
	return map[string]any{
		"nil": nil, "bool": true, "string": "x", "empty string": "",
		"html": "<a href=\"x\">&amp;</a>", "unicode": "ü€😀\u2028\u2029\x00\x1f\x7f\\\"\b\f\n\r\t", "invalid utf8": "a\xffb\xed\xa0\x80",
		"ints":     []any{int8(-128), int16(-1), int32(1), int64(math.MinInt64), 5, uint(1), uint8(255), uint16(9), uint32(8), uint64(math.MaxUint64), uintptr(3)},
		"floats":   []float64{0, math.Copysign(0, -1), 1, 0.1, 1e20, 1e21, 1e-6, 1e-7, 123456789.123, math.MaxFloat64, math.SmallestNonzeroFloat64},
		"float32s": []float32{0.1, 1e-6, 1e21, 3.4e38, 16777216},
		"bytes":    []byte("hello"), "byte array": [3]byte{1, 2, 3}, "empty bytes": []byte{},
		"raw": stdjson.RawMessage(` { "a" : [ 1 , 2 ] , "h":"<" } `), "nil raw": stdjson.RawMessage(nil),
		"number": []stdjson.Number{"1", "-0.5e+10", "", "123456789012345678901234567890"},
		"time":   when, "utc": when.UTC(), "pointer to time": &when,
		"color": color(3), "text": text{"<", "b"}, "pointer text": &text{"a", "b"}, "slug": slug("s"), "named slice": ints{1},
		"marshaler": jsonKind{` [ 1, "<&>" ] `}, "pointer to marshaler": &jsonKind{"null"},
		"pointer receivers": &struct {
			A pointerM
			B *pointerM
			C []pointerM
			D pointerT
			E [1]pointerT
		}{B: &pointerM{1}, C: []pointerM{{2}}},
		"nil marshaler in interface": []any{(*jsonKind)(nil), (*pointerM)(nil), (*int)(nil)},
		"marshaler interface":        []stdjson.Marshaler{jsonKind{"1"}, nil, &pointerM{4}},
		"stringers":                  []fmt.Stringer{netip.MustParseAddr("::1"), nil},
		"tree":                       branch{Name: "a", Kids: []*branch{{Name: "b", Kids: []*branch{}}, nil}, Left: &branch{Kids: []*branch{}}},
		"embedded":                   outer{Base{1, "hidden"}, &Inner{2}, lower{"up"}, "shown", Base{3, "x"}},
		"nil embedded pointer":       outer{},
		"clashing names":             twice{A: clashA{Base{1, "t"}, Other{2, "m"}}},
		"omitempty zero":             omits{},
		"omitempty empty":            &omits{L: []int{}, M: map[string]int{}, By: []byte{}, Raw: stdjson.RawMessage{}},
		"omitempty set":              omits{"s", 1, 2, 3, 4, true, p(0), []int{0}, map[string]int{"a": 0}, [0]int{}, [1]int{}, 0, time.Time{}, struct{ X int }{}, []byte{0}, stdjson.RawMessage("1")},
		"omitempty minus zero":       omits{F: float32(math.Copysign(0, -1)), G: math.Copysign(0, -1)},
		"omitzero zero":              zeros{},
		"omitzero by method":         zeros{L: []int{}, V: zeroValue{7}, P: zeroPointer{7}, PP: &zeroValue{7}, I: zeroValue{7}},
		"omitzero set":               &zeros{"s", []int{1}, when, struct{ X int }{1}, zeroValue{}, zeroPointer{}, &zeroValue{}, zeroValue{}, 1, [2]int{0, 1}, "b"},
		"omitzero nil in interface":  zeros{L: []int{}, I: (*zeroPointer)(nil)},
		"option string":              strs{1, 2, 3.5, true, "a\"<\n", p(4), p("x"), 0, 5},
		"option string nil":          strs{},
		"pointers":                   ptrs{p(1), p(p("x")), &map[string]int{"a": 1}, &[]string{"a"}},
		"nil pointers":               ptrs{},
		"single pointer struct":      onePointer{p(1)},
		"single pointer in any":      []any{onePointer{p(2)}, onePointer{}, [1]*int{p(3)}, struct{ M map[string]int }{map[string]int{"a": 1}}, oneMap{"z": 1}},
		"map":                        map[string]int{"b": 1, "a": 2, "<": 3, "ü": 4, "\u2028": 5, "": 6},
		"map of any":                 map[string]any{"a": 1, "b": []any{nil, 1.5, "x", true, map[string]any{}}, "c": map[slug]any{"d": nil}},
		"int keys":                   map[int]string{10: "a", 9: "b", -1: "c"},
		"uint keys":                  map[uint8]bool{200: true, 3: false},
		"text keys":                  map[textKey]int{{2}: 1, {1}: 2, {10}: 3},
		"text keys of strings":       map[color]int{2: 1, 10: 3},
		"addr keys":                  map[netip.Addr]string{netip.MustParseAddr("10.0.0.1"): "x"},
		"map of structs":             map[string]Base{"x": {1, "a"}, "y": {}},
		"map of maps":                map[string]map[string][]int{"a": {"b": {1}}},
		"empty struct":               struct{}{}, "slice of empty structs": []struct{}{{}, {}},
		"arrays": [2][2]string{{"a", "b"}}, "empty array": [0]int{},
		"hidden": struct {
			A int `json:"-"`
			//lint:ignore SA5008 the odd form is the point
			B int `json:"-,"`
			c int
			D int `json:",omitempty"`
		}{1, 2, 3, 0},
		"func left out": struct {
			F func() `json:"-"`
			N int
		}{},
		"deep any": any([]any{[]any{[]any{map[string]any{"x": []map[string]*int{{"y": p(1)}}}}}}),
	}
}

// Without a model, and with the type as its own model, values are what encoding/json makes of them.
func TestIdentityIsEncodingJSON(t *testing.T) {
	c := newCompiler()
	for name, v := range values() {
		t.Run(name, func(t *testing.T) {
			want, err := std(v)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second time plans and pools are there
				got, err := c.Append([]byte("x"), v)
				if err != nil || string(got) != "x"+string(want) {
					t.Fatalf("dynamic: %v\n got %s\nwant %s", err, got[1:], want)
				}
			}
			if v == nil {
				return
			}
			e, problems := c.Compile(reflect.TypeOf(v), reflect.TypeOf(v), Options{})
			got, err := e.Append(nil, reflect.ValueOf(v))
			if err != nil || string(got) != string(want) || problems != nil {
				t.Fatalf("compiled: %v %v\n got %s\nwant %s", err, problems, got, want)
			}
			boxed := []any{v, map[string]any{"k": v}}
			want, _ = std(boxed)
			if got, err = c.Append(nil, boxed); err != nil || string(got) != string(want) {
				t.Fatalf("boxed: %v\n got %s\nwant %s", err, got, want)
			}
		})
	}
}

// What differs from encoding/json, on purpose.
func TestIdentityDiffersOnPurpose(t *testing.T) {
	type optionals struct {
		A params.Optional[int] `json:"a"`
		B params.Optional[int] `json:"b"`
		C params.Optional[int] `json:"c"`
		D params.Optional[int] `json:"d" default:"5"`
	}
	type account struct {
		Name     string
		Password string `writeonly:"true"`
	}
	for _, test := range []struct {
		name string
		v    any
		want string
	}{
		{"nil slice", []int(nil), `[]`},
		{"nil slices inside", struct {
			A []string
			B *[]string
			C map[string][]int
			D []byte
		}{C: map[string][]int{"x": nil}}, `{"A":[],"B":null,"C":{"x":[]},"D":""}`},
		{"nil map", map[string]int(nil), `{}`},
		{"nil map inside", []map[string]int{nil}, `[{}]`},
		{"duration", []any{90 * time.Second, struct{ D time.Duration }{time.Hour}, map[string]time.Duration{"z": 0}}, `["PT1M30S",{"D":"PT1H"},{"z":"PT0S"}]`},
		{"optional members", optionals{B: params.Null[int](), C: params.Some(3)}, `{"b":null,"c":3,"d":5}`},
		{"optional default given", optionals{D: params.Some(0)}, `{"d":0}`},
		{"optional elements", []params.Optional[string]{{}, params.Null[string](), params.Some("x")}, `[null,null,"x"]`},
		{"optional in map", map[string]params.Optional[bool]{"a": {}, "b": params.Some(true)}, `{"a":null,"b":true}`},
		{"optional alone", params.Optional[int]{}, `null`},
		{"optional of list", struct{ L params.Optional[[]int] }{params.Some[[]int](nil)}, `{"L":[]}`},
		{"writeonly", account{"a", "secret"}, `{"Name":"a"}`},
		{"pointer receivers where no address is", []any{pointerM{1}, pointerT{2}, struct{ P pointerM }{pointerM{3}}, map[string]pointerT{"k": {4}}}, `[{"n":1},"t2",{"P":{"n":3}},{"k":"t4"}]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCompiler()
			got, err := c.Append(nil, test.v)
			if err != nil || string(got) != test.want {
				t.Errorf("%v\n got %s\nwant %s", err, got, test.want)
			}
			e, problems := c.Compile(reflect.TypeOf(test.v), reflect.TypeOf(test.v), Options{})
			if got, err = e.Append(nil, reflect.ValueOf(test.v)); err != nil || string(got) != test.want || problems != nil {
				t.Errorf("compiled: %v %v\n got %s\nwant %s", err, problems, got, test.want)
			}
		})
	}
}

type failing struct{}

var errFailing = errors.New("no luck")

func (failing) MarshalJSON() ([]byte, error) { return nil, errFailing }

type failingText struct{}

func (failingText) MarshalText() ([]byte, error) { return nil, errFailing }

type list []list
type loop *loop

func TestIdentityErrors(t *testing.T) {
	circle := &branch{Name: "a"}
	circle.Kids = []*branch{circle}
	left := &branch{}
	left.Left = left
	m := map[string]any{}
	m["m"] = m
	s := make([]any, 1)
	s[0] = s
	l := make(list, 1)
	l[0] = l
	var any1 any
	any1 = &any1
	var lp loop
	lp = loop(&lp)
	cyclic := "the value is nested deeper than 1000 levels; it is probably cyclic"
	for _, test := range []struct {
		name string
		v    any
		want string
	}{
		{"NaN", map[string][]float64{"a": {1, math.NaN()}}, `result["a"][1]: NaN has no JSON form`},
		{"infinity", struct{ F float64 }{math.Inf(1)}, `result.F: +Inf has no JSON form`},
		{"small infinity", []any{float32(math.Inf(-1))}, `result[0]: -Inf has no JSON form`},
		{"number", struct{ N stdjson.Number }{"0x1"}, `result.N: the json.Number "0x1" is not a number`},
		{"raw", struct{ R stdjson.RawMessage }{stdjson.RawMessage("{")}, `result.R: the json.RawMessage is not JSON: `},
		{"raw with a control character", stdjson.RawMessage("\"1\t2\""), `result: the json.RawMessage is not JSON: `},
		{"empty raw", stdjson.RawMessage{}, `result: the json.RawMessage is not JSON: `},
		{"marshaler output", []jsonKind{{"1 2"}}, `result[0]: what encode.jsonKind.MarshalJSON returned is not JSON: `},
		{"marshaler error", []failing{{}}, `result[0]: encode.failing.MarshalJSON: no luck`},
		{"text error", []failingText{{}}, `result[0]: *encode.failingText.MarshalText: no luck`},
		{"key error", map[failingText]int{{}: 1}, `result key: encode.failingText.MarshalText: no luck`},
		{"time", []time.Time{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}, `result[0]: `},
		{"func", struct{ F func() }{}, `result.F: func() has no JSON form; use a type that has, or leave the field out with json:"-"`},
		{"chan in any", []any{make(chan int)}, `result[0]: chan int has no JSON form`},
		{"bad key", map[float64]int{1: 1}, `result: a map with keys of type float64 has no JSON form`},
		{"pointer cycle", circle, cyclic}, {"left cycle", left, cyclic}, {"map cycle", m, cyclic}, {"slice cycle", s, cyclic},
		{"list cycle", l, cyclic}, {"any cycle", any1, cyclic}, {"pointer loop", lp, cyclic},
	} {
		t.Run(test.name, func(t *testing.T) {
			dst := make([]byte, 1, 100)
			dst[0] = 'x'
			got, err := newCompiler().Append(dst, test.v)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want %s", err, test.want)
			}
			if string(got) != "x" {
				t.Errorf("dst is %q", got)
			}
			var mismatch *MismatchError
			if !errors.As(err, &mismatch) || len(mismatch.Path) > 2*maxPath {
				t.Errorf("%T, path of %d", err, len(mismatch.Path))
			}
			if strings.Contains(test.want, "no luck") && !errors.Is(err, errFailing) {
				t.Error("the method's error is not in the chain")
			}
		})
	}
}

// Deep is legal, up to the limit.
func TestDepth(t *testing.T) {
	var v any
	for range maxDepth {
		v = []any{v}
	}
	c := newCompiler()
	if _, err := c.Append(nil, v); err != nil {
		t.Error(err)
	}
	if _, err := c.Append(nil, []any{v}); err == nil {
		t.Error("no error beyond the limit")
	}
}

type panics struct{}

func (panics) MarshalJSON() ([]byte, error) { panic("mine") }

func TestPanicsPass(t *testing.T) {
	c := newCompiler()
	defer func() {
		if r := recover(); r != "mine" {
			t.Errorf("recovered %v", r)
		}
		if got, err := c.Append(nil, map[string]any{"a": 1}); err != nil || string(got) != `{"a":1}` {
			t.Errorf("afterwards: %s %v", got, err)
		}
	}()
	_, _ = c.Append(nil, map[string]any{"a": panics{}})
}

// A method with a pointer receiver cannot change what an interface holds.
type selfish struct{ N int }

func (s *selfish) MarshalJSON() ([]byte, error) { s.N++; return json.Append(nil, s.N) }

func TestInterfacesKeepTheirValues(t *testing.T) {
	v := []any{selfish{1}, struct{ S selfish }{selfish{1}}}
	c := newCompiler()
	for range 2 {
		if got, err := c.Append(nil, v); err != nil || string(got) != `[2,{"S":2}]` {
			t.Fatalf("%s %v", got, err)
		}
	}
}
