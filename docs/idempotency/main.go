package main

import (
	"log"
	"sync/atomic"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
)

type Order struct {
	ID   int64  `json:"id,omitempty"`
	Item string `json:"item" validate:"required"`
}

var lastID atomic.Int64

func createOrder(in *brio.Body[Order]) Order {
	return Order{ID: lastID.Add(1), Item: in.Value.Item}
}

func main() {
	once := middleware.Idempotency(middleware.IdempotencyOptions{Required: true})
	app := brio.New(brio.Title("Shop"))
	app.Post("/orders", createOrder, brio.Use(once), brio.Status(201))
	log.Fatal(app.Run("127.0.0.1:8000"))
}
