package main

import (
	"context"
	"log"

	"github.com/brio-go/brio"
)

type SignUp struct {
	Email string `json:"email" validate:"email"`
}

func signUp(in *brio.Body[SignUp], tasks *brio.BackgroundTasks) *SignUp {
	tasks.Add(func(ctx context.Context) error {
		log.Printf("a mail to %s", in.Value.Email) // the client has the answer
		return nil
	})
	return &in.Value
}

func main() {
	app := brio.New()
	app.Post("/users", signUp, brio.Status(201))
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
