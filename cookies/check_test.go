package cookies

import (
	"net/http"
	"testing"
	"time"
)

// What is found to be plain at a glance, net/http and the rest of Check have nothing against.
func FuzzCheckAtAGlance(f *testing.F) {
	f.Add("s", "v", "/", "", 0, uint8(0), int64(0))
	f.Add("__Host-s", "v", "/", "", 2, uint8(1), int64(0))
	f.Add("_", "a b,c", "/p q", "", 4, uint8(2), int64(0))
	f.Add("s", "", "", "d.com", 3, uint8(3), int64(1))
	f.Add("", "\"", ";", ".", -1, uint8(0), int64(-1e15))
	f.Fuzz(func(t *testing.T, name, value, path, domain string, site int, flags uint8, expires int64) {
		c := &http.Cookie{Name: name, Value: value, Path: path, Domain: domain, SameSite: http.SameSite(site), Secure: flags&1 != 0, Partitioned: flags&2 != 0}
		if expires != 0 {
			c.Expires = time.Unix(expires, 0)
		}
		if p := problem(c); p != "" && isOrdinary(c) {
			t.Errorf("%#v is plain, but: %s", c, p)
		}
	})
}

// Byte by byte, both find the same.
func TestBytesOfCookies(t *testing.T) {
	for b := range 256 {
		s := "a" + string([]byte{byte(b)}) + "b"
		for part, c := range map[string]*http.Cookie{"name": New(s, "v"), "value": New("s", s), "path": New("s", "v", Path(s))} {
			if (problem(c) == "") != isOrdinary(c) {
				t.Errorf("%q in the %s: %q, plain is %t", s, part, problem(c), isOrdinary(c))
			}
		}
	}
}
