package jsonpatch

import (
	"strconv"
	"strings"
)

// Pointer returns the names of a JSON Pointer (RFC 6901), unescaped. ok is false if it is none: it is empty or begins with a slash, and
// ~ is followed by 0 or 1.
func Pointer(s string) (names []string, ok bool) {
	if s == "" {
		return nil, true
	}
	if s[0] != '/' {
		return nil, false
	}
	names = strings.Split(s[1:], "/")
	for i, name := range names {
		for rest := name; ; {
			at := strings.IndexByte(rest, '~')
			if at < 0 {
				break
			}
			if at+1 >= len(rest) || rest[at+1] != '0' && rest[at+1] != '1' {
				return nil, false
			}
			rest = rest[at+2:]
		}
		names[i] = unescape.Replace(name)
	}
	return names, true
}

// unescape reads each escape once: ~01 is ~1 (RFC 6901, 4).
var unescape = strings.NewReplacer("~0", "~", "~1", "/")

// IsInside reports whether the pointer inner is below the pointer outer.
func IsInside(inner, outer string) bool {
	return len(inner) > len(outer) && strings.HasPrefix(inner, outer) && inner[len(outer)] == '/'
}

// index returns the index of an element that name is, at most n. "-" is n, the place after the last element (RFC 6901, 4).
func index(name string, n int) (i int, ok bool) {
	if name == "-" {
		return n, true
	}
	if name == "" || len(name) > 1 && name[0] == '0' || name[0] < '0' || name[0] > '9' {
		return 0, false
	}
	i, err := strconv.Atoi(name)
	return i, err == nil && i <= n
}
