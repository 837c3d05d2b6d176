package main

import (
	"context"
	"fmt"
	"log"

	"github.com/brio-go/brio"
)

type Book struct {
	ID    int    `json:"id"`
	Title string `json:"title"`
}

// Books stands for a table with an index on id.
type Books []Book

// After is "select … where id > ? order by id limit ?".
func (b Books) After(id, limit int) []Book {
	for i := range b {
		if b[i].ID > id {
			return b[i:min(i+limit, len(b))]
		}
	}
	return nil
}

// region page

// Page is one page of a list. Next is the link to the next page, absent on the last one.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// Position is where a page begins, and how many items it has.
type Position struct {
	After int `query:"after" default:"0" validate:"min=0"`
	Limit int `query:"limit" default:"2" validate:"min=1,max=100"`
}

// newPage makes a page of limit+1 items: the item too many says that there is a next page.
func newPage[T any](items []T, p Position, id func(T) int, link string) Page[T] {
	if len(items) <= p.Limit {
		return Page[T]{Items: items}
	}
	items = items[:p.Limit]
	return Page[T]{items, fmt.Sprintf("%s?after=%d&limit=%d", link, id(items[len(items)-1]), p.Limit)}
}

// endregion

func listBooks(ctx context.Context, books Books, p Position, urls *brio.URLs, resp *brio.Response) (Page[Book], error) {
	link, err := urls.For("listBooks")
	if err != nil {
		return Page[Book]{}, err
	}
	page := newPage(books.After(p.After, p.Limit+1), p, func(b Book) int { return b.ID }, link)
	if page.Next != "" {
		resp.SetHeader("Link", "<"+page.Next+`>; rel="next"`)
	}
	return page, nil
}

func main() {
	app := brio.New(brio.Supply(Books{{1, "Emma"}, {2, "Ulysses"}, {5, "Dune"}}))
	app.Get("/books", listBooks, brio.Name("listBooks"))
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
