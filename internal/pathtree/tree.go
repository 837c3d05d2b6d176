package pathtree

import (
	"math/bits"
	"net/url"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/swar"
)

// A Tree maps the path patterns of one method to values. The segments of the patterns join its nodes: a text, a {name} or a
// {name...}. The zero value is an empty tree.
//
// Insert must not run concurrently with any other method. After the last Insert, any number of goroutines may search.
//
// Cost: one way leads from the root to each node, and it consumes the path in one way, so a search visits each node at most
// once. It goes back only where both a text and a {name} fit a segment. A path of which all segments are texts of one
// pattern never goes back.
//
// Paths are not cleaned: an empty segment ("//") matches only inside a {name...}, and a dot segment is text like any other.
type Tree[V any] struct {
	paths
	patterns []Pattern
	starts   []string // the text of patterns[i] before its first wildcard
	values   []V      // values[i] belongs to patterns[i]
}

// paths is the part of a Tree that does not depend on V, so it is compiled once. Searches read it, and leave it unchanged.
type paths struct {
	root    node
	texts   textTable // the patterns without a wildcard, as whole paths: each is the most specific for its path
	count   int       // of texts
	lengths uint64    // bit n modulo 64 is set if one of texts has n bytes
}

// A node is a place in the patterns, after a segment. It is allocated as 64 bytes, one line of the processor's cache.
type node struct {
	textTable
	count    int32 // of texts
	leaf     int32 // 1 + index of the pattern that ends here, or 0
	restLeaf int32 // 1 + index of the pattern that ends in a {name...} from here, or 0
	single   *node // behind a {name}
	slash    *node // behind the empty text: a trailing slash
}

// A textTable maps texts to the nodes behind them. It is a hash table with open addressing: at least half of it is free, and
// its length is a power of two, or 0.
type textTable []textEntry

// A textEntry is a segment that is a text, with the node behind it.
type textEntry struct {
	first uint64 // the first eight bytes of text
	last  uint64 // the last eight bytes of a longer text
	text  string
	node  *node // nil: the entry is free
}

// textHash returns where the search for a text begins, modulo the length of the table.
func textHash(first, last uint64, size int) int {
	first = (first ^ bits.RotateLeft64(last, 23) + uint64(size)) * 0x9E3779B97F4A7C15
	return int(first >> 32)
}

// grow makes room for a table of count texts.
func (h *textTable) grow(count int) {
	if 2*count <= len(*h) {
		return
	}
	old := *h
	*h = make(textTable, max(2, 2*len(old)))
	for _, t := range old {
		if t.node != nil {
			h.add(t)
		}
	}
}

// add adds a text for which there is room.
func (h textTable) add(t textEntry) {
	i := textHash(t.first, t.last, len(t.text))
	for h[i&(len(h)-1)].node != nil {
		i++
	}
	h[i&(len(h)-1)] = t
}

// lookUp returns the node behind the text path[at:end], nil when there is none. The text is not empty, first is its first word,
// and the table is not empty.
func (h textTable) lookUp(first uint64, path string, at, end int) *node {
	last, size := uint64(0), end-at
	if size > swar.Size {
		last = swar.Load(path[end-swar.Size:])
	}
	for i := textHash(first, last, size); ; i++ {
		t := &h[i&(len(h)-1)]
		if t.node == nil || t.first == first && t.last == last && len(t.text) == size && (size <= 2*swar.Size || t.text == path[at:end]) {
			return t.node
		}
	}
}

// leafAt returns the leaf of the node behind a text, 0 if there is none. The table is not empty.
func (h textTable) leafAt(text string) int32 {
	first, last := uint64(0), uint64(0)
	if len(text) > swar.Size {
		first, last = swar.Load(text), swar.Load(text[len(text)-swar.Size:])
	} else {
		first = firstWord(text)
	}
	for i := textHash(first, last, len(text)); ; i++ {
		t := &h[i&(len(h)-1)]
		switch {
		case t.node == nil:
			return 0
		case t.first == first && t.last == last && (len(text) <= 2*swar.Size && len(t.text) == len(text) || t.text == text):
			return t.node.leaf
		}
	}
}

// firstWord returns the first eight bytes of a text as a word; a shorter text is padded with zeros.
func firstWord(text string) uint64 {
	if len(text) >= swar.Size {
		return swar.Load(text)
	}
	return swar.LoadShort(text)
}

// lastWord returns the last eight bytes of a text that is longer, 0 for others.
func lastWord(text string) uint64 {
	if len(text) > swar.Size {
		return swar.Load(text[len(text)-swar.Size:])
	}
	return 0
}

// extend returns the node behind a text, and makes it when there is none.
func (n *node) extend(text string) *node {
	if text == "" {
		if n.slash == nil {
			n.slash = &node{}
		}
		return n.slash
	}
	first := firstWord(text)
	if len(n.textTable) > 0 {
		if child := n.lookUp(first, text, 0, len(text)); child != nil {
			return child
		}
	}
	n.count++
	n.grow(int(n.count))
	child := &node{}
	n.add(textEntry{first, lastWord(text), text, child})
	return child
}

// Insert adds a pattern. It compares the pattern with every pattern of the tree: 1,000 patterns take a few milliseconds in
// all. An error is a [*ConflictError] and leaves the tree as it was.
func (t *Tree[V]) Insert(p Pattern, v V) error {
	start, _, _ := strings.Cut(p.Text, "{")
	for i, q := range t.patterns {
		// Nearly all pairs differ before the first wildcard, and comparing text is cheap.
		common := min(len(start), len(t.starts[i]))
		if start[:common] == t.starts[i][:common] && p.conflictsWith(q) {
			return &ConflictError{A: p, B: q, Example: exampleOf(p, q)}
		}
	}
	t.patterns = append(t.patterns, p)
	t.starts = append(t.starts, start)
	t.values = append(t.values, v)
	end := t.root.insert(p.segments, int32(len(t.values)))
	if text, ok := wholeText(p.segments); ok {
		t.count++
		t.texts.grow(t.count)
		t.texts.add(textEntry{firstWord(text), lastWord(text), text, end})
		t.lengths |= 1 << (len(text) % 64)
	}
	return nil
}

// Freeze frees what only Insert needs. Insert must not be called afterwards.
func (t *Tree[V]) Freeze() { t.patterns, t.starts = nil, nil }

// wholeText returns the path that a pattern matches if it is only one, as url.URL.Path has it. It is false for patterns with a wildcard,
// and for those with a slash inside of a segment, which url.URL.Path does not tell from the slash between two.
func wholeText(segments []segment) (text string, ok bool) {
	for _, seg := range segments {
		if seg.kind != literal || strings.Contains(seg.text, "/") {
			return "", false
		}
		text += "/" + seg.text
	}
	return text, true
}

// insert adds the nodes of a pattern below n, and returns the last one. leaf is the index of the pattern's value.
func (n *node) insert(segments []segment, leaf int32) *node {
	for _, seg := range segments {
		switch seg.kind {
		case literal:
			n = n.extend(seg.text)
		case single:
			if n.single == nil {
				n.single = new(node)
			}
			n = n.single
		case multi:
			n.restLeaf = leaf
			return n
		}
	}
	n.leaf = leaf
	return n
}

// Match finds the value of the most specific pattern for a path. It appends the values of the wildcards, from left to right
// and unescaped, to dst. A nil tree is empty.
//
// If escaped is true, path is [url.URL.EscapedPath]: segments are unescaped one by one, so that %2F is a character of its
// segment, and a malformed escape matches nothing. Otherwise path is [url.URL.Path], and Match does not allocate while dst has
// room.
func (t *Tree[V]) Match(path string, escaped bool, dst []string) (v V, values []string, ok bool) {
	if t == nil {
		return v, dst, false
	}
	m, values := t.Find(path, escaped, dst)
	if m.leaf != 0 {
		v = t.values[m.leaf-1]
	}
	return v, values, m.leaf != 0
}

// FindText finds the pattern without a wildcard that is the path, as [url.URL.Path] has it. Find finds it too. FindText costs one look-up,
// whatever the number of segments, and it is inlined.
func (p *paths) FindText(path string) (f Found) {
	if p.lengths>>(len(path)%64)&1 != 0 {
		f.leaf = p.texts.leafAt(path)
	}
	return f
}

// Value returns the value of a pattern that Find or FindText has found.
func (t *Tree[V]) Value(f Found) V { return t.values[f.leaf-1] }

// Found is the outcome of a search.
type Found struct {
	leaf int32 // 1 + index of the pattern, or 0
	// IsUnsure is true when the value of a wildcard may have a backslash, or a segment that is empty or begins with a dot.
	// If it is false, the router and any handler divide the values alike.
	IsUnsure bool
}

// OK reports whether a pattern matches.
func (f Found) OK() bool { return f.leaf != 0 }

// Find is Match for a tree that is not nil: see [Found]. When nothing matches, values is dst.
func (p *paths) Find(path string, escaped bool, dst []string) (f Found, values []string) {
	if path == "" || path[0] != '/' {
		return Found{}, dst
	}
	var w walk // field by field: a composite literal would be built elsewhere and copied
	w.path, w.values = path, dst
	if escaped && strings.IndexByte(path, '%') >= 0 && !w.unescape() {
		return Found{}, dst
	}
	if w.tail = lastWord(w.path); len(w.path) <= swar.Size {
		w.tail = firstWord(w.path) << (8 * uint(swar.Size-len(w.path)))
	}
	leaf := w.from(&p.root, 1)
	if leaf == 0 {
		w.forget(len(dst))
	}
	return Found{leaf, w.isUnsure}, w.values
}

// A walk is one search.
type walk struct {
	path     string
	tail     uint64 // the last eight bytes of path; zeros come first in that of a shorter one
	values   []string
	isUnsure bool    // see Found
	ends     []int32 // of path's segments where there were escapes, %2F among them; else nil

	// The last {name...} that the walk has passed: its pattern, how many values were there, and where its value begins.
	restLeaf          int32
	restCount, restAt int
}

// unescape unescapes the segments one by one, so that %2F is a character of its segment. It reports whether the escapes are
// well-formed.
func (w *walk) unescape() bool {
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

// unescapedSegment returns where the segment at at ends, and its first word, when there were escapes.
func (w *walk) unescapedSegment(at int) (end int, first uint64) {
	i, _ := slices.BinarySearch(w.ends, int32(at))
	end = int(w.ends[i])
	return end, firstWord(w.path[at:end])
}

// from matches the segments of the path from start on, behind n. A text is tried before a {name}, and a {name...} last. This
// finds the most specific pattern because Insert refuses conflicts: of two patterns that match one path, the one that is more
// specific anywhere is nowhere more general.
func (w *walk) from(n *node, start int) (leaf int32) {
	path := w.path // in registers
	for at := start; at <= len(path); {
		if n.restLeaf != 0 {
			w.restLeaf, w.restAt, w.restCount = n.restLeaf, at, len(w.values)
		}
		// The first word of the segment is searched for its end, too: most segments are shorter.
		end := at + swar.Size
		var first uint64
		if end <= len(path) {
			first = swar.Load(path[at:])
		} else {
			first = w.tail >> (8 * uint(end-len(path)))
			end = len(path)
		}
		if slash := swar.Find(first, '/'); slash != 0 {
			end = at + swar.First(slash)
			first = swar.Before(first, slash)
		} else if end < len(path) {
			end = segmentEnd(path, end)
		}
		if w.ends != nil {
			end, first = w.unescapedSegment(at)
		}
		if end == at { // a {name} is never empty
			n = n.slash
		} else {
			var child *node
			if len(n.textTable) > 0 {
				child = n.lookUp(first, path, at, end)
			}
			if n.single != nil {
				if child != nil {
					before := len(w.values)
					if leaf := w.from(child, end+1); leaf != 0 {
						return leaf
					}
					w.forget(before)
				}
				w.values = append(w.values, path[at:end])
				if byte(first) == '.' || swar.Find(first, '\\') != 0 || end-at > swar.Size && strings.IndexByte(path[at+swar.Size:end], '\\') >= 0 {
					w.isUnsure = true
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
	if w.restLeaf == 0 || w.restAt < start { // an outer call of from tries that {name...}
		return 0
	}
	w.forget(w.restCount)
	rest := path[w.restAt:]
	w.values = append(w.values, rest)
	w.isUnsure = w.isUnsure || strings.HasPrefix(rest, "/") || strings.HasPrefix(rest, ".") ||
		strings.Contains(rest, "//") || strings.Contains(rest, "/.") || strings.IndexByte(rest, '\\') >= 0
	return w.restLeaf
}

// forget removes the values but for the first n.
func (w *walk) forget(n int) {
	clear(w.values[n:])
	w.values = w.values[:n]
}

// segmentEnd returns where the segment ends whose end is not before at.
func segmentEnd(path string, at int) int {
	if i := strings.IndexByte(path[at:], '/'); i >= 0 {
		return at + i
	}
	return len(path)
}
