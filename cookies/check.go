package cookies

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// Prefixes with a meaning for browsers; case is ignored (RFC 6265bis, 4.1.3).
const (
	hostPrefix   = "__Host-"
	securePrefix = "__Secure-"
)

// maxSize is how many bytes name and value may have together. Browsers drop larger cookies (RFC 6265bis, 5.6).
const maxSize = 4096

// Check returns an error for a cookie that net/http would not write as it is, or that browsers silently drop:
//   - nil, and what http.Cookie.Valid refuses: a name that is no token, a value with '"', ';', '\', control or
//     non-ASCII characters, a bad Path, Domain or Expires;
//   - SameSite=None or Partitioned without Secure;
//   - a name that starts with __Host- without Secure, with a Path other than / or with a Domain;
//   - a name that starts with __Secure- without Secure;
//   - name and value of more than 4096 bytes together;
//   - a switch, such as Secure, with more than one argument.
//
// The text names the cookie; of its value it has at most the one byte that is illegal.
func Check(c *http.Cookie) error {
	if c == nil {
		return errors.New("cookie is nil")
	}
	if isOrdinary(c) {
		return nil
	}
	if problem := problem(c); problem != "" {
		return fmt.Errorf("cookie %q: %s", c.Name, problem)
	}
	return nil
}

// isOrdinary reports whether a cookie of the usual form passes all checks. It is the fast path: false means that problem must
// check the cookie.
func isOrdinary(c *http.Cookie) bool {
	return c.Name != "" && c.Name[0] != '_' && // no prefix
		len(c.Name)+len(c.Value) <= maxSize &&
		(c.Secure || c.SameSite != http.SameSiteNoneMode && !c.Partitioned) &&
		c.Domain == "" && c.Expires.IsZero() && c.Unparsed == nil &&
		allIn(c.Name, inName) && allIn(c.Value, inValue) && allIn(c.Path, inPath)
}

// allIn reports whether all bytes of s are legal in a part of a cookie.
func allIn(s string, part uint8) bool {
	for i := range len(s) {
		part &= parts[s[i]]
	}
	return part != 0
}

const (
	inName uint8 = 1 << iota
	inValue
	inPath
)

// parts has, for each byte, the parts of a cookie in which it is legal.
var parts = func() (of [256]uint8) {
	for c := byte(' '); c < 0x7f; c++ {
		of[c] = inName | inValue | inPath
		if strings.IndexByte(` "(),/:;<=>?@[\]{}`, c) >= 0 {
			of[c] &^= inName
		}
		if strings.IndexByte(`";\`, c) >= 0 {
			of[c] &^= inValue
		}
		if c == ';' {
			of[c] &^= inPath
		}
	}
	return of
}()

// problem returns the text for a cookie that Check refuses, "" for a legal one.
func problem(c *http.Cookie) string {
	switch {
	case !c.Secure && c.SameSite == http.SameSiteNoneMode:
		return "SameSite=None needs Secure, or browsers drop the cookie"
	case !c.Secure && c.Partitioned:
		return "Partitioned needs Secure, or browsers drop the cookie"
	case !c.Secure && hasPrefix(c.Name, hostPrefix):
		return "a name with the prefix __Host- needs Secure, or browsers drop the cookie"
	case !c.Secure && hasPrefix(c.Name, securePrefix):
		return "a name with the prefix __Secure- needs Secure, or browsers drop the cookie"
	case hasPrefix(c.Name, hostPrefix) && c.Path != "/":
		return fmt.Sprintf("a name with the prefix __Host- needs Path=/, not %q, or browsers drop the cookie", c.Path)
	case hasPrefix(c.Name, hostPrefix) && c.Domain != "":
		return fmt.Sprintf("a name with the prefix __Host- must not have a Domain (%q), or browsers drop the cookie", c.Domain)
	case len(c.Name)+len(c.Value) > maxSize:
		return fmt.Sprintf("name and value have %d bytes together; browsers drop cookies over %d", len(c.Name)+len(c.Value), maxSize)
	}
	for _, text := range c.Unparsed {
		if wrong, ok := strings.CutPrefix(text, misuseMark); ok {
			return wrong
		}
	}
	if err := c.Valid(); err != nil {
		return strings.TrimPrefix(err.Error(), "http: ")
	}
	return ""
}

func hasPrefix(name, prefix string) bool {
	return len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix)
}
