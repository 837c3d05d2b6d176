package main

import (
	"log"

	"github.com/brio-go/brio"
)

type NewPet struct {
	Name  string          `form:"name" validate:"max=40"`
	Photo brio.UploadFile `file:"photo"`
}

func createPet(in *NewPet) map[string]any {
	return map[string]any{"name": in.Name, "bytes": in.Photo.Size}
}

func main() {
	app := brio.New()
	app.Post("/pets", createPet) // curl -F name=Rex -F photo=@rex.jpg 127.0.0.1:8000/pets
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
