package bind_test

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/params"
)

// rich has a member of every kind that encoding/json reads as Brio does: no durations, no defaults.
type rich struct {
	S   string                    `json:"s,omitempty" validate:"max=100"`
	I   int                       `json:"i,omitempty"`
	I8  int8                      `json:"i8,omitempty"`
	U   uint16                    `json:"u,omitempty" validate:"max=60000"`
	F   float64                   `json:"f,omitempty"`
	F32 float32                   `json:"f32,omitempty"`
	B   bool                      `json:"b,omitempty"`
	P   *int                      `json:"p"`
	PP  **string                  `json:"pp"`
	N   json.Number               `json:"n,omitempty"`
	Raw json.RawMessage           `json:"raw,omitempty"`
	Any any                       `json:"any,omitempty"`
	T   time.Time                 `json:"t,omitzero"`
	By  []byte                    `json:"by,omitempty"`
	Up  upper                     `json:"up,omitempty"`
	Pt  *point                    `json:"pt"`
	L   []richer                  `json:"l,omitempty" validate:"max=5"`
	PL  *[]*int8                  `json:"pl"`
	A   [2]richer                 `json:"a,omitzero"`
	M   map[string]richer         `json:"m,omitempty"`
	MI  map[int8]*rich            `json:"mi,omitempty"`
	MU  map[UUIDKey]any           `json:"mu,omitempty"`
	O   params.Optional[[]string] `json:"o"`
	E   even                      `json:"e,omitempty"`
	richest
	*Embedded
	Esc string `json:"é<\u0026\t,omitempty"`
}

type richer struct {
	X string `json:"x,omitempty" validate:"omitempty,oneof=a b"`
	Y []int  `json:"y,omitempty" validate:"dive,min=-5"`
}

type richest struct {
	Z  *rich `json:"z"`
	ID int   `json:"ID,omitempty"`
}

type Embedded struct {
	Far  string `json:"far,omitempty"`
	Near *bool  `json:"near"`
}

type lean struct {
	Far  string         `json:"far,omitempty"`
	Any  any            `json:"any,omitempty"`
	MI   map[string]int `json:"mi,omitempty"`
	Bare []float32      `json:"bare,omitempty"`
}

var seeds = []string{
	`{}`, `null`, `[]`, `{"s":"a\u00e9\ud83d\ude00","i":-1,"i8":127,"u":60000,"f":1e3,"f32":3.4028234e38,"b":true,"p":null,"pp":"x","n":1e400,"raw":{"a":[ 1 ]},"any":[1,{"a":null}],"t":"2026-01-02T03:04:05Z","by":"cmF3","up":"x","pt":[1,2],"l":[{"x":"a"}],"pl":[null,1],"a":[{},{"y":[1]}],"m":{"k":{}},"mi":{"-1":{"i":2},"3":null},"mu":{"ab":1},"o":["a"],"e":2,"z":{"z":{"i":1}},"far":"f","near":false}`,
	`{"i":1.0,"i8":128,"u":-0,"f":1e999,"f32":3.4028235e38,"any":1e999,"x":1e999,"mi":{"1":{},"01":{}},"mu":{"AB":1,"ab":2}}`,
	`{"I":1,"ſ":"x","id":3,"\u0069":4,"raw":null,"any":null,"o":null,"pt":null,"t":null,"l":null}`,
	`{"any":{"a":1,"a":2},"raw":{"a":1,"a":2},"unknown":{"a":1,"a":2}}`,
	`{"by":"a\nb=","n":-0,"f":-0,"p":-0,"t":"2026-01-02T3:04:05,5Z","e":1,"up":"","pt":{}}`,
	`{"mi":{"+1":null," 1":null,"1 ":null,"1.0":null,"1e0":null,"-0":null,"0":null}}`,
	"{\"s\":\"\u2028\x7f\",\"far\":\"\\/\\b\\f\"}", `{"bare":[1,3.4028235e38,1e-60]}`, `{"near":true}`, `{"mi":{"":1}}`,
}

// FuzzBody binds arbitrary bodies. A body without an error has the value that encoding/json decodes. Errors have a loc and a type,
// and are the same each time.
func FuzzBody(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	whole := compile[params.Body[rich]](f)
	small := compile[params.Body[lean]](f)
	keyed := compile[parts](f)
	f.Fuzz(func(t *testing.T, doc []byte) {
		compare[params.Body[rich], rich](t, whole, doc)
		compare[params.Body[lean], lean](t, small, doc)
		compareParts(t, keyed, doc)
	})
}

// parts are members of the body.
type parts struct {
	S   string        `body:"s,omitempty" json:"s"`
	Any any           `body:"any,omitempty" json:"any"`
	L   []richer      `body:"l,omitempty" json:"l"`
	MI  map[int8]bool `body:"mi,omitempty" json:"mi"`
	Z   *rich         `body:"z" json:"z"`
}

// largeInteger matches documents that may hold integers beyond 2^53.
var largeInteger = regexp.MustCompile(`[0-9]{16}`)

func compareParts(t *testing.T, b *bind.Binder, doc []byte) {
	got, errs, err := try[parts](t, b, input{body: string(doc)})
	if err != nil || errs != nil || len(doc) == 0 {
		return
	}
	var want parts
	if err := json.Unmarshal(doc, &want); err != nil || !reflect.DeepEqual(got, want) && !largeInteger.Match(doc) {
		t.Fatalf("bound\n%+v\nencoding/json (%v)\n%+v", got, err, want)
	}
}

func compare[In, T any](t *testing.T, b *bind.Binder, doc []byte) {
	got, errs, err := try[In](t, b, input{body: string(doc)})
	_, again, _ := try[In](t, b, input{body: string(doc)})
	if !reflect.DeepEqual(errs, again) {
		t.Fatalf("not deterministic: %q and %q", errs, again)
	}
	for _, e := range errs {
		if strings.Contains(e, "could not be read") || !strings.HasPrefix(e, "body") {
			t.Fatalf("an error without place or reason: %s", e)
		}
	}
	if err != nil || errs != nil {
		return
	}
	var want T
	if err := json.Unmarshal(doc, &want); err != nil {
		t.Fatalf("bound, but encoding/json: %v", err)
	}
	if largeInteger.Match(doc) { // any has it as a json.Number, where encoding/json rounds it
		return
	}
	if v := reflect.ValueOf(got).Field(0).Interface(); !reflect.DeepEqual(v, want) {
		a, _ := json.Marshal(v)
		b, _ := json.Marshal(want)
		t.Fatalf("bound\n%s\nencoding/json\n%s", a, b)
	}
}

// FuzzText reads arbitrary texts into every scalar. Nothing panics, and errors echo no more than the text.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "0", "-1", "1e400", "true", "P1DT2H", "2026-01-02T03:04:05Z", "\xff", "+7 ", "18446744073709551616", "0x1p-2", "P1.5W"} {
		f.Add(s)
	}
	type in struct {
		I int8                           `header:"v,omitempty"`
		U uint64                         `cookie:"v,omitempty"`
		F *float32                       `path:"a"`
		N json.Number                    `query:"v,omitempty"`
		T time.Time                      `path:"b"`
		D params.Optional[time.Duration] `path:"c"`
	}
	b := compile[in](f)
	f.Fuzz(func(t *testing.T, s string) {
		v, errs, err := try[in](t, b, input{path: []string{s, s, s}, headers: []string{"V", s}})
		if err != nil {
			t.Fatal(err)
		}
		_, again, _ := try[in](t, b, input{path: []string{s, s, s}, headers: []string{"V", s}})
		if !reflect.DeepEqual(errs, again) {
			t.Fatalf("not deterministic: %q and %q", errs, again)
		}
		_ = v
	})
}
