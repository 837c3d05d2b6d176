package json

import (
	"bytes"
	"hash/maphash"
	"math/bits"
)

// keyList is a stack of the keys of the objects that are open and that no Struct shape knows, to find those given twice.
// Keys are positions, not strings: nothing is copied but keys with escapes, into text.
type keyList struct {
	keys  []key
	text  []byte
	table []uint32 // scratch space of repeatedMany
	seed  maphash.Seed
}

// key is where the text of a key is: in keyList.text if it had escapes, else in the document.
type key struct {
	start, end int
	escaped    bool
}

// keyMark is a height of the stack.
type keyMark struct{ keys, text int }

func (l *keyList) mark() keyMark { return keyMark{len(l.keys), len(l.text)} }

func (l *keyList) drop(m keyMark) { l.keys, l.text = l.keys[:m.keys], l.text[:m.text] }

// push adds the key between start and end, without its quotes, and returns its text, which is good until the next push.
func (l *keyList) push(doc []byte, start, end int, escaped bool) []byte {
	k := key{start, end, escaped}
	if escaped {
		k.start = len(l.text)
		l.text = appendUnescaped(l.text, doc[start:end])
		k.end = len(l.text)
	}
	l.keys = append(l.keys, k)
	return l.bytes(doc, k)
}

func (l *keyList) bytes(doc []byte, k key) []byte {
	if k.escaped {
		return l.text[k.start:k.end]
	}
	return doc[k.start:k.end]
}

// pairwise is the number of keys up to which each is compared with each, which needs no hashing: lengths or first bytes
// nearly always differ.
const pairwise = 12

// repeated reports whether two keys above the mark are equal, and drops them. After a misfit it does not look.
func (l *keyList) repeated(doc []byte, m keyMark, v Verdict) (found bool) {
	if keys := l.keys[m.keys:]; v != Fits || len(keys) < 2 {
	} else if len(keys) <= pairwise {
		found = l.repeatedFew(doc, keys)
	} else {
		found = l.repeatedMany(doc, keys)
	}
	l.drop(m)
	return found
}

func (l *keyList) repeatedFew(doc []byte, keys []key) bool {
	for n, k := range keys {
		for _, other := range keys[:n] {
			if k.end-k.start == other.end-other.start && bytes.Equal(l.bytes(doc, k), l.bytes(doc, other)) {
				return true
			}
		}
	}
	return false
}

// repeatedMany puts the keys in a hash table with open addressing. The seed is random, so that a client cannot choose keys
// that collide: the cost is linear in the size of the document.
func (l *keyList) repeatedMany(doc []byte, keys []key) bool {
	size := 1 << bits.Len(uint(2*len(keys)))
	if cap(l.table) < size {
		l.table = make([]uint32, size)
	}
	table := l.table[:size]
	clear(table)
	for n, k := range keys {
		text := l.bytes(doc, k)
		slot := int(maphash.Bytes(l.seed, text)) & (size - 1)
		for ; table[slot] != 0; slot = (slot + 1) & (size - 1) {
			if bytes.Equal(text, l.bytes(doc, keys[table[slot]-1])) {
				return true
			}
		}
		table[slot] = uint32(n + 1) // 0 is an empty slot
	}
	return false
}

// reset empties the list and lets go of what only a large document needed.
func (l *keyList) reset() {
	l.drop(keyMark{})
	if cap(l.keys) > kept {
		l.keys = nil
	}
	if cap(l.text) > kept {
		l.text = nil
	}
	if cap(l.table) > 4*kept {
		l.table = nil
	}
}
