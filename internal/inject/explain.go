package inject

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/bind"
)

// Node is a function or value of a plan, with the nodes that it needs in the order of their calls. Nodes are for people: no request reads
// them.
type Node struct {
	*Provider
	Scopes    []string // that the function receives
	Needs     []*Node
	Params    []Param
	CallOrder int32 // number of the call, counted from 1; of a shared node that of the first; 0: a value
	IsShared  bool  // a node further up has called the function, and its result is used

	first *Node // of a shared node: the node further up
}

// Param is a parameter struct of a function.
type Param struct {
	*bind.Binder
	IsShared bool // a function further up reads it too
}

// Tree returns the guards in order and then the handler, which gets a name and a place.
func (p *Plan) Tree(handler, place string) []*Node {
	tree, last := []*Node{nil}, &Node{CallOrder: 1}
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

// Params returns the parameter structs that the plan binds.
func (p *Plan) Params() iter.Seq[*bind.Binder] {
	return func(yield func(*bind.Binder) bool) {
		for i := range p.steps {
			if b := p.steps[i].bind; b != nil && !yield(b) {
				return
			}
		}
	}
}

// Used returns every provider that the plan runs, once for each use.
func (p *Plan) Used() (out []*Provider) {
	if p.explanation != nil {
		for _, n := range p.explanation.tree {
			out = n.used(out)
		}
	}
	return out
}

// used appends the providers of n and of the nodes below.
func (n *Node) used(out []*Provider) []*Provider {
	if n.Provider != nil {
		out = append(out, n.Provider)
	}
	for _, need := range n.Needs {
		out = need.used(out)
	}
	return out
}

// Sources returns the Sources among Used in the order of their first use, once for each set of scopes.
func (p *Plan) Sources() []SourceUse {
	if p.explanation == nil {
		return nil
	}
	return p.explanation.sources
}

// IsValue reports whether the node is a value, which is not called.
func (n *Node) IsValue() bool { return !n.fn.IsValid() }

func (n *Node) hasCleanUp() bool { return n.result.cleanup >= 0 }

// earlyCleanUp returns a node below n whose clean-up runs before the response, nil for none.
func (n *Node) earlyCleanUp() *Node {
	if n.first != nil {
		n = n.first
	}
	for _, need := range n.Needs {
		if need.beforeResponse && need.hasCleanUp() {
			return need
		}
		if early := need.earlyCleanUp(); early != nil {
			return early
		}
	}
	return nil
}

// Write appends n and the tree below it, a line for each node. The number of a function is the order of its call, so the functions that it
// needs stand below it with smaller numbers. ran returns what a function did in one request; nil: there is no request.
func (n *Node) Write(b *strings.Builder, indent string, ran func(*Node) string) {
	b.WriteString(indent)
	if n.CallOrder > 0 && !n.IsShared {
		fmt.Fprintf(b, "%d. ", n.CallOrder)
	}
	b.WriteString(n.Name)
	if name := n.ResultName(); name != "" {
		fmt.Fprintf(b, " gives %s", name)
	}
	if notes := n.Notes(); len(notes) > 0 {
		fmt.Fprintf(b, " (%s)", strings.Join(notes, ", "))
	}
	if n.Place != "" && !n.IsShared {
		fmt.Fprintf(b, "  %s", n.Place)
	}
	if ran != nil && n.CallOrder > 0 && !n.IsShared {
		fmt.Fprintf(b, "  [%s]", ran(n))
	}
	b.WriteByte('\n')
	n.writeNeeds(b, indent+"   ", ran)
}

// ResultName returns the result type as programs write it; "" for a value, and for a function without a result.
func (n *Node) ResultName() string {
	if n.Type() == nil || n.IsValue() {
		return ""
	}
	return typeName(n.Type())
}

// Notes returns remarks on the use of the function: that it is shared, its scopes, when its clean-up runs.
func (n *Node) Notes() (notes []string) {
	for _, note := range []struct {
		on   bool
		text string
	}{
		{n.IsShared && !n.IsValue(), fmt.Sprintf("shared with %d", n.CallOrder)},
		{n.noCache, "runs at each use"},
		{len(n.Scopes) > 0 && !n.IsShared, "scopes " + strings.Join(n.Scopes, " ")},
		{n.hasCleanUp() && n.beforeResponse && !n.IsShared, "cleaned up before the response"},
		{n.hasCleanUp() && !n.beforeResponse && !n.IsShared, "cleaned up after the response"},
	} {
		if note.on {
			notes = append(notes, note.text)
		}
	}
	return notes
}

// writeNeeds appends the nodes that n needs, then the parameters that it reads.
func (n *Node) writeNeeds(b *strings.Builder, indent string, ran func(*Node) string) {
	for _, need := range n.Needs {
		need.Write(b, indent, ran)
	}
	if inputs := n.Inputs(); len(inputs) > 0 {
		fmt.Fprintf(b, "%sreads %s\n", indent, strings.Join(inputs, ", "))
	}
}

// Inputs returns the parameters that the function reads, as in "path id", without structs that a function further up reads too.
func (n *Node) Inputs() (out []string) {
	for _, p := range n.Params {
		if p.IsShared {
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
