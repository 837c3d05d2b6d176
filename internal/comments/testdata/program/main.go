package main

// list lists.
func list(*Item) {}

// Item is sold.
type Item struct {
	// first
	A int
	B int
}

// Other is no use.
type Other struct{}

// main runs, but hands nothing to an app but list.
func main() { run(list) }

// run is called, not named.
func run(any) {}
