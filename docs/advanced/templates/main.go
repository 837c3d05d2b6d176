package main

import (
	"embed"
	"html/template"
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

//go:embed pages
var files embed.FS

var pages = template.Must(template.ParseFS(files, "pages/*.html"))

type Item struct {
	ID   int
	Name string
}

// Page is the data of items.html.
type Page struct {
	Title string
	Items []Item
	URLs  *brio.URLs
}

var items = []Item{{1, "Green tea"}, {2, "Tea <for two>"}}

func listItems(urls *brio.URLs) *brio.Response {
	return response.Template(pages, "items.html", Page{Title: "Items", Items: items, URLs: urls})
}

func readItem(in struct {
	ID int `path:"id"`
}) string {
	return items[(in.ID-1)%len(items)].Name
}

// region broken
func broken() *brio.Response {
	return response.Template(pages, "items.html", items)
}

// endregion

func main() {
	app := brio.New(brio.Title("Items"))
	app.Get("/items", listItems)
	app.Get("/items/{id}", readItem)
	app.Get("/broken", broken)
	if err := app.Run("127.0.0.1:8000", brio.RequestLog(false)); err != nil {
		log.Fatal(err)
	}
}
