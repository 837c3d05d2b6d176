package main

import (
	"testing"

	"github.com/brio-go/brio/briotest"
)

func TestHello(t *testing.T) {
	c := briotest.New(t, newApp())
	c.Get("/").Status(200).Body(`{"message":"Hello World"}`)
	c.Get("/").Query("name", "Ada").Status(200).Body(`{"message":"Hello Ada"}`)
}

// Requests made of the document, right ones and wrong ones, get answers that the document has.
func TestExplore(t *testing.T) {
	briotest.Explore(t, newApp())
}
