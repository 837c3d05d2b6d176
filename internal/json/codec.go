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

// The codec is goccy/go-json v0.12 or later. v0.10 reads 9223372036854775808 into an int as a negative number, accepts text that is
// not JSON, and panics on some documents of clients. Tests compare the codec with encoding/json.

// The types that the codec treats specially are those of encoding/json, whose values programs already have.
type (
	RawMessage  = stdjson.RawMessage
	Number      = stdjson.Number
	Marshaler   = stdjson.Marshaler
	Unmarshaler = stdjson.Unmarshaler
)

// Unmarshal decodes doc into v, which must be a new value: after an error it is partly filled. v does not refer to doc, so the
// caller may reuse doc. Errors may hold megabytes of the client's text and are not for clients.
func Unmarshal(doc []byte, v any) error {
	return json.Unmarshal(doc, v)
}

// UnmarshalNoCopy is Unmarshal for a doc that is never written to again. Strings in v without an escape refer to doc. That saves an
// allocation for each, and keeps all of doc alive as long as one of the strings.
func UnmarshalNoCopy(doc []byte, v any) error {
	return json.UnmarshalWithOption(doc, v, json.DecodeNoCopyString())
}

// UnmarshalNumber is Unmarshal with numbers in interface values as Number, which keeps integers beyond 2^53 exact.
func UnmarshalNumber(doc []byte, v any) error {
	// Only the codec's stream decoder can do this. It ignores data after the value, and returns io.EOF for an empty document.
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

// UnmarshalAny decodes doc as UnmarshalNumber does, but decodes fractions, and integers up to 2^53 in magnitude, as float64. An
// integer beyond 2^53 stays a Number, with all of its digits.
func UnmarshalAny(doc []byte) (v any, err error) {
	if err = UnmarshalNumber(doc, &v); err != nil {
		return nil, err
	}
	return withFloats(v)
}

// withFloats replaces the Numbers inside of v by float64s, except large integers.
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

// Append appends the encoding of v: compact, without a newline, and with <, > and & unescaped. On an error it returns dst
// unchanged. A panic in a method of v passes through. Append itself does not allocate.
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
	return out[:len(out)-1], nil // without the newline that Encode writes
}

// encoder is a goccy encoder that appends to a slice. It is pooled.
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

// Valid reports whether doc is JSON by its grammar. Other than Scan it does not check UTF-8, and has no limit but MaxDepth.
func Valid(doc []byte) bool {
	return json.Valid(doc)
}

// Compact appends doc, an encoded value, without white space between its tokens. On an error it returns dst unchanged.
func Compact(dst, doc []byte) ([]byte, error) {
	b := bytes.NewBuffer(dst)
	if err := json.Compact(b, doc); err != nil {
		return dst, err
	}
	return b.Bytes(), nil
}
