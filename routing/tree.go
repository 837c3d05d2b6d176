package routing

import (
	"math/bits"
	"net/url"
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

// A treeNode is a place in the patterns, after a segment. It knows nothing of V, so that the walk is compiled once.
type treeNode struct {
	slash  *treeNode  // behind the empty text: a last slash
	only   treeText   // behind a text, where there is one
	texts  *treeTexts // where there are several
	single *treeNode  // behind a {name}
	leaf   int32      // 1 + index of the pattern that ends here, or 0
	multi  int32      // 1 + index of the pattern that ends in a {name...} from here, or 0
}

// A treeText is a segment that is a text, and what is behind it.
type treeText struct {
	word uint64 // the first eight bytes
	last uint64 // the last eight of a longer one
	text string
	node *treeNode // nil: there is none
}

// treeTexts is a hash table with open addressing.
type treeTexts struct {
	places []treeText // at most half of them are taken
	count  int
}

// place is where to begin looking for a text.
func (h *treeTexts) place(word, last uint64, size int) int {
	word = (word ^ bits.RotateLeft64(last, 23) + uint64(size)) * 0x9E3779B97F4A7C15
	return int(word>>32) & (len(h.places) - 1)
}

func (h *treeTexts) add(t treeText) {
	if h.count++; 2*h.count > len(h.places) {
		old := h.places
		*h = treeTexts{places: make([]treeText, max(4, 2*len(old))), count: 1}
		for _, t := range old {
			if t.node != nil {
				h.add(t)
			}
		}
	}
	i := h.place(t.word, t.last, len(t.text))
	for h.places[i].node != nil {
		i = (i + 1) & (len(h.places) - 1)
	}
	h.places[i] = t
}

// behind is the node behind a text, nil where there is none. word is the first eight bytes of it.
func (n *treeNode) behind(word uint64, text string) *treeNode {
	if text == "" {
		return n.slash
	}
	last := treeEnd(text)
	if n.texts == nil {
		if n.only.is(word, last, text) {
			return n.only.node
		}
		return nil
	}
	places := n.texts.places
	for i := n.texts.place(word, last, len(text)); ; i = (i + 1) & (len(places) - 1) {
		t := &places[i]
		if t.node == nil || t.is(word, last, text) {
			return t.node
		}
	}
}

func (t *treeText) is(word, last uint64, text string) bool {
	return t.word == word && t.last == last && len(t.text) == len(text) && (len(text) <= 16 || t.text == text)
}

// treeEnd is the last eight bytes of a text that has more.
func treeEnd(text string) uint64 {
	if len(text) <= 8 {
		return 0
	}
	return treeLoad(text[len(text)-8:])
}

// extend is behind, and makes the node where there is none.
func (n *treeNode) extend(text string) *treeNode {
	word := treeFirst(text)
	if node := n.behind(word, text); node != nil {
		return node
	}
	made := treeText{word, treeEnd(text), text, &treeNode{}}
	switch {
	case text == "":
		n.slash = made.node
	case n.texts != nil:
		n.texts.add(made)
	case n.only.node != nil:
		n.texts = &treeTexts{}
		n.texts.add(n.only)
		n.texts.add(made)
		n.only = treeText{}
	default:
		n.only = made
	}
	return made.node
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
	t.root.add(p.segments, int32(len(t.values)))
	return nil
}

func (n *treeNode) add(segments []segment, leaf int32) {
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
// unescaped, to dst.
//
// With escaped, path is [url.URL.EscapedPath]: segments are unescaped one by one, so that %2F is a character of its
// segment; a malformed escape matches nothing. Without, path is [url.URL.Path], which is the same and faster if RawPath
// is empty: no allocation where dst has room. An escaped path costs one allocation for each value with an escape.
func (t *tree[V]) match(path string, escaped bool, dst []string) (v V, values []string, ok bool) {
	if escaped {
		if escaped = strings.IndexByte(path, '%') >= 0; escaped && !treeValidEscapes(path) {
			return v, dst, false
		}
	}
	leaf, values := t.root.walk(path, 0, escaped, dst)
	if leaf == 0 {
		return v, dst, false
	}
	return t.values[leaf-1], values, true
}

// walk matches what is left of path behind n, from at on, where a slash stands or the path ends. Text comes before {name} and
// {name...} comes last. That finds the most specific pattern because insert refuses conflicts: of two patterns that match one
// path, the one that is more specific anywhere is nowhere more general.
func (n *treeNode) walk(path string, at int, escaped bool, values []string) (leaf int32, _ []string) {
	multi, rest, kept := int32(0), 0, 0 // the deepest {name...} passed by, and where what it would match begins
	for {
		if at >= len(path) {
			if n.leaf != 0 {
				return n.leaf, values
			}
			break
		}
		if path[at] != '/' {
			break // a path begins with a slash
		}
		at++
		if n.multi != 0 {
			multi, rest, kept = n.multi, at, len(values)
		}
		word, end := treeSegment(path, at)
		text := path[at:end]
		if escaped {
			text = treeUnescape(text, true)
			word = treeFirst(text)
		}
		child := n.behind(word, text)
		if n.single == nil {
			if child == nil {
				break
			}
			n, at = child, end
			continue
		}
		if child != nil {
			if leaf, values := child.walk(path, end, escaped, values); leaf != 0 {
				return leaf, values
			}
		}
		if end == at {
			break
		}
		values = append(values, text)
		n, at = n.single, end
	}
	if multi == 0 {
		return 0, nil
	}
	return multi, append(values[:kept], treeUnescape(path[rest:], escaped))
}

// treeSegment looks at the segment of path that begins at at: its first eight bytes, the first one lowest, with zeros behind its
// end, and where that is. It reads a path in eight bytes at a time.
func treeSegment(path string, at int) (word uint64, end int) {
	word = treeWord(path, at)
	if found := treeSlash(word); found != 0 {
		size := bits.TrailingZeros64(found) / 8
		return word & (1<<(8*size) - 1), at + size
	}
	for end = at + 8; end < len(path); end += 8 {
		if found := treeSlash(treeWord(path, end)); found != 0 {
			return word, end + bits.TrailingZeros64(found)/8
		}
	}
	return word, len(path)
}

// treeSlash marks the slashes in a word by their high bits; of several marks the lowest is right.
func treeSlash(word uint64) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	word ^= ones * '/'
	return (word - ones) &^ word & highs
}

// treeWord is eight bytes of path, with zeros behind its end.
func treeWord(path string, at int) uint64 {
	switch {
	case at+8 <= len(path):
		return treeLoad(path[at : at+8])
	case len(path) >= 8: // what stands before at is shifted out
		return treeLoad(path[len(path)-8:]) >> (8 * uint(at+8-len(path)))
	}
	return treeFirst(path[at:])
}

// treeFirst is the word of a text that is one segment, whatever stands in it.
func treeFirst(text string) (word uint64) {
	for i := range min(len(text), 8) {
		word |= uint64(text[i]) << (8 * i)
	}
	return word
}

// treeLoad is one load for the compiler.
func treeLoad(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func treeUnescape(s string, escaped bool) string {
	if !escaped {
		return s
	}
	u, _ := url.PathUnescape(s) // match checked the escapes
	return u
}

func treeValidEscapes(s string) bool {
	for {
		i := strings.IndexByte(s, '%')
		if i < 0 {
			return true
		}
		if _, ok := patternUnhex(s[i:]); !ok {
			return false
		}
		s = s[i+3:]
	}
}
