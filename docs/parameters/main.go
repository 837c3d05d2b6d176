package main

import (
	"log"

	"github.com/brio-go/brio"
)

type ListItems struct {
	Shop string   `path:"shop"`
	Q    *string  `query:"q" validate:"min=3"` // optional
	Tags []string `query:"tag,omitempty"`      // ?tag=a&tag=b
	Page int      `query:"page" default:"1" validate:"min=1"`
}

func listItems(in *ListItems) *ListItems { return in }

func main() {
	app := brio.New()
	app.Get("/shops/{shop}/items", listItems)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
