package httptext

import (
	"encoding/base64"
	"strings"
)

// Dictionary reads the lines of a header field that is a Dictionary of structured fields (RFC 9651, 3.2), and calls member for each
// member in order. value is
//   - a []byte for a Byte Sequence, never nil;
//   - an int64 for an Integer;
//   - a bool for a Boolean;
//   - nil for a value of any other type.
//
// It checks and drops parameters. ok is false if the field is malformed; members before the mistake have been passed on by then, so
// callers use them only when ok is true. Of members with one key the last counts (RFC 9651, 3.2); member is called for each, so that
// a field of any length is read in linear time and no memory but for Byte Sequences. An empty field has no members and is ok.
func Dictionary(lines []string, member func(key string, value any)) (ok bool) {
	text := ""
	switch len(lines) {
	case 0:
		return true
	case 1:
		text = lines[0]
	default:
		text = strings.Join(lines, ", ") // RFC 9651, 4.2
	}
	p := structured{strings.Trim(text, " ")}
	for p.rest != "" {
		key, ok := p.key()
		if !ok {
			return false
		}
		var value any = true
		if p.cut('=') {
			value, ok = p.itemOrList()
		} else {
			ok = p.parameters()
		}
		if !ok {
			return false
		}
		member(key, value)
		p.rest = strings.TrimLeft(p.rest, " \t")
		if p.rest == "" {
			return true
		}
		if !p.cut(',') {
			return false
		}
		if p.rest = strings.TrimLeft(p.rest, " \t"); p.rest == "" {
			return false // a comma at the end
		}
	}
	return true
}

// structured reads structured fields from the front of a text. Its methods follow RFC 9651, 4.2.
type structured struct{ rest string }

// cut removes c from the front of the text, and reports whether it was there.
func (p *structured) cut(c byte) bool {
	if p.rest == "" || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// take removes the longest front of the text that has only bytes of which is reports true.
func (p *structured) take(is func(byte) bool) string {
	n := 0
	for n < len(p.rest) && is(p.rest[n]) {
		n++
	}
	taken := p.rest[:n]
	p.rest = p.rest[n:]
	return taken
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// key reads a key (RFC 9651, 4.2.3.3).
func (p *structured) key() (key string, ok bool) {
	if p.rest == "" || !isLower(p.rest[0]) && p.rest[0] != '*' {
		return "", false
	}
	return p.take(func(c byte) bool { return isLower(c) || isDigit(c) || strings.IndexByte("_-.*", c) >= 0 }), true
}

// itemOrList reads an Item or an Inner List with its parameters (RFC 9651, 4.2.1.1). An Inner List has the value nil.
func (p *structured) itemOrList() (value any, ok bool) {
	if !p.cut('(') {
		return p.item()
	}
	for {
		p.rest = strings.TrimLeft(p.rest, " ")
		if p.cut(')') {
			return nil, p.parameters()
		}
		if _, ok := p.item(); !ok || p.rest == "" || p.rest[0] != ' ' && p.rest[0] != ')' {
			return nil, false
		}
	}
}

// item reads a bare item and its parameters (RFC 9651, 4.2.3).
func (p *structured) item() (value any, ok bool) {
	if value, ok = p.bareItem(); ok {
		ok = p.parameters()
	}
	return value, ok
}

// parameters reads parameters and drops them (RFC 9651, 4.2.3.2).
func (p *structured) parameters() (ok bool) {
	for p.cut(';') {
		p.rest = strings.TrimLeft(p.rest, " ")
		if _, ok := p.key(); !ok {
			return false
		}
		if p.cut('=') {
			if _, ok := p.bareItem(); !ok {
				return false
			}
		}
	}
	return true
}

// bareItem reads a bare item (RFC 9651, 4.2.3.1).
func (p *structured) bareItem() (value any, ok bool) {
	if p.rest == "" {
		return nil, false
	}
	switch c := p.rest[0]; {
	case c == '-' || isDigit(c):
		return p.number()
	case c == '"':
		return nil, p.text()
	case c == '*' || isLower(c) || 'A' <= c && c <= 'Z':
		p.take(func(c byte) bool { return tokenBytes[c] != 0 || c == ':' || c == '/' })
		return nil, true
	case c == ':':
		return p.bytes()
	case p.cut('?'):
		isTrue := p.cut('1')
		return isTrue, isTrue || p.cut('0')
	case p.cut('@'):
		date, ok := p.number()
		_, isInteger := date.(int64)
		return nil, ok && isInteger
	case p.cut('%'):
		return nil, p.displayText()
	}
	return nil, false
}

// number reads an Integer of at most 15 digits, which is an int64, or a Decimal, which is nil (RFC 9651, 4.2.4).
func (p *structured) number() (value any, ok bool) {
	isNegative := p.cut('-')
	digits := p.take(isDigit)
	if p.cut('.') {
		fraction := p.take(isDigit)
		return nil, 1 <= len(digits) && len(digits) <= 12 && 1 <= len(fraction) && len(fraction) <= 3
	}
	if digits == "" || len(digits) > 15 {
		return nil, false
	}
	n := int64(0)
	for i := range len(digits) {
		n = n*10 + int64(digits[i]-'0')
	}
	if isNegative {
		n = -n
	}
	return n, true
}

// text reads a String (RFC 9651, 4.2.5).
func (p *structured) text() (ok bool) {
	for i := 1; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == '"':
			p.rest = p.rest[i+1:]
			return true
		case c == '\\':
			if i++; i == len(p.rest) || p.rest[i] != '"' && p.rest[i] != '\\' {
				return false
			}
		case c < ' ' || c > '~':
			return false
		}
	}
	return false
}

// displayText reads a Display String behind its % (RFC 9651, 4.2.10). Its bytes must be UTF-8.
func (p *structured) displayText() (ok bool) {
	if !p.cut('"') {
		return false
	}
	var decoded strings.Builder
	for i := 0; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == '"':
			p.rest = p.rest[i+1:]
			text := decoded.String()
			return strings.ToValidUTF8(text, "") == text
		case c < ' ' || c > '~':
			return false
		case c != '%':
			decoded.WriteByte(c)
		case i+2 >= len(p.rest):
			return false
		default:
			high, isHigh := lowerHex(p.rest[i+1])
			low, isLow := lowerHex(p.rest[i+2])
			if !isHigh || !isLow {
				return false
			}
			decoded.WriteByte(high<<4 | low)
			i += 2
		}
	}
	return false
}

// lowerHex returns the value of a hexadecimal digit. Upper-case letters are none (RFC 9651, 4.2.10).
func lowerHex(c byte) (value byte, ok bool) {
	switch {
	case isDigit(c):
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	}
	return 0, false
}

// bytes reads a Byte Sequence (RFC 9651, 4.2.7). Padding may be absent, and bits of it may be set, as that section advises.
func (p *structured) bytes() (value any, ok bool) {
	encoded, rest, ok := strings.Cut(p.rest[1:], ":")
	if !ok || strings.ContainsAny(encoded, "\r\n") { // the decoder skips line ends
		return nil, false
	}
	decoded, err := base64.RawStdEncoding.DecodeString(unpadded(encoded))
	if err != nil {
		return nil, false
	}
	p.rest = rest
	return decoded, true
}

// unpadded removes the padding of base64: as many = as complete the last group of four, or fewer.
func unpadded(encoded string) string {
	text := strings.TrimRight(encoded, "=")
	if padding := len(encoded) - len(text); padding > 0 && (padding > 2 || (len(text)+padding)%4 != 0) {
		return encoded // not padding: the decoder refuses it
	}
	return text
}

// AppendBytes appends a Byte Sequence (RFC 9651, 4.1.8).
func AppendBytes(b, value []byte) []byte {
	b = append(b, ':')
	b = base64.StdEncoding.AppendEncode(b, value)
	return append(b, ':')
}
