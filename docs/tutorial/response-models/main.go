package main

import (
	"log"

	"github.com/brio-go/brio"
)

// User is what the program stores.
type User struct {
	ID           int
	Name         string
	Email        *string
	PasswordHash string
}

// PublicUser is what clients receive.
type PublicUser struct {
	ID    int     `json:"id"`
	Name  string  `json:"name"`
	Email *string `json:"email"`
}

type NewUser struct {
	Name     string `json:"name" validate:"min=2"`
	Password string `json:"password" validate:"min=8" secret:"true"`
}

var users = []*User{{ID: 1, Name: "ann", PasswordHash: "$argon2id$…"}}

func createUser(in brio.Body[NewUser]) *User {
	u := &User{ID: len(users) + 1, Name: in.Value.Name, PasswordHash: "$argon2id$…"}
	users = append(users, u)
	return u
}

func listUsers() []*User { return users }

func main() {
	app := brio.New(brio.Title("Users"))
	app.Post("/users", createUser, brio.ResponseModel[PublicUser](), brio.Status(201))
	app.Get("/users", listUsers, brio.ResponseModel[[]PublicUser]())
	app.Get("/names", listUsers, brio.ResponseModel[[]PublicUser](), brio.ResponseInclude("*.name"))
	app.Get("/short", listUsers, brio.ResponseModel[[]PublicUser](), brio.ExcludeNone())
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
