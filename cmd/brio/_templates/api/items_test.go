package main

import (
	"testing"

	"github.com/brio-go/brio/briotest"
)

func TestItems(t *testing.T) {
	c := briotest.New(t, newApp())
	c.Post("/items", NewItem{Name: "pen", Price: 120}).Status(201).Body(`{"id":1,"name":"pen","price":120}`)
	c.Put("/items/1", NewItem{Name: "ink", Price: 300}).Status(200)
	c.Get("/items/1").Status(200).Body(`{"id":1,"name":"ink","price":300}`)
	c.Get("/items").Status(200).Body(`[{"id":1,"name":"ink","price":300}]`)
	c.Delete("/items/1").Status(204)
	c.Get("/items/1").Status(404)
	c.Post("/items", `{"name":"","price":-1}`).Status(422)
}

// A test replaces the settings, and so needs no environment.
func TestFullStore(t *testing.T) {
	c := briotest.New(t, newApp(), briotest.Supply(Config{MaxItems: 1}))
	c.Post("/items", NewItem{Name: "pen", Price: 120}).Status(201)
	c.Post("/items", NewItem{Name: "ink", Price: 300}).Status(409)
}

// Requests made of the document, right ones, wrong ones and sequences of them, get answers that the document has.
func TestExplore(t *testing.T) {
	briotest.Explore(t, newApp(), briotest.Stateful())
}
