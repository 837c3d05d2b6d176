package json

import (
	"unicode/utf16"
	"unicode/utf8"
)

// appendUnescaped appends the text of a string, given without its quotes. Escapes that Scan refuses become U+FFFD.
func appendUnescaped(dst, text []byte) []byte {
	for i := 0; i < len(text); {
		c := text[i]
		if c != '\\' {
			dst = append(dst, c)
			i++
			continue
		}
		r, n := unescapeOne(text[i:])
		dst = utf8.AppendRune(dst, r)
		i += n
	}
	return dst
}

// unescapeOne returns the character of the escape at the beginning of text, and the length of the escape, at least 1.
func unescapeOne(text []byte) (r rune, n int) {
	if len(text) < 2 {
		return utf8.RuneError, len(text)
	}
	switch c := text[1]; c {
	case '"', '\\', '/':
		return rune(c), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
	default:
		return utf8.RuneError, 2
	}
	if len(text) < 6 {
		return utf8.RuneError, 2
	}
	unit, ok := hex4(text[2:6])
	if !ok {
		return utf8.RuneError, 2
	}
	if !utf16.IsSurrogate(unit) {
		return unit, 6
	}
	if len(text) >= 12 && text[6] == '\\' && text[7] == 'u' {
		if low, ok := hex4(text[8:12]); ok {
			if r := utf16.DecodeRune(unit, low); r != utf8.RuneError {
				return r, 12
			}
		}
	}
	return utf8.RuneError, 6
}

// hex4 parses four hexadecimal digits.
func hex4(digits []byte) (value rune, ok bool) {
	for _, c := range digits {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		value = value<<4 | rune(c)
	}
	return value, true
}
