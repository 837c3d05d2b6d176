// Package model has the types of the program.
package model

// Page is one page of a list.
type Page[T any] struct {
	Items []T // at most 100
}

// Item is what is sold.
//
// Deprecated: nothing is sold any more.
type Item struct {
	Name  string // over all shops the same
	Maker *Maker
}

// Maker is who made it, found through the field of Item.
type Maker struct{ Name string }

// Unused is in no handler.
type Unused struct{}
