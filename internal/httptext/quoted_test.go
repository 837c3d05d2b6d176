package httptext

import (
	"slices"
	"strings"
	"testing"
)

func TestCutQuoted(t *testing.T) {
	for s, want := range map[string][2]string{
		`"a b";c`:    {"a b", ";c"},
		`""`:         {"", ""},
		`"\"\\\a"`:   {`"\a`, ""},
		`"a,b;c=d",`: {"a,b;c=d", ","},
		`"ä"`:        {"ä", ""},
	} {
		if value, rest, ok := CutQuoted(s); !ok || value != want[0] || rest != want[1] {
			t.Errorf("%s: got %q, %q, %t", s, value, rest, ok)
		}
	}
	for _, s := range []string{"", "a", `"`, `"a`, `"a\`, `"a\"`, `a"b"`} {
		if value, rest, ok := CutQuoted(s); ok || value != "" || rest != s {
			t.Errorf("%s: got %q, %q, %t", s, value, rest, ok)
		}
	}
}

// What AppendQuoted writes is read as the text without its control characters.
func FuzzAppendQuoted(f *testing.F) {
	for _, s := range []string{"", "a", `a "b" \c`, "a\r\nSet-Cookie: b\x00\x7f", "ä", "\t", `\`, `"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var want []byte
		for i := range len(s) {
			if c := s[i]; c == '\t' || c >= ' ' && c != 0x7f {
				want = append(want, c)
			}
		}
		quoted := string(AppendQuoted([]byte("x="), s))[2:]
		value, rest, ok := CutQuoted(quoted + ",b")
		if value != string(want) || rest != ",b" || !ok {
			t.Errorf("%q became %q, which is read as %q, %q, %t", s, quoted, value, rest, ok)
		}
		if parts := Split(quoted+","+quoted, ','); !slices.Equal(parts, []string{quoted, quoted}) {
			t.Errorf("%q is split into %q", quoted, parts)
		}
	})
}

func TestSplit(t *testing.T) {
	for s, want := range map[string]string{
		"":               "",
		"a":              "a",
		"a,b":            "a|b",
		",a, b ,":        "|a| b |",
		`a="b,c",d`:      `a="b,c"|d`,
		`a="\",\\",b`:    `a="\",\\"|b`,
		`a="b,c`:         `a="b,c`,
		`a="b\`:          `a="b\`,
		`a\,b`:           `a\|b`,
		`"a","b""c",d,"`: `"a"|"b""c"|d|"`,
	} {
		if got := strings.Join(Split(s, ','), "|"); got != want {
			t.Errorf("%s: got %s, want %s", s, got, want)
		}
	}
}

// Split loses nothing: the parts joined by the separator are the text.
func FuzzSplit(f *testing.F) {
	f.Add(`a="\",b",c`)
	f.Fuzz(func(t *testing.T, s string) {
		if got := strings.Join(Split(s, ','), ","); got != s {
			t.Errorf("%q became %q", s, got)
		}
	})
}
