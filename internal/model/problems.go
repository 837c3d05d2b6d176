package model

import (
	"fmt"
	"slices"
)

// InputProblems says, one sentence each, why values of t cannot be read from a request.
func (t *Type) InputProblems() []string { return t.collectProblems(input, None) }

// wholeProblems is InputProblems of a model that is a source as a whole.
func (t *Type) wholeProblems(s Source) []string { return t.collectProblems(input, s) }

// OutputProblems says why values of t cannot be written to a response.
func (t *Type) OutputProblems() []string { return t.collectProblems(output, None) }

func (t *Type) collectProblems(u use, whole Source) []string {
	var out []string
	seen := map[*Type]bool{}
	var walk func(t *Type, at string, whole Source)
	walk = func(t *Type, at string, whole Source) {
		if t == nil || seen[t] || u == input && t.In != ByKind || u == output && t.Out != ByKind {
			return
		}
		seen[t] = true
		for _, p := range t.problems {
			if p.use&u != 0 && (whole == None || !slices.Contains(p.except, whole)) {
				out = append(out, at+": "+p.text)
			}
		}
		walk(t.Key, at+" key", None)
		walk(t.Elem, at, None)
		for _, v := range t.Variants {
			walk(v.Type, at+"."+t.Go.Field(v.Index).Name, whole) // of a union that is a source as a whole
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

// use says for which direction something is a problem.
type use uint8

const (
	input use = 1 << iota
	output
	both = input | output
)

type problem struct {
	use    use
	text   string
	except []Source // it is none where the type is one of these as a whole
}

func (m *Type) problem(u use, format string, args ...any) {
	m.problems = append(m.problems, problem{use: u, text: fmt.Sprintf(format, args...)})
}
