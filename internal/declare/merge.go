package declare

import (
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/switches"
)

// Nearest is a setting of which the innermost level that sets it counts.
type Nearest[T any] struct {
	value T
	set   bool
}

// Set sets the value for this level.
func (n *Nearest[T]) Set(v T) { n.value, n.set = v, true }

// SetIf sets the value for this level if it says something, and leaves it to the outer level otherwise.
func (n *Nearest[T]) SetIf(says bool, v T) {
	*n = Nearest[T]{}
	if says {
		n.Set(v)
	}
}

// IsSet reports whether a level has set the value.
func (n Nearest[T]) IsSet() bool { return n.set }

// Value is the value, the zero value if no level has set it.
func (n Nearest[T]) Value() T { return n.value }

// Or is the value, or fallback if no level has set it.
func (n Nearest[T]) Or(fallback T) T {
	if n.set {
		return n.value
	}
	return fallback
}

func (n *Nearest[T]) inherit(outer any) {
	if !n.set {
		*n = *outer.(*Nearest[T])
	}
}

// Appended is a list to which each level adds, outermost first.
type Appended[T any] []T

func (a *Appended[T]) inherit(outer any) {
	// Without spare capacity the outer list is copied by append, so no level writes into the list of another one.
	*a = append(slices.Clip(*outer.(*Appended[T])), *a...)
}

// Levels is a list to which each level adds, outermost first, and which keeps the entries of each level apart. A level
// that adds nothing has no list in it.
type Levels[T any] [][]T

// Add adds entries to this level.
func (l *Levels[T]) Add(entries ...T) {
	if len(entries) == 0 {
		return
	}
	if len(*l) == 0 {
		*l = Levels[T]{slices.Clone(entries)}
		return
	}
	last := len(*l) - 1
	*l = append(slices.Clone((*l)[:last]), slices.Concat((*l)[last], entries))
}

// Nearest returns the entries of the innermost level that has some.
func (l Levels[T]) Nearest() []T {
	if len(l) == 0 {
		return nil
	}
	return l[len(l)-1]
}

// All returns the entries of all levels in one list, outermost first.
func (l Levels[T]) All() []T { return slices.Concat(l...) }

func (l *Levels[T]) inherit(outer any) {
	*l = append(slices.Clip(*outer.(*Levels[T])), *l...)
}

// Sticky is a switch that stays on in all levels inside of the one that sets it.
type Sticky bool

func (s *Sticky) inherit(outer any) { *s = *s || *outer.(*Sticky) }

// Switches are settings that are on or off. Of each the innermost level that sets it counts.
type Switches struct{ said, on switches.Set }

// Set turns one switch on or off for this level.
func (s *Switches) Set(one switches.Set, on bool) {
	s.said |= one
	s.on &^= one
	if on {
		s.on |= one
	}
}

// On returns the switches that are on. One that no level has set has its default.
func (s Switches) On() switches.Set { return s.on | switches.Default&^s.said }

func (s *Switches) inherit(outer any) {
	o := outer.(*Switches)
	s.on |= o.on &^ s.said
	s.said |= o.said
}

// setting is a field of a settings struct, of one of the five types above.
type setting interface {
	// inherit adds what the outer level says. outer is a pointer of the same type.
	inherit(outer any)
}

// Inherit adds to the settings of one level what holds for the level outside of it. Both are pointers to settings structs of
// one type; outer may be merged already, and keeps what it has. The merge takes reflection, a microsecond or two, and runs once for
// each router and route when the app is compiled.
func Inherit[S any](inner, outer *S) { inheritFields(inner, outer) }

// inheritFields lets each field of a settings struct inherit from the same field of the outer struct.
func inheritFields(inner, outer any) {
	in, out := reflect.ValueOf(inner).Elem(), reflect.ValueOf(outer).Elem()
	for i := range in.NumField() {
		field, outer := in.Field(i).Addr().Interface(), out.Field(i).Addr().Interface()
		if s, ok := field.(setting); ok {
			s.inherit(outer)
		} else {
			inheritFields(field, outer) // a struct of settings; reflect panics for any other type
		}
	}
}
