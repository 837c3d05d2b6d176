package main

import (
	"log"

	"github.com/brio-go/brio"
)

type Search struct {
	N     int                `query:"n" validate:"max=10"`
	Page  *int               `query:"page" validate:"max=10"`
	Since brio.Optional[int] `query:"since" validate:"max=10"`
	IDs   []int              `query:"id,omitempty" validate:"max=2,dive,max=10"`
}

func search(in *Search) int { return in.N }

func main() {
	app := brio.New()
	app.Get("/search", search) // ?n=7&page=null is a 422: int_parsing at ["query","page"]
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
