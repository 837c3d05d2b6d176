package json

import (
	"encoding/base64"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/brio-go/brio/internal/swar"
)

// The functions of this file append single values with the same bytes as encoding/json of Go 1.26 with SetEscapeHTML(false).

// hexDigits are the digits of \u escapes.
const hexDigits = "0123456789abcdef"

// AppendString appends s in quotes. Invalid UTF-8 becomes \ufffd. U+2028 and U+2029 are escaped, because they end lines in
// JavaScript.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0 // s[:start] is appended
	for i := 0; ; {
		if i = unescapedEnd(s, i); i == len(s) {
			break
		}
		if c := s[i]; c < utf8.RuneSelf {
			dst = appendEscape(append(dst, s[start:i]...), c)
			i++
			start = i
			continue
		}
		for i < len(s) && s[i] >= utf8.RuneSelf { // the next character is mostly non-ASCII too
			r, size := utf8.DecodeRuneInString(s[i:])
			escape := ""
			switch {
			case r == utf8.RuneError && size == 1:
				escape = `\ufffd`
			case r == '\u2028':
				escape = `\u2028`
			case r == '\u2029':
				escape = `\u2029`
			}
			if escape != "" {
				dst = append(append(dst, s[start:i]...), escape...)
				start = i + size
			}
			i += size
		}
	}
	return append(append(dst, s[start:]...), '"')
}

// unescapedEnd returns the end of the run of ASCII characters from i on that need no escape.
func unescapedEnd(s string, i int) int {
	for ; i+swar.Size <= len(s); i += swar.Size {
		w := swar.Load(s[i:])
		if m := swar.FindJSON(w) | swar.FindNonASCII(w); m != 0 {
			return i + swar.First(m)
		}
	}
	for i < len(s) && s[i] >= 0x20 && s[i] < utf8.RuneSelf && s[i] != '"' && s[i] != '\\' {
		i++
	}
	return i
}

// appendEscape appends the escape of a quote, a backslash or a control character.
func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xF])
}

// AppendKey appends name in quotes and a colon.
func AppendKey(dst []byte, name string) []byte {
	return append(AppendString(dst, name), ':')
}

// AppendFloat appends a float of 32 or 64 bits in the shortest form that parses to the same value, with an exponent where
// ECMAScript writes one. It reports false, and appends nothing, for NaN and the infinities, which JSON cannot express.
func AppendFloat(dst []byte, f float64, bits int) ([]byte, bool) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return dst, false
	}
	format := byte('f')
	if abs := math.Abs(f); abs != 0 {
		// A float32 is compared as a float32: 1e-6 has another value as a float64.
		if bits == 64 && (abs < 1e-6 || abs >= 1e21) || bits == 32 && (float32(abs) < 1e-6 || float32(abs) >= 1e21) {
			format = 'e'
		}
	}
	dst = strconv.AppendFloat(dst, f, format, -1, bits)
	if n := len(dst); format == 'e' && n >= 4 && string(dst[n-4:n-1]) == "e-0" {
		dst[n-2] = dst[n-1] // e-09 is written e-9
		dst = dst[:n-1]
	}
	return dst, true
}

// AppendBase64 appends b in base64 and quotes, or null for nil.
func AppendBase64(dst, b []byte) []byte {
	if b == nil {
		return append(dst, "null"...)
	}
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, b)
	return append(dst, '"')
}
