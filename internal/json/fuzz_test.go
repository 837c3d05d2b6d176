package json

import (
	"bytes"
	stdjson "encoding/json" // the oracle
	"io"
	"math"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// everything has a field of each kind; everythingShape is its shape, as the package of models would make it.
type everything struct {
	B    bool            `json:"b"`
	S    string          `json:"s"`
	I8   int8            `json:"i8"`
	I64  *int64          `json:"i64"`
	U8   uint8           `json:"u8"`
	U64  uint64          `json:"u64"`
	F32  float32         `json:"f32"`
	F64  *float64        `json:"f64"`
	N    stdjson.Number  `json:"n"`
	Raw  RawMessage      `json:"raw"`
	L    []int16         `json:"l"`
	A    [2]string       `json:"a"`
	M    map[string]bool `json:"m"`
	Self *everything     `json:"self"`
	All  []*everything   `json:"all"`
	Kiss string          `json:"kiss"`
}

func everythingShape() *Shape {
	text, s := &Shape{Kind: String}, &Shape{Kind: Struct, Nullable: true}
	s.Fields = []Field{
		{"b", &Shape{Kind: Bool}, false}, {"s", text, true}, {"i8", &Shape{Kind: Int, Bits: 8}, false},
		{"i64", &Shape{Kind: Int, Bits: 64, Nullable: true}, false}, {"u8", &Shape{Kind: Uint, Bits: 8}, false},
		{"u64", &Shape{Kind: Uint, Bits: 64}, false}, {"f32", &Shape{Kind: Float, Bits: 32}, false},
		{"f64", &Shape{Kind: Float, Bits: 64, Nullable: true}, false}, {"n", &Shape{Kind: NumberToken}, false}, {"raw", nil, false},
		{"l", &Shape{Kind: List, Nullable: true, Elem: &Shape{Kind: Int, Bits: 16}}, false},
		{"a", &Shape{Kind: Array, Len: 2, Elem: text}, false}, {"m", &Shape{Kind: Map, Nullable: true, Elem: &Shape{Kind: Bool}}, false},
		{"self", s, false}, {"all", &Shape{Kind: List, Elem: s, Nullable: true}, false}, {"kiss", text, false},
	}
	s.Prepare()
	return s
}

func FuzzScan(f *testing.F) {
	for _, doc := range []string{
		`{"b":true,"s":"x","i8":-128,"i64":9223372036854775807,"u8":255,"u64":18446744073709551615,"f32":1.5e38,"f64":1e308,"n":1e999,` +
			`"raw":{"a":[1,{}]},"l":[1,-2],"a":["x","y"],"m":{"t":true},"self":{"s":""},"all":[null,{"s":"\ud83d\ude00"}],"kiss":"é"}`,
		`{"s":"", "S":""}`, `{"s":"","\u017f":1}`, `{"s":"","s":""}`, `{"a":1,"\u0061":2}`, "\"\xff\"", `"\ud800"`, `[1,2,[3,{"x":-0.5E-3}]]`,
		"\xef\xbb\xbf1", `[01]`, ` null `, userDocument, `{"":{"":{"":[]}}}`, `{"s":"","i8":1.0}`, strings.Repeat("[", 70), `{"s":"","n":-0}`,
	} {
		f.Add([]byte(doc))
	}
	open := everythingShape()
	closed := everythingShape()
	closed.Forbid = true
	shapes := []*Shape{open, closed, userShape(), prepared(&Shape{Kind: Map, Elem: open}), prepared(&Shape{Kind: List, Elem: &Shape{Kind: Int, Bits: 32}})}
	f.Fuzz(func(t *testing.T, doc []byte) {
		r := Scan(nil, doc, Limits{})
		checkAny(t, doc, r)
		for _, s := range shapes {
			got := Scan(s, doc, Limits{})
			got.Large, got.Converts, r.Converts = r.Large, false, false // which depend on the shape
			if got.Verdict != Misfit && got != r && (got.Verdict != Fits || r.Verdict != Misfit) {
				t.Errorf("%q: %+v with a shape, %+v without", doc, got, r)
			}
			if got.Verdict == Fits && r.Verdict != Fits {
				t.Errorf("%q fits a shape but is %+v without", doc, r)
			}
		}
		fitsOpen, fitsClosed := Scan(open, doc, Limits{}).Verdict == Fits, Scan(closed, doc, Limits{}).Verdict == Fits
		if fitsClosed && !fitsOpen {
			t.Errorf("%q fits only where keys are forbidden", doc)
		}
		if fitsOpen {
			same(t, doc, new(everything), new(everything))
		}
		if r.Verdict == Fits {
			checkWalk(t, doc)
		}
		roam(doc)
	})
}

// checkAny compares the verdict on any value with what encoding/json and the strict rules say.
func checkAny(t *testing.T, doc []byte, r Report) {
	valid := stdjson.Valid(doc) && utf8.Valid(doc) && !loneSurrogate(doc)
	switch r.Verdict {
	case Malformed:
		if valid || r.Message == "" || r.Offset < 0 || r.Offset > utf8.RuneCount(doc) {
			t.Errorf("%q: %+v", doc, r)
		}
	case Fits, Misfit:
		if !valid || repeats(t, doc) != (r.Verdict == Misfit) {
			t.Errorf("%q: %+v, valid: %t", doc, r, valid)
		}
	case TooDeep:
		if bytes.Count(doc, []byte("["))+bytes.Count(doc, []byte("{")) <= DefaultDepth {
			t.Errorf("%q: %+v", doc, r)
		}
	case TooLong:
		if len(doc) <= DefaultElements {
			t.Errorf("%q: %+v", doc, r)
		}
	}
}

var (
	pairOrEscape = regexp.MustCompile(`\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\[^u]`)
	surrogate    = regexp.MustCompile(`\\u[dD][89a-fA-F]`)
)

// loneSurrogate finds one in a valid document.
func loneSurrogate(doc []byte) bool { return surrogate.Match(pairOrEscape.ReplaceAll(doc, nil)) }

// repeats tells whether an object of a valid document has a key twice, by the tokens of encoding/json.
func repeats(t *testing.T, doc []byte) bool {
	d := stdjson.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var value func() bool
	value = func() bool {
		token, err := d.Token()
		if err != nil {
			t.Fatalf("%q: %v", doc, err)
		}
		found, seen := false, map[string]bool{}
		if delim, ok := token.(stdjson.Delim); ok {
			for d.More() {
				if delim == '{' {
					key, _ := d.Token()
					found = found || seen[key.(string)]
					seen[key.(string)] = true
				}
				found = value() || found
			}
			_, _ = d.Token()
		}
		return found
	}
	return value()
}

// same decodes a document that fits, which must succeed and give what encoding/json gives.
func same(t *testing.T, doc []byte, got, want any) {
	t.Helper()
	before := bytes.Clone(doc)
	if err := Unmarshal(doc, got); err != nil {
		t.Errorf("%q fits, but: %v", doc, err)
		return
	}
	if err := stdjson.Unmarshal(doc, want); err != nil {
		t.Errorf("%q fits, but encoding/json: %v", doc, err)
		return
	}
	if !bytes.Equal(doc, before) {
		t.Errorf("%q was changed", before)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q: %+v, but encoding/json: %+v", doc, got, want)
	}
}

// checkWalk compares Skip, Members and Elements with what encoding/json decodes.
func checkWalk(t *testing.T, doc []byte) {
	var want, numbers any
	d := stdjson.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	if err := d.Decode(&want); err != nil && err != io.EOF {
		t.Fatalf("%q: %v", doc, err)
	}
	if err := UnmarshalNumber(doc, &numbers); err != nil || !reflect.DeepEqual(numbers, want) {
		t.Errorf("UnmarshalNumber(%q) = %v, %v, want %v", doc, numbers, err, want)
	}
	if end := Skip(doc, 0); Space(doc, end) != len(doc) {
		t.Errorf("Skip(%q) = %d", doc, end)
	}
	var check func(i int, want any)
	check = func(i int, want any) {
		n := 0
		switch want := want.(type) {
		case map[string]any:
			for name, span := range Members(doc, i) {
				v, ok := want[name]
				if n++; !ok || Skip(doc, span.Start) != span.End {
					t.Errorf("Members(%q) yields %q at %+v", doc, name, span)
				}
				check(span.Start, v)
			}
			if n != len(want) {
				t.Errorf("Members(%q) yields %d of %d", doc, n, len(want))
			}
		case []any:
			for at, span := range Elements(doc, i) {
				if at != n || n >= len(want) || Skip(doc, span.Start) != span.End {
					t.Fatalf("Elements(%q) yields %d at %+v", doc, at, span)
				}
				check(span.Start, want[n])
				n++
			}
			if n != len(want) {
				t.Errorf("Elements(%q) yields %d of %d", doc, n, len(want))
			}
		default:
			var got any
			if err := UnmarshalNumber(doc[Space(doc, i):Skip(doc, i)], &got); err != nil || got != want {
				t.Errorf("Skip(%q, %d) ends %v, %v, want %v", doc, i, got, err, want)
			}
		}
	}
	check(0, want)
}

// roam walks over anything, from everywhere, and only has to end.
func roam(doc []byte) {
	for i := -1; i <= min(len(doc), 200)+1; i++ {
		_, _ = Space(doc, i), Skip(doc, i)
		for _, span := range Members(doc, i) {
			_ = doc[span.Start:span.End]
		}
		for _, span := range Elements(doc, i) {
			_ = doc[span.Start:span.End]
		}
	}
	_ = appendUnescaped(nil, doc)
}

func FuzzAppendString(f *testing.F) {
	for _, s := range appendedStrings {
		f.Add(s)
	}
	f.Fuzz(checkAppendString)
}

func FuzzAppendFloat(f *testing.F) {
	for _, v := range appendedFloats {
		f.Add(math.Float64bits(v))
	}
	f.Fuzz(func(t *testing.T, bits uint64) { checkAppendFloat(t, math.Float64frombits(bits)) })
}
