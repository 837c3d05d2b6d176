package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// appendYAML appends a JSON value as YAML 1.2 in block style. A writer for JSON values alone is smaller than any YAML library.
func appendYAML(dst []byte, v any, indent int) []byte {
	switch v := v.(type) {
	case *object:
		if len(v.members) == 0 {
			return append(dst, " {}\n"...)
		}
		dst = append(dst, '\n')
		for _, m := range v.members {
			dst = appendIndent(dst, indent)
			dst = append(appendScalar(dst, m.name), ':')
			dst = appendYAML(dst, m.value, indent+1)
		}
		return dst
	case []any:
		if len(v) == 0 {
			return append(dst, " []\n"...)
		}
		dst = append(dst, '\n')
		for _, elem := range v {
			dst = append(appendIndent(dst, indent), '-')
			dst = appendElement(dst, elem, indent+1)
		}
		return dst
	case string:
		return append(appendString(append(dst, ' '), v, indent), '\n')
	}
	text, _ := json.Marshal(v) // a number, a bool or null
	return append(append(append(dst, ' '), text...), '\n')
}

// appendElement appends an element of a list. The first member of an object stands on the line of the dash.
func appendElement(dst []byte, v any, indent int) []byte {
	start := len(dst)
	dst = appendYAML(dst, v, indent)
	if o, ok := v.(*object); !ok || len(o.members) == 0 {
		return dst
	}
	rest := bytes.TrimLeft(dst[start:], "\n ")
	return append(append(dst[:start], ' '), rest...)
}

func appendIndent(dst []byte, indent int) []byte {
	for range indent {
		dst = append(dst, ' ', ' ')
	}
	return dst
}

// plainScalar matches texts that need no quotes in any version of YAML, unless reservedScalar matches them too.
var (
	plainScalar    = regexp.MustCompile(`^[A-Za-z_/$][A-Za-z0-9_./$+-]*( [A-Za-z0-9_./$(][A-Za-z0-9_./$()+-]*)*$`)
	reservedScalar = regexp.MustCompile(`(?i)^(true|false|yes|no|on|off|null|y|n|\.nan|\.inf)$`)
)

// appendScalar appends a string as a YAML scalar, quoted if it could be read as another value.
func appendScalar(dst []byte, s string) []byte {
	if plainScalar.MatchString(s) && !reservedScalar.MatchString(s) {
		return append(dst, s...)
	}
	if _, err := strconv.Atoi(s); err == nil {
		return append(append(append(dst, '\''), s...), '\'')
	}
	for _, r := range string(appendText(nil, s)) { // YAML has the escapes of JSON
		if r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' || r == '\ufeff' || r == 0xfffe || r == 0xffff {
			dst = fmt.Appendf(dst, "\\u%04x", r) // characters that only YAML must escape
			continue
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// blockScalar matches texts of several lines that need no escapes.
var blockScalar = regexp.MustCompile(`^[^\s\pC][^\pC]*(\n[^\pC]*)+$`)

// appendString appends a text: as a block when it has several lines that need no escapes, otherwise as a scalar.
func appendString(dst []byte, s string, indent int) []byte {
	if !strings.Contains(s, "\n") || strings.HasSuffix(s, "\n\n") || !blockScalar.MatchString(s) {
		return appendScalar(dst, s)
	}
	dst = append(dst, '|')
	if !strings.HasSuffix(s, "\n") {
		dst = append(dst, '-')
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(s, "\n"), "\n") {
		dst = append(dst, '\n')
		if line != "" {
			dst = append(appendIndent(dst, indent), line...)
		}
	}
	return dst
}

// toYAML converts a JSON text to YAML.
func toYAML(text []byte) ([]byte, error) {
	v, err := readOrdered(text)
	if err != nil {
		return nil, err
	}
	return bytes.TrimLeft(appendYAML(nil, v, 0), "\n "), nil
}
