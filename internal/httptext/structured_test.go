package httptext

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// dictionary returns the members of a field as a text, and "malformed" for one that is.
func dictionary(lines ...string) string {
	var out []string
	if !Dictionary(lines, func(key string, value any) { out = append(out, fmt.Sprintf("%s=%v", key, value)) }) {
		return "malformed"
	}
	return strings.Join(out, " ")
}

func TestDictionary(t *testing.T) {
	for _, c := range []struct {
		lines []string
		want  string
	}{
		{nil, ""},
		{[]string{""}, ""},
		{[]string{"   "}, ""},
		// RFC 9530, Appendix D and 4
		{[]string{"sha-256=:AQI=:"}, "sha-256=[1 2]"},
		{[]string{"sha-256=:AQI=:,sha-512=:Aw==:"}, "sha-256=[1 2] sha-512=[3]"},
		{[]string{"sha-256=3, sha-512=10, unixsum=0"}, "sha-256=3 sha-512=10 unixsum=0"},
		{[]string{"sha-256=1", "sha-512=2"}, "sha-256=1 sha-512=2"},
		// RFC 9651, 3.2
		{[]string{`en="Applepie", da=:w4ZibGV0w6ZydGU=:`}, "en=<nil> da=[195 134 98 108 101 116 195 166 114 116 101]"},
		{[]string{"a=?0, b, c; foo=bar"}, "a=false b=true c=true"},
		{[]string{"rating=1.5, feelings=(joy sadness)"}, "rating=<nil> feelings=<nil>"},
		{[]string{"a=(1 2), b=3, c=4;aa=bb, d=(5 6);valid"}, "a=<nil> b=3 c=4 d=<nil>"},
		{[]string{"a=1,a=2"}, "a=1 a=2"},
		{[]string{`a="x\"\\", b=@1659578233, c=%"f%c3%bc", d=*tok/en:x, e=-999999999999999`}, "a=<nil> b=<nil> c=<nil> d=<nil> e=-999999999999999"},
		{[]string{"a=1 \t, \tb=2"}, "a=1 b=2"},
		{[]string{"a=(  )"}, "a=<nil>"},
		{[]string{"a=( 1 2  );x=1"}, "a=<nil>"},
		{[]string{"*a_-.*9=1"}, "*a_-.*9=1"},
		{[]string{"a=::"}, "a=[]"},
		{[]string{"a=:AQI:"}, "a=[1 2]"},
		{[]string{"a=:AR==:"}, "a=[1]"},
		{[]string{"a;b;  c=?1"}, "a=true"},
	} {
		if got := dictionary(c.lines...); got != c.want {
			t.Errorf("%q: got %s, want %s", c.lines, got, c.want)
		}
	}
	for _, bad := range []string{
		"A=1", "1=1", "=1", "-a", "a=", "a=1,", "a=1,,b", "a=1 b=2", ",a", "a=:AQI", "a=:A:", "a=:AQI==:", "a=:=:", "a=:====:", "a=:AA=A:", "a=:A\nQI=:", "a=:A QI=:", "a=:\xc3:",
		`a="`, `a="\x"`, `a="\`, "a=\"\x00\"", `a="é"`, "a=?", "a=?2", "a=1.", "a=.5", "a=1.2345", "a=1234567890123.1", "a=1234567890123456", "a=-", "a=--1",
		"a=(", "a=(1", "a=(1,2)", "a=(1\t2)", "a=((1))", "a=@", "a=@1.5", `a=%x`, `a=%"`, `a=%"%C3%BC"`, `a=%"%c3"`, `a=%"%c`, `a=%"%zz"`, "a;", "a;B", "a=1;b=", "a = 1", "a=1\t;b", "a=$", "\ta", "a\x7f",
	} {
		if got := dictionary(bad); got != "malformed" {
			t.Errorf("%q: got %s, want malformed", bad, got)
		}
	}
}

func TestAppendBytes(t *testing.T) {
	if got := string(AppendBytes([]byte("a="), []byte{1, 2})); got != "a=:AQI=:" {
		t.Errorf("got %s", got)
	}
}

// FuzzDictionary: a field ends without a panic, and what is read can be written and read again.
func FuzzDictionary(f *testing.F) {
	for _, seed := range []string{"sha-256=:AQI=:, sha-512=:Aw==:", "a=3, b=?0, c", `a="x\"";b=(, c=%"%c3%bc"`, "a=(1 2.5 x);y=@1", "a=:A:", "a=1,"} {
		f.Add(seed, "")
	}
	f.Add("a=1", "b=2")
	f.Fuzz(func(t *testing.T, first, second string) {
		var written, read []string
		ok := Dictionary([]string{first, second}, func(key string, value any) {
			read = append(read, fmt.Sprintf("%s %T %v", key, value, value))
			switch v := value.(type) {
			case []byte:
				written = append(written, string(AppendBytes([]byte(key+"="), v)))
			case int64:
				written = append(written, fmt.Sprintf("%s=%d", key, v))
			case bool:
				written = append(written, key+"=?"+map[bool]string{false: "0", true: "1"}[v])
			default:
				written = append(written, key+`=""`)
			}
		})
		if !ok {
			return
		}
		var again []string
		if !Dictionary(written, func(key string, value any) { again = append(again, fmt.Sprintf("%s %T %v", key, value, value)) }) {
			t.Fatalf("%q is malformed", written)
		}
		if strings.Join(read, "\n") != strings.Join(again, "\n") {
			t.Errorf("got %q, then %q", read, again)
		}
	})
}

// FuzzByteSequence: a byte sequence is what the decoder of base64 reads, with or without its padding.
func FuzzByteSequence(f *testing.F) {
	f.Add("AQI=")
	f.Add("AQI")
	f.Add("=")
	f.Fuzz(func(t *testing.T, text string) {
		var got any
		ok := Dictionary([]string{"a=:" + text + ":"}, func(_ string, value any) { got = value })
		value, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			value, err = base64.RawStdEncoding.DecodeString(text)
		}
		want := err == nil && !strings.ContainsAny(text, "\r\n")
		if strings.Contains(text, ":") {
			return
		}
		if ok != want || ok && string(got.([]byte)) != string(value) {
			t.Errorf("%q: got %v, %v; base64 has %v, %v", text, got, ok, value, err)
		}
	})
}
