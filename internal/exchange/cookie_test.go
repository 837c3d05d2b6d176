package exchange

import (
	"slices"
	"testing"
)

func TestCookie(t *testing.T) {
	for _, tc := range []struct {
		name  string
		lines []string
		want  []string // the values of "a", in order
	}{
		{"no header", nil, nil},
		{"empty header", []string{""}, nil},
		{"one", []string{"a=1"}, []string{"1"}},
		{"among others", []string{"b=0; a=1; aa=2"}, []string{"1"}},
		{"no space", []string{"b=0;a=1"}, []string{"1"}},
		{"much space", []string{" \t a=1\t ; "}, []string{"1"}},
		{"space before the equals sign", []string{"a =1"}, []string{"1"}},
		{"twice", []string{"a=1; a=2"}, []string{"1", "2"}},
		{"two headers", []string{"a=1; b=2", "a=3"}, []string{"1", "3"}},
		{"quoted", []string{`a="1 2"`}, []string{"1 2"}},
		{"one pair of quotes only", []string{`a=""1""`}, []string{`"1"`}},
		{"half quoted", []string{`a="1`}, []string{`"1`}},
		{"a single quote character", []string{`a="`}, []string{`"`}},
		{"nothing quoted", []string{`a=""`}, []string{""}},
		{"equals sign in the value", []string{"a=b=c=="}, []string{"b=c=="}},
		{"empty", []string{"a="}, []string{""}},
		{"no equals sign", []string{"a"}, []string{""}},
		{"no name", []string{"=1; a=2"}, []string{"2"}},
		{"case matters", []string{"A=1"}, nil},
		{"characters outside the grammar", []string{`a=x\y,é{"k":1}`}, []string{`x\y,é{"k":1}`}},
		{"not decoded", []string{"a=%41+b"}, []string{"%41+b"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			x, _ := acquire(t, withHeader("Cookie", tc.lines...))
			last := ""
			if len(tc.want) > 0 {
				last = tc.want[len(tc.want)-1]
			}
			if v, n := x.Cookie("a"); v != last || n != len(tc.want) {
				t.Errorf("got %q, %d, want %q, %d", v, n, last, len(tc.want))
			}
			var all []string
			for name, value := range x.CookieAll() {
				if name == "a" {
					all = append(all, value)
				}
			}
			if !slices.Equal(all, tc.want) {
				t.Errorf("CookieAll: got %q, want %q", all, tc.want)
			}
			if v, n := x.Cookie(""); v != "" || n != 0 {
				t.Errorf("a cookie without a name: %q, %d", v, n)
			}
		})
	}
}

func TestCookieAllStops(t *testing.T) {
	x, _ := acquire(t, withHeader("Cookie", "a=1; b=2", "c=3"))
	n := 0
	for range x.CookieAll() {
		n++
		break
	}
	if n != 1 {
		t.Errorf("%d cookies after a break", n)
	}
}

func FuzzCookie(f *testing.F) {
	f.Add("a", "a=1; a=2", "b=3")
	f.Add("a", `a="1 2"; =; ;`, "a")
	f.Add("a", "a = 1;a=\xff", "\x00")
	f.Fuzz(func(t *testing.T, name, line1, line2 string) {
		r := withHeader("Cookie", line1, line2)
		x, _ := acquire(t, r)
		value, count := x.Cookie(name)
		n := 0
		for k, v := range x.CookieAll() {
			if k == name {
				n++
				if n == count && v != value {
					t.Fatalf("%q: CookieAll's last is %q, Cookie's %q", name, v, value)
				}
			}
		}
		if n != count {
			t.Fatalf("%q: CookieAll has %d, Cookie %d", name, n, count)
		}
		if name == "" {
			return
		}
		// net/http drops what is outside the grammar; what it keeps must be the same.
		if std := r.CookiesNamed(name); len(std) > count {
			t.Fatalf("%q: net/http has %d, we have %d", name, len(std), count)
		} else if len(std) > 0 && len(std) == count && std[len(std)-1].Value != value {
			t.Fatalf("%q: net/http has %q, we have %q", name, std[len(std)-1].Value, value)
		}
	})
}
