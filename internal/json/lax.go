package json

import (
	"math"
	"strconv"
	"strings"
)

// Lax reading is pydantic's: "1", 1.0 and true are an int; "1.5", "1" and true a float; 1, 0.0 and "yes" a bool. A string
// is always written as one. ScanLax accepts such values and reports that there are some; Convert spells one as the decoder
// wants it, so that the document is decoded once all the same.

// ScanLax is Scan for documents whose scalars may be spelled laxly. Report.Converts says that some are.
func ScanLax(s *Shape, doc []byte, l Limits) Report { return scan(s, doc, l, true, nil, false) }

// Convert appends raw, a JSON value that is not of the kind as it stands, as the value of that kind that it means. It is
// false, and nothing is appended, where it means none, or one out of the range of bits (0 means 64).
func Convert(dst []byte, kind Kind, bits int, raw []byte) ([]byte, bool) {
	if len(raw) == 0 {
		return dst, false
	}
	if bits == 0 {
		bits = 64
	}
	switch kind {
	case Bool:
		if v, ok := laxBool(raw); ok {
			return strconv.AppendBool(dst, v), true
		}
	case Int, Uint:
		digits, ok := laxInteger(raw)
		if !ok {
			return dst, false
		}
		if kind == Int {
			if v, err := strconv.ParseInt(digits, 10, bits); err == nil {
				return strconv.AppendInt(dst, v, 10), true
			}
		} else if v, err := strconv.ParseUint(strings.TrimPrefix(digits, "-"), 10, bits); err == nil && (v == 0 || digits[0] != '-') {
			return strconv.AppendUint(dst, v, 10), true
		}
	case Float:
		if v, ok := laxFloat(raw, bits); ok && !math.IsInf(v, 0) && !math.IsNaN(v) {
			return strconv.AppendFloat(dst, v, 'g', -1, 64), true
		}
	}
	return dst, false
}

func laxBool(raw []byte) (value, ok bool) {
	switch raw[0] {
	case 't', 'f':
		return raw[0] == 't', true
	case '"':
		return TextBool(text(raw))
	}
	f, ok := numeral(raw, 64)
	return f == 1, ok && (f == 0 || f == 1)
}

// laxInteger gives the digits of an integer of any size.
func laxInteger(raw []byte) (digits string, ok bool) {
	switch raw[0] {
	case 't':
		return "1", true
	case 'f':
		return "0", true
	case '"':
		return TextInteger(text(raw))
	}
	if !strings.ContainsAny(string(raw), ".eE") {
		_, ok = numeral(raw, 64)
		return string(raw), ok
	}
	// Python has made a float of it: the digits beyond its precision are lost.
	f, ok := numeral(raw, 64)
	if !ok || f != math.Trunc(f) || math.Abs(f) >= 1<<63 {
		return "", false
	}
	return strconv.FormatInt(int64(f), 10), true
}

func laxFloat(raw []byte, bits int) (value float64, ok bool) {
	switch raw[0] {
	case 't':
		return 1, true
	case 'f':
		return 0, true
	case '"':
		return TextFloat(text(raw), bits)
	}
	return numeral(raw, bits)
}

// numeral is the value of a JSON number as a float of 32 or 64 bits; ok is false for other values, and beyond its range.
func numeral(raw []byte, bits int) (value float64, ok bool) {
	if c := raw[0]; c != '-' && c-'0' > 9 {
		return 0, false
	}
	value, err := strconv.ParseFloat(string(raw), bits)
	return value, err == nil
}

// text is the text of a string.
func text(raw []byte) string { return string(appendUnescaped(nil, raw[1:max(1, len(raw)-1)])) }

// IntegerDigits gives the digits of a JSON number that is an integer, however it is spelled: 20 for 20, 2e1 and 20.0. It is false for
// a fraction, and for numbers of more digits than Python reads.
func IntegerDigits(token string) (digits string, ok bool) {
	mantissa, exponent, point := token, 0, 0
	if at := strings.IndexAny(token, "eE"); at >= 0 {
		var err error
		if exponent, err = strconv.Atoi(token[at+1:]); err != nil {
			exponent = maxDigits + 1 // a zero is one all the same
			if token[at+1] == '-' {
				exponent = -exponent
			}
		}
		mantissa = token[:at]
	}
	digits, negative := strings.CutPrefix(mantissa, "-")
	if at := strings.IndexByte(digits, '.'); at >= 0 {
		point = len(digits) - at - 1
		digits = digits[:at] + digits[at+1:]
	}
	if digits = strings.TrimLeft(digits, "0"); digits == "" {
		return "0", true
	}
	bare := strings.TrimRight(digits, "0")
	zeros := len(digits) - len(bare) + exponent - point
	if zeros < 0 || len(bare)+zeros > maxDigits {
		return "", false
	}
	if digits = bare + strings.Repeat("0", zeros); negative {
		digits = "-" + digits
	}
	return digits, true
}

// TextBool reads pydantic's spellings of a boolean, in any case.
func TextBool(s string) (value, ok bool) {
	switch strings.ToLower(s) {
	case "1", "on", "t", "true", "y", "yes":
		return true, true
	case "0", "off", "f", "false", "n", "no":
		return false, true
	}
	return false, false
}

// maxDigits is Python's limit for the text of an integer; reading more takes quadratic time there.
const maxDigits = 4300

// TextInteger reads an integer of any size as pydantic does: with white space around it, a sign, underscores between
// digits, and zeros after a point. It gives the digits, without a plus and leading zeros.
func TextInteger(s string) (digits string, ok bool) {
	if s = strings.TrimSpace(s); len(s) > maxDigits {
		return "", false
	}
	sign := ""
	switch {
	case strings.HasPrefix(s, "-"):
		sign, s = "-", s[1:]
	case strings.HasPrefix(s, "+"):
		s = s[1:]
	}
	if whole, zeros, point := strings.Cut(s, "."); point && strings.Trim(zeros, "0") == "" {
		s = whole
	}
	s, ok = withoutUnderscores(s)
	if !ok || s == "" || strings.Trim(s, "0123456789") != "" {
		return "", false
	}
	if s = strings.TrimLeft(s, "0"); s == "" {
		return "0", true
	}
	return sign + s, true
}

// TextFloat reads a float of 32 or 64 bits as pydantic does: as TextInteger, and with the infinities and NaN, which numbers
// beyond its range are too.
func TextFloat(s string, bits int) (value float64, ok bool) {
	s = strings.TrimSpace(s)
	if s, ok = withoutUnderscores(s); !ok || strings.ContainsAny(s, "xXpP") {
		return 0, false
	}
	if bare := strings.TrimLeft(s, "+-"); len(s)-len(bare) == 1 && strings.EqualFold(bare, "nan") {
		s = bare
	}
	value, err := strconv.ParseFloat(s, bits)
	return value, err == nil || math.IsInf(value, 0)
}

// withoutUnderscores takes out single underscores; at an end, or twice in a row, they are no part of a number.
func withoutUnderscores(s string) (_ string, ok bool) {
	if !strings.Contains(s, "_") {
		return s, true
	}
	if s[0] == '_' || s[len(s)-1] == '_' || strings.Contains(s, "__") {
		return "", false
	}
	return strings.ReplaceAll(s, "_", ""), true
}
