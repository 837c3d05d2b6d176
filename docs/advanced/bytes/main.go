package main

import (
	"log"

	"github.com/brio-go/brio"
)

type Picture struct {
	Name string `json:"name"`
	Data []byte `json:"data" validate:"min=1,max=1024"`
}

func store(in brio.Body[Picture]) Picture { return in.Value }

func main() {
	app := brio.New(brio.Title("Pictures"))
	app.Post("/pictures", store)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
