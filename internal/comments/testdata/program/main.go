package main

// list lists.
func list() {}

// Item is sold.
type Item struct {
	A int // first
	B int
}
