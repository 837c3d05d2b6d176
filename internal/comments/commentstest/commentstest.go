package commentstest

// Item is what is sold.
//
//go:generate true
type Item struct {
	// SKU says which.
	SKU string
	// Above counts.
	Price, Cost int    // behind
	Stock       int    //nolint:all
	Note        string // behind alone
	*Base
	// Own is of another package's type.
	hidden int // not exported
}

// Base is embedded.
type Base struct { // about the struct, not about ID
	// numbers it
	ID   int
	Deep struct {
		Unnamed int // cannot be found
	}
}

// Page is a page of anything.
type Page[T any] struct {
	// on it
	Items []T
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
		// here
		Other int
	}
	// Only has a name of its own.
	type Only struct {
		// a
		A int
	}
	type Twin struct {
		// one
		A int
	}
	return zero[Item](), zero[Only](), zero[Twin]()
}

// Twin is a function, and a type of its own is another declaration of Local's.
func Twin() any {
	type Twin struct {
		// two
		A int
	}
	return zero[Twin]()
}

func zero[T any]() any { return *new(T) }

// Used names what the tests look for, as a program does when it registers handlers.
func Used() []any {
	return []any{Local, Twin, Plain, NoComment, All[Item], Item.List, (*Item).Silent, (*Base).Count, (*Page[ID]).Every, zero[Public], zero[Page[ID]], zero[Line], zero[Bare]}
}
