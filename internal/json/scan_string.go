package json

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/brio-go/brio/internal/swar"
)

// str scans the string whose opening quote is at i. It returns the position after the closing quote, and whether the string has
// escapes.
func (s *scanner) str(i int) (end int, escaped bool) {
	doc, open, all := s.doc, i, uint64(0) // all: the or of all bytes, which shows whether the string is ASCII
	i++
	for {
		for ; i+8 <= len(doc); i += 8 {
			w := binary.LittleEndian.Uint64(doc[i:])
			all |= w
			if m := swar.FindJSON(w); m != 0 {
				i += swar.First(m)
				break
			}
		}
		if i >= len(doc) {
			return s.malformed(open, MessageUnterminated), false
		}
		switch c := doc[i]; {
		case c == '"':
			if !swar.IsASCII(all) && !utf8.Valid(doc[open+1:i]) {
				return s.malformed(open, MessageUTF8), false
			}
			return i + 1, escaped
		case c == '\\':
			if i = s.escape(i, open); i == stopped {
				return stopped, false
			}
			escaped = true
		case c < 0x20:
			return s.malformed(i, MessageControl), false
		default: // in the last eight bytes of the document
			all |= uint64(c)
			i++
		}
	}
}

// escape scans the escape at i, in the string that opened at open.
func (s *scanner) escape(i, open int) int {
	if i+1 >= len(s.doc) {
		return s.malformed(open, MessageUnterminated)
	}
	switch s.doc[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
	default:
		return s.malformed(i, MessageEscape)
	}
	unit, end := s.unit(i)
	switch {
	case end == stopped:
		return stopped
	case unit < 0xD800 || unit > 0xDFFF:
		return end
	case unit < 0xDC00 && end+1 < len(s.doc) && s.doc[end] == '\\' && s.doc[end+1] == 'u':
		low, after := s.unit(end)
		if after == stopped {
			return stopped
		}
		if low >= 0xDC00 && low <= 0xDFFF {
			return after
		}
	}
	// A lone surrogate is not a character. The decoder would replace it by U+FFFD without an error.
	return s.malformed(i+1, MessageUnicode)
}

// unit scans the escape \uXXXX at i. As in Python, one more character must follow it, and errors have the position of the u.
func (s *scanner) unit(i int) (unit rune, end int) {
	if i+6 >= len(s.doc) {
		return 0, s.malformed(i+1, MessageUnicode)
	}
	unit, ok := hex4(s.doc[i+2 : i+6])
	if !ok {
		return 0, s.malformed(i+1, MessageUnicode)
	}
	return unit, i + 6
}
