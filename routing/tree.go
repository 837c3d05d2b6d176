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
	treeIndex
	patterns []pattern
	starts   []string // the text of patterns[i] before its first wildcard
	values   []V      // values[i] belongs to patterns[i]
}

// A treeIndex is what a match looks at. It knows nothing of V, so that the walk is compiled once.
type treeIndex struct {
	root  treeNode
	depth int // segments of the longest pattern
}

// A treeNode is a place in the patterns, after a segment.
type treeNode struct {
	texts  treeTexts // behind texts, where there are several
	only   string    // behind a text, where there is one
	after  *treeNode // that one
	single *treeNode // behind a {name}
	leaf   int32     // 1 + index of the pattern that ends here, or 0
	multi  int32     // 1 + index of the pattern that ends in a {name...} from here, or 0
	slash  *treeNode // behind the empty text: a last slash
}

// treeTexts is a hash table with open addressing.
type treeTexts struct {
	places []treeText // at most half of them are taken
	count  int
}

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
	i, mask := treePlace(t.word, t.last, len(t.text)), len(h.places)-1
	for h.places[i&mask].node != nil {
		i++
	}
	h.places[i&mask] = t
}

// behind is the node behind a text that is not empty, nil where there is none: the one from at to end.
func (n *treeNode) behind(path string, at, end int) *treeNode {
	texts := n.texts.places
	if len(texts) == 0 {
		if n.only == path[at:end] {
			return n.after
		}
		return nil
	}
	var word, last uint64
	if size := uint(end - at); at+8 > len(path) {
		word = treeShort(path[at:end])
	} else if word = treeLoad(path[at:]); size < 8 {
		word &= 1<<(8*size) - 1
	} else if size > 8 {
		last = treeLoad(path[end-8:])
	}
	for i := treePlace(word, last, end-at); ; i++ {
		t := &texts[i&(len(texts)-1)]
		if t.node == nil || t.word == word && t.last == last && len(t.text) == end-at && (end-at <= 16 || t.text == path[at:end]) {
			return t.node
		}
	}
}

// treeShort is the word of a text of at most eight bytes.
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
	if node := n.behind(text, 0, len(text)); node != nil {
		return node
	}
	made := newTreeText(text, &treeNode{})
	switch {
	case n.texts.count > 0:
		n.texts.add(made)
	case n.after != nil:
		n.texts.add(newTreeText(n.only, n.after))
		n.texts.add(made)
		n.only, n.after = "", nil
	default:
		n.only, n.after = text, made.node
	}
	return made.node
}

func newTreeText(text string, node *treeNode) treeText {
	t := treeText{word: treeShort(text[:min(len(text), 8)]), text: text, node: node}
	if len(text) > 8 {
		t.last = treeShort(text[len(text)-8:])
	}
	return t
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
	t.depth = max(t.depth, len(p.segments))
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
// unescaped, to dst. A nil tree is empty.
//
// With escaped, path is [url.URL.EscapedPath]: segments are unescaped one by one, so that %2F is a character of its
// segment; a malformed escape matches nothing. Without, path is [url.URL.Path], which is the same and faster if RawPath
// is empty: no allocation where dst has room, for patterns of up to 15 segments.
func (t *tree[V]) match(path string, escaped bool, dst []string) (v V, values []string, ok bool) {
	if t == nil {
		return v, dst, false
	}
	leaf, values := t.find(path, escaped, dst)
	if leaf != 0 {
		v = t.values[leaf-1]
	}
	return v, values, leaf != 0
}

// find is match for 1 + the index of the pattern. Where nothing matches, that is 0 and values is dst.
func (t *treeIndex) find(path string, escaped bool, dst []string) (leaf int32, values []string) {
	if path == "" || path[0] != '/' {
		return 0, dst
	}
	var room [24]int32
	w, ends, ok, most := treeWalk{path, dst}, room[:0], true, t.depth+1
	if !escaped || strings.IndexByte(path, '%') < 0 {
		ends = treeSplit(path, ends, most)
	} else if w.path, ends, ok = treeSplitEscaped(path, ends, most); !ok {
		return 0, dst
	}
	if leaf = w.from(&t.root, ends, 1); leaf == 0 {
		return 0, dst
	}
	return leaf, w.values
}

// A treeWalk is one match.
type treeWalk struct {
	path   string // unescaped
	values []string
}

// treeSplit appends the ends of segments, which it finds eight bytes at a time. It stops when there are most of them: what
// is behind is longer than every pattern, and is one segment more, whatever a client has put into it.
func treeSplit(path string, ends []int32, most int) []int32 {
	at := 1
	for ; at+8 <= len(path) && len(ends) < most; at += 8 {
		for slashes := treeSlashes(treeLoad(path[at:])); slashes != 0; slashes &= slashes - 1 {
			ends = append(ends, int32(at+bits.TrailingZeros64(slashes)/8))
		}
	}
	for ; at < len(path) && len(ends) < most; at++ {
		if path[at] == '/' {
			ends = append(ends, int32(at))
		}
	}
	return append(ends, int32(len(path)))
}

// treeSplitEscaped is treeSplit, and unescapes the segments one by one, so that %2F is a character of its segment. It reports
// whether the escapes are well-formed.
func treeSplitEscaped(path string, ends []int32, most int) (unescaped string, _ []int32, ok bool) {
	text := make([]byte, 0, len(path))
	for segment := range strings.SplitSeq(path[1:], "/") {
		plain, err := url.PathUnescape(segment)
		if err != nil {
			return "", nil, false
		}
		text = append(append(text, '/'), plain...)
		if len(ends) <= most {
			ends = append(ends, 0)
		}
		ends[len(ends)-1] = int32(len(text))
	}
	return string(text), ends, true
}

// from matches what is left of the path behind n: segments with those ends, the first of which begins at at. Text comes
// before {name} and {name...} comes last. That finds the most specific pattern because insert refuses conflicts: of two
// patterns that match one path, the one that is more specific anywhere is nowhere more general.
func (w *treeWalk) from(n *treeNode, ends []int32, at int) (leaf int32) {
	multi, rest, kept := int32(0), 0, 0 // the deepest {name...} passed by, and where what it would match begins
	for i, end := range ends {
		end := int(end)
		if n.multi != 0 {
			multi, rest, kept = n.multi, at, len(w.values)
		}
		switch {
		case end == at: // no {name} takes nothing
			n = n.slash
		case n.single == nil:
			n = n.behind(w.path, at, end)
		default:
			if n.texts.count > 0 || n.after != nil {
				if child := n.behind(w.path, at, end); child != nil {
					before := len(w.values)
					if leaf := w.from(child, ends[i+1:], end+1); leaf != 0 {
						return leaf
					}
					w.values = w.values[:before]
				}
			}
			w.values = append(w.values, w.path[at:end])
			n = n.single
		}
		if n == nil {
			break
		}
		at = end + 1
	}
	if n != nil && n.leaf != 0 {
		return n.leaf
	}
	if multi != 0 {
		w.values = append(w.values[:kept], w.path[rest:])
	}
	return multi
}

// treeSlashes marks each slash in a word by the high bit of its byte.
func treeSlashes(word uint64) uint64 {
	const ones, lows = 0x0101010101010101, 0x7F7F7F7F7F7F7F7F
	word ^= ones * '/' // a slash becomes zero
	return ^((word&lows + lows) | word | lows)
}

// treeLoad is one load for the compiler.
func treeLoad(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
