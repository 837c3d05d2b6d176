package encode

import (
	"strconv"
	"time"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

// node appends the value at p, of the source type it was compiled for. depth counts the arrays and objects around the value. On an
// error the slice may have part of the value; Encoder.AppendAt returns the slice as it was.
type node interface {
	append(dst []byte, p memory.Place, depth int) ([]byte, error)
}

// maxDepth is how many arrays and objects may be around a value. It ends cycles. Most clients cannot read deeper documents.
const maxDepth = 1000

func tooDeep() error {
	return newMismatch("the value is nested deeper than %d levels; it is probably cyclic", maxDepth)
}

// The nodes of scalars. Each writes a value of the kind in its name.
type (
	boolNode     struct{}
	stringNode   struct{}
	numberNode   struct{} // json.Number
	timeNode     struct{}
	durationNode struct{} // time.Duration
	bytesNode    struct{}
	rawNode      struct{}

	intNode[T int | int8 | int16 | int32 | int64]                 uint8
	uintNode[T uint | uint8 | uint16 | uint32 | uint64 | uintptr] uint8
	floatNode[T float32 | float64]                                struct{ bits int }

	quotedNode       struct{ node }
	failNode         struct{ text string }
	quotedStringNode struct{} // a string with the option string: JSON in JSON
)

func (boolNode) append(dst []byte, p memory.Place, _ int) ([]byte, error) {
	return strconv.AppendBool(dst, memory.Load[bool](p)), nil
}

func (stringNode) append(dst []byte, p memory.Place, _ int) ([]byte, error) {
	return appendString(dst, memory.Load[string](p)), nil
}

func (quotedStringNode) append(dst []byte, p memory.Place, _ int) ([]byte, error) {
	return json.AppendString(dst, string(json.AppendString(nil, memory.Load[string](p)))), nil
}

func (intNode[T]) append(dst []byte, p memory.Place, _ int) ([]byte, error) {
	return strconv.AppendInt(dst, int64(memory.Load[T](p)), 10), nil
}

func (uintNode[T]) append(dst []byte, p memory.Place, _ int) ([]byte, error) {
	return strconv.AppendUint(dst, uint64(memory.Load[T](p)), 10), nil
}

func (n floatNode[T]) append(dst []byte, p memory.Place, _ int) ([]byte, error) {
	f := float64(memory.Load[T](p))
	dst, ok := json.AppendFloat(dst, f, n.bits)
	if !ok {
		return dst, noForm(f)
	}
	return dst, nil
}

func noForm(f float64) error {
	return newMismatch("%s has no JSON form", strconv.FormatFloat(f, 'g', -1, 64))
}

// append writes the number with the digits that it has. It is an error if the text is no JSON number.
func (numberNode) append(dst []byte, p memory.Place, _ int) ([]byte, error) {
	s := memory.Load[string](p)
	if s == "" {
		s = "0" // as encoding/json
	}
	if !isNumber(s) {
		if len(s) > 40 {
			s = s[:40]
		}
		return dst, newMismatch("the json.Number %q is not a number", s)
	}
	return append(dst, s...), nil
}

// isNumber reports whether s is a number by the grammar of JSON (RFC 8259, section 6).
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

func (timeNode) append(dst []byte, p memory.Place, _ int) ([]byte, error) {
	t := memory.Load[time.Time](p)
	if _, offset := t.Zone(); offset == 0 {
		if year, month, day := t.Date(); year >= 0 && year <= 9999 {
			return appendUTC(dst, year, int(month), day, t), nil
		}
	}
	dst, err := t.AppendText(append(dst, '"'))
	return append(dst, '"'), err
}

// appendUTC appends a time without an offset as AppendText does, with quotes. year, month and day are those of t.
func appendUTC(dst []byte, year, month, day int, t time.Time) []byte {
	hour, minute, second := t.Clock()
	text := [...]byte{'"', tens(year / 100), ones(year / 100), tens(year % 100), ones(year % 100), '-', tens(month), ones(month), '-', tens(day), ones(day),
		'T', tens(hour), ones(hour), ':', tens(minute), ones(minute), ':', tens(second), ones(second)}
	dst = append(dst, text[:]...)
	if n := t.Nanosecond(); n != 0 {
		fraction := [...]byte{'.', '0', '0', '0', '0', '0', '0', '0', '0', '0'}
		end := 0
		for i := len(fraction) - 1; i > 0; i-- {
			fraction[i] = ones(n % 100)
			if n /= 10; end == 0 && fraction[i] != '0' {
				end = i + 1
			}
		}
		dst = append(dst, fraction[:end]...)
	}
	return append(dst, 'Z', '"')
}

// tens and ones return the digits of a number below 100.
func tens(n int) byte { return '0' + byte(uint(n)/10) }

func ones(n int) byte { return '0' + byte(uint(n)%10) }

func (durationNode) append(dst []byte, p memory.Place, _ int) ([]byte, error) {
	return append(model.AppendDuration(append(dst, '"'), memory.Load[time.Duration](p)), '"'), nil
}

// append writes a nil []byte as "", as a nil list is []: the schema of the member is a string and not null.
func (bytesNode) append(dst []byte, p memory.Place, _ int) ([]byte, error) {
	b := memory.Load[[]byte](p)
	if b == nil {
		return append(dst, `""`...), nil
	}
	return json.AppendBase64(dst, b), nil
}

func (rawNode) append(dst []byte, p memory.Place, _ int) ([]byte, error) {
	raw := memory.Load[[]byte](p)
	if raw == nil {
		return append(dst, "null"...), nil
	}
	return appendCompact(dst, raw, "the json.RawMessage")
}

// appendCompact appends a document without white space. what is the subject of the error's sentence.
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

// isShortToken reports whether doc is one token that needs no parsing: an integer of at most 64 digits, or a string of at most 62
// bytes of ASCII without an escape. Most inputs that an error echoes are such tokens.
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

// clip cuts a text for the log to 200 bytes. Texts may quote values of megabytes.
func clip(s string) string {
	if len(s) > 200 {
		return s[:200] + "…"
	}
	return s
}

func (n quotedNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	dst, err := n.node.append(append(dst, '"'), p, depth)
	return append(dst, '"'), err
}

func (n failNode) append(dst []byte, _ memory.Place, _ int) ([]byte, error) {
	return dst, newMismatch("%s", n.text)
}
