package main

import (
	"log"
	"time"

	"github.com/brio-go/brio"
)

type Item struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

type Price struct {
	Cents    int    `json:"cents"`
	Currency string `json:"currency"`
}

func readItem(in *struct {
	ID int `path:"id"`
}) Item {
	return Item{ID: in.ID, Name: "hat"}
}

func priceAsNumber() float64 { return 12.5 }

func readPrice() Price { return Price{Cents: 1250, Currency: "EUR"} }

func main() {
	ends := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	app := brio.New(
		brio.Title("Shop"),
		brio.Versions(brio.VersionHeader("API-Version"), "2025-06-01", "2026-01-01"),
		brio.VersionOptions("2025-06-01", brio.DeprecatedSince(ends.AddDate(-1, 0, 0), ends, "")),
	)
	app.Get("/items/{id}", readItem) // of both versions
	app.Get("/price", priceAsNumber, brio.UntilVersion("2025-06-01"))
	app.Get("/price", readPrice, brio.SinceVersion("2026-01-01"))
	log.Fatal(app.Run("127.0.0.1:8000"))
}
