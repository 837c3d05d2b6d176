package main

import (
	"log"

	"github.com/brio-go/brio"
)

type Item struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

type ItemPath struct {
	ID int `path:"id" validate:"gte=1"`
}

func readItem(in ItemPath) Item {
	return Item{ID: in.ID, Name: "Tea"}
}

func latestItem() Item {
	return Item{ID: 99, Name: "Honey"}
}

// region enum
type Size string

func (Size) Values() []Size { return []Size{"small", "large"} }

func readSize(in struct {
	Size Size `path:"size"`
}) map[string]Size {
	return map[string]Size{"size": in.Size}
}

// endregion

// region rest
func readFile(in struct {
	Path string `path:"path"`
}) map[string]string {
	return map[string]string{"path": in.Path}
}

// endregion

func main() {
	app := brio.New(brio.Title("Items"))
	app.Get("/items/{id}", readItem)
	app.Get("/items/latest", latestItem)
	app.Get("/sizes/{size}", readSize)
	app.Get("/files/{path...}", readFile)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
