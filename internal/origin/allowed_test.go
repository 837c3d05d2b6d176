package origin

import "testing"

func TestIsOwn(t *testing.T) {
	for _, c := range []struct {
		origin, host string
		want         bool
	}{
		{"https://example.com", "example.com", true},
		{"https://EXAMPLE.com", "example.COM", true},
		{"https://example.com", "example.com:443", true},
		{"http://example.com:80", "example.com", true},
		{"http://example.com:8000", "example.com:8000", true},
		{"http://[::1]:8000", "[0:0:0:0:0:0:0:1]:8000", true},
		{"http://example.com:8000", "example.com", false},
		{"https://example.com", "example.com:80", false},
		{"https://example.com.evil", "example.com", false},
		{"https://user@example.com", "example.com", false},
		{"null", "null", false},
		{"", "", false},
		{"example.com", "example.com", false},
	} {
		if got := IsOwn(c.origin, c.host); got != c.want {
			t.Errorf("%q at %q: got %t", c.origin, c.host, got)
		}
	}
}

func TestPattern(t *testing.T) {
	for _, c := range []struct {
		pattern, origin string
		legal, fits     bool
	}{
		{"*", "null", true, true},
		{"https://a.b", "https://a.b", true, true},
		{"https://a.b", "http://a.b", true, false},
		{"https://*.a.b", "https://x.y.a.b", true, true},
		{"https://*.a.b", "https://a.b", true, false},
		{"https://*.a.b", "https://evil/x.a.b", true, false},
		{"https://*.a.b", "https://evil#.a.b", true, false},
		{"https://*.a.b", "http://x.a.b", true, false},
		{"https://a.b/", "", false, false},
		{"a.b", "", false, false},
		{"https://a.*.b", "", false, false},
		{"https://A.b", "", false, false},
		{"", "", false, false},
	} {
		fits, ok := Pattern(c.pattern)
		if ok != c.legal || ok && fits(c.origin) != c.fits {
			t.Errorf("%q, %q: legal %t", c.pattern, c.origin, ok)
		}
	}
}
