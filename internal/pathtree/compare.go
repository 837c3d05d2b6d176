package pathtree

import (
	"fmt"
	"strings"
)

// A Relation compares the sets of paths that two patterns p and q match, as net/http does. The relation of
// whole patterns is the union of the relations of their segments: general in one place and specific in another is an
// overlap, and neither pattern can win.
type Relation uint8

const (
	Same     Relation = 0
	General  Relation = 1 // p matches all that q matches, and more
	Specific Relation = 2 // q matches all that p matches, and more
	Overlap  Relation = General | Specific
	Disjoint Relation = 4
)

// compare returns the relation of p to q.
func (p Pattern) Compare(q Pattern) Relation {
	relation := Same
	shorter := min(len(p.segments), len(q.segments))
	for i := range shorter {
		r := p.segments[i].compare(q.segments[i])
		if r == Disjoint {
			return Disjoint
		}
		relation |= r
	}
	// What is left of the longer pattern can only match under a {name...} that ends the shorter one.
	// The comparison of that segment already counted it as the more general.
	last := shorter - 1
	switch {
	case len(p.segments) > shorter && q.segments[last].kind != multi,
		len(q.segments) > shorter && p.segments[last].kind != multi:
		return Disjoint
	}
	return relation
}

// compare compares two segments at the same place of two patterns.
func (s segment) compare(t segment) Relation {
	if s.kind != t.kind {
		// A single wildcard does not match the empty segment of a trailing slash.
		if s.kind == single && t == (segment{}) || t.kind == single && s == (segment{}) {
			return Disjoint
		}
		if s.kind > t.kind {
			return General
		}
		return Specific
	}
	if s.kind == literal && s.text != t.text {
		return Disjoint
	}
	return Same
}

// conflictsWith reports whether some path is matched by both patterns while neither is more specific.
func (p Pattern) conflictsWith(q Pattern) bool {
	r := p.Compare(q)
	return r == Same || r == Overlap
}

// A ConflictError says that two patterns of one method are ambiguous.
type ConflictError struct {
	A, B    Pattern // the refused one, and the one that was there
	Example string  // a path that both match, decoded
}

// Error returns both patterns, a path that both match, and what to change.
func (e *ConflictError) Error() string {
	if e.A.Compare(e.B) == Same {
		return fmt.Sprintf("path pattern %q matches the same paths as %q, for example %q; remove or change one of them",
			e.A.Text, e.B.Text, e.Example)
	}
	return fmt.Sprintf("path patterns %q and %q both match %q and neither is more specific; change one so that it matches only paths of the other, or none",
		e.A.Text, e.B.Text, e.Example)
}

// exampleOf returns a path, decoded, that both patterns match. They must not be disjoint.
func exampleOf(p, q Pattern) string {
	var b strings.Builder
	for i := range max(len(p.segments), len(q.segments)) {
		// The more specific of the two segments says what to write; a pattern that has ended ended in {name...}.
		var s segment
		switch {
		case i >= len(p.segments):
			s = q.segments[i]
		case i >= len(q.segments) || p.segments[i].kind < q.segments[i].kind:
			s = p.segments[i]
		default:
			s = q.segments[i]
		}
		b.WriteByte('/')
		if s.kind != multi {
			b.WriteString(s.text) // a literal, or the wildcard's name as its value
		}
	}
	return b.String()
}
