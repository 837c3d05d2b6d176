package model

import "fmt"

// InputProblems says, one sentence each, why values of t cannot be read from a request.
func (t *Type) InputProblems() []string { return t.collectProblems(input) }

// OutputProblems says why values of t cannot be written to a response.
func (t *Type) OutputProblems() []string { return t.collectProblems(output) }

func (t *Type) collectProblems(u use) []string {
	var out []string
	seen := map[*Type]bool{}
	var walk func(t *Type, at string)
	walk = func(t *Type, at string) {
		if t == nil || seen[t] || u == input && t.In != Plain || u == output && t.Out != Plain {
			return
		}
		seen[t] = true
		for _, p := range t.problems {
			if p.use&u != 0 {
				out = append(out, at+": "+p.text)
			}
		}
		walk(t.Key, at+" key")
		walk(t.Elem, at)
		for _, v := range t.Variants {
			walk(v.Type, at+"."+t.Go.Field(v.Index).Name)
		}
		for _, f := range t.Fields {
			walk(f.Type, at+"."+f.Go)
		}
		if u == output {
			for _, f := range t.Computed {
				walk(f.Type, at+"."+f.Name)
			}
		}
	}
	walk(t, typeName(t.Go))
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
	use  use
	text string
}

func (m *Type) problem(u use, format string, args ...any) {
	m.problems = append(m.problems, problem{u, fmt.Sprintf(format, args...)})
}
