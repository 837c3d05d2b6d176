package main

import (
	"log"

	"github.com/brio-go/brio"
)

type Account struct {
	Age  int    `json:"age" validate:"email"`
	Name string `json:"name" validate:"minimum=2"`
}

func create(in brio.Body[Account]) Account { return in.Value }

func main() {
	app := brio.New()
	app.Post("/accounts", create)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
