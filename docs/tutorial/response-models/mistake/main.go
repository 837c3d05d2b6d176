package main

import (
	"log"

	"github.com/brio-go/brio"
)

type User struct {
	ID   string
	Name string
}

type PublicUser struct {
	ID    int    `json:"id"`
	Email string `json:"email"`
}

func readUser() User { return User{} }

func main() {
	app := brio.New()
	app.Get("/user", readUser, brio.ResponseModel[PublicUser](), brio.ResponseExclude("mail"))
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
