package json

import (
	"math"
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/memory"
)

// Lax reading follows pydantic: "1", 1.0 and true are an int; "1.5", "1" and true a float; 1, 0.0 and "yes" a bool. A JSON string
// field accepts strings only. ScanLax accepts such values and sets Report.Converts. Convert rewrites one in the form that the
// decoder reads, so that the document is still decoded once.

// ScanLax is Scan, but accepts scalars in lax spellings. Report.Converts reports whether there are some.
func ScanLax(s *Shape, doc []byte, l Limits) Report {
	return ScanInto(s, doc, Options{Limits: l, Lax: true}, memory.Place{})
}

// Convert appends the value of the given kind that raw means, a JSON value in a lax spelling. It reports false, and appends
// nothing, when raw means no value of the kind or one beyond bits (0: 64).
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

// laxBool returns the boolean that raw means.
func laxBool(raw []byte) (value, ok bool) {
	switch raw[0] {
	case 't', 'f':
		return raw[0] == 't', true
	case '"':
		return TextBool(unquote(raw))
	}
	f, ok := parseNumber(raw, 64)
	return f == 1, ok && (f == 0 || f == 1)
}

// laxInteger returns the digits of the integer that raw means, which may have any size.
func laxInteger(raw []byte) (digits string, ok bool) {
	switch raw[0] {
	case 't':
		return "1", true
	case 'f':
		return "0", true
	case '"':
		return TextInteger(unquote(raw))
	}
	if !strings.ContainsAny(string(raw), ".eE") {
		_, ok = parseNumber(raw, 64)
		return string(raw), ok
	}
	// Python converts it by way of a float, and loses digits beyond the float's precision.
	f, ok := parseNumber(raw, 64)
	if !ok || f != math.Trunc(f) || math.Abs(f) >= 1<<63 {
		return "", false
	}
	return strconv.FormatInt(int64(f), 10), true
}

// laxFloat returns the float of 32 or 64 bits that raw means.
func laxFloat(raw []byte, bits int) (value float64, ok bool) {
	switch raw[0] {
	case 't':
		return 1, true
	case 'f':
		return 0, true
	case '"':
		return TextFloat(unquote(raw), bits)
	}
	return parseNumber(raw, bits)
}

// parseNumber returns the value of a JSON number as a float of 32 or 64 bits. ok is false for other JSON values, and for numbers
// beyond the range.
func parseNumber(raw []byte, bits int) (value float64, ok bool) {
	if c := raw[0]; c != '-' && c-'0' > 9 {
		return 0, false
	}
	value, err := strconv.ParseFloat(string(raw), bits)
	return value, err == nil
}

// unquote returns the text of a JSON string.
func unquote(raw []byte) string { return string(appendUnescaped(nil, raw[1:max(1, len(raw)-1)])) }

// IntegerDigits returns the digits of a JSON number that is an integer in any spelling: 20 for 20, 2e1 and 20.0. It reports false
// for a fraction, and for numbers of more digits than Python parses.
func IntegerDigits(token string) (digits string, ok bool) {
	mantissa, exponent, point := token, 0, 0
	if at := strings.IndexAny(token, "eE"); at >= 0 {
		var err error
		if exponent, err = strconv.Atoi(token[at+1:]); err != nil {
			exponent = maxDigits + 1 // too large for any number but zero
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

// TextBool parses pydantic's spellings of a boolean, in any case.
func TextBool(s string) (value, ok bool) {
	switch strings.ToLower(s) {
	case "1", "on", "t", "true", "y", "yes":
		return true, true
	case "0", "off", "f", "false", "n", "no":
		return false, true
	}
	return false, false
}

// maxDigits is Python's limit for the digits of an integer, and pydantic's. Parsing takes more than linear time.
const maxDigits = 4300

// TextInteger parses an integer of any size as pydantic does: with white space around it, a sign, underscores between digits, and
// zeros after a point. It returns the digits, without a plus and leading zeros.
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

// TextFloat parses a float of 32 or 64 bits as pydantic does: like TextInteger, and with the infinities and NaN. A number beyond
// the range is an infinity.
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

// withoutUnderscores removes single underscores. It reports false when one stands at an end, or two in a row.
func withoutUnderscores(s string) (_ string, ok bool) {
	if !strings.Contains(s, "_") {
		return s, true
	}
	if s[0] == '_' || s[len(s)-1] == '_' || strings.Contains(s, "__") {
		return "", false
	}
	return strings.ReplaceAll(s, "_", ""), true
}
