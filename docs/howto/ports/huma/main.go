// The program on Brio.
package main

import (
	"log"

	"github.com/brio-go/brio"
)

type Review struct {
	Author string `json:"author" validate:"min=2,max=20"`
	Rating int    `json:"rating" validate:"min=1,max=5"`
}

type Reviews struct{ all []Review }

func newApp() *brio.App {
	app := brio.New(brio.Title("Reviews"), brio.ProblemDetails(), brio.Supply(&Reviews{all: []Review{{"ann", 5}}}))
	app.Get("/reviews", list)
	app.Post("/products/{product}/reviews", create, brio.Status(201))
	return app
}

func list(reviews *Reviews, in struct {
	Limit int `query:"limit" default:"10" validate:"min=1,max=100"`
}) []Review {
	return reviews.all[:min(in.Limit, len(reviews.all))]
}

func create(reviews *Reviews, resp *brio.Response, in struct {
	Product string `path:"product" validate:"max=30"`
	Review  Review `body:""`
}) (Review, error) {
	if in.Product != "tea" {
		return Review{}, brio.Error(404, "No such product")
	}
	reviews.all = append(reviews.all, in.Review)
	resp.SetHeader("Location", "/reviews")
	return in.Review, nil
}

func main() {
	if err := newApp().Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
