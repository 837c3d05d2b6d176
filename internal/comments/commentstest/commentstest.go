// Package commentstest has declarations with comments in every place, for the tests of package comments.
package commentstest

// Item is what is sold.
//
//go:generate true
type Item struct {
	// SKU says which.
	SKU string
	// Above wins.
	Price, Cost int // behind
	Stock       int //nolint:all
	Note        string
	*Base
	// Own is of another package's type.
	hidden int // not exported
}

// Base is embedded.
type Base struct { // about the struct, not about ID
	ID   int // numbers it
	Deep struct {
		Unnamed int // cannot be found
	}
}

// Page is a page of anything.
type Page[T any] struct {
	Items []T // on it
}

// These are several.
type (
	// ID is in a group.
	ID string
	// Public has the fields of another.
	Public Item
	Bare   int
	Line   int // Line has its comment behind.
)

// List lists.
//
//nolint:unused
func (i Item) List() { _ = i.hidden }

// Count counts.
func (b *Base) Count() {}

func (i *Item) Silent() {}

// Silent of Base is hidden by that of Item.
func (b *Base) Silent() {}

// Every is for every T.
func (p *Page[T]) Every() {}

// All is generic.
func All[T any](T) {}

/*
Plain has a comment
in another style.
*/
func Plain() {}

func NoComment() {}

// Local returns values of types that are declared in functions, one of them with the name of another.
func Local() (any, any, any) {
	// Item is another Item.
	type Item struct {
		Other int // here
	}
	// Only has a name of its own.
	type Only struct {
		A int // a
	}
	type Twin struct {
		A int // one
	}
	return zero[Item](), zero[Only](), zero[Twin]()
}

// Twin is a function, and a type of its own is another declaration of Local's.
func Twin() any {
	type Twin struct {
		A int // two
	}
	return zero[Twin]()
}

func zero[T any]() any { return *new(T) }

// Used names what the tests look for, as a program does when it registers handlers.
func Used() []any {
	return []any{Local, Twin, Plain, NoComment, All[Item], Item.List, (*Item).Silent, (*Base).Count, (*Page[ID]).Every, zero[Public], zero[Page[ID]], zero[Line], zero[Bare]}
}
