package json

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"
	"unicode/utf8"

	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/swar"
)

// number scans the number at i and compares it with the shape. It ends where the number ends: in "01" the number is 0, and the
// caller refuses the 1 that follows it, as Python does.
func (s *scanner) number(sh *Shape, i int, into memory.Place) int {
	doc, start := s.doc, i
	negative := doc[i] == '-'
	if negative {
		i++
	}
	if i >= len(doc) || doc[i]-'0' > 9 {
		return s.malformed(start, MessageValue)
	}
	var magnitude uint64
	overflow := false
	if doc[i] == '0' {
		i++
	} else {
		first := i
		for i < len(doc) && doc[i]-'0' <= 9 {
			digit := uint64(doc[i] - '0')
			if i-first < 19 { // 19 digits fit into 64 bits
				magnitude = magnitude*10 + digit
			} else {
				high, low := bits.Mul64(magnitude, 10)
				sum, carry := bits.Add64(low, digit, 0)
				magnitude, overflow = sum, overflow || high != 0 || carry != 0
			}
			i++
		}
	}
	whole := i
	if i+1 < len(doc) && doc[i] == '.' && doc[i+1]-'0' <= 9 {
		i = digits(doc, i+1)
	}
	mantissa := i
	if i < len(doc) && doc[i]|0x20 == 'e' {
		sign := i + 1
		if sign < len(doc) && (doc[sign] == '+' || doc[sign] == '-') {
			sign++
		}
		if end := digits(doc, sign); end > sign {
			i = end
		}
	}
	switch sh.Kind {
	case Any:
		if i == whole && (overflow || magnitude > 1<<53) {
			s.large = true
		}
	case NumberToken:
		if into.IsValid() {
			s.storeText(into, doc[start:i])
		}
	case Int, Uint:
		limit := sh.maxPos
		if negative {
			limit = sh.maxNeg
		}
		if i != whole || overflow || magnitude > limit || negative && sh.Kind == Uint {
			s.scalar(sh, start, i)
		} else if into.IsValid() {
			sh.storeInt(into, magnitude, negative)
		}
	case Float:
		// A number of up to 38 characters without an exponent is below 1e38, which both sizes hold.
		if (i != mantissa || i-start > 38) && !floatFits(doc[start:i], sh.Bits) {
			s.misfit()
			break
		}
		if sh.Bits == 32 && !s.converts {
			s.converts = roundsTwice(doc[start:i])
		}
		if into.IsValid() {
			sh.storeFloat(into, doc[start:i])
		}
	default:
		s.scalar(sh, start, i)
	}
	return i
}

// digits returns the end of the digits at i.
func digits(doc []byte, i int) int {
	for i < len(doc) && doc[i]-'0' <= 9 {
		i++
	}
	return i
}

// floatFits reports whether a number is in the range of a float of 32 or 64 bits. The power of ten of its first digit decides
// nearly all cases without parsing, which keeps numbers of a megabyte cheap.
func floatFits(token []byte, bits int) bool {
	limit := int64(308)
	if bits == 32 {
		limit = 38
	} else {
		bits = 64
	}
	switch power, zero := leadingPower(token); {
	case zero || power < limit:
		return true
	case power > limit:
		return false
	}
	_, err := strconv.ParseFloat(string(token), bits)
	return err == nil
}

// roundsTwice reports whether the decoder reads a float32 wrong: it parses a float64 and rounds that, so the result may not be the
// nearest float32. It refuses 3.4028235e+38, the shortest spelling of the largest float32, which is slightly larger.
func roundsTwice(token []byte) bool {
	text := memory.View(token)
	once, _ := strconv.ParseFloat(text, 32)
	twice, _ := strconv.ParseFloat(text, 64)
	return math.Abs(twice) > math.MaxFloat32 || float64(float32(twice)) != once
}

// leadingPower returns the power of ten of the first digit other than 0: 2 for 123, -3 for 0.001. zero is true when there is none.
func leadingPower(token []byte) (power int64, zero bool) {
	i := 0
	if token[0] == '-' {
		i++
	}
	whole := digits(token, i)
	end := whole
	if end < len(token) && token[end] == '.' {
		end = digits(token, end+1)
	}
	for i < end && (token[i] == '0' || token[i] == '.') {
		i++
	}
	switch {
	case i == end:
		return 0, true
	case i < whole:
		power = int64(whole - i - 1)
	default:
		power = int64(whole - i)
	}
	if end == len(token) {
		return power, false
	}
	const huge = 1 << 40 // larger than the number of digits of any document
	exponent, negative := int64(0), false
	for _, c := range token[end+1:] {
		switch {
		case c == '-':
			negative = true
		case c != '+' && exponent < huge:
			exponent = exponent*10 + int64(c-'0')
		}
	}
	if negative {
		exponent = -exponent
	}
	return power + exponent, false
}

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
