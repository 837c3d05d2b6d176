package exchange

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestQuery(t *testing.T) {
	long := strings.Repeat("n", 200)
	for _, tc := range []struct {
		name, raw, param string
		want             []string
	}{
		{"none", "", "a", nil},
		{"one", "a=1", "a", []string{"1"}},
		{"another", "ab=1&b=2", "a", nil},
		{"several in order", "a=1&b=2&a=3", "a", []string{"1", "3"}},
		{"empty value", "a=", "a", []string{""}},
		{"no equals sign", "a", "a", []string{""}},
		{"equals sign in the value", "a=b=c", "a", []string{"b=c"}},
		{"empty pairs", "&&a=1&&", "a", []string{"1"}},
		{"empty pairs have no name", "&&a=1&&", "", nil},
		{"empty name", "=x&a=1", "", []string{"x"}},
		{"plus is a space", "a=b+c", "a", []string{"b c"}},
		{"escaped plus", "a=b%2Bc", "a", []string{"b+c"}},
		{"escapes in both cases", "a=%c3%A9", "a", []string{"é"}},
		{"raw UTF-8", "a=é", "a", []string{"é"}},
		{"escaped name", "a%5B%5D=1", "a[]", []string{"1"}},
		{"plus in the name", "a+b=1", "a b", []string{"1"}},
		{"plus in the name is not a plus", "a+b=1", "a+b", nil},
		{"long escaped name", long + "%21=1", long + "!", []string{"1"}},
		{"raw UTF-8 name", "é=1", "é", []string{"1"}},
		{"semicolon is a character", "a=1;b=2", "a", []string{"1;b=2"}},
		{"semicolon does not separate", "a=1;b=2", "b", nil},
		{"semicolon in the name", "a;b=1", "a;b", []string{"1"}},
		{"escaped ampersand", "a=1%26b=2", "a", []string{"1&b=2"}},
		{"bad escape", "a=%zz&b=1", "a", []string{"%zz"}},
		{"bad escape costs no other pair", "a=%zz&b=1", "b", []string{"1"}},
		{"half an escape", "a=%4", "a", []string{"%4"}},
		{"lone percent", "a=100%", "a", []string{"100%"}},
		{"percent before an escape", "a=%%41", "a", []string{"%A"}},
		{"half an escape in the middle", "a=%4g%41", "a", []string{"%4gA"}},
		{"decoded once", "a=%2541", "a", []string{"%41"}},
		{"escaped bytes that are not UTF-8", "a=x%ffy", "a", []string{"x\uFFFDy"}},
		{"raw bytes that are not UTF-8", "a=x\xffy", "a", []string{"x\uFFFDy"}},
		{"name that is not UTF-8", "a%ff=1", "a\uFFFD", []string{"1"}},
		{"zero byte", "a=%00", "a", []string{"\x00"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			x, _ := acquire(t, get(tc.raw))
			if got := x.QueryAll(tc.param); !slices.Equal(got, tc.want) || (got == nil) != (tc.want == nil) {
				t.Errorf("QueryAll: got %q, want %q", got, tc.want)
			}
			last := ""
			if len(tc.want) > 0 {
				last = tc.want[len(tc.want)-1]
			}
			if v, n := x.Query(tc.param); v != last || n != len(tc.want) {
				t.Errorf("Query: got %q, %d, want %q, %d", v, n, last, len(tc.want))
			}
		})
	}
}

func TestQueryNames(t *testing.T) {
	x, _ := acquire(t, get("b=1&&a%5B%5D=2+3&b=&c&=d"))
	var got []string
	for name, value := range x.QueryNames() {
		got = append(got, name+":"+value)
	}
	if want := []string{"b:1", "a[]:2 3", "b:", "c:", ":d"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for range x.QueryNames() {
		break // must be allowed
	}
}

func TestQueryFollowsRequest(t *testing.T) {
	r := get("a=1&b=2&c=3")
	x, _ := acquire(t, r)
	if v, _ := x.Query("c"); v != "3" {
		t.Fatal(v)
	}
	for _, raw := range []string{"a=2", "", strings.Repeat("a=x&", 999) + "a=2"} {
		r.URL.RawQuery = raw
		if v, n := x.Query("a"); n != strings.Count(raw, "a=") || n > 0 && v != "2" {
			t.Errorf("got %q, %d", v, n)
		}
	}
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"", "a=1&b=2", "a=%zz&a", "a+b=%C3%A9", "a;b=1", "%", "=&=", "a=\xff", "a%ff=%f"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		x, _ := acquire(t, get(raw))
		ours := url.Values{}
		for name, value := range x.QueryNames() {
			if !utf8.ValidString(name) || !utf8.ValidString(value) {
				t.Fatalf("%q: %q=%q is not UTF-8", raw, name, value)
			}
			ours.Add(name, value)
		}
		for name, values := range ours {
			if got := x.QueryAll(name); !slices.Equal(got, values) {
				t.Fatalf("%q: QueryAll(%q) = %q, QueryNames has %q", raw, name, got, values)
			}
			if v, n := x.Query(name); n != len(values) || v != values[n-1] {
				t.Fatalf("%q: Query(%q) = %q, %d, want the last of %q", raw, name, v, n, values)
			}
		}
		std, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		for name, values := range std {
			if !utf8.ValidString(name) || !utf8.ValidString(strings.Join(values, "")) {
				return
			}
		}
		if len(std) != len(ours) {
			t.Fatalf("%q: got %q, url.ParseQuery has %q", raw, ours, std)
		}
		for name, values := range std {
			if !slices.Equal(ours[name], values) {
				t.Fatalf("%q: %q: got %q, url.ParseQuery has %q", raw, name, ours[name], values)
			}
		}
	})
}
