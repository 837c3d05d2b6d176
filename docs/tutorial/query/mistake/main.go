package main

import (
	"log"

	"github.com/brio-go/brio"
)

type Paging struct {
	Limit int `query:"limit" default:"200" validate:"max=100"`
	Page  int `query:"page" minimum:"1"`
}

func list(in Paging) int { return in.Limit }

func main() {
	app := brio.New()
	app.Get("/users", list)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
