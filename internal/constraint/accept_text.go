package constraint

import (
	"net/netip"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The direct checks of strings. Those of email and URLs accept simple texts only, and leave others to validator. All other checks
// accept exactly what validator accepts.

func contains(r Rule, _ int) func(string) bool {
	return func(s string) bool { return strings.Contains(s, r.Param) }
}

func excludes(r Rule, _ int) func(string) bool {
	return func(s string) bool { return !strings.Contains(s, r.Param) }
}

func startsWith(r Rule, _ int) func(string) bool {
	return func(s string) bool { return strings.HasPrefix(s, r.Param) }
}

func startsNotWith(r Rule, _ int) func(string) bool {
	return func(s string) bool { return !strings.HasPrefix(s, r.Param) }
}

func endsWith(r Rule, _ int) func(string) bool {
	return func(s string) bool { return strings.HasSuffix(s, r.Param) }
}

func endsNotWith(r Rule, _ int) func(string) bool {
	return func(s string) bool { return !strings.HasSuffix(s, r.Param) }
}

func containsAny(r Rule, _ int) func(string) bool {
	return func(s string) bool { return strings.ContainsAny(s, r.Param) }
}

func excludesAll(r Rule, _ int) func(string) bool {
	return func(s string) bool { return !strings.ContainsAny(s, r.Param) }
}

// isLower leaves text that is not ASCII to validator, and so does isUpper.
func isLower(s string) bool { return s != "" && every(s, lower|noLetter) }
func isUpper(s string) bool { return s != "" && every(s, upper|noLetter) }

func isASCII(s string) bool             { return every(s, letter|noLetter) }
func isAlpha(s string) bool             { return s != "" && every(s, letter) }
func isAlphaSpace(s string) bool        { return s != "" && every(s, letter|space) }
func isAlphanumeric(s string) bool      { return s != "" && every(s, alphanumeric) }
func isAlphanumericSpace(s string) bool { return s != "" && every(s, alphanumeric|space) }
func isDigits(s string) bool            { return s != "" && every(s, digit) }

func isUnicodeAlpha(s string) bool { return s != "" && strings.IndexFunc(s, notLetter) < 0 }
func isUnicodeAlphanumeric(s string) bool {
	return s != "" && strings.IndexFunc(s, notLetterNorNumber) < 0
}

func isPrintable(s string) bool { return every(s, printable) }
func isMultibyte(s string) bool { return s == "" || !isASCII(s) }

func isHexadecimal(s string) bool {
	if len(s) > 1 && s[0] == '0' && s[1]|0x20 == 'x' {
		s = s[2:]
	}
	return s != "" && every(s, hexDigit)
}

func isBase64(s string) bool    { return isPaddedBase64(s, alphanumeric|codeMark) }
func isBase64URL(s string) bool { return isPaddedBase64(s, alphanumeric|urlMark) }
func isBase64RawURL(s string) bool {
	return len(s) > 1 && len(s)%4 != 1 && every(s, alphanumeric|urlMark)
}

func isDataURI(s string) bool {
	head, data, ok := strings.Cut(s, ",")
	return ok && strings.HasPrefix(head, "data:") && isBase64(data)
}

// isDatetime is the direct check of a layout of package time.
func isDatetime(r Rule, limit int) func(string) bool {
	return func(s string) bool {
		if len(s) > limit && limit >= 0 {
			return false
		}
		_, err := time.Parse(r.Param, s)
		return err == nil
	}
}

func isEmail(_ Rule, limit int) func(string) bool {
	return func(s string) bool { return len(s) <= limit && isSimpleEmail(s) }
}

// lacksAtSign reports that a text is no address, without the slow judge.
func lacksAtSign(s string) bool { return strings.IndexByte(s, '@') < 0 }

func isWebURL(_ Rule, limit int) func(string) bool {
	return func(s string) bool {
		return len(s) <= limit && (isSimpleURL(s, "http://") || isSimpleURL(s, "https://"))
	}
}

func isHTTPSURL(_ Rule, limit int) func(string) bool {
	return func(s string) bool { return len(s) <= limit && isSimpleURL(s, "https://") }
}

func isIPv4(s string) bool { a, ok := addressOf(s); return ok && a.Is4() }
func isIPv6(s string) bool { a, ok := addressOf(s); return ok && a.Is6() && !a.Is4In6() }
func isIP(s string) bool   { _, ok := addressOf(s); return ok }

// addressOf parses an IP address without a zone.
func addressOf(s string) (a netip.Addr, ok bool) {
	if len(s) > 45 { // the longest address: IPv6 that ends in IPv4
		return a, false
	}
	a, err := netip.ParseAddr(s)
	return a, err == nil && a.Zone() == ""
}

// isUUIDOf is the direct check of UUIDs of a version (0: any).
func isUUIDOf(version byte, lowerOnly bool) func(Rule, int) func(string) bool {
	return func(Rule, int) func(string) bool {
		return func(s string) bool { return isUUID(s, version, lowerOnly) }
	}
}

// byteSet is one or several sets of bytes.
type byteSet uint16

const (
	upper byteSet = 1 << iota
	lower
	digit
	hexDigit
	noLetter // ASCII bytes that are no letters
	space
	printable // ASCII, with the space
	mailMark  // in the words of a mailbox: -_+%
	urlMark   // in base64 for URLs: -_
	codeMark  // in base64: +/
	pathMark  // in the path and query of a simple URL: /-._~=&?

	letter       = upper | lower
	alphanumeric = letter | digit
)

// byteSets has the sets that each byte is in.
var byteSets = func() (all [256]byteSet) {
	for i := range all {
		c := byte(i)
		for _, set := range []struct {
			has bool
			set byteSet
		}{
			{'A' <= c && c <= 'Z', upper}, {'a' <= c && c <= 'z', lower}, {'0' <= c && c <= '9', digit},
			{'0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f', hexDigit},
			{c < utf8.RuneSelf && (c|0x20 < 'a' || c|0x20 > 'z'), noLetter},
			{c == ' ', space}, {' ' <= c && c <= '~', printable},
			{strings.IndexByte("-_+%", c) >= 0, mailMark}, {strings.IndexByte("-_", c) >= 0, urlMark},
			{strings.IndexByte("+/", c) >= 0, codeMark}, {strings.IndexByte("/-._~=&?", c) >= 0, pathMark},
		} {
			if set.has {
				all[i] |= set.set
			}
		}
	}
	return all
}()

// every reports whether each byte of s is in one of the sets.
func every(s string, sets byteSet) bool {
	for i := range len(s) {
		if byteSets[s[i]]&sets == 0 {
			return false
		}
	}
	return true
}

func notLetter(r rune) bool          { return !unicode.Is(unicode.L, r) }
func notLetterNorNumber(r rune) bool { return !unicode.In(r, unicode.L, unicode.N) }

// isNumeric matches [-+]?[0-9]+(\.[0-9]+)?
func isNumeric(s string) bool {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	whole, fraction, point := strings.Cut(s, ".")
	return whole != "" && every(whole, digit) && (!point || fraction != "" && every(fraction, digit))
}

// isPaddedBase64 reports whether s is non-empty base64 with padding, over the digits.
func isPaddedBase64(s string, digits byteSet) bool {
	if s == "" || len(s)%4 != 0 {
		return false
	}
	s = strings.TrimSuffix(strings.TrimSuffix(s, "="), "=")
	return every(s, digits)
}

// isSimpleEmail accepts words of letters, digits and _+-% joined by dots, at a domain of letters, digits and inner hyphens.
func isSimpleEmail(s string) bool {
	at := strings.IndexByte(s, '@')
	if at < 1 || !isDotted(s[:at]) {
		return false
	}
	domain := s[at+1:]
	last := domain[strings.LastIndexByte(domain, '.')+1:]
	return len(last) < len(domain) && every(last, letter) && isSimpleHost(domain)
}

// isSimpleHost accepts a host name of letters, digits and inner hyphens.
func isSimpleHost(s string) bool {
	for i := range len(s) {
		if byteSets[s[i]]&alphanumeric != 0 {
			continue
		}
		inside := i > 0 && (s[i] == '.' && byteSets[s[i-1]]&alphanumeric != 0 || s[i] == '-' && s[i-1] != '.')
		if !inside {
			return false
		}
	}
	return s != "" && byteSets[s[len(s)-1]]&alphanumeric != 0
}

// isDotted reports whether s is one or more words of a mailbox, joined by single dots.
func isDotted(s string) bool {
	previous := byte('.')
	for i := range len(s) {
		c := s[i]
		if byteSets[c]&(alphanumeric|mailMark) == 0 && (c != '.' || previous == '.') {
			return false
		}
		previous = c
	}
	return previous != '.'
}

// isSimpleURL accepts a scheme and a host, with an optional port, then a path and query of characters that need no escape.
func isSimpleURL(s, scheme string) bool {
	rest, ok := strings.CutPrefix(s, scheme)
	if !ok {
		return false
	}
	end := strings.IndexByte(rest, '/')
	if end < 0 {
		end = len(rest)
	}
	host, port, hasPort := strings.Cut(rest[:end], ":")
	return isSimpleHost(host) && (!hasPort || port != "" && len(port) <= 5 && every(port, digit)) &&
		every(rest[end:], alphanumeric|pathMark)
}

// isUUID reports whether s is a UUID of the version (0: any).
func isUUID(s string, version byte, lowerOnly bool) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case byteSets[c]&hexDigit == 0 || lowerOnly && byteSets[c]&upper != 0:
			return false
		}
	}
	if version == 0 {
		return true
	}
	return s[14] == version && (version == '3' || strings.IndexByte("89abAB", s[19]) >= 0)
}
