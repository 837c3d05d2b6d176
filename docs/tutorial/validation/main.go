package main

import (
	"context"
	"errors"
	"log"
	"strings"
	"time"

	"github.com/brio-go/brio"
)

type Account struct {
	Name     string   `json:"name" validate:"min=2,max=20" pattern:"^[a-z]+$"`
	Email    string   `json:"email" validate:"email"`
	Age      int      `json:"age" validate:"gte=18,lte=150"`
	Plan     string   `json:"plan" validate:"oneof=free team" default:"free"`
	Website  *string  `json:"website" validate:"http_url"`
	Tags     []string `json:"tags,omitempty" validate:"max=3,unique,dive,min=1"`
	Password string   `json:"password" validate:"min=8" secret:"true"`
}

func createAccount(in brio.Body[Account]) map[string]string {
	return map[string]string{"name": in.Value.Name, "plan": in.Value.Plan}
}

// region validate
type Booking struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	Note string    `json:"note" default:""`
}

func (b Booking) Validate(ctx context.Context) error {
	if !b.From.Before(b.To) {
		return errors.New("a booking ends after it begins")
	}
	return nil
}

// endregion

func book(in brio.Body[Booking]) Booking { return in.Value }

func isSlug(value any, _ string) bool {
	text, ok := value.(string)
	return ok && text == strings.ToLower(text) && !strings.Contains(text, " ")
}

// region rule
type Post struct {
	Slug string `json:"slug" validate:"slug"`
}

func publish(in brio.Body[Post]) Post { return in.Value }

// endregion

func main() {
	app := brio.New(brio.Title("Accounts"), brio.RegisterValidation("slug", isSlug))
	app.Post("/accounts", createAccount, brio.Status(201))
	app.Post("/bookings", book)
	app.Post("/posts", publish)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
