package json

import (
	"reflect"
	"testing"
)

func TestSkipEndsValues(t *testing.T) {
	for doc, want := range map[string]int{
		``: 0, `  `: 2, ` 12 `: 3, `12,`: 2, `"a"`: 3, `"a\"b" `: 6, `"\\"x`: 4, `[1,[2]] `: 7, `{"a":"]}"}x`: 10, `null]`: 4, `true}`: 4,
		`[`: 1, `"a`: 2, `"\`: 2, `{"a":[`: 6, `,`: 0, `]`: 0, `:`: 0, `[}`: 2, `1"`: 1,
	} {
		if got := Skip([]byte(doc), 0); got != want {
			t.Errorf("Skip(%q) = %d, want %d", doc, got, want)
		}
	}
}

func TestMembersYieldsKeysAndValuesInOrder(t *testing.T) {
	type member struct{ name, value string }
	for doc, want := range map[string][]member{
		`{}`:                             nil,
		` { "b" : 1 , "a" : [ 2 ] } `:    {{"b", "1"}, {"a", "[ 2 ]"}},
		`{"a":1,"a":2}`:                  {{"a", "1"}, {"a", "2"}},
		`{"\u0061\n\ud83d\ude00":"x\""}`: {{"a\n😀", `"x\""`}},
		`[1]`:                            nil,
		`1`:                              nil,
		`{"a":1,}`:                       {{"a", "1"}},
		`{"a":1 "b":2}`:                  {{"a", "1"}},
		`{"a":,"b":2}`:                   nil,
		`{"a"`:                           nil,
		`{"`:                             nil,
		`{"\ud800":1}`:                   {{"\ufffd", "1"}},
		`{"\x\u1":1}`:                    {{"\ufffd\ufffd1", "1"}},
		`{"\"\\\/\b\f\r\t\u00E9":1}`:     {{"\"\\/\b\f\r\té", "1"}},
		`{"\ud800\u0041\uzzzz":1}`:       {{"\ufffdA\ufffdzzzz", "1"}},
	} {
		var got []member
		for name, span := range Members([]byte(doc), 0) {
			got = append(got, member{name, doc[span.Start:span.End]})
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("Members(%s) = %q, want %q", doc, got, want)
		}
	}
}

func TestElementsYieldsValuesInOrder(t *testing.T) {
	for doc, want := range map[string][]string{
		`[]`: nil, ` [ 1 , "a" , [2] , {} ] `: {"1", `"a"`, "[2]", "{}"}, `{"a":1}`: nil, `[1,]`: {"1"}, `[1 2]`: {"1"}, `[,1]`: nil, `[`: nil, `"a"`: nil,
	} {
		var got []string
		for n, span := range Elements([]byte(doc), 0) {
			if n != len(got) {
				t.Errorf("Elements(%s) yields position %d after %d", doc, n, len(got))
			}
			got = append(got, doc[span.Start:span.End])
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("Elements(%s) = %q, want %q", doc, got, want)
		}
	}
}

func TestWalksCanBeLeft(t *testing.T) {
	n := 0
	for range Members([]byte(`{"a":1,"b":2}`), 0) {
		n++
		break
	}
	for range Elements([]byte(`[1,2]`), 0) {
		n++
		break
	}
	if n != 2 {
		t.Errorf("%d values", n)
	}
}

func TestUnescapingEndsOnAnything(t *testing.T) {
	for text, want := range map[string]string{`\`: "\ufffd", `a\`: "a\ufffd", `\u`: "\ufffd", `\u12`: "\ufffd12", `\ud800\u`: "\ufffd\ufffd", `\ud800\udc0`: "\ufffd\ufffddc0"} {
		if got := string(appendUnescaped(nil, []byte(text))); got != want {
			t.Errorf("appendUnescaped(%s) = %q, want %q", text, got, want)
		}
	}
}
