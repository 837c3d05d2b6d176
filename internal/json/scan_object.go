package json

import (
	"bytes"
	"hash/maphash"
	"math/bits"

	"github.com/brio-go/brio/internal/memory"
)

// bytesPerElement is how many bytes of a struct count as one element of the limit. Without it the three bytes "{}," could become a
// struct of any size.
const bytesPerElement = 64

// structure scans the object at i by the fields of a Struct shape. depth includes the object.
func (s *scanner) structure(sh *Shape, i, depth int, into memory.Place) int {
	if !sh.prepared {
		panic("json: Scan with a Shape that was not prepared: call Prepare at start-up")
	}
	var seen bitset
	base := len(s.seen)
	if rest := len(sh.required.more); rest > 0 {
		for range rest {
			s.seen = append(s.seen, 0)
		}
		// Structs inside may move s.seen to a larger array. This part of the old array stays valid, because no other struct writes
		// to it.
		seen.more = s.seen[base : base+rest : base+rest]
	}
	doc, members, mark, expected, left := s.doc, sh.members, s.keys.mark(), 0, s.elementsLeft
	i = Space(doc, i+1)
	if i < len(doc) && doc[i] == '}' {
		i++
	} else {
		for more := true; more; {
			if s.elementsLeft--; s.elementsLeft < 0 {
				return s.stop(TooLong)
			}
			// Most clients send keys in the order of the documentation. So the expected key is compared first, with its quotes and
			// colon, and other keys are looked up.
			field := expected
			if expected < len(members) && members[expected].key.IsAt(doc, i) {
				i += len(members[expected].key.Text)
			} else if field, i = s.field(sh, i); i == stopped {
				return stopped
			}
			value, at := sh.elem, memory.Place{}
			if field >= 0 {
				m := &members[field]
				if seen.add(field) {
					s.misfit()
				} else if into.IsValid() {
					at = into.Field(m.place)
				}
				value, expected = m.shape, field+1
			}
			if i = Space(doc, i); value.isText && at.IsValid() && i < len(doc) && doc[i] == '"' {
				i = s.fillString(i, at)
			} else {
				i = s.value(value, i, depth, at)
			}
			if i == stopped {
				return stopped
			}
			if i+1 < len(doc) && doc[i] == ',' && doc[i+1] == '"' { // without white space, as most clients write it
				i++
				continue
			}
			if i, more = s.next(i, '}'); i == stopped {
				return stopped
			}
			if more && (i >= len(doc) || doc[i] != '"') {
				return s.malformed(i, MessageName)
			}
		}
	}
	if !s.unsized {
		if s.elementsLeft = min(s.elementsLeft, left-sh.Size/bytesPerElement); s.elementsLeft < 0 {
			return s.stop(TooLong)
		}
	}
	if s.keys.repeated(doc, mark, s.verdict) || !seen.covers(&sh.required) {
		s.misfit()
	}
	if !seen.covers(&sh.defaults) {
		s.absent = true
	}
	s.seen = s.seen[:base]
	return i
}

// field scans the key at i and its colon. It returns the index of the key in the members of the shape, or -1 for an unknown key,
// and the position after the colon.
func (s *scanner) field(sh *Shape, i int) (field, after int) {
	start := i
	end, escaped := s.key(i)
	if end == stopped {
		return -1, stopped
	}
	if after = s.colon(end); after == stopped {
		return -1, stopped
	}
	mark := s.keys.mark()
	name := s.keys.push(s.doc, start+1, end-1, escaped)
	if field, known := sh.index[string(name)]; known {
		s.keys.drop(mark) // its bit in the bitset replaces it
		return field, after
	}
	if sh.Forbid {
		s.misfit()
	} else if s.verdict == Fits {
		s.scratch = appendFold(s.scratch[:0], name)
		if _, folds := sh.folded[string(s.scratch)]; folds {
			s.misfit()
		}
	}
	return -1, after
}

// object scans the object at i, with any keys, and values of the shape of a Map's elements. depth includes the object.
func (s *scanner) object(sh *Shape, i, depth int, into memory.Place) int {
	doc, mark, elem, fill := s.doc, s.keys.mark(), sh.elem, s.openMap(sh, into)
	i = Space(doc, i+1)
	if i < len(doc) && doc[i] == '}' {
		return i + 1
	}
	for more := true; more; {
		if s.elementsLeft--; s.elementsLeft < 0 {
			return s.stop(TooLong)
		}
		end, escaped := s.key(i)
		if end == stopped {
			return stopped
		}
		first := i + 1
		if s.verdict == Fits { // after a misfit the walk reads the document and finds duplicates itself
			s.keys.push(doc, first, end-1, escaped)
		}
		if i = s.colon(end); i == stopped {
			return stopped
		}
		at := fill.next(s)
		if i = s.value(elem, Space(doc, i), depth, at); i == stopped {
			return stopped
		}
		fill.add(s, at, first, end-1, escaped)
		if i, more = s.next(i, '}'); i == stopped {
			return stopped
		}
	}
	if s.keys.repeated(doc, mark, s.verdict) {
		s.misfit()
	}
	return i
}

// key scans the key at i. It returns the end of its string, and whether it has escapes.
func (s *scanner) key(i int) (end int, escaped bool) {
	if i >= len(s.doc) || s.doc[i] != '"' {
		return s.malformed(i, MessageName), false
	}
	return s.str(i)
}

// colon scans the colon after a key that ended at i.
func (s *scanner) colon(i int) int {
	i = Space(s.doc, i)
	if i >= len(s.doc) || s.doc[i] != ':' {
		return s.malformed(i, MessageColon)
	}
	return i + 1
}

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

// bitset is a set of field indexes. The first 64 need no allocation, which is enough for most structs.
type bitset struct {
	first uint64
	more  []uint64
}

// add adds the index n and reports whether it was in the set already.
func (b *bitset) add(n int) (present bool) {
	word := &b.first
	if n >= 64 {
		word = &b.more[n/64-1]
	}
	bit := uint64(1) << (n % 64)
	present = *word&bit != 0
	*word |= bit
	return present
}

// covers reports whether b has each index of other. Both sets have the same size.
func (b *bitset) covers(other *bitset) bool {
	if other.first&^b.first != 0 {
		return false
	}
	for n, word := range other.more {
		if word&^b.more[n] != 0 {
			return false
		}
	}
	return true
}
