package model

import (
	"fmt"
	"slices"
)

// InputProblems returns why values of t cannot be read from a request, one sentence each.
func (t *Type) InputProblems() []string { return t.collectProblems(input, None) }

// sourceProblems is InputProblems of a model that takes all of a source.
func (t *Type) sourceProblems(s Source) []string { return t.collectProblems(input, s) }

// OutputProblems returns why values of t cannot be written to a response, one sentence each.
func (t *Type) OutputProblems() []string { return t.collectProblems(output, None) }

// collectProblems returns the problems of t and of the types inside it, for one direction. Types with methods of their own are not
// entered. source is that of a model that takes all of it, else None.
func (t *Type) collectProblems(u direction, whole Source) []string {
	var out []string
	seen := map[*Type]bool{}
	var walk func(t *Type, at string, whole Source)
	walk = func(t *Type, at string, whole Source) {
		if t == nil || seen[t] || u == input && t.In != ByKind || u == output && t.Out != ByKind {
			return
		}
		seen[t] = true
		for _, p := range t.problems {
			if p.direction&u != 0 && (whole == None || !slices.Contains(p.except, whole)) {
				out = append(out, at+": "+p.text)
			}
		}
		walk(t.Key, at+" key", None)
		walk(t.Elem, at, None)
		for _, v := range t.Variants {
			walk(v.Type, at+"."+t.Go.Field(v.Index).Name, whole) // a union may take all of a source, and then its variants do
		}
		for _, f := range t.Fields {
			walk(f.Type, at+"."+f.Go, None)
		}
		if t.Extra != nil {
			walk(t.Extra.Type, at+"."+t.Extra.Go, None)
		}
		if u == output {
			for _, f := range t.Computed {
				walk(f.Type, at+"."+f.Name, None)
			}
		}
	}
	walk(t, typeName(t.Go), whole)
	return out
}

// direction says whether a problem is one of reading, of writing, or of both.
type direction uint8

const (
	input direction = 1 << iota
	output
	both = input | output
)

// problem is a mistake of a type that the start-up report shows.
type problem struct {
	direction direction
	text      string
	except    []Source // no problem when the type takes all of one of these sources
}

func (m *Type) problem(u direction, format string, args ...any) {
	m.problems = append(m.problems, problem{direction: u, text: fmt.Sprintf(format, args...)})
}
