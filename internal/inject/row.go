package inject

import (
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/invoke"
)

// Row is one framework type: functions may take it as a parameter, and no provider may give it.
type Row struct {
	Type  reflect.Type
	Has   func(reflect.Type) bool // in place of Type, for a generic type: the types of the row
	Name  string                  // as programs write it; "": only the framework's own providers take it, and no message or page names it
	Needs Need
	Marks Marks // added to those of each plan with a function that takes the type

	Make    func(*Frame) invoke.Value                // the argument, for each call; nil, without MakeFor: it is Frame.Exchange
	MakeFor func(Function) func(*Frame) invoke.Value // in place of Make: it is made for a function, when the plan is compiled

	IsScopes bool                    // functions receive the scopes by the type
	Near     map[reflect.Type]string // types that programs take by mistake, with the end of the message about them
}

// Function is what a row may know of a function that takes its type.
type Function struct {
	Scopes []string                  // required on the way to the function; a copy
	Route  any                       // of the Scope
	Type   reflect.Type              // the type that it takes
	Report func(found, legal string) // adds a problem of the function
}

// Need says what the value of a Row is made of. The zero Need is that of most rows, Job is the greatest.
type Need int8

const (
	Job        Need = iota - 2 // of a job; the rows for functions of jobs have Nothing in its place
	Connection                 // of a request whose connection the function takes
	Request                    // of a request
	App                        // of a compiled app; without one providers may give the type
	Nothing                    // it can be had everywhere
)

// Marks say of a plan what its rows have to prepare. Only the package that makes the rows knows their meaning.
type Marks uint8

// Has reports whether one of the marks is set.
func (m Marks) Has(any Marks) bool { return m&any != 0 }

// row returns the row of t, nil if t is no framework type.
func (s *Scope) row(t reflect.Type) *Row {
	for i := range s.Rows {
		if r := &s.Rows[i]; (r.Type == t || r.Has != nil && r.Has(t)) && (r.Needs != App || s.Has != Nothing) {
			return r
		}
	}
	return nil
}

// takesScopes reports whether functions receive the scopes by t.
func (s *Scope) takesScopes(t reflect.Type) bool {
	r := s.row(t)
	return r != nil && r.IsScopes
}

// scopesName returns the name of the type by which functions receive the scopes.
func (s *Scope) scopesName() string {
	i := slices.IndexFunc(s.Rows, func(r Row) bool { return r.IsScopes })
	if i < 0 {
		return "the scopes"
	}
	return s.Rows[i].Name
}

// injectables returns the names of the types that functions of s may take, each after before, with commas between them.
func (s *Scope) injectables(before string) string {
	var names []string
	for _, r := range s.Rows {
		if r.Name != "" && r.Needs >= s.Has {
			names = append(names, before+r.Name)
		}
	}
	return strings.Join(names, ", ")
}

// injected returns the origin of a parameter of the row's type t in the function being resolved.
func (c *compiler) injected(r *Row, t reflect.Type) arg {
	c.plan.Marks |= r.Marks
	switch {
	case r.MakeFor != nil:
		return arg{kind: fromRow, from: r.MakeFor(Function{slices.Clone(c.scopes), c.Route, t, c.report})}
	case r.Make != nil:
		return arg{kind: fromRow, from: r.Make}
	}
	return arg{kind: fromExchange}
}
