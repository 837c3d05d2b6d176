package main

import (
	"log"

	"github.com/brio-go/brio"
)

func readItem(in *struct {
	ID int `path:"id"`
}) int {
	return in.ID
}

func main() {
	app := brio.New()
	items := brio.NewRouter(brio.Prefix("/items"))
	items.Get("/{id}", readItem)
	app.Include(items)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
