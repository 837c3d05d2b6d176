package json

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// prepared makes a shape ready.
func prepared(s *Shape) *Shape {
	s.Prepare()
	return s
}

func TestScanComparesKinds(t *testing.T) {
	samples := map[Kind]string{Bool: `true`, String: `"a"`, Int: `1`, Float: `1.5`, Struct: `{}`, List: `[]`}
	fits := map[Kind][]Kind{
		Any:         {Bool, String, Int, Float, Struct, List},
		Bool:        {Bool},
		String:      {String},
		Int:         {Int},
		Uint:        {Int},
		Float:       {Int, Float},
		NumberToken: {Int, Float},
		Struct:      {Struct},
		List:        {List},
		Array:       {List},
		Map:         {Struct},
	}
	for kind, want := range fits {
		for sample, doc := range samples {
			verdict := Misfit
			for _, k := range want {
				if k == sample {
					verdict = Fits
				}
			}
			for _, nullable := range []bool{false, true} {
				s := prepared(&Shape{Kind: kind, Nullable: nullable})
				if r := Scan(s, []byte(doc), Limits{}); r.Verdict != verdict {
					t.Errorf("kind %d: Scan(%s) = %+v, want verdict %d", kind, doc, r, verdict)
				}
				verdictOfNull := Misfit
				if nullable {
					verdictOfNull = Fits
				}
				if r := Scan(s, []byte("null"), Limits{}); r.Verdict != verdictOfNull {
					t.Errorf("kind %d, nullable %t: Scan(null) = %+v", kind, nullable, r)
				}
			}
		}
	}
}

func TestScanChecksRangesOfIntegers(t *testing.T) {
	for _, tt := range []struct {
		bits               int
		min, max           string
		belowMin, aboveMax string
		maxUint, aboveUint string
	}{
		{8, "-128", "127", "-129", "128", "255", "256"},
		{16, "-32768", "32767", "-32769", "32768", "65535", "65536"},
		{32, "-2147483648", "2147483647", "-2147483649", "2147483648", "4294967295", "4294967296"},
		{64, "-9223372036854775808", "9223372036854775807", "-9223372036854775809", "9223372036854775808",
			"18446744073709551615", "18446744073709551616"},
	} {
		signed, unsigned := prepared(&Shape{Kind: Int, Bits: tt.bits}), prepared(&Shape{Kind: Uint, Bits: tt.bits})
		check := func(s *Shape, want Verdict, docs ...string) {
			t.Helper()
			for _, doc := range docs {
				if r := Scan(s, []byte(doc), Limits{}); r.Verdict != want {
					t.Errorf("kind %d of %d bits: Scan(%s) = %+v, want verdict %d", s.Kind, tt.bits, doc, r, want)
				}
			}
		}
		never := []string{"1.0", "1e0", "1E2", "0.0", "1.5", "1e-1", "-1.0", "99999999999999999999", "-99999999999999999999",
			"18446744073709551626", "184467440737095516160", strings.Repeat("9", 400), `"1"`}
		check(signed, Fits, tt.min, tt.max, "0", "-0", "-1", "7")
		check(signed, Misfit, tt.belowMin, tt.aboveMax)
		check(signed, Misfit, never...)
		check(unsigned, Fits, "0", "1", tt.max, tt.maxUint)
		check(unsigned, Misfit, tt.aboveUint, "-1", tt.min, "-0") // -0: no decoder of Go reads it into an unsigned integer
		check(unsigned, Misfit, never...)
	}
}

func TestScanChecksRangesOfFloats(t *testing.T) {
	zeros := strings.Repeat("0", 400)
	tests := []struct {
		doc      string
		f32, f64 Verdict
	}{
		{"0", Fits, Fits}, {"-0", Fits, Fits}, {"1", Fits, Fits}, {"-1.5e3", Fits, Fits}, {"1e37", Fits, Fits},
		{"3.4028234663852886e38", Fits, Fits}, {"-3.4028234663852886e+38", Fits, Fits},
		{"340282346638528859811704183484516925440", Fits, Fits},
		{"3.4028235e38", Fits, Fits}, {"3.4028236e38", Misfit, Fits},
		{"340282346638528859811704183484516925441000", Misfit, Fits},
		{"1e38", Fits, Fits}, {"4e38", Misfit, Fits}, {"1e39", Misfit, Fits}, {"0.1e40", Misfit, Fits}, {"0.001e40", Fits, Fits},
		{"1.7976931348623157e308", Misfit, Fits}, {"1.7976931348623159e308", Misfit, Misfit}, {"-1e309", Misfit, Misfit},
		{"1e400", Misfit, Misfit}, {"1" + zeros, Misfit, Misfit}, {"1" + zeros + "e-400", Fits, Fits}, {"0." + zeros + "1e401", Fits, Fits},
		{"0." + zeros + "1e800", Misfit, Misfit}, {"0e99999999999999999999", Fits, Fits}, {"0.000e+400", Fits, Fits},
		{"1e99999999999999999999999", Misfit, Misfit}, {"1e-99999999999999999999999", Fits, Fits}, {"1e-400", Fits, Fits},
		{"1e0000000000000000000000000001", Fits, Fits}, {"0.0000001E+00000000000000000045", Fits, Fits},
	}
	for _, tt := range tests {
		for bits, want := range map[int]Verdict{32: tt.f32, 64: tt.f64} {
			s := prepared(&Shape{Kind: Float, Bits: bits})
			if r := Scan(s, []byte(tt.doc), Limits{}); r.Verdict != want {
				t.Errorf("%d bits: Scan(%.60s) = %+v, want verdict %d", bits, tt.doc, r, want)
			}
			var err error // the codec must agree, where it need not be asked for a number that it would round twice
			if r := Scan(s, []byte(tt.doc), Limits{}); r.Converts {
				converted, _ := Convert(nil, Float, 32, []byte(tt.doc))
				err = Unmarshal(converted, new(float32))
			} else if bits == 32 {
				err = Unmarshal([]byte(tt.doc), new(float32))
			} else {
				err = Unmarshal([]byte(tt.doc), new(float64))
			}
			if (err == nil) != (want == Fits) {
				t.Errorf("%d bits: Unmarshal(%.60s): %v, want verdict %d", bits, tt.doc, err, want)
			}
		}
		if r := Scan(&Shape{Kind: NumberToken}, []byte(tt.doc), Limits{}); r.Verdict != Fits {
			t.Errorf("a Number is of any size: Scan(%.60s) = %+v", tt.doc, r)
		}
	}
}

func TestScanComparesStructs(t *testing.T) {
	number := &Shape{Kind: Int, Bits: 64}
	fields := []Field{{"id", number, true}, {"name", &Shape{Kind: String, Nullable: true}, false}, {"k", number, false}, {"é\"", number, false}, {"any", nil, false}}
	open := prepared(&Shape{Kind: Struct, Fields: fields})
	closed := prepared(&Shape{Kind: Struct, Fields: fields, Forbid: true})
	tests := []struct {
		doc          string
		open, closed Verdict
	}{
		{`{"id":1}`, Fits, Fits},
		{`{"id":1,"name":"a","k":2}`, Fits, Fits},
		{` { "k" : 2 , "name" : null , "id" : 1 } `, Fits, Fits},
		{`{"any":null,"id":1}`, Fits, Fits},
		{`{"any":[{"a":1}],"id":1}`, Fits, Fits},
		{`{}`, Misfit, Misfit},
		{`{"name":"a"}`, Misfit, Misfit},
		{`{"id":null}`, Misfit, Misfit},
		{`{"id":"1"}`, Misfit, Misfit},
		{`{"id":1,"more":{"a":[1]}}`, Fits, Misfit},
		{`{"":1,"id":1}`, Fits, Misfit},
		{`{"\u0069\u0064":1}`, Fits, Fits},
		{`{"id":1,"é\"":2}`, Fits, Fits},
		{`{"id":1,"\u00e9\u0022":2}`, Fits, Fits},
		// given twice
		{`{"id":1,"id":1}`, Misfit, Misfit},
		{`{"id":1,"\u0069d":1}`, Misfit, Misfit},
		{`{"id":1,"name":"a","name":"b"}`, Misfit, Misfit},
		{`{"id":1,"x":1,"x":2}`, Misfit, Misfit},
		{`{"id":1,"x":1,"\u0078":2}`, Misfit, Misfit},
		{`{"id":1,"x":1,"X":2}`, Fits, Misfit},
		{`{"id":1,"x":1,"y":{"x":2}}`, Fits, Misfit},
		// another case
		{`{"id":1,"ID":2}`, Misfit, Misfit},
		{`{"Id":1}`, Misfit, Misfit},
		{`{"id":1,"\u0049D":2}`, Misfit, Misfit},
		{`{"id":1,"NAME":"a"}`, Misfit, Misfit},
		{`{"id":1,"K":2}`, Misfit, Misfit},
		{"{\"id\":1,\"\u212a\":2}", Misfit, Misfit}, // the Kelvin sign
		{`{"id":1,"\u212a":2}`, Misfit, Misfit},
		{`{"id":1,"\u212A":2}`, Misfit, Misfit},
		{`{"id":1,"É\"":2}`, Misfit, Misfit},
		{`{"id":1,"ıd":2}`, Fits, Misfit}, // the dotless i folds to nothing
	}
	for _, tt := range tests {
		if r := Scan(open, []byte(tt.doc), Limits{}); r.Verdict != tt.open {
			t.Errorf("Scan(%s) = %+v, want verdict %d", tt.doc, r, tt.open)
		}
		if r := Scan(closed, []byte(tt.doc), Limits{}); r.Verdict != tt.closed {
			t.Errorf("Forbid: Scan(%s) = %+v, want verdict %d", tt.doc, r, tt.closed)
		}
	}

	t.Run("two fields that fold alike are both known", func(t *testing.T) {
		s := prepared(&Shape{Kind: Struct, Fields: []Field{{"id", number, true}, {"ID", number, true}}})
		for doc, want := range map[string]Verdict{`{"id":1,"ID":2}`: Fits, `{"ID":1,"id":2}`: Fits, `{"id":1}`: Misfit, `{"id":1,"ID":2,"iD":3}`: Misfit} {
			if r := Scan(s, []byte(doc), Limits{}); r.Verdict != want {
				t.Errorf("Scan(%s) = %+v, want verdict %d", doc, r, want)
			}
		}
	})
	t.Run("long s", func(t *testing.T) {
		s := prepared(&Shape{Kind: Struct, Fields: []Field{{"session", number, false}}})
		for _, doc := range []string{`{"ſession":1}`, `{"\u017fe\u017fsion":1}`, `{"SESSION":1}`, `{"seſSion":1}`} {
			if r := Scan(s, []byte(doc), Limits{}); r.Verdict != Misfit {
				t.Errorf("Scan(%s) = %+v, want Misfit", doc, r)
			}
			var v struct {
				N int `json:"session"`
			}
			if err := Unmarshal([]byte(doc), &v); err != nil || v.N != 1 {
				t.Errorf("the codec reads %s as %+v, %v: it no longer folds, and this guard can go", doc, v, err)
			}
		}
	})
}

// wrappers put a value at places that are scanned by different code. Each takes %s and a shape for it.
var wrappers = []struct {
	doc  string
	wrap func(*Shape) *Shape
}{
	{`%s`, func(s *Shape) *Shape { return s }},
	{`[%s]`, func(s *Shape) *Shape { return &Shape{Kind: List, Elem: s} }},
	{`[%s]`, func(s *Shape) *Shape { return &Shape{Kind: Array, Len: 1, Elem: s} }},
	{`{"x":%s}`, func(s *Shape) *Shape { return &Shape{Kind: Map, Elem: s} }},
	{`{"f":%s}`, func(s *Shape) *Shape { return &Shape{Kind: Struct, Fields: []Field{{"f", s, true}}} }},
	{`{"f":[{"a":1,"b":{"y":%s}}]}`, func(s *Shape) *Shape {
		return &Shape{Kind: Struct, Fields: []Field{{"f", &Shape{Kind: List, Elem: &Shape{Kind: Struct, Fields: []Field{{"b", &Shape{Kind: Map, Elem: s}, true}}}}, true}}}
	}},
}

func TestScanRefusesKeysGivenTwiceEverywhere(t *testing.T) {
	many := func(last string) string {
		var b strings.Builder
		for n := range 40 {
			fmt.Fprintf(&b, `"k%d":{"k1":0,"k2":0},`, n)
		}
		return "{" + b.String() + `"` + last + `":0}`
	}
	tests := []struct {
		doc  string
		want Verdict
	}{
		{`{"a":1,"a":2}`, Misfit},
		{`{"a":1,"b":2,"a":2}`, Misfit},
		{`{"a":1,"\u0061":2}`, Misfit},
		{`{"\u0061":1,"\u0061":2}`, Misfit},
		{`{"é":1,"\u00e9":2}`, Misfit},
		{`{"\ud83d\ude00":1,"😀":2}`, Misfit},
		{`{"":1,"":2}`, Misfit},
		{`{"a\/b":1,"a/b":2}`, Misfit},
		{`{"a":{"a":{"a":1}},"b":{"a":1}}`, Fits},
		{`{"a":{"b":1,"c":2,"b":3}}`, Misfit},
		{`{"a":[{"b":1},{"b":1}]}`, Fits},
		{`{"a":1,"A":2,"aa":3,"a ":4,"\u0000":5,"\u0000\u0000":6}`, Fits},
		{many("k"), Fits}, {many("k0"), Misfit}, {many("k39"), Misfit}, {many(`\u006b17`), Misfit}, {many("k40"), Fits},
	}
	free := []*Shape{nil, {Kind: Any, Nullable: true}, {Kind: Map}, {Kind: Map, Elem: &Shape{Kind: Any, Nullable: true}},
		{Kind: Struct}, {Kind: Struct, Fields: []Field{{"zzz", nil, false}, {"zzy", nil, false}}}}
	for _, tt := range tests {
		for n, w := range wrappers {
			for m, s := range free {
				doc := fmt.Sprintf(w.doc, tt.doc)
				if r := Scan(prepared(w.wrap(s)), []byte(doc), Limits{}); r.Verdict != tt.want {
					t.Errorf("wrapper %d, shape %d: Scan(%s) = %+v, want verdict %d", n, m, doc, r, tt.want)
				}
			}
			if r := Scan(nil, []byte(fmt.Sprintf(w.doc, tt.doc)), Limits{}); r.Verdict != tt.want {
				t.Errorf("wrapper %d: Scan(%s) = %+v, want verdict %d", n, tt.doc, r, tt.want)
			}
		}
	}
}

func TestScanRefusesKeysOfAnotherCaseEverywhere(t *testing.T) {
	for _, w := range wrappers {
		for key, want := range map[string]Verdict{"id": Fits, `\u0069d`: Fits, "ID": Misfit, "iD": Misfit, `\u0049d`: Misfit, `I\u0044`: Misfit, "idd": Fits} {
			doc := fmt.Sprintf(w.doc, fmt.Sprintf(`{"%s":1}`, key))
			s := prepared(w.wrap(&Shape{Kind: Struct, Fields: []Field{{"id", nil, false}}}))
			if r := Scan(s, []byte(doc), Limits{}); r.Verdict != want {
				t.Errorf("Scan(%s) = %+v, want verdict %d", doc, r, want)
			}
		}
	}
}

func TestScanFindsOneRepeatedKeyAmongManyAtLinearCost(t *testing.T) {
	keys := func(n int, last string) []byte {
		doc := []byte{'{'}
		for k := range n {
			doc = fmt.Appendf(doc, `"key-%d":0,`, k)
		}
		return append(append(doc, last...), '}')
	}
	const n = DefaultElements - 1
	for last, want := range map[string]Verdict{`"other":0`: Fits, `"key-50000":0`: Misfit, `"key\u002d0":0`: Misfit} {
		for _, s := range []*Shape{nil, prepared(&Shape{Kind: Map}), prepared(&Shape{Kind: Struct})} {
			if r := Scan(s, keys(n, last), Limits{}); r.Verdict != want {
				t.Errorf("%s: Scan = %+v, want verdict %d", last, r, want)
			}
		}
	}
}

func TestScanComparesArrays(t *testing.T) {
	number := &Shape{Kind: Int, Bits: 8}
	pair, list := prepared(&Shape{Kind: Array, Len: 2, Elem: number}), prepared(&Shape{Kind: List, Elem: number})
	none := prepared(&Shape{Kind: Array})
	for doc, want := range map[string][3]Verdict{
		`[]`: {Misfit, Fits, Fits}, `[1]`: {Misfit, Fits, Misfit}, `[1,2]`: {Fits, Fits, Misfit}, `[1,2,3]`: {Misfit, Fits, Misfit},
		`[1,null]`: {Misfit, Misfit, Misfit}, `[1,"2"]`: {Misfit, Misfit, Misfit}, `[1,999]`: {Misfit, Misfit, Misfit},
	} {
		for n, s := range []*Shape{pair, list, none} {
			if r := Scan(s, []byte(doc), Limits{}); r.Verdict != want[n] {
				t.Errorf("shape %d: Scan(%s) = %+v, want verdict %d", n, doc, r, want[n])
			}
		}
	}
}

func TestScanFollowsRecursiveShapes(t *testing.T) {
	tree := &Shape{Kind: Struct, Nullable: true}
	tree.Fields = []Field{{"v", &Shape{Kind: Int, Bits: 64}, true}, {"next", tree, false}, {"all", &Shape{Kind: List, Elem: tree}, false}}
	tree.Prepare()
	tree.Prepare()
	for doc, want := range map[string]Verdict{
		`{"v":1,"next":{"v":2,"next":null,"all":[{"v":3},null]}}`: Fits,
		`{"v":1,"next":{"v":2,"all":[{"v":3,"all":[{}]}]}}`:       Misfit,
		`{"v":1,"next":{"v":2,"all":[{"v":"3"}]}}`:                Misfit,
	} {
		if r := Scan(tree, []byte(doc), Limits{}); r.Verdict != want {
			t.Errorf("Scan(%s) = %+v, want verdict %d", doc, r, want)
		}
	}
}

func TestScanCountsFieldsOfLargeStructs(t *testing.T) {
	for _, n := range []int{1, 63, 64, 65, 127, 128, 129, 256, 257, 350} {
		s := &Shape{Kind: Struct}
		object := func(skip int, more string) []byte {
			var members []string
			for k := range n {
				if k != skip {
					members = append(members, fmt.Sprintf(`"f%d":%d`, k, k))
				}
			}
			if more != "" {
				members = append(members, more)
			}
			return []byte("{" + strings.Join(members, ",") + "}")
		}
		for k := range n {
			s.Fields = append(s.Fields, Field{fmt.Sprintf("f%d", k), &Shape{Kind: Int, Bits: 16}, k != n/2})
		}
		self := &Shape{Kind: Struct, Nullable: true, Fields: append([]Field{{"self", nil, false}}, s.Fields...)}
		self.Fields[0].Shape = self
		s.Prepare()
		self.Prepare()
		for k := range n {
			want := Misfit
			if k == n/2 {
				want = Fits
			}
			if r := Scan(s, object(k, ""), Limits{}); r.Verdict != want {
				t.Errorf("%d fields without f%d: %+v", n, k, r)
			}
			if r := Scan(s, object(-1, fmt.Sprintf(`"f%d":1`, k)), Limits{}); r.Verdict != Misfit {
				t.Errorf("%d fields, f%d twice: %+v", n, k, r)
			}
		}
		// The sets of a struct and of one inside it are apart, wherever the inner one comes.
		inner := string(object(-1, ""))
		if r := Scan(self, object(-1, `"self":`+inner), Limits{}); r.Verdict != Fits {
			t.Errorf("%d fields, twice nested: %+v", n, r)
		}
		if r := Scan(self, []byte(`{"self":`+inner+`,`+inner[1:]), Limits{}); r.Verdict != Fits {
			t.Errorf("%d fields, nested first: %+v", n, r)
		}
		if r := Scan(self, []byte(`{"self":`+inner+`}`), Limits{}); n > 1 && r.Verdict != Misfit {
			t.Errorf("%d fields, only the inner ones: %+v", n, r)
		}
	}
}

func TestScanCountsMembersOfStructsAndMaps(t *testing.T) {
	doc := []byte(`{"a":1,"b":{"c":[1,2]}}`)
	shapes := []*Shape{{Kind: Struct}, {Kind: Struct, Fields: []Field{{"a", nil, true}}}, {Kind: Map}, {Kind: Any}}
	for n, s := range shapes {
		s.Prepare()
		for elements, want := range map[int]Verdict{1: TooLong, 2: TooLong, 3: TooLong, 4: TooLong, 5: Fits} {
			if r := Scan(s, doc, Limits{Elements: elements}); r.Verdict != want {
				t.Errorf("shape %d, at most %d: %+v, want verdict %d", n, elements, r, want)
			}
		}
		if r := Scan(s, doc, Limits{Depth: 2}); r.Verdict != TooDeep {
			t.Errorf("shape %d: %+v, want TooDeep", n, r)
		}
		for cut := range doc {
			if r := Scan(s, doc[:cut], Limits{}); r.Verdict != Malformed {
				t.Errorf("shape %d: Scan(%q) = %+v, want Malformed", n, doc[:cut], r)
			}
		}
	}
}

func TestScanLetsGoOfSpaceOfLargeDocuments(t *testing.T) {
	sc := scanners.New().(*scanner)
	sc.seen, sc.scratch = make([]uint64, 1, maxScratch+1), make([]byte, 1, maxScratch+1)
	sc.keys.keys, sc.keys.text, sc.keys.table = make([]key, 1, maxScratch+1), make([]byte, 1, maxScratch+1), make([]uint32, 1, 4*maxScratch+1)
	sc.end()
	if sc.seen != nil || sc.scratch != nil || sc.keys.keys != nil || sc.keys.text != nil || sc.keys.table != nil || sc.doc != nil {
		t.Errorf("a scanner kept something: %+v", sc)
	}
}

func TestScanPrefersMalformedToMisfit(t *testing.T) {
	s := prepared(&Shape{Kind: Struct, Fields: []Field{{"a", &Shape{Kind: Int}, true}}})
	for _, doc := range []string{`{"a":"x","b":}`, `{"A":1,"A":2`, `[1,]`, `{"a":1,"a":2}x`, `"\x"`, `nul`} {
		if r := Scan(s, []byte(doc), Limits{}); r.Verdict != Malformed {
			t.Errorf("Scan(%s) = %+v, want Malformed", doc, r)
		}
	}
}

func TestShapesThatAreMistakesPanic(t *testing.T) {
	panics := func(name string, f func()) {
		defer func() {
			if recover() == nil {
				t.Errorf("%s: no panic", name)
			}
		}()
		f()
	}
	panics("two fields of one name", func() { (&Shape{Kind: Struct, Fields: []Field{{Name: "a"}, {Name: "a"}}}).Prepare() })
	panics("not prepared", func() { Scan(&Shape{Kind: Struct}, []byte("{}"), Limits{}) })
}

func TestScanIsSafeForConcurrentUse(t *testing.T) {
	s := userShape()
	var group sync.WaitGroup
	for n := range 8 {
		group.Go(func() {
			for range 200 {
				if r := Scan(s, []byte(userDocument), Limits{}); r.Verdict != Fits {
					t.Errorf("Scan = %+v", r)
				}
				if r := Scan(s, []byte(userDocument[:20+n]), Limits{}); r.Verdict != Malformed {
					t.Errorf("Scan of a part = %+v", r)
				}
			}
		})
	}
	group.Wait()
}

func TestScanDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector empties pools")
	}
	var many strings.Builder
	for n := range 200 {
		fmt.Fprintf(&many, `"key number %d":{"a":1.5e300,"b":[1,2,3]},`, n)
	}
	large := &Shape{Kind: Struct}
	for n := range 300 {
		large.Fields = append(large.Fields, Field{Name: fmt.Sprint("key number ", n)})
	}
	large.Prepare()
	mapping := []byte("{" + strings.TrimSuffix(many.String(), ",") + "}")
	for name, tt := range map[string]struct {
		shape *Shape
		doc   []byte
	}{
		"a user": {userShape(), []byte(userDocument)}, "a map": {nil, mapping}, "a large struct": {large, mapping},
		"unknown keys": {prepared(&Shape{Kind: Struct}), mapping},
		"pretty":       {userShape(), []byte(strings.NewReplacer(`":`, `" : `, ",", "\n, ").Replace(userDocument))},
	} {
		if r := Scan(tt.shape, tt.doc, Limits{}); r.Verdict != Fits {
			t.Errorf("%s: %+v", name, r)
		}
		if n := testing.AllocsPerRun(100, func() { Scan(tt.shape, tt.doc, Limits{}) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
