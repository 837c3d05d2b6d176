package answer

import (
	"net/http"
	"testing"
	"time"

	"github.com/brio-go/brio/cookies"
)

func FuzzCookieLine(f *testing.F) {
	f.Add("s", "v", "/", "", 0, 0, uint8(0))
	f.Add("__Host-s", "v", "/", "", 3600, 2, uint8(1))
	f.Add("s", "a b", "", "d.com", -1, 3, uint8(7))
	f.Add("s", "a,b", "/p", ".d.com", 1, 4, uint8(15))
	f.Add("s", "", "/p;q", "", 1, 1, uint8(16))
	f.Fuzz(func(t *testing.T, name, value, path, domain string, age, site int, flags uint8) {
		c := &http.Cookie{Name: name, Value: value, Path: path, Domain: domain, MaxAge: age, SameSite: http.SameSite(site), Secure: flags&1 != 0, HttpOnly: flags&2 != 0, Partitioned: flags&4 != 0, Quoted: flags&8 != 0}
		if flags&16 != 0 {
			c.Expires = time.Unix(int64(age), 0)
		}
		if cookies.Check(c) != nil {
			return
		}
		line := cookieLine(c)
		if want := c.String(); line != want {
			t.Errorf("%q, net/http writes %q", line, want)
		}
		other := *c
		other.Value = "other"
		if !sameCookie(line, cookieLine(&other)) {
			t.Errorf("%q is not the same cookie with another value", line)
		}
		other.Path += "/x"
		if sameCookie(line, cookieLine(&other)) {
			t.Errorf("%q is the same cookie at another path", line)
		}
	})
}

func TestSameCookie(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"a=1; Path=/", "a=2; Path=/; HttpOnly", true},
		{"a=1; Path=/", "a=2", false},
		{"a=1; Domain=d.com", "a=1", false},
		{"a=1", "ab=1", false},
		{"ab=1", "a=1", false},
		{"a=1", "a=", true},
		{`a=1; Path=/\; Secure`, `a=2; Path=/\x; Secure`, false},
		{`a=1; Path=/\; Secure`, `a=2; Secure; path=/\`, true},
	} {
		if sameCookie(c.a, c.b) != c.want {
			t.Errorf("%q and %q: %t", c.a, c.b, !c.want)
		}
	}
}
