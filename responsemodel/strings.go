package responsemodel

import (
	"encoding/binary"
	"slices"

	"github.com/brio-go/brio/internal/json"
)

// appendString is json.AppendString for what most strings are: short ASCII without escapes. It looks at eight bytes and
// copies them in one step; everything else goes to json.AppendString. It is half of the time of a usual response.
func appendString(dst []byte, s string) []byte {
	n, have := len(s), len(dst)
	if cap(dst)-have < n+2 {
		dst = slices.Grow(dst, n+2)
	}
	out := dst[:have+n+2]
	out[have] = '"'
	out[len(out)-1] = '"'
	text := out[have+1 : len(out)-1]
	switch {
	case n >= 8:
		last := n - 8 // the words at the end may overlap
		for i := 0; i < last; i += 8 {
			w := word64(s[i : i+8])
			if unusual(w) {
				return json.AppendString(dst, s)
			}
			binary.LittleEndian.PutUint64(text[i:i+8], w)
		}
		w := word64(s[last : last+8])
		if unusual(w) {
			return json.AppendString(dst, s)
		}
		binary.LittleEndian.PutUint64(text[last:last+8], w)
	case n >= 4:
		first, second := word32(s[:4]), word32(s[n-4:])
		if unusual(uint64(first) | uint64(second)<<32) {
			return json.AppendString(dst, s)
		}
		binary.LittleEndian.PutUint32(text[:4], first)
		binary.LittleEndian.PutUint32(text[n-4:], second)
	default:
		for i := range n {
			c := s[i]
			if c-0x20 >= 0x60 || c == '"' || c == '\\' {
				return json.AppendString(dst, s)
			}
			text[i] = c
		}
	}
	return out
}

// The compiler makes one load of each of these.

func word64(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func word32(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// unusual reports whether a byte of w is a control character, a quote, a backslash or not ASCII. For a byte c below 0x80
// the high bit of c-n is set when c < n; a borrow out of a lower byte means that this byte was unusual itself. Flipping
// the bit 2 brings the quote, 0x22, to 0x20, next to the control characters, which stay among themselves.
func unusual(w uint64) bool {
	low, slash := w^(ones*2), w^(ones*'\\')
	return (w|(low-ones*0x21)|(slash-ones))&highs != 0
}

// key is what stands before a member's value: a comma, which closeObject puts right, the name and a colon.
type key struct {
	text    string
	short   [2]uint64 // the text as words, which are copied without a call
	isShort bool
}

const shortSize = 16

func newKey(text string) key {
	var b [shortSize]byte
	copy(b[:], text)
	return key{text, [2]uint64{binary.LittleEndian.Uint64(b[:8]), binary.LittleEndian.Uint64(b[8:])}, len(text) <= shortSize}
}

// append appends the text.
func (k *key) append(dst []byte) []byte {
	have := len(dst)
	if !k.isShort || cap(dst)-have < shortSize {
		return append(dst, k.text...)
	}
	out := dst[have : have+shortSize]
	binary.LittleEndian.PutUint64(out[:8], k.short[0])
	binary.LittleEndian.PutUint64(out[8:], k.short[1])
	return dst[:have+len(k.text)]
}
