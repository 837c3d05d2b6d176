package main

import (
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/response"
)

type Item struct {
	ID string `json:"id"`
}

type Problem struct {
	Message string `json:"message"`
}

func readItem(in struct {
	ID string `path:"id"`
}) any {
	switch in.ID {
	case "moved":
		return response.Redirect("/items/tea").Status(302)
	case "none":
		return response.JSON(Problem{Message: "no such item"}).Status(404)
	}
	return Item{ID: in.ID}
}

func main() {
	// region app
	app := brio.New(brio.Title("Items"), brio.RespondsRange[Problem]("5XX", "The server has failed"))
	// endregion
	app.Get("/items/{id}", readItem,
		brio.ResponseModel[Item](),
		brio.ResponseDescription("The item"),
		brio.Responds[Problem](404, "There is no such item"),
		brio.Responds[brio.NoContent](302, "The item has moved", spec.Response{
			Headers: map[string]any{"Location": &spec.Header{Schema: &spec.Schema{Type: []string{"string"}}}},
		}))
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
