package main

import (
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
)

type Item struct {
	Name  string  `json:"name"`
	Price float64 `json:"price"`
}

func createItem(in *brio.Body[Item]) Item { return in.Value }

func main() {
	app := brio.New(brio.Use(middleware.ContentDigest()))
	app.Post("/items", createItem)
	log.Fatal(app.Run("127.0.0.1:8000"))
}
