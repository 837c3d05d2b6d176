package main

import (
	"log"
	"os"

	"github.com/brio-go/brio"
)

type Price struct {
	Cents int `json:"cents"`
}

func guard() {}

// average panics for a price without a count.
func average(in struct {
	Sum   int `query:"sum"`
	Count int `query:"count"`
}) Price {
	return Price{in.Sum / in.Count}
}

func main() {
	app := brio.New(brio.Title("Prices"), brio.Debug(os.Getenv("DEBUG") == "1"), brio.Depends(guard))
	app.Get("/average", average)
	log.Print(app.Explain("GET", "/average"))
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
