package main

import (
	"log"

	"github.com/brio-go/brio"
)

type Pet struct {
	brio.OneOf `discriminator:"kind"` // the member that chooses
	Cat        *Cat
	Dog        *Dog
}

type Cat struct {
	Kind string `json:"kind" validate:"oneof=cat"`
	Meow int    `json:"meow"`
}

type Dog struct {
	Kind string  `json:"kind" validate:"oneof=dog wolf"`
	Bark float64 `json:"bark"`
}

func createPet(in *brio.Body[Pet]) *Pet { return &in.Value }

func main() {
	app := brio.New()
	app.Post("/pets", createPet)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
