package json

import "testing"

// The table of messages and positions was written by CPython 3.11's json.loads, which FastAPI passes on.
func TestScanReportsErrorsAsPythonDoes(t *testing.T) {
	tests := []struct {
		doc     string
		offset  int
		message string
	}{
		{``, 0, MessageValue},
		{`  `, 2, MessageValue},
		{`{`, 1, MessageName},
		{`[`, 1, MessageValue},
		{`[1,]`, 3, MessageValue},
		{`{"a":1}x`, 7, MessageExtra},
		{`{"a" 1}`, 5, MessageColon},
		{`"untermin`, 0, MessageUnterminated},
		{`{"a":}`, 5, MessageValue},
		{`{"é":x}`, 5, MessageValue},
		{`[1`, 2, MessageComma},
		{`[1 `, 3, MessageComma},
		{`{"a":1`, 6, MessageComma},
		{`{"a":1 `, 7, MessageComma},
		{`{"a":1,`, 7, MessageName},
		{`{"a":1,}`, 7, MessageName},
		{`{"a":1, }`, 8, MessageName},
		{`{"a"`, 4, MessageColon},
		{`{"a" `, 5, MessageColon},
		{`{"a":`, 5, MessageValue},
		{`{"a": `, 6, MessageValue},
		{`{a:1}`, 1, MessageName},
		{`{1:1}`, 1, MessageName},
		{`{'a':1}`, 1, MessageName},
		{`{,}`, 1, MessageName},
		{`[,1]`, 1, MessageValue},
		{`[1 2]`, 3, MessageComma},
		{`[1,,2]`, 3, MessageValue},
		{`01`, 1, MessageExtra},
		{`-01`, 2, MessageExtra},
		{`[01]`, 2, MessageComma},
		{`1.`, 1, MessageExtra},
		{`[1.]`, 2, MessageComma},
		{`1e`, 1, MessageExtra},
		{`1e+`, 1, MessageExtra},
		{`1.5e+`, 3, MessageExtra},
		{`-`, 0, MessageValue},
		{`-x`, 0, MessageValue},
		{`+1`, 0, MessageValue},
		{`.5`, 0, MessageValue},
		{`[.5]`, 1, MessageValue},
		{`0x1`, 1, MessageExtra},
		{`tru`, 0, MessageValue},
		{`truex`, 4, MessageExtra},
		{`true x`, 5, MessageExtra},
		{`nul`, 0, MessageValue},
		{`nan`, 0, MessageValue},
		{`"\x"`, 1, MessageEscape},
		{`"abc\x"`, 4, MessageEscape},
		{`"\`, 0, MessageUnterminated},
		{`"\u`, 2, MessageUnicode},
		{`"\u12`, 2, MessageUnicode},
		{`"\u123`, 2, MessageUnicode},
		{`"\u1234`, 2, MessageUnicode},
		{`"\u12"`, 2, MessageUnicode},
		{`"\u12x4"`, 2, MessageUnicode},
		{`"\u12345`, 0, MessageUnterminated},
		{"\"ab\tc\"", 3, MessageControl},
		{"\"ab\nc", 3, MessageControl},
		{`"abc\"`, 0, MessageUnterminated},
		{`"\u00zz"`, 2, MessageUnicode},
		{`"é\x"`, 2, MessageEscape},
		{"\"\u00e9\u0000\"", 2, MessageControl},
		{`[1]]`, 3, MessageExtra},
		{`{"a":1}}`, 7, MessageExtra},
		{`1 1`, 2, MessageExtra},
		{`"a" "b"`, 4, MessageExtra},
		{`[1}`, 2, MessageComma},
		{`{"a":1]`, 6, MessageComma},
		{`"\ud800\u12"`, 8, MessageUnicode},
		{`"\ud800\uzzzz"`, 8, MessageUnicode},
		{`{"\x":1}`, 2, MessageEscape},
		{"{\"a\u0001\":1}", 3, MessageControl},
		{`{"a:1}`, 1, MessageUnterminated},
		{`{"a":"b}`, 5, MessageUnterminated},
		{`]`, 0, MessageValue},
		{`}`, 0, MessageValue},
		{`,`, 0, MessageValue},
		{`:`, 0, MessageValue},
		{"[1,\n\t]", 5, MessageValue},
		{"[\n", 2, MessageValue},
		{`[1,2`, 4, MessageComma},
		{`[[1]`, 4, MessageComma},
		{`[{]`, 2, MessageName},
		{`[{}`, 3, MessageComma},
		{`{"a":[}`, 6, MessageValue},
		{`{"a":{}`, 7, MessageComma},
		{`{"a":{"b":1}`, 12, MessageComma},
		{`{"a":{"b":1}, "c"`, 17, MessageColon},
		{"\u000b1", 0, MessageValue},
		{"\u00a01", 0, MessageValue},
		{"[1\f]", 2, MessageComma},
		{`[true`, 5, MessageComma},
		{`[false,`, 7, MessageValue},
		{`{"a":tru}`, 5, MessageValue},
		{`[nul]`, 1, MessageValue},
		{`[1.5.2]`, 4, MessageComma},
		{`[1e5e5]`, 4, MessageComma},
		{`[--1]`, 1, MessageValue},
		{`[1-]`, 2, MessageComma},
		{`[1+2]`, 2, MessageComma},
		{`{"a":1 "b":2}`, 7, MessageComma},
		{`{"a":1,,"b":2}`, 7, MessageName},
		{`{"a"::1}`, 5, MessageValue},
		{`{"a":1:2}`, 6, MessageComma},
		{`{"a","b"}`, 4, MessageColon},
		{`["a":1]`, 4, MessageComma},
		{`{"a":"a\q"}`, 7, MessageEscape},
		{`/**/1`, 0, MessageValue},
		{`[1]//`, 3, MessageExtra},
		{`{"a":1}#`, 7, MessageExtra},
		{`"\U0041"`, 1, MessageEscape},
		{`"\u+041"`, 2, MessageUnicode},
		{`"\u 041"`, 2, MessageUnicode},
	}
	for _, tt := range tests {
		want := Report{Verdict: Malformed, Offset: tt.offset, Message: tt.message}
		if got := Scan(nil, []byte(tt.doc), Limits{}); got != want {
			t.Errorf("Scan(%q) = %+v, want %+v", tt.doc, got, want)
		}
	}
}

// Here Python reads on, or fails elsewhere.
func TestScanReportsErrorsBeyondPython(t *testing.T) {
	tests := []struct {
		doc     string
		offset  int
		message string
	}{
		{"\xef\xbb\xbf{}", 0, MessageBOM},
		{"\xff\xfe[\x00]\x00", 0, MessageUTF8},
		{"\"é\xff\"", 2, MessageUTF8},
		{"{\"é\xc3\":1}", 3, MessageUTF8},
		{"[1,\xe5]", 3, MessageUTF8},
		{"x\"\xff\"", 2, MessageUTF8},       // text comes before syntax
		{"[\"\ufffd\",x]", 5, MessageValue}, // U+FFFD is a character like others
		{`"\ud800"`, 2, MessageUnicode},
		{`"é\udc00"`, 3, MessageUnicode},
		{`"\ud800\x"`, 2, MessageUnicode},
		{`"\ud800\u0041"`, 2, MessageUnicode},
		{`{"\udfff":1}`, 3, MessageUnicode},
		{`NaN`, 0, MessageValue},
		{`[Infinity]`, 1, MessageValue},
		{`[-Infinity]`, 1, MessageValue},
	}
	for _, tt := range tests {
		want := Report{Verdict: Malformed, Offset: tt.offset, Message: tt.message}
		if got := Scan(nil, []byte(tt.doc), Limits{}); got != want {
			t.Errorf("Scan(%q) = %+v, want %+v", tt.doc, got, want)
		}
	}
}
