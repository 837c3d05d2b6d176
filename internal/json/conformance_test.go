package json

import (
	"math"
	"strings"
	"testing"
)

// The documents of the next two tests follow the classes of JSONTestSuite (github.com/nst/JSONTestSuite): n_ must be
// refused, y_ accepted. Of its undecided i_ class this package refuses bad UTF-8 and lone surrogates and takes the rest.

func TestScanRefusesWhatIsNotJSON(t *testing.T) {
	groups := map[string][]string{
		"array": {
			"[1 true]", "[a\xe5]", `["": 1]`, `[""],`, "[,1]", "[1,,2]", `["x",,]`, `["x"]]`, `["",]`, `["x"`, "[x", "[3[4]]",
			"[\xff]", "[1:2]", "[,]", "[-]", "[   , \"\"]", "[\"a\",\n4\n,1,", "[1,]", "[\"\va\"\\f]", "[*]", `[""`, "[1,",
			"[1,\n1\n,1", "[{}", "[[]", "]", "[1}", "[(1)]", "[1;2]",
		},
		"literal": {
			"[fals]", "[nul]", "[tru]", "nul", "t", "f", "n", "True", "FALSE", "NULL", "TRUE", "truth", "nulll", "true1",
			"undefined", "None", "[NULL]", "falsy", "tr\x00e",
		},
		"number": {
			"[++1234]", "[+1]", "[+Inf]", "[-01]", "[-1.0.]", "[-2.]", "[-NaN]", "[.-1]", "[.2e-3]", "[0.1.2]", "[0.3e+]",
			"[0.3e]", "[0.e1]", "[0E+]", "[0E]", "[0e+]", "[0e]", "[1.0e+]", "[1.0e-]", "[1.0e]", "[1 000.0]", "[1eE2]",
			"[2.e+3]", "[2.e-3]", "[2.e3]", "[9.e+]", "[Inf]", "[NaN]", "[\uff11]", "[1+2]", "[0x1]", "[0x42]", "[Infinity]",
			"[0e+-1]", "[-123.123foo]", "[123\xe5]", "[1e1\xe5]", "[0\xe5]", "[-Infinity]", "[-foo]", "[- 1]", "[-012]",
			"[-.123]", "[-1x]", "[1ea]", "[1.]", "[.123]", "[1.2a-3]", "[1.8011670033376514H-308]", "[012]", "-", "--1",
			"1e", "1.", "00", "01", "1_000", "1,000", "1L", "0b1", "0o7", "\u0661", "\u22121",
		},
		"object": {
			`["x", truth]`, "{[: \"x\"}\n", `{"x", null}`, `{"x"::"b"}`, "{\U0001f1e8\U0001f1ed}", `{"a":"a" 123}`,
			`{key: 'value'}`, "{\"\xb9\":\"0\",}", `{"a" b}`, `{:"b"}`, `{"a" "b"}`, `{"a":`, `{"a"`, `{1:1}`,
			`{9999E9999:1}`, `{null:null,null:null}`, `{"id":0,,,,,}`, `{'a':0}`, `{"id":0,}`, `{"a":"b"}/**/`,
			`{"a":"b"}/**//`, `{"a":"b"}//`, `{"a":"b"}/`, `{"a":"b",,"c":"d"}`, `{a: "b"}`, `{"a":"a`,
			`{ "foo" : "bar", "a" }`, `{"a":"b"}#`, "{", "}", `{"":`, `{"":1`, `{"a":1]`, `{"a"=1}`, `{true:1}`, `{"a":1;}`,
			`{,}`, `{,"a":1}`, `{"a":1 "b":2}`, `{{}}`, `{[]}`, `{"a":}`,
		},
		"string": {
			`["\uD800\"]`, `["\uD800\u"]`, `["\uD800\u1"]`, `["\uD800\u1x"]`, "[\u00e9]", "[\"\\\x00\"]", `["\x00"]`, `["\\\"]`,
			"[\"\\\t\"]", "[\"\\\U0001f300\"]", `["\"]`, `["\u00A"]`, `["\uD834\uDd"]`, `["\uD800\uD800\x"]`, "[\"\\u\xe5\"]",
			`["\a"]`, `["\uqqqq"]`, "[\"\\\xe5\"]", `[\u0020"asd"]`, `[\n]`, `"`, `['single quote']`, "abc", `["\`,
			"[\"a\x00a\"]", "[\"new\nline\"]", "[\"\t\"]", "[\"\r\"]", "[\"\x1f\"]", `"\UA66D"`, `"abc`, `""x`, `"\u 041"`, `"\u+041"`,
			`"\u0x41"`, `"\u`, `"\u12`, `"\u1234`, "\"\\\n\"", "`a`",
		},
		"surrogates that stand alone": {
			`"\uD800"`, `"\uDFFF"`, `["\uDADA"]`, `["\uD888\u1234"]`, `["\uD800\n"]`, `["\uDd1ea"]`, `["\uD800\uD800\n"]`,
			`["\ud800"]`, `["\ud800abc"]`, `["\uDd1e\uD834"]`, `["\uDFAA"]`, `{"\uD800":1}`, `["\uDBFF\uDBFF"]`, `["\uDBFF\\uDFFF"]`,
		},
		"invalid UTF-8": {
			"\"\xff\"", "\"\x80\"", "[\"\xe0\xff\"]", "[\"\xfc\x80\x80\x80\x80\x80\"]", "[\"\xc0\xaf\"]", "[\"\xfc\x83\xbf\xbf\xbf\xbf\"]",
			"[\"\xe6\x97\xa5\xd1\x88\xfa\"]", "[\"\x81\"]", "[\"\xf4\xbf\xbf\xbf\"]", "[\"\xed\xa0\x80\"]", "{\"\xff\":1}",
			"[\"abcdefgh\xc3\"]", "[\"\xe2\x82\"]", "\xff", "[\xe5]", "\"\xf0\x28\x8c\xbc\"", "\"long enough for a word \xbf\"",
		},
		"structure": {
			"", " ", "\n\t\r", "\u2060", "<.>", "[<null>]", "[1]x", "[1]]", `["asd]`, "a\u00e5", "[True]", "1]", `{"x": true,`,
			"[][]", "]", "\xef\xbb{}", "\xe5", "[", "[\x00]", "2@", "{}}", `{"":`, `{"a":/*comment*/"b"}`, `{"a": true} "x"`, "['",
			"[,", `[{`, `["a`, `["a"`, "{", "{]", "{,", "{[", `{"a`, "{'a'", `["\{["\{["\{["\{`, "\u00e9", "*", `{"a":"b"}#{}`,
			`[\u000A""]`, "[1", "[ false, nul", "[ true, fals", "[ false, tru", `{"asd":"asd"`, "\u00e5", "[\u2060]", "\x00", "[1]\x00",
			"[\f]", "[\v]", "\u00a0[]", "[\u00a0]", "\u2028[]", "[]\u3000", "1 2", `"a" "b"`, "null null", "// []", "# []", "[]/* */", ":", ",", "\x1b[0m",
			"[" + strings.Repeat("[", 60), strings.Repeat(`[{"":`, 30), "[1]\n[2]", "\x1e[]",
		},
		"byte order marks and UTF-16": {
			"\xef\xbb\xbf{}", "\xef\xbb\xbf", "\xef\xbb\xbf 1", "\xff\xfe[\x00]\x00", "\xfe\xff\x00[\x00]", "[\x00]\x00", "\x00[\x00]",
			"[\xef\xbb\xbf]", " \xef\xbb\xbf[]",
		},
	}
	count := 0
	for name, docs := range groups {
		for _, doc := range docs {
			count++
			r := Scan(nil, []byte(doc), Limits{})
			if r.Verdict != Malformed || r.Message == "" {
				t.Errorf("%s: Scan(%q) = %+v, want Malformed", name, doc, r)
			}
			// What is wrong does not depend on what was asked for.
			if other := Scan(&Shape{Kind: Bool}, []byte(doc), Limits{}); other != r {
				t.Errorf("%s: Scan(%q) = %+v with another shape, want %+v", name, doc, other, r)
			}
		}
	}
	if count < 130 {
		t.Errorf("only %d documents", count)
	}
}

func TestScanAcceptsJSON(t *testing.T) {
	docs := []string{
		// arrays
		"[[]   ]", `[""]`, "[]", `["a"]`, "[false]", `[null, 1, "1", {}]`, "[null]", "[1\n]", " [1]", "[1,null,null,null,2]", "[2] ",
		"[ 1 , 2 ]", "[[[[]]]]",
		// numbers
		"[123e65]", "[0e+1]", "[0e1]", "[ 4]", "[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]\n",
		"[20e1]", "[-0]", "[-123]", "[-1]", "[1E22]", "[1E-2]", "[1E+2]", "[123e45]", "[123.456e78]", "[1e-2]", "[1e+2]", "[123]",
		"[123.456789]", "[0]", "[0.0]", "[-0.0]", "[-0e-0]", "[1e400]", "[-1e400]", "[1e-400]", "[123456789012345678901234567890]", "[0.1e00001]",
		// objects
		`{"asd":"sdf", "dfg":"fgh"}`, `{"asd":"sdf"}`, `{}`, `{"":0}`, `{"foo\u0000bar": 42}`, `{ "min": -1.0e+28, "max": 1.0e+28 }`,
		`{"x":[{"id": "xx"}], "id": "xx"}`, `{"a":[]}`, `{"title":"\u041f\u043e\u043b"}`, "{\n\"a\": \"b\"\n}", `{"a":1,"A":2}`, "{\t\"a\"\r:\n1 }",
		`{"a":{"a":{"a":1}}}`,
		// strings
		`["\u0060\u012a\u12AB"]`, `["\uD801\udc37"]`, `["\ud83d\ude39\ud83d\udc8d"]`, `["\"\\\/\b\f\n\r\t"]`, `["\\u0000"]`, `["\""]`,
		`["a/*b*/c/*d//e"]`, `["\\a"]`, `["\\n"]`, `["\u0012"]`, `["\uFFFF"]`, `["asd"]`, `[ "asd"]`, `["\uDBFF\uDFFF"]`,
		`["new\u00A0line"]`, "[\"\U0010ffff\"]", "[\"\uffff\"]", `["\u0000"]`, `["\u002c"]`, "[\"\u03c0\"]", "[\"\U0001bfff\"]", `["asd "]`,
		`" "`, `["\uD834\uDd1e"]`, `["\u0821"]`, `["\u0123"]`, "[\"\u2028\"]", "[\"\u2029\"]", `["\u0061\u30af\u30EA\u30b9"]`, "[\"new\u00a0line\"]",
		"[\"\x7f\"]", `["\uA66D"]`, `["\u005C"]`, "[\"\u2342\u3234\u2342\"]", `["\u200B"]`, `["\u2064"]`, `["\uFDD0"]`, `["\uFFFE"]`, `["\u0022"]`, "[\"a\x7fa\"]",
		"\"\ufeff\"", "\"\ufffd\"", `""`,
		// structure
		"false", "42", "-0.1", "null", `"asd"`, "true", "[true]\n", "[]", " [] ", " true ", "\t\r\n 0 \t\r\n",
	}
	if len(docs) < 60 {
		t.Errorf("only %d documents", len(docs))
	}
	for _, doc := range docs {
		r := Scan(nil, []byte(doc), Limits{})
		if r.Large = false; r != (Report{}) {
			t.Errorf("Scan(%q) = %+v, want Fits", doc, r)
		}
	}
}

// A document cut off anywhere is not a document, and says so whichever shape it is compared with.
func TestScanRefusesEachBeginningOfDocument(t *testing.T) {
	doc := `{"a":[1.5e+3,"x\u00e9\ud83d\ude39é",{"b":null,"c":true}],"d":false}`
	for n := range len(doc) {
		if r := Scan(nil, []byte(doc[:n]), Limits{}); r.Verdict != Malformed {
			t.Errorf("Scan(%q) = %+v, want Malformed", doc[:n], r)
		}
	}
	if r := Scan(nil, []byte(doc), Limits{}); r.Verdict != Fits {
		t.Errorf("Scan(%q) = %+v, want Fits", doc, r)
	}
}

func TestScanStopsAtLimits(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	objects := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	elements := func(n int) string { return "[" + strings.Repeat("0,", n-1) + "0]" }
	tests := []struct {
		name   string
		doc    string
		limits Limits
		want   Verdict
	}{
		{"default depth", nested(DefaultDepth), Limits{}, Fits},
		{"default depth and one", nested(DefaultDepth + 1), Limits{}, TooDeep},
		{"objects of default depth", objects(DefaultDepth), Limits{}, Fits},
		{"objects too deep", objects(DefaultDepth + 1), Limits{}, TooDeep},
		{"mixed", `[{"a":[1]}]`, Limits{Depth: 3}, Fits},
		{"mixed too deep", `[{"a":[1]}]`, Limits{Depth: 2}, TooDeep},
		{"a scalar has no depth", `1`, Limits{Depth: 1}, Fits},
		{"stops before what is malformed later", strings.Repeat("[", 1_000_000), Limits{}, TooDeep},
		{"malformed before too deep", `[x` + nested(100), Limits{}, Malformed},
		{"as deep as the codec goes", nested(MaxDepth), Limits{Depth: math.MaxInt}, Fits},
		{"deeper than the codec goes", nested(MaxDepth + 1), Limits{Depth: math.MaxInt}, TooDeep},
		{"default elements", elements(DefaultElements), Limits{}, Fits},
		{"default elements and one", elements(DefaultElements + 1), Limits{}, TooLong},
		{"elements and members are one count", `[1,{"a":2}]`, Limits{Elements: 3}, Fits},
		{"elements and members too many", `[1,{"a":2,"b":3}]`, Limits{Elements: 3}, TooLong},
		{"empty values count nothing", `[]`, Limits{Elements: 1}, Fits},
		{"stops before what is malformed", `[1,2,x`, Limits{Elements: 2}, TooLong},
		{"negative limits are the defaults", nested(DefaultDepth), Limits{Depth: -1, Elements: -1}, Fits},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if r := Scan(nil, []byte(tt.doc), tt.limits); r.Verdict != tt.want {
				t.Errorf("Scan = %+v, want verdict %d", r, tt.want)
			}
		})
	}
	t.Run("limits hold where the shape is met by misfits too", func(t *testing.T) {
		if r := Scan(&Shape{Kind: Bool}, []byte(nested(DefaultDepth+1)), Limits{}); r.Verdict != TooDeep {
			t.Errorf("Scan = %+v, want TooDeep", r)
		}
	})
}
