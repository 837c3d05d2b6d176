package main

import (
	"log"

	"github.com/brio-go/brio"
)

type Search struct {
	Text   *string  `query:"q" validate:"min=3"`                         // optional
	Tags   []string `query:"tag,omitempty"`                              // ?tag=a&tag=b
	Limit  int      `query:"limit" default:"10" validate:"min=1,max=50"` // has a default
	Strict bool     `query:"strict"`                                     // required
}

type Result struct {
	Text   *string  `json:"text"`
	Tags   []string `json:"tags"`
	Limit  int      `json:"limit"`
	Strict bool     `json:"strict"`
}

func search(in Search) Result {
	return Result(in) // the fields are the same; the tags may differ
}

// region embed
type Paging struct {
	Limit  int `query:"limit" default:"20" validate:"min=1,max=100"`
	Offset int `query:"offset" default:"0" validate:"min=0"`
}

type ListUsers struct {
	Paging
	Name *string `query:"name"`
}

func listUsers(in ListUsers) map[string]int {
	return map[string]int{"from": in.Offset, "to": in.Offset + in.Limit}
}

// endregion

func main() {
	app := brio.New(brio.Title("Search"))
	app.Get("/search", search)
	app.Get("/users", listUsers)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
