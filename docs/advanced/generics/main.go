package main

import (
	"log"

	"github.com/brio-go/brio"
)

// Page is a part of a list of any type.
type Page[T any] struct {
	Items []T  `json:"items"`
	Total int  `json:"total"`
	Next  *int `json:"next"`
}

// paginate returns the part of all that limit and offset name.
func paginate[T any](all []T, in Window) Page[T] {
	from := min(in.Offset, len(all))
	to := min(from+in.Limit, len(all))
	page := Page[T]{Items: all[from:to], Total: len(all)}
	if to < len(all) {
		page.Next = &to
	}
	return page
}

// Window is embedded in the parameters of each list.
type Window struct {
	Limit  int `query:"limit" default:"2" validate:"gte=1,lte=100"`
	Offset int `query:"offset" default:"0" validate:"gte=0"`
}

type Tea struct {
	Name string `json:"name"`
}

type Cup struct {
	Size int `json:"size"`
}

func listTeas(in Window) Page[Tea] { return paginate([]Tea{{"green"}, {"mint"}, {"oolong"}}, in) }

func listCups(in struct {
	Window
	Min int `query:"min" default:"0"`
}) Page[Cup] {
	return paginate([]Cup{{200}, {300}}, in.Window)
}

// region update
// Update has what an answer to any change says.
func update[T any](in *brio.Body[T]) *Page[T] {
	return &Page[T]{Items: []T{in.Value}, Total: 1}
}

// endregion

func main() {
	app := brio.New(brio.Title("Lists"))
	app.Get("/teas", listTeas)
	app.Get("/cups", listCups)
	app.Put("/teas", update[Tea], brio.OperationID("updateTea"))
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
