package routing

import (
	"fmt"
	"strings"
)

// A patternRelation compares the sets of paths that two patterns p and q match, as net/http does. The relation of
// whole patterns is the union of the relations of their segments: general in one place and specific in another is an
// overlap, and neither pattern can win.
type patternRelation uint8

const (
	patternSame     patternRelation = 0
	patternGeneral  patternRelation = 1 // p matches all that q matches, and more
	patternSpecific patternRelation = 2 // q matches all that p matches, and more
	patternOverlap  patternRelation = patternGeneral | patternSpecific
	patternDisjoint patternRelation = 4
)

// compare returns the relation of p to q.
func (p pattern) compare(q pattern) patternRelation {
	relation := patternSame
	shorter := min(len(p.segments), len(q.segments))
	for i := range shorter {
		r := p.segments[i].compare(q.segments[i])
		if r == patternDisjoint {
			return patternDisjoint
		}
		relation |= r
	}
	// What is left of the longer pattern can only match under a {name...} that ends the shorter one.
	// The comparison of that segment already counted it as the more general.
	last := shorter - 1
	switch {
	case len(p.segments) > shorter && q.segments[last].kind != segmentMulti,
		len(q.segments) > shorter && p.segments[last].kind != segmentMulti:
		return patternDisjoint
	}
	return relation
}

func (s segment) compare(t segment) patternRelation {
	if s.kind != t.kind {
		// A single wildcard does not match the empty segment of a trailing slash.
		if s.kind == segmentSingle && t == (segment{}) || t.kind == segmentSingle && s == (segment{}) {
			return patternDisjoint
		}
		if s.kind > t.kind {
			return patternGeneral
		}
		return patternSpecific
	}
	if s.kind == segmentLiteral && s.text != t.text {
		return patternDisjoint
	}
	return patternSame
}

// conflictsWith reports whether some path is matched by both patterns while neither is more specific.
func (p pattern) conflictsWith(q pattern) bool {
	r := p.compare(q)
	return r == patternSame || r == patternOverlap
}

// A conflictError says that two patterns of one method are ambiguous.
type conflictError struct {
	a, b    pattern // the refused one, and the one that was there
	example string  // a path that both match, decoded
}

func (e *conflictError) Error() string {
	if e.a.compare(e.b) == patternSame {
		return fmt.Sprintf("path pattern %q matches the same paths as %q, for example %q; remove or change one of them",
			e.a.text, e.b.text, e.example)
	}
	return fmt.Sprintf("path patterns %q and %q both match %q and neither is more specific; change one so that it matches only paths of the other, or none",
		e.a.text, e.b.text, e.example)
}

// patternExample returns a path, decoded, that both patterns match. They must not be disjoint.
func patternExample(p, q pattern) string {
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
		if s.kind != segmentMulti {
			b.WriteString(s.text) // a literal, or the wildcard's name as its value
		}
	}
	return b.String()
}
