package dependencies

import (
	"fmt"
	"reflect"
	"strings"
)

// Node is a function of a plan with what it needs, in the order in which it is resolved.
type Node struct {
	Name, Place string
	Type        reflect.Type // of the result, nil: none
	Scopes      Scopes
	Value       bool // nothing is called: a supplied value
	NoCache     bool
	Before      bool // the clean-up runs before the response leaves
	Again       bool // resolved further up; the result is shared
	Needs       []*Node

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

// Write appends the tree below n, one line each.
func (n *Node) Write(b *strings.Builder, indent string) {
	fmt.Fprintf(b, "%s%s", indent, n.Name)
	if n.Type != nil && n.Name != n.Type.String() {
		fmt.Fprintf(b, " %s", n.Type)
	}
	var notes []string
	for _, note := range []struct {
		on   bool
		text string
	}{
		{n.Value, "supplied"},
		{n.NoCache, "at each use"},
		{n.Before, "cleaned up before the response"},
		{len(n.Scopes) > 0, "scopes " + n.Scopes.String()},
		{n.Again, "shared"},
	} {
		if note.on {
			notes = append(notes, note.text)
		}
	}
	if len(notes) > 0 {
		fmt.Fprintf(b, " (%s)", strings.Join(notes, ", "))
	}
	if n.Place != "" {
		fmt.Fprintf(b, "  %s", n.Place)
	}
	b.WriteByte('\n')
	for _, need := range n.Needs {
		need.Write(b, indent+"  ")
	}
}
