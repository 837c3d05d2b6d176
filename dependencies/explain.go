package dependencies

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/brio-go/brio/params"
)

// Node is a function of a plan with what it needs, in the order in which it is resolved.
type Node struct {
	Name, Place string
	Type        reflect.Type // of the result, nil: none
	Scopes      Scopes       // that it receives
	Value       bool         // nothing is called: a supplied value
	NoCache     bool
	CleanUp     bool // it leaves a clean-up
	Before      bool // which runs before the response leaves
	Again       bool // resolved further up; the result is shared
	Turn        int  // when it is called, counted from 1; of a shared one, when it was; 0: it is not called
	Needs       []*Node
	Reads       []string // what its parameter structs are read from

	Params []*params.Binder // its parameter structs, also those that another function reads too

	first *Node // where it is resolved, when that is further up
}

// endsEarly is a function below n whose clean-up runs before the response.
func (n *Node) endsEarly() *Node {
	if n.first != nil {
		n = n.first
	}
	for _, need := range n.Needs {
		if need.Before {
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
	if n.Type == nil || n.Value {
		return ""
	}
	return typeName(n.Type)
}

// Notes say when the function runs, and what for.
func (n *Node) Notes() (notes []string) {
	for _, note := range []struct {
		on   bool
		text string
	}{
		{n.Again && !n.Value, fmt.Sprintf("shared with %d", n.Turn)},
		{n.NoCache, "runs at each use"},
		{len(n.Scopes) > 0 && !n.Again, "scopes " + n.Scopes.String()},
		{n.CleanUp && n.Before && !n.Again, "cleaned up before the response"},
		{n.CleanUp && !n.Before && !n.Again, "cleaned up after the response"},
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
	if len(n.Reads) > 0 {
		fmt.Fprintf(b, "%sreads %s\n", indent, strings.Join(n.Reads, ", "))
	}
}

// reads says what a parameter struct is read from.
func reads(b *params.Binder) []string {
	var out []string
	for _, f := range b.Fields {
		switch {
		case f.Whole:
			out = append(out, f.Source.String()+" "+typeName(f.Type.Go))
		default:
			out = append(out, f.Source.String()+" "+f.Name)
		}
	}
	return out
}
