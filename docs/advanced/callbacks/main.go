package main

import (
	"log"

	"github.com/brio-go/brio"
)

type Invoice struct {
	Amount      int    `json:"amount" validate:"gt=0"`
	CallbackURL string `json:"callback_url" validate:"http_url"`
}

// Paid is what this server sends to the address of the client.
type Paid struct {
	Invoice string `json:"invoice"`
	Paid    bool   `json:"paid"`
}

type Received struct {
	OK bool `json:"ok"`
}

func createInvoice(in brio.Body[Invoice]) map[string]string {
	// The program stores the address, and sends Paid to it later.
	return map[string]string{"id": "7"}
}

// invoicePaid tells the client that an invoice is paid.
func invoicePaid(in brio.Body[Paid]) Received { return Received{} }

// region webhook
type Subscription struct {
	User string `json:"user"`
}

// newSubscription tells that a user has subscribed.
func newSubscription(in brio.Body[Subscription]) {}

// endregion

func main() {
	app := brio.New(brio.Title("Invoices"), brio.DocumentErrors(false))
	paid := brio.NewRouter()
	paid.Post("{$request.body.callback_url}/paid", invoicePaid)
	app.Post("/invoices", createInvoice, brio.Callbacks("paid", paid), brio.Status(201))
	app.Webhooks().Post("new-subscription", newSubscription)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
