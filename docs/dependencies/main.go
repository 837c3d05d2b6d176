package main

import (
	"log"

	"github.com/brio-go/brio"
)

// Pages is a dependency's result. A handler that takes a *Pages gets it from the provider.
type Pages struct{ Limit, Offset int }

func pages(in *struct {
	Page int `query:"page" default:"1" validate:"min=1"`
	Size int `query:"size" default:"20" validate:"min=1,max=100"`
}) *Pages {
	return &Pages{Limit: in.Size, Offset: (in.Page - 1) * in.Size}
}

func listItems(p *Pages) map[string]int {
	return map[string]int{"limit": p.Limit, "offset": p.Offset}
}

func main() {
	app := brio.New(brio.Provide(pages))
	app.Get("/items", listItems)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
