package httptext

import "testing"

func TestCutEntityTag(t *testing.T) {
	for s, want := range map[string]string{`"a"`: `"a"`, `W/"a", "b"`: `W/"a"`, `""`: `""`, `"a,b"x`: `"a,b"`, `"ä"`: `"ä"`, `"a\"b"`: `"a\"`} {
		tag, rest, ok := CutEntityTag(s)
		if !ok || tag != want || tag+rest != s || IsEntityTag(s) != (rest == "") {
			t.Errorf("%s: got %s, %s, %t", s, tag, rest, ok)
		}
	}
	for _, s := range []string{"", "a", `"`, `"a`, "W/", "W/a", `w/"a"`, `"a b"`, "\"a\tb\"", "\"a\x7f\"", ` "a"`} {
		if tag, rest, ok := CutEntityTag(s); ok || tag != "" || rest != s || IsEntityTag(s) {
			t.Errorf("%s: got %s, %s, %t", s, tag, rest, ok)
		}
	}
}

// The comparisons of RFC 9110, 8.8.3.2.
func TestMatchEntityTag(t *testing.T) {
	for _, tc := range []struct {
		line, tag    string
		strong, weak bool
	}{
		{`"1"`, `"1"`, true, true},
		{`W/"1"`, `W/"1"`, false, true},
		{`W/"1"`, `"1"`, false, true},
		{`"1"`, `W/"1"`, false, true},
		{`"1"`, `"2"`, false, false},
		{`"a", "b" ,"1"`, `"1"`, true, true},
		{`,, "1"`, `"1"`, true, true},
		{`"a""1"`, `"1"`, true, true},
		{`"a, x, "1"`, `"1"`, false, false},
		{`*`, `"1"`, true, true},
		{` * `, `"1"`, true, true},
		{`*, "1"`, `"1"`, false, false},
		{`"1"`, "", false, false},
		{`""`, "", false, false},
		{"", `"1"`, false, false},
	} {
		if got := MatchEntityTag([]string{tc.line}, tc.tag, true, true); got != tc.strong {
			t.Errorf("%s has %s, strong: %t", tc.line, tc.tag, got)
		}
		if got := MatchEntityTag([]string{tc.line}, tc.tag, false, true); got != tc.weak {
			t.Errorf("%s has %s, weak: %t", tc.line, tc.tag, got)
		}
	}
	for _, exists := range []bool{false, true} {
		if got := MatchEntityTag([]string{"*"}, "", true, exists); got != exists {
			t.Errorf(`"*" without a tag, exists is %t: %t`, exists, got)
		}
	}
	if !MatchEntityTag([]string{`x`, `"1"`}, `"1"`, true, true) {
		t.Error("the second line does not count")
	}
}

// TestEntityTags: the one line of a header says what its lines say.
func TestEntityTags(t *testing.T) {
	for _, c := range []struct {
		lines []string
		want  string
	}{
		{[]string{`"1"`}, `"1"`},
		{[]string{`"1",W/"2"`, `"3"`}, `"1", W/"2", "3"`},
		{[]string{" * "}, "*"},
		{[]string{`"1"`, "*"}, "*"},
		{[]string{"*x"}, ","},
		{[]string{`*, "1"`}, ","},
		{[]string{`"1", *`}, `"1"`},
		{[]string{`"1" x "2"`, `"3"`}, `"1", "3"`},
		{[]string{""}, ","},
	} {
		if got := EntityTags(c.lines); got != c.want {
			t.Errorf("%q: got %s, want %s", c.lines, got, c.want)
		}
	}
}

func TestWeakEntityTag(t *testing.T) {
	for tag, want := range map[string]string{`"1"`: `W/"1"`, `W/"1"`: `W/"1"`, "": "", "x": "x"} {
		if got := WeakEntityTag(tag); got != want {
			t.Errorf("%s became %s", tag, got)
		}
	}
}

// A tag that CutEntityTag accepts is in each list that has it.
func FuzzEntityTag(f *testing.F) {
	f.Add(`"a"`)
	f.Add(`W/"a,*"`)
	f.Fuzz(func(t *testing.T, s string) {
		tag, rest, ok := CutEntityTag(s)
		if tag+rest != s {
			t.Fatalf("%q is cut into %q and %q", s, tag, rest)
		}
		if ok && !MatchEntityTag([]string{`"other", ` + tag + `, "another"`}, tag, false, false) {
			t.Errorf("a list does not have %q", tag)
		}
	})
}
