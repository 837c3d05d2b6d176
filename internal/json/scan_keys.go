package json

import (
	"bytes"
	"hash/maphash"
	"math/bits"
)

// keyList is a stack of keys, to find keys that an object repeats. It has the keys of the objects that are open, except the keys
// that a Struct shape declares. Keys are positions in the document, not strings. Only keys with escapes are copied, to text.
type keyList struct {
	keys  []key
	text  []byte
	table []uint32 // the hash table of repeatedMany
	seed  maphash.Seed
}

// key is the place of a key's text: in keyList.text when it has escapes, else in the document.
type key struct {
	start, end int
	escaped    bool
}

// keyMark is a height of the stack.
type keyMark struct{ keys, text int }

func (l *keyList) mark() keyMark { return keyMark{len(l.keys), len(l.text)} }

func (l *keyList) drop(m keyMark) { l.keys, l.text = l.keys[:m.keys], l.text[:m.text] }

// push adds the key between start and end, without its quotes. It returns the text of the key, which is valid until the next push.
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

// pairwise is the number of keys up to which all pairs are compared. That is faster than hashing, because lengths or first bytes
// differ nearly always.
const pairwise = 12

// repeated reports whether two keys above the mark are equal, and drops them. After a misfit it does not compare, because the walk
// does.
func (l *keyList) repeated(doc []byte, m keyMark, v Verdict) (found bool) {
	if keys := l.keys[m.keys:]; v != Fits || len(keys) < 2 {
	} else if len(keys) <= pairwise {
		found = l.repeatedFew(doc, keys)
	} else {
		found = l.repeatedMany(doc, keys)
	}
	l.keys, l.text = l.keys[:m.keys], l.text[:m.text]
	return found
}

// repeatedFew compares all pairs of keys.
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

// repeatedMany puts the keys into a hash table with open addressing. The seed is random, so a client cannot choose keys that
// collide: the cost is linear in the size of the document.
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

// reset empties the list, and frees memory that only a large document needed.
func (l *keyList) reset() {
	l.keys, l.text = l.keys[:0], l.text[:0]
	if cap(l.keys) > maxScratch {
		l.keys = nil
	}
	if cap(l.text) > maxScratch {
		l.text = nil
	}
	if cap(l.table) > 4*maxScratch {
		l.table = nil
	}
}
