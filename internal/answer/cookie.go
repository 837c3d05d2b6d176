package answer

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// SetCookie sets a cookie that cookies.Check accepts. The cookie is copied. It replaces a cookie of the same name, path and domain.
func (a *Answer) SetCookie(c *http.Cookie) *Answer {
	a.putCookie(cookieLine(c))
	return a
}

// putCookie appends a Set-Cookie line. It first removes a line for the same cookie, so that the last one wins.
func (a *Answer) putCookie(line string) {
	h := a.writeHeaders()
	set := h.Cookies
	for i, other := range set {
		if sameCookie(line, other) {
			set = slices.Delete(set, i, i+1)
			break
		}
	}
	h.Cookies = append(set, line)
}

// cookieLines are the Set-Cookie lines, which the caller does not change.
func (a *Answer) cookieLines() []string {
	if a.headers == nil {
		return nil
	}
	return a.headers.Cookies
}

// Cookies are the cookies set so far, in order, as a client reads them.
func (a *Answer) Cookies() []*http.Cookie {
	var out []*http.Cookie
	for _, line := range a.cookieLines() {
		if c, err := http.ParseSetCookie(line); err == nil { // cookies.Check has accepted them
			out = append(out, c)
		}
	}
	return out
}

// cookieLine returns c.String for a cookie that cookies.Check accepts. Most cookies have no Expires, no Domain and no value
// that needs quotes: cookieLine writes them itself, with one allocation.
func cookieLine(c *http.Cookie) string {
	if c.Domain != "" || c.Quoted || !c.Expires.IsZero() || strings.IndexByte(c.Value, ' ') >= 0 || strings.IndexByte(c.Value, ',') >= 0 {
		return c.String()
	}
	var room [160]byte
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
	return string(append(b, attributeTexts[attributesOf(c)]...))
}

// attributesOf returns the index in attributeTexts of c's SameSite, HttpOnly, Secure and Partitioned.
func attributesOf(c *http.Cookie) (place uint) {
	if site := uint(c.SameSite); site <= uint(http.SameSiteNoneMode) {
		place = site // net/http writes no other SameSite
	}
	if c.HttpOnly {
		place |= 8
	}
	if c.Secure {
		place |= 16
	}
	if c.Partitioned {
		place |= 32
	}
	return place
}

// attributeTexts has the text of SameSite, HttpOnly, Secure and Partitioned in all combinations, as net/http writes it.
var attributeTexts = func() (texts [64]string) {
	for i := range texts {
		c := http.Cookie{Name: "n", SameSite: http.SameSite(i & 7), HttpOnly: i&8 != 0, Secure: i&16 != 0, Partitioned: i&32 != 0}
		texts[i] = strings.TrimPrefix(c.String(), "n=")
	}
	return texts
}()

// sameCookie reports whether two Set-Cookie lines have the same name, path and domain: a client keeps only one of them.
func sameCookie(a, b string) bool {
	name, _, _ := strings.Cut(a, "=")
	if len(b) <= len(name) || b[:len(name)] != name || b[len(name)] != '=' {
		return false
	}
	return attribute(a, "Path") == attribute(b, "Path") && attribute(a, "Domain") == attribute(b, "Domain")
}

// attribute returns the value of the last attribute with a name in a Set-Cookie line, "" for none: the last one counts (RFC 6265,
// 5.3). http.ParseSetCookie ignores a Path with a backslash or a quote.
func attribute(line, name string) (value string) {
	_, list, _ := strings.Cut(line, ";")
	for part := range strings.SplitSeq(list, ";") {
		if key, v, _ := strings.Cut(strings.TrimSpace(part), "="); strings.EqualFold(key, name) {
			value = v
		}
	}
	return value
}
