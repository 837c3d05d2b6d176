package main

import (
	"fmt"
	"log"

	"github.com/brio-go/brio/responsemodel"
)

type UserRow struct {
	ID           int
	Name         string
	Nickname     *string
	PasswordHash string
}

type User struct {
	ID       int     `json:"id"`
	Name     string  `json:"name"`
	Nickname *string `json:"nickname"`
}

func main() {
	// Compiled once. A mistake in the types or paths is an error here.
	users, err := responsemodel.As[UserRow, User](responsemodel.ExcludeNone())
	if err != nil {
		log.Fatal(err)
	}
	message, err := users.Encode(UserRow{ID: 7, Name: "Ada", PasswordHash: "$2a$…"})
	if err != nil {
		log.Fatal(err) // the value does not fit the model: a *responsemodel.MismatchError with its path
	}
	fmt.Println(string(message)) // {"id":7,"name":"Ada"}
}
