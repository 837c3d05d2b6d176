package response

import (
	"net/http"
	"strconv"
	"strings"
)

// cookieLine is c.String for a cookie that cookies.Check has nothing against. Most have neither an expiry nor a domain nor
// a value to be quoted: those are written here, for a fraction of the cost.
func cookieLine(c *http.Cookie) string {
	if c.Domain != "" || c.Quoted || !c.Expires.IsZero() || strings.IndexByte(c.Value, ' ') >= 0 || strings.IndexByte(c.Value, ',') >= 0 {
		return c.String()
	}
	var room [256]byte
	b := append(append(append(room[:0], c.Name...), '='), c.Value...)
	if c.Path != "" {
		b = append(append(b, "; Path="...), c.Path...)
	}
	switch {
	case c.MaxAge > 0:
		b = strconv.AppendInt(append(b, "; Max-Age="...), int64(c.MaxAge), 10)
	case c.MaxAge < 0:
		b = append(b, "; Max-Age=0"...)
	}
	if c.HttpOnly {
		b = append(b, "; HttpOnly"...)
	}
	if c.Secure {
		b = append(b, "; Secure"...)
	}
	switch c.SameSite {
	case http.SameSiteNoneMode:
		b = append(b, "; SameSite=None"...)
	case http.SameSiteLaxMode:
		b = append(b, "; SameSite=Lax"...)
	case http.SameSiteStrictMode:
		b = append(b, "; SameSite=Strict"...)
	}
	if c.Partitioned {
		b = append(b, "; Partitioned"...)
	}
	return string(b)
}

// sameCookie reports whether two lines set a cookie of one name, path and domain: a client would keep one of them.
func sameCookie(a, b string) bool {
	name, _, _ := strings.Cut(a, "=")
	if len(b) <= len(name) || b[:len(name)] != name || b[len(name)] != '=' {
		return false
	}
	x, err1 := http.ParseSetCookie(a)
	y, err2 := http.ParseSetCookie(b)
	return err1 == nil && err2 == nil && x.Path == y.Path && x.Domain == y.Domain
}
