package sqlpages

import (
	"database/sql/driver"
	"encoding"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
)

// argumentOf returns an addressable value as an argument of a statement: int64, float64, bool, []byte, string or time.Time. It is what
// database/sql passes to drivers; types with MarshalText and without Value are their text.
func argumentOf(v reflect.Value) (driver.Value, error) {
	if _, ok := v.Interface().(driver.Valuer); !ok && v.Type() != timeType {
		if m, ok := v.Addr().Interface().(encoding.TextMarshaler); ok {
			text, err := m.MarshalText()
			return string(text), err
		}
	}
	return driver.DefaultParameterConverter.ConvertValue(v.Interface())
}

// writeValue returns a value as a text of a cursor: a letter for its type, and its text. JSON alone would round integers beyond 2^53,
// has no NaN, and changes texts that are not UTF-8.
func writeValue(v driver.Value) (string, error) {
	switch v := v.(type) {
	case int64:
		return "i" + strconv.FormatInt(v, 10), nil
	case float64:
		return "f" + strconv.FormatUint(math.Float64bits(v), 16), nil
	case bool:
		return "b" + strconv.FormatBool(v), nil
	case string:
		return "s" + base64.RawURLEncoding.EncodeToString([]byte(v)), nil
	case []byte:
		if v != nil {
			return "x" + base64.RawURLEncoding.EncodeToString(v), nil
		}
	case time.Time:
		if _, offset := v.Zone(); offset%60 != 0 {
			v = v.UTC() // RFC 3339 has no seconds of an offset: zones have them in years before about 1940
		}
		if year := v.Year(); year < 0 || year > 9999 {
			return "", fmt.Errorf("the year %d has no place in a cursor; legal are 0 to 9999", year)
		}
		return "t" + v.Format(time.RFC3339Nano), nil
	case nil:
	default:
		return "", fmt.Errorf("a %T cannot be the place of a cursor", v)
	}
	return "", errors.New("the value is NULL, which has no place in an order of pages; declare the column NOT NULL")
}

// readValue reads a text of writeValue.
func readValue(text string) (driver.Value, error) {
	if text == "" {
		return nil, errors.New("the value is empty")
	}
	switch kind, rest := text[0], text[1:]; kind {
	case 'i':
		return strconv.ParseInt(rest, 10, 64)
	case 'f':
		bits, err := strconv.ParseUint(rest, 16, 64)
		return math.Float64frombits(bits), err
	case 'b':
		return strconv.ParseBool(rest)
	case 's':
		data, err := base64.RawURLEncoding.DecodeString(rest)
		return string(data), err
	case 'x':
		return base64.RawURLEncoding.DecodeString(rest)
	case 't':
		return time.Parse(time.RFC3339Nano, rest)
	}
	return nil, fmt.Errorf("the value has the unknown type %q", text[0])
}
