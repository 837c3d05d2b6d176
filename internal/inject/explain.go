package inject

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/bind"
)

// Node is a function of a plan with what it needs, in the order in which it is resolved.
type Node struct {
	*Provider
	Scopes []string // that it receives
	Needs  []*Node
	Params []Param
	Turn   int32 // when it is called, counted from 1; of a shared one, when it was; 0: it is not called
	Again  bool  // resolved further up; the result is shared

	first *Node // where it is resolved, when that is further up
}

// Param is a parameter struct of a function.
type Param struct {
	*bind.Binder
	Again bool // another function, further up, reads it too
}

// Tree is the guards in order, then the handler, which has the given name and place.
func (p *Plan) Tree(handler, place string) []*Node {
	tree, last := []*Node{nil}, &Node{Turn: 1}
	if p.explanation != nil {
		tree = slices.Clone(p.explanation.tree)
		*last = *tree[len(tree)-1]
	} else {
		for b := range p.Params() {
			last.Params = append(last.Params, Param{Binder: b})
		}
	}
	last.Provider = &Provider{Name: handler, Place: place, result: noResult}
	tree[len(tree)-1] = last
	return tree
}

// Params are the parameter structs that the plan binds.
func (p *Plan) Params() iter.Seq[*bind.Binder] {
	return func(yield func(*bind.Binder) bool) {
		for i := range p.steps {
			if b := p.steps[i].bind; b != nil && !yield(b) {
				return
			}
		}
	}
}

// Used is every provider the plan runs, once for each use.
func (p *Plan) Used() (out []*Provider) {
	if p.explanation != nil {
		for _, n := range p.explanation.tree {
			out = n.used(out)
		}
	}
	return out
}

func (n *Node) used(out []*Provider) []*Provider {
	if n.Provider != nil {
		out = append(out, n.Provider)
	}
	for _, need := range n.Needs {
		out = need.used(out)
	}
	return out
}

// Sources are the Sources among Used, in the order of their first use, once for each set of scopes.
func (p *Plan) Sources() []SourceUse {
	if p.explanation == nil {
		return nil
	}
	return p.explanation.sources
}

// IsValue reports whether nothing is called, because it is a value.
func (n *Node) IsValue() bool { return !n.fn.IsValid() }

func (n *Node) cleansUp() bool { return n.result.cleanup >= 0 }

// endsEarly is a function below n whose clean-up runs before the response.
func (n *Node) endsEarly() *Node {
	if n.first != nil {
		n = n.first
	}
	for _, need := range n.Needs {
		if need.before && need.cleansUp() {
			return need
		}
		if short := need.endsEarly(); short != nil {
			return short
		}
	}
	return nil
}

// Write appends the tree below n, one line each: the number of a function is its turn, so what it needs stands below it
// with smaller numbers.
func (n *Node) Write(b *strings.Builder, indent string) {
	b.WriteString(indent)
	if n.Turn > 0 && !n.Again {
		fmt.Fprintf(b, "%d. ", n.Turn)
	}
	b.WriteString(n.Name)
	if gives := n.Gives(); gives != "" {
		fmt.Fprintf(b, " gives %s", gives)
	}
	if notes := n.Notes(); len(notes) > 0 {
		fmt.Fprintf(b, " (%s)", strings.Join(notes, ", "))
	}
	if n.Place != "" && !n.Again {
		fmt.Fprintf(b, "  %s", n.Place)
	}
	b.WriteByte('\n')
	n.WriteNeeds(b, indent+"   ")
}

// Gives is the type of the result, for people; "" when it has none, or is a value itself.
func (n *Node) Gives() string {
	if n.Type() == nil || n.IsValue() {
		return ""
	}
	return typeName(n.Type())
}

// Notes say when the function runs, and what for.
func (n *Node) Notes() (notes []string) {
	for _, note := range []struct {
		on   bool
		text string
	}{
		{n.Again && !n.IsValue(), fmt.Sprintf("shared with %d", n.Turn)},
		{n.noCache, "runs at each use"},
		{len(n.Scopes) > 0 && !n.Again, "scopes " + strings.Join(n.Scopes, " ")},
		{n.cleansUp() && n.before && !n.Again, "cleaned up before the response"},
		{n.cleansUp() && !n.before && !n.Again, "cleaned up after the response"},
	} {
		if note.on {
			notes = append(notes, note.text)
		}
	}
	return notes
}

// WriteNeeds appends what n needs, in the order in which it is resolved: what other functions make, then what it reads.
func (n *Node) WriteNeeds(b *strings.Builder, indent string) {
	for _, need := range n.Needs {
		need.Write(b, indent)
	}
	if reads := n.Reads(); len(reads) > 0 {
		fmt.Fprintf(b, "%sreads %s\n", indent, strings.Join(reads, ", "))
	}
}

// Reads says what its parameter structs are read from, except structs that a function further up reads too.
func (n *Node) Reads() (out []string) {
	for _, p := range n.Params {
		if p.Again {
			continue
		}
		for _, f := range p.Fields {
			switch {
			case f.TakesSource:
				out = append(out, f.Source.String()+" "+typeName(f.Type.Go))
			default:
				out = append(out, f.Source.String()+" "+f.Name)
			}
		}
	}
	return out
}
