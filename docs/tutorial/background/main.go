package main

import (
	"context"
	"fmt"
	"log"

	"github.com/brio-go/brio"
)

type SignUp struct {
	Email string `json:"email" validate:"email"`
}

func signUp(in brio.Body[SignUp], tasks *brio.BackgroundTasks) map[string]string {
	tasks.Add(func(ctx context.Context) error {
		fmt.Println("a mail to", in.Value.Email)
		return nil
	})
	return map[string]string{"status": "on its way"}
}

func main() {
	app := brio.New(brio.Title("Accounts"))
	app.Post("/signup", signUp, brio.Status(202))
	if err := app.Run("127.0.0.1:8000", brio.RequestLog(false)); err != nil {
		log.Fatal(err)
	}
}
