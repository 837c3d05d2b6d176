package encode

import (
	"strconv"
	"time"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// node appends the value at p, of the source type it was compiled for. depth counts the arrays and objects around it.
// On an error what was appended is dropped by the caller at the top.
type node interface {
	append(dst []byte, p ptr, depth int) ([]byte, error)
}

// maxDepth ends cycles. Hand-made trees of this depth cannot be read by most clients either.
const maxDepth = 1000

func tooDeep() error {
	return fail("the value is nested deeper than %d levels; it is probably cyclic", maxDepth)
}

type (
	boolNode   struct{}
	stringNode struct{}
	numberNode struct{} // json.Number
	timeNode   struct{}
	spanNode   struct{} // time.Duration
	bytesNode  struct{}
	rawNode    struct{}

	intNode[T int | int8 | int16 | int32 | int64]                 uint8
	uintNode[T uint | uint8 | uint16 | uint32 | uint64 | uintptr] uint8
	floatNode[T float32 | float64]                                struct{ bits int }

	quoted     struct{ node }
	failNode   struct{ text string }
	stringJSON struct{} // a string with the option string: JSON in JSON
)

func (boolNode) append(dst []byte, p ptr, _ int) ([]byte, error) {
	return strconv.AppendBool(dst, load[bool](p)), nil
}

func (stringNode) append(dst []byte, p ptr, _ int) ([]byte, error) {
	return appendString(dst, load[string](p)), nil
}

func (stringJSON) append(dst []byte, p ptr, _ int) ([]byte, error) {
	return json.AppendString(dst, string(json.AppendString(nil, load[string](p)))), nil
}

func (intNode[T]) append(dst []byte, p ptr, _ int) ([]byte, error) {
	return strconv.AppendInt(dst, int64(load[T](p)), 10), nil
}

func (uintNode[T]) append(dst []byte, p ptr, _ int) ([]byte, error) {
	return strconv.AppendUint(dst, uint64(load[T](p)), 10), nil
}

func (n floatNode[T]) append(dst []byte, p ptr, _ int) ([]byte, error) {
	f := float64(load[T](p))
	dst, ok := json.AppendFloat(dst, f, n.bits)
	if !ok {
		return dst, noForm(f)
	}
	return dst, nil
}

func noForm(f float64) error {
	return fail("%s has no JSON form", strconv.FormatFloat(f, 'g', -1, 64))
}

func (numberNode) append(dst []byte, p ptr, _ int) ([]byte, error) {
	s := load[string](p)
	if s == "" {
		s = "0" // as encoding/json
	}
	if !isNumber(s) {
		if len(s) > 40 {
			s = s[:40]
		}
		return dst, fail("the json.Number %q is not a number", s)
	}
	return append(dst, s...), nil
}

// isNumber is the grammar of JSON's numbers.
func isNumber(s string) bool {
	digits := func() bool {
		n := 0
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		s = s[n:]
		return n > 0
	}
	if s != "" && s[0] == '-' {
		s = s[1:]
	}
	if s != "" && s[0] == '0' {
		s = s[1:]
	} else if !digits() {
		return false
	}
	if s != "" && s[0] == '.' {
		s = s[1:]
		if !digits() {
			return false
		}
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		if !digits() {
			return false
		}
	}
	return s == ""
}

func (timeNode) append(dst []byte, p ptr, _ int) ([]byte, error) {
	dst, err := load[time.Time](p).AppendText(append(dst, '"'))
	return append(dst, '"'), err
}

func (spanNode) append(dst []byte, p ptr, _ int) ([]byte, error) {
	return append(model.AppendDuration(append(dst, '"'), load[time.Duration](p)), '"'), nil
}

// A nil []byte is "", as a nil list is []: the schema says string, not null.
func (bytesNode) append(dst []byte, p ptr, _ int) ([]byte, error) {
	b := load[[]byte](p)
	if b == nil {
		return append(dst, `""`...), nil
	}
	return json.AppendBase64(dst, b), nil
}

func (rawNode) append(dst []byte, p ptr, _ int) ([]byte, error) {
	raw := load[[]byte](p)
	if raw == nil {
		return append(dst, "null"...), nil
	}
	return appendCompact(dst, raw, "the json.RawMessage")
}

func appendCompact(dst, doc []byte, what string) ([]byte, error) {
	if isShortToken(doc) {
		return append(dst, doc...), nil
	}
	dst, err := json.Compact(dst, doc)
	if err != nil {
		return dst, &MismatchError{Text: what + " is not JSON: " + clip(err.Error()), Err: err}
	}
	return dst, nil
}

// isShortToken reports whether doc is certainly one token and nothing else: a number of a few digits, or a string of ASCII
// without an escape. An error reply echoes little else.
func isShortToken(doc []byte) bool {
	n := len(doc)
	if n < 2 || n > 64 {
		return n == 1 && doc[0]-'0' <= 9
	}
	if doc[0] == '"' {
		for _, c := range doc[1 : n-1] {
			if c-0x20 >= 0x5F || c == '"' || c == '\\' {
				return false
			}
		}
		return doc[n-1] == '"'
	}
	for _, c := range doc {
		if c-'0' > 9 {
			return false
		}
	}
	return doc[0] != '0'
}

// clip keeps texts for the log short: they may quote megabytes.
func clip(s string) string {
	if len(s) > 200 {
		return s[:200] + "…"
	}
	return s
}

func (n quoted) append(dst []byte, p ptr, depth int) ([]byte, error) {
	dst, err := n.node.append(append(dst, '"'), p, depth)
	return append(dst, '"'), err
}

func (n failNode) append(dst []byte, _ ptr, _ int) ([]byte, error) { return dst, fail("%s", n.text) }
