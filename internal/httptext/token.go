package httptext

import (
	"net/http"
	"strings"
)

// IsToken reports whether s is a token of RFC 9110, 5.6.2.
func IsToken(s string) bool {
	for i := range len(s) {
		if tokenBytes[s[i]] == 0 {
			return false
		}
	}
	return s != ""
}

// IsUpperToken reports whether s is a token without lower-case letters, as M-SEARCH is. Brio declares methods in this form;
// RFC 9110, 9.1 allows lower-case letters too.
func IsUpperToken(s string) bool { return IsToken(s) && s == strings.ToUpper(s) }

// CanonicalKey returns http.CanonicalHeaderKey(name), at less cost for a canonical name.
func CanonicalKey(name string) string {
	name, _ = CanonicalName(name)
	return name
}

// CanonicalName returns http.CanonicalHeaderKey(name), and whether the name is a token. It costs a few nanoseconds for a name
// that is canonical already, as most in programs are.
func CanonicalName(name string) (canonical string, isToken bool) {
	place := uint8(startsWord)
	for i := range len(name) {
		can := tokenBytes[name[i]]
		if can&place == 0 {
			return http.CanonicalHeaderKey(name), IsToken(name)
		}
		place = can >> nextPlace
	}
	return name, name != ""
}

// The bits of a byte in tokenBytes: where the byte can stand in a canonical name, and, nextPlace bits further up, the place of
// the byte after it.
const (
	startsWord = 1 << iota
	insideWord
	nextPlace = iota
)

// tokenBytes has the bits of each byte of tokens. Other bytes have 0.
var tokenBytes = func() (set [256]uint8) {
	for _, c := range "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" {
		next := insideWord
		if c == '-' {
			next = startsWord
		}
		can := startsWord | insideWord
		switch {
		case 'a' <= c && c <= 'z':
			can = insideWord
		case 'A' <= c && c <= 'Z':
			can = startsWord
		}
		set[c] = uint8(can | next<<nextPlace)
	}
	return set
}()
