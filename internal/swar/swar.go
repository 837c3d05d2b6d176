package swar

import (
	"encoding/binary"
	"math/bits"
)

// Size is the number of bytes in a word.
const Size = 8

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// Load returns the first eight bytes of s as a word. It panics when s is shorter. The compiler makes one load of it.
func Load(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// LoadShort returns the bytes of s, of which there are at most eight, as a word that ends in zeros.
func LoadShort(s string) (w uint64) {
	for i := len(s) - 1; i >= 0; i-- {
		w = w<<8 | uint64(s[i])
	}
	return w
}

// First returns the position of the lowest marked byte of a mask, 8 for the mask 0.
func First(mask uint64) int { return bits.TrailingZeros64(mask) / 8 }

// Before keeps the bytes of w in front of the lowest marked byte and zeroes the others. The mask is not 0.
func Before(w, mask uint64) uint64 { return w & (mask&-mask>>7 - 1) }

// Find marks the bytes that are c.
func Find(w uint64, c byte) uint64 {
	w ^= ones * uint64(c) // c becomes zero
	return (w - ones) &^ w & highs
}

// FindControl marks the bytes below 0x20 and the byte 0x7f.
func FindControl(w uint64) uint64 {
	del := w ^ ones*0x7f // 0x7f becomes zero
	return ((w-ones*0x20)&^w | (del-ones)&^del) & highs
}

// FindJSON marks the ASCII bytes that end a run of unescaped text in a JSON string (RFC 8259, section 7): quote, backslash and
// bytes below 0x20. Flipping bit 2 moves the quote, 0x22, to 0x20, next to the control characters, which stay among themselves.
func FindJSON(w uint64) uint64 {
	low, slash := w^(ones*2), w^(ones*'\\')
	return ((low - ones*0x21) | (slash - ones)) &^ w & highs
}

// IsPlainJSON reports whether all bytes are ASCII and stand unescaped in a JSON string.
func IsPlainJSON(w uint64) bool {
	low, slash := w^(ones*2), w^(ones*'\\')
	return (w|(low-ones*0x21)|(slash-ones))&highs == 0
}

// FindNonASCII marks the bytes that are not ASCII. All marks are exact.
func FindNonASCII(w uint64) uint64 { return w & highs }

// IsASCII reports whether all bytes are ASCII.
func IsASCII(w uint64) bool { return w&highs == 0 }

// Key is a text that is expected at places of a document. One of up to 16 bytes is compared as two words.
type Key struct {
	Text                                 string
	first, firstMask, second, secondMask uint64 // the masks have the bytes of the text; all zero for a longer text
}

// KeyOf makes a Key.
func KeyOf(text string) Key {
	k := Key{Text: text}
	if len(text) <= 2*Size {
		var bytes, mask [2 * Size]byte
		for i := range copy(bytes[:], text) {
			mask[i] = 0xFF
		}
		k.first, k.firstMask = binary.LittleEndian.Uint64(bytes[:]), binary.LittleEndian.Uint64(mask[:])
		k.second, k.secondMask = binary.LittleEndian.Uint64(bytes[Size:]), binary.LittleEndian.Uint64(mask[Size:])
	}
	return k
}

// IsAt reports whether the text stands in doc at i, which is no further than the end.
func (k *Key) IsAt(doc []byte, i int) bool {
	if k.firstMask != 0 && i+2*Size <= len(doc) {
		two := doc[i : i+2*Size]
		return (binary.LittleEndian.Uint64(two)^k.first)&k.firstMask|(binary.LittleEndian.Uint64(two[Size:])^k.second)&k.secondMask == 0
	}
	return len(doc)-i >= len(k.Text) && string(doc[i:i+len(k.Text)]) == k.Text
}
