package encode

import (
	"slices"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/swar"
)

// opening has the bytes before a text: the key of a member or a comma, then the quote.
type opening struct {
	bytes [openingSize]byte // copied as a whole, without a call
	size  int
}

const openingSize = 16

// openingOf makes the opening of before and a quote. before is shorter than openingSize.
func openingOf(before string) opening {
	o := opening{size: len(before) + 1}
	copy(o.bytes[:], before+`"`)
	return o
}

var (
	quote      = openingOf("")
	commaQuote = openingOf(",")
)

// append appends the opening and s. It checks and copies ASCII without escapes eight bytes at a time; json.AppendString
// takes all other strings. Strings are half of the time of a usual response, see BenchmarkList100.
func (o *opening) append(dst []byte, s string) []byte {
	n, have := len(s), len(dst)
	if cap(dst)-have < openingSize+n+4 {
		dst = grow(dst, openingSize+n+4)
	}
	to, from := memory.CursorIn(dst, have), memory.CursorOf(s)
	to.PutBlock(&o.bytes)
	to = to.Add(o.size)
	to.Add(n).PutHalf('"') // and three zeros, which are no part of the result
	switch {
	case n >= 8:
		last := n - 8 // the last two words may overlap
		for i := 0; i < last; i += 8 {
			w := from.Add(i).Word()
			if !swar.IsPlainJSON(w) {
				return o.escaped(dst, s)
			}
			to.Add(i).PutWord(w)
		}
		w := from.Add(last).Word()
		if !swar.IsPlainJSON(w) {
			return o.escaped(dst, s)
		}
		to.Add(last).PutWord(w)
	case n >= 4:
		last := n - 4
		w := uint64(from.Half()) | uint64(from.Add(last).Half())<<32
		if !swar.IsPlainJSON(w) {
			return o.escaped(dst, s)
		}
		to.PutHalf(uint32(w))
		to.Add(last).PutHalf(uint32(w >> 32))
	default:
		short := dst[have+o.size : have+o.size+n]
		for i := range short {
			c := s[i]
			if c-0x20 >= 0x60 || c == '"' || c == '\\' {
				return o.escaped(dst, s)
			}
			short[i] = c
		}
	}
	return dst[:have+o.size+n+1]
}

// grow is slices.Grow, which is not inlined into append.
//
//go:noinline
func grow(dst []byte, n int) []byte { return slices.Grow(dst, n) }

// escaped appends the opening and s with json.AppendString.
func (o *opening) escaped(dst []byte, s string) []byte {
	return json.AppendString(append(dst, o.bytes[:o.size-1]...), s)
}

// appendString appends a string without a key or comma.
func appendString(dst []byte, s string) []byte { return quote.append(dst, s) }

// key has the bytes before a member's value: a comma, the name and a colon. closeObject replaces the first comma of an object.
type key struct {
	text    string
	opening opening // of a short key, with the quote of a text
	isShort bool
}

func makeKey(text string) key {
	k := key{text: text, isShort: len(text) < openingSize}
	if k.isShort {
		k.opening = openingOf(text)
	}
	return k
}

// append appends the text.
func (k *key) append(dst []byte) []byte {
	have := len(dst)
	if !k.isShort || cap(dst)-have < openingSize {
		return append(dst, k.text...)
	}
	*(*[openingSize]byte)(dst[have : have+openingSize]) = k.opening.bytes
	return dst[:have+len(k.text)]
}
