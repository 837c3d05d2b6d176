package routing

import (
	"net/url"
	"strings"
)

// A tree maps the path patterns of one method to values. It is a radix tree: nodes are joined by static text, by one
// {name} or by one {name...}. The zero value is an empty tree.
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

// A treeNode is a place in the patterns. It knows nothing of V, so that the walk is compiled once.
type treeNode struct {
	text     string // the static text that leads here; empty under a {name}
	first    string // the first byte of the text of each child
	children []*treeNode
	single   *treeNode // behind a {name}; only where text ends with '/'
	leaf     int       // 1 + index of the pattern that ends here, or 0
	multi    int       // 1 + index of the pattern whose {name...} begins here, or 0
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
	t.root.add(p.segments, len(t.values))
	return nil
}

func (n *treeNode) add(segments []segment, leaf int) {
	text := ""
	for _, seg := range segments {
		text += "/"
		switch seg.kind {
		case segmentLiteral:
			text += seg.text
		case segmentSingle:
			n, text = n.extend(text), ""
			if n.single == nil {
				n.single = new(treeNode)
			}
			n = n.single
		case segmentMulti:
			n.extend(text).multi = leaf
			return
		}
	}
	n.extend(text).leaf = leaf
}

// extend returns the node that text leads to from n. It makes the node where there is none, and splits one whose text
// only begins like it.
func (n *treeNode) extend(text string) *treeNode {
	for text != "" {
		i := strings.IndexByte(n.first, text[0])
		if i < 0 {
			child := &treeNode{text: text}
			n.first += text[:1]
			n.children = append(n.children, child)
			return child
		}
		child, common := n.children[i], 1
		for common < len(text) && common < len(child.text) && text[common] == child.text[common] {
			common++
		}
		if common < len(child.text) {
			upper := &treeNode{text: child.text[:common], first: child.text[common : common+1], children: []*treeNode{child}}
			child.text = child.text[common:]
			n.children[i] = upper
			child = upper
		}
		n, text = child, text[common:]
	}
	return n
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
	leaf, values := t.root.walk(path, escaped, dst)
	if leaf == 0 {
		return v, dst, false
	}
	return t.values[leaf-1], values, true
}

// walk matches path, what is left of it behind n. Text comes before {name} and {name...} comes last. That finds
// the most specific pattern because insert refuses conflicts: of two patterns that match one path, the one that is more
// specific anywhere is nowhere more general.
func (n *treeNode) walk(path string, escaped bool, values []string) (leaf int, _ []string) {
	multi, rest, kept := 0, "", 0 // the deepest {name...} passed by, and what it would match
	for {
		if n.multi != 0 {
			multi, rest, kept = n.multi, path, len(values)
		}
		if path == "" {
			if n.leaf != 0 {
				return n.leaf, values
			}
			break
		}
		var child *treeNode
		var after string
		if escaped {
			child, after = n.staticEscaped(path)
		} else {
			i, c := 0, path[0]
			if len(n.first) > 8 {
				i = strings.IndexByte(n.first, c)
			} else {
				for i < len(n.first) && n.first[i] != c {
					i++
				}
			}
			if uint(i) < uint(len(n.children)) {
				child = n.children[i]
				if size := len(child.text); size == 1 || len(path) >= size && path[1:size] == child.text[1:] {
					after = path[size:]
				} else {
					child = nil
				}
			}
		}
		if n.single == nil {
			if child == nil {
				break
			}
			n, path = child, after
			continue
		}
		if child != nil {
			if leaf, values := child.walk(after, escaped, values); leaf != 0 {
				return leaf, values
			}
		}
		end := strings.IndexByte(path, '/')
		if end < 0 {
			end = len(path)
		}
		if end == 0 {
			break
		}
		values = append(values, treeUnescape(path[:end], escaped))
		n, path = n.single, path[end:]
	}
	if multi == 0 {
		return 0, nil
	}
	return multi, append(values[:kept], treeUnescape(rest, escaped))
}

// staticEscaped returns the child whose text path begins with, and the path behind it.
func (n *treeNode) staticEscaped(path string) (*treeNode, string) {
	c, ok := treeLiteralByte(path)
	if !ok {
		return nil, ""
	}
	i := strings.IndexByte(n.first, c)
	if i < 0 {
		return nil, ""
	}
	child := n.children[i]
	for i := range len(child.text) {
		if path == "" {
			return nil, ""
		}
		c, ok := treeLiteralByte(path)
		if !ok || c != child.text[i] {
			return nil, ""
		}
		if path[0] == '%' {
			path = path[2:]
		}
		path = path[1:]
	}
	return child, path
}

// treeLiteralByte returns the first byte of a path with valid escapes. It is not ok for %2F, which is no separator and
// in no literal.
func treeLiteralByte(path string) (c byte, ok bool) {
	if path[0] != '%' {
		return path[0], true
	}
	c, _ = patternUnhex(path)
	return c, c != '/'
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
