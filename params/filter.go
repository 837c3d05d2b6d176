package params

import (
	"reflect"
	"strings"
)

// Filter is a field of a parameter struct by which clients choose rows. The tag filter lists the comparisons that they may ask for; each
// is a parameter of the query, of the type T, with the rules of the tag validate, and in the document:
//
//	type ListItems struct {
//		Price Filter[float64] `query:"price" filter:"eq,lt,gte" validate:"gte=0"` // price=2, price__lt=10, price__gte=1
//		Color Filter[string]  `query:"color" filter:"in"`                        // color__in=red&color__in=blue
//	}
//
// eq is the name alone; the others stand behind two underscores, as in Django and fastapi-filter. A T of a bool has no lt, lte, gt and
// gte; only strings have contains and prefix. Other operators, and operators that do not fit T, are start-up errors. All comparisons that
// a client asks for must hold.
//
// In a route with filters or sorts, a name in the query that no function of the route declares is a 422 with its location: a misspelled
// filter that is ignored would give all rows. A blank field with the tag extra:"allow" in the struct admits such names.
//
// Package sqlpages makes the WHERE of a struct with filters. A program with another store reads the fields.
type Filter[T any] struct {
	Eq, Ne           Optional[T]      // equal, not equal
	Lt, Lte, Gt, Gte Optional[T]      // less, at most, greater, at least
	In, NotIn        []T              // one of, none of; at most 100 values; nil: not sent
	Contains, Prefix Optional[string] // has the text, begins with it; 1 to 200 characters
	Null             Optional[bool]   // true: the row has no value; false: it has one
}

// FilterType is for the framework. It returns the type of T.
func (Filter[T]) FilterType() reflect.Type { return reflect.TypeFor[T]() }

// Sort is a field of a parameter struct by which clients order rows. The tag sort lists the orders that they may ask for, a minus for
// descending; the document has them as an enum. A client sends several in one text, the first of them decides first:
//
//	type ListItems struct {
//		Sort Sort `query:"sort" sort:"name,-name,-created" default:"-created"` // sort=-created,name
//	}
//
// Another name, and a name twice, are a 422. name does not allow -name: a database has an index for one of the two, or for both.
type Sort []string

// SortParameter is for the framework, which finds parameters of this type by it.
func (Sort) SortParameter() {}

// SortTerm is one order of a Sort.
type SortTerm struct {
	Name       string // without the minus
	Descending bool   // the text had a minus
}

// Terms returns the orders that the client asked for, or those of the default. Of a name in both directions the first is meant: rows
// with equal values have no order by them.
func (s Sort) Terms() []SortTerm {
	var terms []SortTerm
	seen := map[string]bool{}
	for _, text := range s {
		name, descending := strings.CutPrefix(text, "-")
		if !seen[name] {
			seen[name] = true
			terms = append(terms, SortTerm{name, descending})
		}
	}
	return terms
}
