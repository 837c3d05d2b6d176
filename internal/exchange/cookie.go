package exchange

import (
	"iter"
	"strings"
)

// Cookies are read leniently: RFC 6265 asks servers only to split at ";" and "=". A value with characters outside the RFC's
// grammar is returned, so that validation can report it; http.Request.Cookies drops it. A part without "=" is a name with an
// empty value.

// Cookie returns the last value of the named cookie, over all Cookie headers, and how many there are. FastAPI takes
// the last one, too. One pair of double quotes around the value is removed. Nothing is allocated.
func (x *Exchange) Cookie(name string) (value string, count int) {
	if name == "" {
		return "", 0
	}
	for _, line := range x.cookieLines() {
		for line != "" {
			part := line
			if i := strings.IndexByte(line, ';'); i >= 0 {
				part, line = line[:i], line[i+1:]
			} else {
				line = ""
			}
			part = trimSpace(part)
			if len(part) < len(name) || part[:len(name)] != name {
				continue
			}
			if k, v := splitCookie(part); k == name {
				value = v
				count++
			}
		}
	}
	return value, count
}

// CookieAll yields the name and value of every cookie in the order they were sent. A name appears as often as it
// was sent.
func (x *Exchange) CookieAll() iter.Seq2[string, string] {
	lines := x.cookieLines()
	return func(yield func(name, value string) bool) {
		for _, line := range lines {
			for line != "" {
				var part string
				part, line, _ = strings.Cut(line, ";")
				if k, v := splitCookie(part); k != "" && !yield(k, v) {
					return
				}
			}
		}
	}
}

// cookieLines returns the Cookie headers. It returns none if they hold more cookies than Limits.Pairs; PairsError reports that.
func (x *Exchange) cookieLines() []string {
	lines, limit := x.header("Cookie"), x.limits.Pairs
	bytes := 0
	for _, line := range lines {
		bytes += len(line) + 1
	}
	if bytes < 2*limit || limit <= 0 { // a cookie and a separator are two bytes
		return lines
	}
	count := 0
	for _, line := range lines {
		count += strings.Count(strings.Trim(line, "; \t"), ";") + 1
	}
	if count > limit {
		x.tooManyPairs("cookie", "cookies")
		return nil
	}
	return lines
}

// splitCookie splits a cookie at the first "=", and removes white space and one pair of quotes.
func splitCookie(part string) (name, value string) {
	name = trimSpace(part)
	if i := strings.IndexByte(name, '='); i >= 0 {
		name, value = name[:i], name[i+1:]
	}
	if n := len(value); n > 1 && value[0] == '"' && value[n-1] == '"' {
		value = value[1 : n-1]
	}
	return trimSpace(name), value
}

// trimSpace removes the white space that may surround a part of a header. strings.TrimSpace would also remove
// Unicode spaces, which belong to a value.
func trimSpace(s string) string {
	for s != "" && isSpace(s[0]) {
		s = s[1:]
	}
	for s != "" && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
