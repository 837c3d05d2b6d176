package model_test

import (
	stdjson "encoding/json"
	"errors"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

type base struct {
	ID   int64  `json:"id,omitempty"`
	Note string `json:"note,omitempty"`
}

type named string

// plainType has all that a scan can fill.
type plainType struct {
	base
	B     bool       `json:"b,omitempty"`
	S     named      `json:"s,omitempty"`
	P     *string    `json:"p,omitempty"`
	PP    **int      `json:"pp,omitempty"`
	I8    int8       `json:"i8,omitempty"`
	I16   []int16    `json:"i16,omitempty"`
	I32   *int32     `json:"i32,omitempty"`
	U8    uint8      `json:"u8,omitempty"`
	U16   [2]uint16  `json:"u16,omitempty"`
	U32   uint32     `json:"u32,omitempty"`
	U64   uint64     `json:"u64,omitempty"`
	F32   float32    `json:"f32,omitempty"`
	F64   []float64  `json:"f64,omitempty"`
	Texts []string   `json:"texts,omitempty"`
	Ptrs  []*string  `json:"ptrs,omitempty"`
	Lists [][]named  `json:"lists,omitempty"`
	Empty []struct{} `json:"empty,omitempty"`
	In    struct {
		X int `json:"x,omitempty"`
		Y int `json:"y,omitempty"`
	} `json:"in,omitempty"`
	Self *plainType  `json:"self,omitempty"`
	All  []plainType `json:"all,omitempty"`
	Arr  [2][2]*bool `json:"arr,omitempty"`

	T     time.Time                    `json:"t,omitempty"`
	Times []*time.Time                 `json:"times,omitempty"`
	Num   stdjson.Number               `json:"num,omitempty"`
	Raw   []byte                       `json:"raw,omitempty"`
	Addr  textID                       `json:"addr,omitempty"`
	Even  jsonEven                     `json:"even,omitempty"`
	M     map[string]int               `json:"m,omitempty"`
	MS    map[named]string             `json:"ms,omitempty"`
	MT    map[string]string            `json:"mt,omitempty"`
	MM    map[named]*plainType         `json:"mm,omitempty"`
	ML    map[string][]uint8           `json:"ml,omitempty"`
	MB    map[string]map[string]bool   `json:"mb,omitempty"`
	MV    map[string]struct{ X int16 } `json:"mv,omitempty"`
}

// textID reads itself from text, and refuses an x.
type textID string

func (id *textID) UnmarshalText(text []byte) error {
	if strings.Contains(string(text), "x") {
		return errors.New("an x")
	}
	*id = textID("<" + string(text) + ">")
	return nil
}

// jsonEven reads itself from JSON, as an even number.
type jsonEven int

func (n *jsonEven) UnmarshalJSON(doc []byte) error {
	v, err := strconv.Atoi(string(doc))
	if err == nil && v%2 != 0 {
		err = errors.New("odd")
	}
	*n = jsonEven(v)
	return err
}

func plainShape(t testing.TB) *json.Shape {
	r := model.NewReader(constraint.New())
	s := r.Shape(r.Type(reflect.TypeFor[plainType]()))
	if !s.Fills() {
		t.Fatal("a plain type is not filled")
	}
	return s
}

var fitting = []string{
	`{}`, `{"id":-9223372036854775808,"note":"n","b":true,"s":"x","p":"p","pp":7,"i8":-128,"i16":[1,-2,32767,4,5,6],"i32":-2147483648,"u8":255}`,
	`{"u16":[0,65535],"u32":4294967295,"u64":18446744073709551615,"f32":3.4e38,"f64":[1e308,-0,0.1,1.5E-3],"texts":["a","\u00e9\n","","d","e","f"],"ptrs":[null,"x"]}`,
	`{"lists":[["a"],[],["b","c"]],"empty":[{},{},{}],"in":{"x":1,"y":-0},"self":{"self":{"id":1}},"all":[{"id":1},{"all":[{"s":"z"}]}],"arr":[[true,null],[null,false]]}`,
	`{"t":"2026-01-02T03:04:05.678Z","times":["2026-01-02T03:04:05+02:00",null],"num":-1.50e9,"raw":"cmF3","addr":"a\u0062","even": 4 }`,
	`{"m":{"a":1,"b":-2,"":0},"ms":{"k":"v","\u006b2":""},"mt":{"x":"y\n"},"mm":{"a":null,"b":{"mm":{}}},"ml":{"a":"AQI=","b":""},"mb":{"a":{"b":true},"c":{}},"mv":{"a":{"X":1},"b":{"X":-2}}}`,
	`{"p":null,"pp":null,"texts":[],"unknown":{"texts":[1]},"self":null}`, `{"f32":1.00000017881393432617187499}`, `{"note":"\ud83d\ude00"}`, ` { "b" : false } `,
}

func TestFittingDocumentsFit(t *testing.T) {
	s := plainShape(t)
	for _, doc := range fitting {
		if r := json.Scan(s, []byte(doc), json.Limits{}); r.Verdict != json.Fits {
			t.Errorf("%s: %+v", doc, r)
		}
	}
}

// FuzzFill: what the scan fills is what encoding/json and the codec make of a document that fits.
func FuzzFill(f *testing.F) {
	for _, doc := range fitting {
		f.Add([]byte(doc))
	}
	f.Add([]byte(`{"texts":["a",1]}`))
	s := plainShape(f)
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, kept := range []bool{false, true} {
			var got, codec, std plainType
			r := json.ScanInto(s, doc, json.Limits{}, memory.Of(&got), kept)
			scanned := json.Scan(s, doc, json.Limits{})
			if scanned.Filled = r.Filled; scanned != r {
				t.Fatalf("%+v, without filling %+v", r, scanned)
			}
			if !r.Filled {
				if r.Verdict == json.Fits && len(doc) < 1000 && json.Unmarshal(doc, &codec) == nil {
					t.Fatal("a small document is not filled")
				}
				return
			}
			if err := json.Unmarshal(doc, &codec); err != nil && !r.Converts {
				t.Fatalf("the codec: %v", err)
			}
			if !r.Converts && !reflect.DeepEqual(got, codec) { // else the codec rounds a float32 twice
				t.Fatalf("filled %+v, the codec makes %+v", got, codec)
			}
			if err := stdjson.Unmarshal(doc, &std); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, std) {
				t.Fatalf("filled %+v, encoding/json makes %+v", got, std)
			}
		}
	})
}

// TestWhatIsNotFilled: what may hold anything, what the framework reads from text, and what is more than its JSON are the decoder's.
func TestWhatIsNotFilled(t *testing.T) {
	r := model.NewReader(constraint.New())
	for _, typ := range []reflect.Type{
		reflect.TypeFor[struct{ A any }](), reflect.TypeFor[struct{ R stdjson.RawMessage }](), reflect.TypeFor[struct{ *Base }](),
		reflect.TypeFor[struct{ M map[int]int }](), reflect.TypeFor[struct{ U url.URL }](), reflect.TypeFor[*struct{ M map[string]any }](),
		reflect.TypeFor[struct {
			N int `json:"n,string"`
		}](),
	} {
		if r.Shape(r.Type(typ)).Fills() {
			t.Errorf("%s is filled", typ)
		}
	}
}

// Base is embedded by a pointer.
type Base struct{ X int }

// TestOfMuchNothingIsMade: a document that could become large is left to the decoder, which knows that it is within the limits.
func TestOfMuchNothingIsMade(t *testing.T) {
	s := plainShape(t)
	for _, c := range []struct {
		element string
		n       int
		filled  bool
	}{{`{}`, 100, true}, {`{}`, 5_000, false}, {`{"all":[{}]}`, 5_000, false}, {`{"p":""}`, 50_000, false}} {
		doc := []byte(`{"all":[` + strings.Repeat(c.element+",", c.n-1) + c.element + `]}`)
		var v plainType
		r := json.ScanInto(s, doc, json.Limits{}, memory.Of(&v), false)
		if r.Verdict != json.Fits && c.n < 50_000 || r.Filled != c.filled || c.filled && len(v.All) != c.n {
			t.Errorf("%d times %s: %+v", c.n, c.element, r)
		}
	}
}

// Kept strings refer to the document, others do not. In builds in which a View is a copy, none do.
func TestFilledStrings(t *testing.T) {
	viewed := []byte("text")
	view := memory.View(viewed)
	clear(viewed)
	copies := view == "text"
	s := plainShape(t)
	for _, kept := range []bool{false, true} {
		doc := []byte(`{"s":"text","texts":["one","t\u0077o"]}`)
		var v plainType
		if r := json.ScanInto(s, doc, json.Limits{}, memory.Of(&v), kept); r.Verdict != json.Fits {
			t.Fatal(r)
		}
		clear(doc)
		if owned := v.S == "text" && v.Texts[0] == "one"; owned != (copies || !kept) || v.Texts[1] != "two" {
			t.Errorf("kept is %t: %q %q", kept, v.S, v.Texts)
		}
	}
}
