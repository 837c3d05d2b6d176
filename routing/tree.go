package routing

import (
	"math/bits"
	"net/url"
	"slices"
	"strings"
)

// A tree maps the path patterns of one method to values. Its nodes are joined by the segments of the patterns: by a text,
// by one {name} or by one {name...}. The zero value is an empty tree.
//
// insert must not run concurrently with anything. After the last insert any number of goroutines may call match.
//
// The cost of match: from the root to any node there is one way, and it consumes the path in one way, so a match visits
// each node at most once, whatever the path. Going back happens only where text and a {name} both fit a segment,
// and a path whose segments are all literals of one pattern never goes back.
//
// The paths are not cleaned: an empty segment ("//") matches only inside {name...}, and a dot segment is text like any
// other. Clean the path before matching if it names files.
type tree[V any] struct {
	root     treeNode
	patterns []pattern
	starts   []string // the text of patterns[i] before its first wildcard
	values   []V      // values[i] belongs to patterns[i]
}

// A treeNode is a place in the patterns, after a segment. It is allocated as 64 bytes, a line of the processor's cache.
type treeNode struct {
	treeTexts
	count  int32     // of texts
	leaf   int32     // 1 + index of the pattern that ends here, or 0
	multi  int32     // 1 + index of the pattern that ends in a {name...} from here, or 0
	single *treeNode // behind a {name}
	slash  *treeNode // behind the empty text: a last slash
}

// treeTexts is a hash table of what is behind texts, with open addressing. At least half of it is free; its length is a power
// of two, or 0.
type treeTexts []treeText

// A treeText is a segment that is a text, and what is behind it.
type treeText struct {
	word uint64 // the first eight bytes
	last uint64 // the last eight of a longer one
	text string
	node *treeNode // nil: there is none
}

// treePlace is where to begin looking for a text, modulo the size of the table.
func treePlace(word, last uint64, size int) int {
	word = (word ^ bits.RotateLeft64(last, 23) + uint64(size)) * 0x9E3779B97F4A7C15
	return int(word >> 32)
}

func (h treeTexts) add(t treeText) {
	i := treePlace(t.word, t.last, len(t.text))
	for h[i&(len(h)-1)].node != nil {
		i++
	}
	h[i&(len(h)-1)] = t
}

// behind is the node behind the text from at to end, which is not empty; nil where there is none. word is its treeFirst.
// There must be texts.
func (h treeTexts) behind(word uint64, path string, at, end int) *treeNode {
	last, size := uint64(0), end-at
	if size > 8 {
		last = treeLoad(path[end-8:])
	}
	for i := treePlace(word, last, size); ; i++ {
		t := &h[i&(len(h)-1)]
		if t.node == nil || t.word == word && t.last == last && len(t.text) == size && (size <= 16 || t.text == path[at:end]) {
			return t.node
		}
	}
}

// treeFirst and treeLast are the words of a text: its first eight bytes, or all it has, and the last eight of a longer one.
func treeFirst(text string) uint64 {
	if len(text) >= 8 {
		return treeLoad(text)
	}
	return treeShort(text)
}

func treeLast(text string) uint64 {
	if len(text) > 8 {
		return treeLoad(text[len(text)-8:])
	}
	return 0
}

// treeShort is the word of a text of less than eight bytes.
func treeShort(text string) (word uint64) {
	for i := len(text) - 1; i >= 0; i-- {
		word = word<<8 | uint64(text[i])
	}
	return word
}

// extend is behind, and makes the node where there is none.
func (n *treeNode) extend(text string) *treeNode {
	if text == "" {
		if n.slash == nil {
			n.slash = &treeNode{}
		}
		return n.slash
	}
	word := treeFirst(text)
	if len(n.treeTexts) > 0 {
		if node := n.behind(word, text, 0, len(text)); node != nil {
			return node
		}
	}
	if n.count++; 2*int(n.count) > len(n.treeTexts) {
		old := n.treeTexts
		n.treeTexts = make(treeTexts, max(2, 2*len(old)))
		for _, t := range old {
			if t.node != nil {
				n.add(t)
			}
		}
	}
	node := &treeNode{}
	n.add(treeText{word, treeLast(text), text, node})
	return node
}

// insert adds a pattern. It compares it with every pattern of the tree: 1,000 patterns take a few milliseconds in all.
// The error is a [*conflictError], and leaves the tree as it was.
func (t *tree[V]) insert(p pattern, v V) error {
	start, _, _ := strings.Cut(p.text, "{")
	for i, q := range t.patterns {
		// Nearly all pairs differ before the first wildcard, and a comparison of text is cheap.
		common := min(len(start), len(t.starts[i]))
		if start[:common] == t.starts[i][:common] && p.conflictsWith(q) {
			return &conflictError{a: p, b: q, example: patternExample(p, q)}
		}
	}
	t.patterns = append(t.patterns, p)
	t.starts = append(t.starts, start)
	t.values = append(t.values, v)
	t.root.insert(p.segments, int32(len(t.values)))
	return nil
}

func (n *treeNode) insert(segments []segment, leaf int32) {
	for _, seg := range segments {
		switch seg.kind {
		case segmentLiteral:
			n = n.extend(seg.text)
		case segmentSingle:
			if n.single == nil {
				n.single = new(treeNode)
			}
			n = n.single
		case segmentMulti:
			n.multi = leaf
			return
		}
	}
	n.leaf = leaf
}

// match finds the most specific pattern for a path. It appends the values of the wildcards, from left to right and
// unescaped, to dst. A nil tree is empty.
//
// With escaped, path is [url.URL.EscapedPath]: segments are unescaped one by one, so that %2F is a character of its
// segment; a malformed escape matches nothing. Without, path is [url.URL.Path], which is the same and faster if RawPath
// is empty: no allocation where dst has room.
func (t *tree[V]) match(path string, escaped bool, dst []string) (v V, values []string, ok bool) {
	if t == nil {
		return v, dst, false
	}
	leaf, values, _ := t.root.find(path, escaped, dst)
	if leaf != 0 {
		v = t.values[leaf-1]
	}
	return v, values, leaf != 0
}

// find is match from a root, for 1 + the index of the pattern. Where nothing matches, that is 0 and values is dst. It knows
// nothing of V, so that it is compiled once. If odd is false, no value has a backslash or a segment that is empty or begins
// with a dot: the router and any handler divide it alike.
func (n *treeNode) find(path string, escaped bool, dst []string) (leaf int32, values []string, odd bool) {
	if path == "" || path[0] != '/' {
		return 0, dst, false
	}
	var w treeWalk // field by field: from a literal it would be put together elsewhere and copied
	w.path, w.values = path, dst
	if escaped && strings.IndexByte(path, '%') >= 0 && !w.unescape() {
		return 0, dst, false
	}
	if w.tail = treeLast(w.path); len(w.path) <= 8 {
		w.tail = treeFirst(w.path) << (8 * uint(8-len(w.path)))
	}
	if leaf = w.from(n, 1); leaf == 0 {
		w.forget(len(dst))
	}
	return leaf, w.values, w.odd
}

// A treeWalk is one match.
type treeWalk struct {
	path   string
	tail   uint64 // the last eight bytes of path; zeros come first in that of a shorter one
	values []string
	odd    bool    // a value may be odd: see find
	ends   []int32 // of path's segments where there were escapes, %2F among them; else nil

	// The {name...} passed by last, and where what it would match begins.
	multi      int32
	kept, rest int
}

// unescape unescapes the segments one by one, so that %2F is a character of its segment. It reports whether the escapes are
// well-formed.
func (w *treeWalk) unescape() bool {
	text := make([]byte, 0, len(w.path))
	for segment := range strings.SplitSeq(w.path[1:], "/") {
		plain, err := url.PathUnescape(segment)
		if err != nil {
			return false
		}
		text = append(append(text, '/'), plain...)
		w.ends = append(w.ends, int32(len(text)))
	}
	w.path = string(text)
	return true
}

// unescaped is where the segment ends that begins at at, and its word, where there were escapes.
func (w *treeWalk) unescaped(at int) (end int, word uint64) {
	i, _ := slices.BinarySearch(w.ends, int32(at))
	end = int(w.ends[i])
	return end, treeFirst(w.path[at:end])
}

// from matches what is left of the path behind n: the segments from start on. Text comes before {name} and {name...} comes
// last. That finds the most specific pattern because insert refuses conflicts: of two patterns that match one path, the one
// that is more specific anywhere is nowhere more general.
func (w *treeWalk) from(n *treeNode, start int) (leaf int32) {
	for at := start; at <= len(w.path); {
		if n.multi != 0 {
			w.multi, w.rest, w.kept = n.multi, at, len(w.values)
		}
		// The end of the segment is looked for in the eight bytes that are its word, too: most are shorter.
		end := at + 8
		var word uint64
		if end <= len(w.path) {
			word = treeLoad(w.path[at:])
		} else {
			word = w.tail >> (8 * uint(end-len(w.path)))
			end = len(w.path)
		}
		if slash := treeFind(word, '/'); slash != 0 {
			end = at + bits.TrailingZeros64(slash)/8
			word &= slash&-slash>>7 - 1
		} else if end < len(w.path) {
			end = treeEnd(w.path, end)
		}
		if w.ends != nil {
			end, word = w.unescaped(at)
		}
		if end == at { // no {name} takes nothing
			n = n.slash
		} else {
			var child *treeNode
			if len(n.treeTexts) > 0 {
				child = n.behind(word, w.path, at, end)
			}
			if n.single != nil {
				if child != nil {
					before := len(w.values)
					if leaf := w.from(child, end+1); leaf != 0 {
						return leaf
					}
					w.forget(before)
				}
				w.values = append(w.values, w.path[at:end])
				if byte(word) == '.' || treeFind(word, '\\') != 0 || end-at > 8 && strings.IndexByte(w.path[at+8:end], '\\') >= 0 {
					w.odd = true
				}
				child = n.single
			}
			n = child
		}
		if n == nil {
			break
		}
		at = end + 1
	}
	if n != nil && n.leaf != 0 {
		return n.leaf
	}
	if w.multi == 0 || w.rest < start { // that is for who called
		return 0
	}
	w.forget(w.kept)
	rest := w.path[w.rest:]
	w.values = append(w.values, rest)
	w.odd = w.odd || strings.IndexByte(rest, '\\') >= 0 || strings.HasPrefix(rest, "/") || strings.HasPrefix(rest, ".") ||
		strings.Contains(rest, "//") || strings.Contains(rest, "/.")
	return w.multi
}

// forget takes back the values but for the first n.
func (w *treeWalk) forget(n int) {
	clear(w.values[n:])
	w.values = w.values[:n]
}

// treeEnd is where the segment ends that goes on at at.
func treeEnd(path string, at int) int {
	if i := strings.IndexByte(path[at:], '/'); i >= 0 {
		return at + i
	}
	return len(path)
}

// treeFind marks the first byte of a word that is c by its high bit. Bits above it mean nothing; 0 means that there is none.
func treeFind(word uint64, c byte) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	word ^= ones * uint64(c) // c becomes zero
	return (word - ones) &^ word & highs
}

// treeLoad is one load for the compiler.
func treeLoad(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
