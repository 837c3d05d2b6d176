package main

import (
	"log"

	"github.com/brio-go/brio"
)

type Item struct {
	Name string `json:"name" validate:"min=1"`
}

// Mailer is an interface, so a test can replace it.
type Mailer interface{ Send(to, text string) error }

type smtpMailer struct{}

func (smtpMailer) Send(to, text string) error { return nil }

func newMailer() Mailer { return smtpMailer{} }

func createItem(mailer Mailer, in brio.Body[Item]) (Item, error) {
	return in.Value, mailer.Send("ann@example.com", "a new item: "+in.Value.Name)
}

func newApp() *brio.App {
	app := brio.New(brio.Title("Items"), brio.Provide(newMailer))
	app.Post("/items", createItem, brio.Status(201))
	return app
}

func main() {
	log.Fatal(newApp().Run("127.0.0.1:8000"))
}
