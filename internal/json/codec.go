package json

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-json"
)

// The codec is goccy/go-json v0.12 or later: v0.10 reads 9223372036854775808 into an int as a negative number, accepts
// text that is not JSON, and can be made to panic by a client. Tests compare it with encoding/json.

// The types that mean something to the codec are those of encoding/json, whose values users already have.
type (
	RawMessage  = stdjson.RawMessage
	Number      = stdjson.Number
	Marshaler   = stdjson.Marshaler
	Unmarshaler = stdjson.Unmarshaler
)

// Unmarshal decodes doc into v, which must be fresh: after an error it is partly filled. Nothing in v refers to doc, which
// may be used again. Errors may carry megabytes of the client's text and are not for clients.
func Unmarshal(doc []byte, v any) error {
	return json.Unmarshal(doc, v)
}

// UnmarshalKept is Unmarshal for a doc that is never written to again: strings in v without an escape refer to it, which
// costs them no allocation and keeps all of it alive as long as one of them is.
func UnmarshalKept(doc []byte, v any) error {
	return json.UnmarshalWithOption(doc, v, json.DecodeNoCopyString())
}

// UnmarshalNumber is Unmarshal with numbers in interface values as Number, which keeps integers beyond 2^53 exact.
func UnmarshalNumber(doc []byte, v any) error {
	// Only the decoder for streams can do this. It would ignore what follows the value, and has io.EOF for no value.
	if Space(doc, 0) == len(doc) {
		return errors.New("json: there is no value")
	}
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		return err
	}
	if Space(doc, int(d.InputOffset())) != len(doc) {
		return errors.New("json: there is data after the value")
	}
	return nil
}

// UnmarshalAny decodes doc as UnmarshalNumber does, but for numbers that a float64 is used for: fractions, and integers up to
// 2^53 in magnitude, all of which it holds. An integer beyond stays a Number, with all of its digits.
func UnmarshalAny(doc []byte) (v any, err error) {
	if err = UnmarshalNumber(doc, &v); err != nil {
		return nil, err
	}
	return withFloats(v)
}

func withFloats(v any) (_ any, err error) {
	switch v := v.(type) {
	case map[string]any:
		for key, e := range v {
			if v[key], err = withFloats(e); err != nil {
				return nil, err
			}
		}
	case []any:
		for i, e := range v {
			if v[i], err = withFloats(e); err != nil {
				return nil, err
			}
		}
	case Number:
		if IsLarge(string(v)) {
			return v, nil
		}
		return v.Float64()
	}
	return v, nil
}

// IsLarge reports whether a number is an integer beyond 2^53, spelled without fraction and exponent.
func IsLarge(token string) bool {
	digits := strings.TrimPrefix(token, "-")
	if len(digits) < 16 || strings.ContainsAny(digits, ".eE") {
		return false
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	return err != nil || n > 1<<53
}

// Append appends the encoding of v: compact, without a newline, and with <, > and & as they are. On an error dst is
// returned as it was. A panic in a method of v passes through. It costs no allocation beyond those of v's own methods.
func Append(dst []byte, v any) ([]byte, error) {
	e := encoders.Get().(*encoder)
	e.out = dst
	err := e.Encode(v)
	out := e.out
	e.out = nil
	encoders.Put(e)
	if err != nil {
		return dst, err
	}
	return out[:len(out)-1], nil // Encode ends with a newline
}

// encoder is a goccy encoder that writes to the end of a slice.
type encoder struct {
	*json.Encoder
	out []byte
}

func (e *encoder) Write(p []byte) (int, error) {
	e.out = append(e.out, p...)
	return len(p), nil
}

var encoders = sync.Pool{New: func() any {
	e := new(encoder)
	e.Encoder = json.NewEncoder(e)
	e.SetEscapeHTML(false)
	return e
}}

// Valid reports whether doc is JSON by the grammar alone. Unlike Scan it knows no limit but MaxDepth, and no UTF-8.
func Valid(doc []byte) bool {
	return json.Valid(doc)
}

// Compact appends doc, an encoded value, without white space between its tokens. On an error dst is returned as it was.
func Compact(dst, doc []byte) ([]byte, error) {
	b := bytes.NewBuffer(dst)
	if err := json.Compact(b, doc); err != nil {
		return dst, err
	}
	return b.Bytes(), nil
}
