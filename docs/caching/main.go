package main

import (
	"log"
	"sync"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
)

type Price struct {
	Item  string `json:"item"`
	Euros int    `json:"euros"`
}

var prices sync.Map // from the item to its price

func price(in struct {
	Item string `path:"item"`
}, res *brio.Response) Price {
	res.SetHeader("Cache-Control", "public, max-age=60, stale-while-revalidate=30")
	euros, _ := prices.LoadOrStore(in.Item, 20)
	return Price{in.Item, euros.(int)}
}

func setPrice(in struct {
	Item  string `path:"item"`
	Euros int    `query:"euros"`
}) {
	prices.Store(in.Item, in.Euros)
}

func main() {
	app := brio.New(brio.Title("Shop"), brio.AutoETag(), brio.Use(middleware.Cache(middleware.CacheOptions{})))
	app.Get("/prices/{item}", price)
	app.Put("/prices/{item}", setPrice)
	log.Fatal(app.Run("127.0.0.1:8000"))
}
