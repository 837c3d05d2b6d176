package main

import (
	"log"

	"github.com/brio-go/brio"
)

type UserRow struct {
	ID         int
	Name, Hash string
}

type User struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

func findUser(in *struct {
	ID int `path:"id"`
}) *UserRow {
	return &UserRow{ID: in.ID, Name: "Ann", Hash: "never sent"}
}

func main() {
	app := brio.New()
	app.Get("/users/{id}", findUser, brio.ResponseModel[User]()) // {"id":7,"name":"Ann"}
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
