package json

import (
	"bytes"
	stdjson "encoding/json" // the oracle
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	codec "github.com/goccy/go-json"
)

// Below v0.12 the codec misreads numbers and can be made to panic, see codec.go.
func TestCodecIsNotOlderThanItMayBe(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`github\.com/goccy/go-json v(\d+)\.(\d+)\.`).FindSubmatch(mod)
	if m == nil {
		t.Fatal("go.mod does not require github.com/goccy/go-json")
	}
	major, _ := strconv.Atoi(string(m[1]))
	minor, _ := strconv.Atoi(string(m[2]))
	if major == 0 && minor < 12 {
		t.Errorf("go.mod requires goccy/go-json v%d.%d, want v0.12 or later", major, minor)
	}
}

type embedded struct {
	*Inner
	Outer int
}

type Inner struct {
	X int  `json:"x,omitempty"`
	Y *int `json:"y"`
}

type tagged struct {
	S string    `json:",omitempty"`
	N int       `json:"n,string"`
	T time.Time `json:"t,omitzero"`
	Z any       `json:"-"`
}

// differences are the divergences from encoding/json that are known and guarded against. A new version of the codec that
// adds one, or drops one, must be looked at.
var differences = map[string]string{
	"*float32 3.4028235e+38":          "refused: the range is taken of the float64; see floatFits",
	"*map[float64]int {}":             "accepted: such types are refused when they are declared",
	`*map[float64]int {"1.5":2}`:      "accepted likewise",
	`*json.quotedNumber {"n":"-"}`:    "refused, which is right",
	`*json.quotedNumber {"n":"01"}`:   "refused, which is right",
	`*json.quotedNumber {"n":"null"}`: "refused, which is right",
}

type quotedNumber struct {
	N Number `json:"n,string"`
}

func TestCodecDecodesAsEncodingJSONDoes(t *testing.T) {
	types := []any{
		false, "", int(0), int8(0), int16(0), int64(0), uint8(0), uint64(0), float32(0), float64(0), Number(""), RawMessage(nil), []byte(nil), time.Time{},
		[]int(nil), [2]int{}, map[string]int(nil), map[int]string(nil), map[float64]int(nil), Inner{}, embedded{}, tagged{}, everything{}, (*int)(nil),
		[]*Inner(nil), map[string][]Inner(nil), new(any), struct{}{}, quotedNumber{},
	}
	docs := []string{
		`null`, `true`, `0`, `-0`, `1`, `-1`, `127`, `128`, `255`, `256`, `9223372036854775807`, `9223372036854775808`, `-9223372036854775808`,
		`-9223372036854775809`, `18446744073709551615`, `18446744073709551616`, `1.0`, `1.5`, `1e2`, `1e400`, `3.4028235e+38`, `1e-400`, `""`, `"a"`, `"-"`,
		`"12"`, `"AQID"`, `"\u0000\ud83d\ude00"`, `"\ud800"`, "\"\xff\"", `"2026-10-29T12:30:45Z"`, `"2026-10-29T12:30:45.123+02:00"`, `"2026-13-29"`,
		`[]`, `[1]`, `[1,2]`, `[1,2,3]`, `[null]`, `[1,"a"]`, `{}`, `{"a":1}`, `{"1":"b"}`, `{"x":1,"y":2}`, `{"X":1,"Y":null}`, `{"x":1,"x":2}`,
		`{"Outer":1,"x":2}`, `{"S":"s","n":"5","t":"2026-10-29T12:30:45Z","Z":1}`, `{"n":5}`, `{"1.5":2}`, `{"n":"-"}`, `{"n":"01"}`, `{"n":"null"}`, `{"a":[{"x":1}]}`, `[{"x":1},null]`,
		`{"s":"x","l":[1],"m":{"k":true},"self":{"u8":1},"raw": [ 1 ] ,"n":1e5}`, `{"ſ":"long s","\u212aiss":"kelvin"}`,
		``, `{`, `[1,]`, `01`, `nul`, `1 2`, `{"a":1}}`, "\xef\xbb\xbf1", `[1`, `"a`, `+1`, `.5`, `1.`, `NaN`, `tru`, "\"\n\"", `"\x"`,
	}
	used := map[string]bool{}
	for _, sample := range types {
		typ := reflect.TypeOf(sample)
		for _, doc := range docs {
			got, want := reflect.New(typ), reflect.New(typ)
			input := []byte(doc)
			err := Unmarshal(input, got.Interface())
			wantErr := stdjson.Unmarshal([]byte(doc), want.Interface())
			clear(input) // nothing decoded may refer to it
			equal := (err == nil) == (wantErr == nil) && (err != nil || reflect.DeepEqual(got.Interface(), want.Interface()))
			name := fmt.Sprintf("%s %s", got.Type(), doc)
			if reason := differences[name]; equal == (reason != "") {
				t.Errorf("%s: %v, %v; encoding/json: %v, %v; known: %q", name, got.Elem(), err, want.Elem(), wantErr, reason)
			}
			used[name] = true
		}
	}
	for name := range differences {
		if !used[name] {
			t.Errorf("no case for the difference %q", name)
		}
	}
}

// These hold for targets that hold something already, which is why targets are fresh.
func TestCodecLeavesThingsBehindInTargets(t *testing.T) {
	b := []byte("old")
	if err := Unmarshal([]byte("null"), &b); err != nil || string(b) != "old" {
		t.Errorf("null into bytes gives %q, %v: a known difference is gone", b, err)
	}
	var v Inner
	if err := Unmarshal([]byte(`{"x":1,"y":"no"}`), &v); err == nil || v.X != 1 {
		t.Errorf("an error leaves %+v, %v: a known difference is gone", v, err)
	}
}

// What the encoder and the errors do differently. Nothing of ours depends on either side.
func TestCodecDiffersInThesePlaces(t *testing.T) {
	if got, err := Append(nil, [1]pointerMarshaler{}); err != nil || string(got) != `[["<called>"]]` || standard(t, [1]pointerMarshaler{}) != "[{}]" {
		t.Errorf("an array by value with methods of pointers: %s, %v", got, err)
	}
	doc, path := []byte(`{"all":[{},{"u8":"x"}]}`), ""
	if err := new(codec.UnmarshalTypeError); errors.As(Unmarshal(doc, new(everything)), &err) {
		path = err.Field
	}
	if path != "all.1.u8" {
		t.Errorf("the path of an error is %q", path)
	}
	type chain struct{ Next *chain }
	long := new(chain)
	for range MaxDepth + 1 {
		long = &chain{long}
	}
	if got, err := Append(nil, long); err == nil {
		t.Errorf("a value of more than %d levels is encoded in %d bytes", MaxDepth, len(got))
	}
}

type pointerMarshaler struct{}

func (*pointerMarshaler) MarshalJSON() ([]byte, error) { return []byte(` [ "<called>" ] `), nil }

type failing struct{}

func (failing) MarshalJSON() ([]byte, error) { return nil, errors.New("failing") }

type panicking struct{}

func (panicking) MarshalJSON() ([]byte, error) { panic("in MarshalJSON") }

type nesting struct{}

func (nesting) MarshalJSON() ([]byte, error) { return Append(nil, map[string]any{"in": []int{1}}) }

func TestAppendEncodesAsEncodingJSONDoes(t *testing.T) {
	one := 1
	values := []any{
		nil, true, 1, int8(-128), uint64(math.MaxUint64), 1.5, float32(0.1), 1e21, "<é>\u2028\xff\x00", Number("12.50"), RawMessage(` {"a" : "<"} `), []byte{1, 2},
		[]byte(nil), []int(nil), []int{}, map[string]int(nil), map[string]any{"b": 1, "a": []any{nil, "x"}, "<": 2}, map[int]string{2: "b", 10: "a"},
		Inner{}, Inner{1, &one}, embedded{&Inner{1, nil}, 2}, embedded{}, tagged{}, tagged{"s", 5, time.Unix(0, 0).UTC(), 1}, time.Duration(5), time.Unix(1e9, 5).UTC(),
		&pointerMarshaler{}, []*pointerMarshaler{{}, nil}, pointerMarshaler{}, nesting{}, []any{nesting{}, &nesting{}}, [0]int{}, struct{}{}, (*Inner)(nil), &everything{},
		everything{Raw: RawMessage("1"), N: "1"},
	}
	for _, v := range values {
		got, err := Append([]byte("dst "), v)
		if want := "dst " + standard(t, v); err != nil || string(got) != want {
			t.Errorf("Append(%#v) = %s, %v, want %s", v, got, err, want)
		}
	}
}

func TestAppendReturnsDestinationOnErrors(t *testing.T) {
	type ring struct{ Next *ring }
	cycle := &ring{}
	cycle.Next = cycle
	for name, v := range map[string]any{
		"NaN": math.NaN(), "infinity": []any{"a", math.Inf(1)}, "func": struct{ F func() }{func() {}}, "chan": make(chan int), "cycle": cycle,
		"failing method": []any{1, failing{}}, "raw message": RawMessage("{"), "number": Number("abc"),
	} {
		backing := []byte("dst and more")
		got, err := Append(backing[:3], v)
		if err == nil || string(got) != "dst" || string(backing) != "dst and more" {
			t.Errorf("%s: Append = %q, %v, over %q", name, got, err, backing)
		}
	}
	if got, err := Append([]byte("dst"), 1); err != nil || string(got) != "dst1" {
		t.Errorf("after errors: Append = %q, %v", got, err)
	}
}

func TestAppendLetsPanicsPass(t *testing.T) {
	for range 3 {
		func() {
			defer func() {
				if r := recover(); r != "in MarshalJSON" {
					t.Errorf("recovered %v", r)
				}
			}()
			_, _ = Append(nil, []any{panicking{}})
		}()
		if got, err := Append(nil, "next"); err != nil || string(got) != `"next"` {
			t.Errorf("Append = %s, %v", got, err)
		}
	}
}

func TestUnmarshalNumberKeepsNumbers(t *testing.T) {
	var v any
	if err := UnmarshalNumber([]byte(" [9007199254740993, 1e400, 1.50] "), &v); err != nil || !reflect.DeepEqual(v, []any{Number("9007199254740993"), Number("1e400"), Number("1.50")}) {
		t.Errorf("UnmarshalNumber = %v, %v", v, err)
	}
	for _, doc := range []string{"", " ", "1 2", "1]", "[1", "{}x", "nul", "01"} {
		if err := UnmarshalNumber([]byte(doc), new(any)); err == nil {
			t.Errorf("UnmarshalNumber(%q): no error", doc)
		}
	}
	// The reader of the decoder must not stay behind in what was decoded.
	doc := []byte(`{"key":["value",12]}`)
	if err := UnmarshalNumber(doc, &v); err != nil {
		t.Fatal(err)
	}
	clear(doc)
	if want := map[string]any{"key": []any{"value", Number("12")}}; !reflect.DeepEqual(v, want) {
		t.Errorf("after the document was cleared: %v, want %v", v, want)
	}
}

func TestValidAndCompactFollowEncodingJSON(t *testing.T) {
	for _, doc := range []string{`{ "a" : [ 1 , "b c" , "<\u2028` + "\u2028" + `" ] }`, " 1 ", "", "{", "[1,]", `"a"x`, "01", "null", strings.Repeat("[", 10001)} {
		if got, want := Valid([]byte(doc)), stdjson.Valid([]byte(doc)); got != want {
			t.Errorf("Valid(%.40q) = %t, want %t", doc, got, want)
		}
		var b bytes.Buffer
		wantErr := stdjson.Compact(&b, []byte(doc))
		got, err := Compact([]byte("x"), []byte(doc))
		if (err == nil) != (wantErr == nil) || string(got) != "x"+b.String() {
			t.Errorf("Compact(%.40q) = %s, %v, want x%s, %v", doc, got, err, &b, wantErr)
		}
	}
}

// Users have values of the types of encoding/json; the codec must know them.
func TestTypesAreThoseOfEncodingJSON(t *testing.T) {
	var (
		_ stdjson.RawMessage  = RawMessage(nil)
		_ stdjson.Number      = Number("")
		_ stdjson.Marshaler   = Marshaler(nil)
		_ stdjson.Unmarshaler = Unmarshaler(nil)
	)
	var v struct {
		R stdjson.RawMessage
		N stdjson.Number
	}
	if err := Unmarshal([]byte(`{"R":{"a" : 1},"N":1.0}`), &v); err != nil || string(v.R) != `{"a" : 1}` || v.N != "1.0" {
		t.Errorf("Unmarshal = %s, %s, %v", v.R, v.N, err)
	}
	if got, err := Append(nil, v); err != nil || string(got) != `{"R":{"a":1},"N":1.0}` {
		t.Errorf("Append = %s, %v", got, err)
	}
}
