package main

import (
	"log"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/params"
)

type Image struct {
	URL  params.URL `json:"url"`
	Name string     `json:"name"`
}

type Offer struct {
	Name    string             `json:"name"`
	Images  []Image            `json:"images,omitempty" validate:"max=5"`
	Tags    brio.Set[string]   `json:"tags,omitempty"`
	Weights map[string]float64 `json:"weights,omitempty" validate:"dive,gt=0"`
	Until   *time.Time         `json:"until"`
	Day     params.Date        `json:"day"`
	Parts   []Offer            `json:"parts,omitempty"`
}

func createOffer(in brio.Body[Offer]) Offer { return in.Value }

// region list
func createImages(in brio.Body[[]Image]) int { return len(in.Value) }

// endregion

// region generic
type Page[T any] struct {
	Items []T `json:"items"`
	Total int `json:"total"`
}

func listImages() Page[Image] { return Page[Image]{} }

// endregion

func main() {
	app := brio.New(brio.Title("Offers"))
	app.Post("/offers", createOffer)
	app.Post("/images", createImages)
	app.Get("/images", listImages)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
