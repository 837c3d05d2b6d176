package httptext

import "strings"

// CutQuoted reads the quoted string at the front of s (RFC 9110, 5.6.4) and returns its value without quotes and backslashes.
// ok is false if s does not begin with a quote, or the string has no end.
func CutQuoted(s string) (value, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		return "", s, false
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:], true
		case '\\':
			if i++; i == len(s) {
				return "", s, false
			}
		}
		b.WriteByte(s[i])
	}
	return "", s, false
}

// AppendQuoted appends s as a quoted string (RFC 9110, 5.6.4). It drops control characters other than tabs, which the grammar
// does not allow.
func AppendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' && c != '\t' || c == 0x7f:
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// Split splits s at each sep outside of quoted strings. The parts keep their quotes and white space. A quoted string without
// an end reaches to the end of s.
func Split(s string, sep byte) (parts []string) {
	start, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == sep && !quoted:
			parts, start = append(parts, s[start:i]), i+1
		}
	}
	return append(parts, s[start:])
}
