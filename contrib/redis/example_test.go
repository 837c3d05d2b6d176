package redis_test

import (
	"context"
	"fmt"
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/contrib/redis"
	"github.com/brio-go/brio/hub"
	"github.com/brio-go/brio/middleware"
	client "github.com/redis/go-redis/v9"
)

// Price is the price of an instrument.
type Price struct {
	Instrument string  `json:"instrument"`
	Bid        float64 `json:"bid"`
}

// Prices that a slow client has not taken are replaced by newer ones.
func ExampleNew() {
	c := client.NewClient(&client.Options{Addr: "127.0.0.1:6379", ContextTimeoutEnabled: true})
	defer c.Close()
	broker := redis.New(c)
	defer broker.Close()

	app := brio.New(brio.SupplyFunc(hub.Open(hub.Options[Price]{
		Broker: broker, Name: "prices",
		Slow: hub.Coalesce, Key: func(p Price) string { return p.Instrument },
	})))
	app.Post("/prices", func(ctx context.Context, prices *hub.Hub[Price], in *brio.Body[Price]) error {
		return prices.Broadcast(ctx, "all", in.Value)
	})
	if err := app.Check(); err != nil {
		log.Fatal(err)
	}
	fmt.Println("ready")
	// Output: ready
}

// Processes that use one server share their sessions.
func ExampleNewSessions() {
	c := client.NewClient(&client.Options{Addr: "127.0.0.1:6379"})
	defer c.Close()
	sessions := redis.NewSessions(c, redis.StoreOptions{Prefix: "shop"})

	app := brio.New(
		brio.Use(middleware.ServerSessions(middleware.ServerSessionOptions{Store: sessions})),
		brio.Provide(middleware.SessionFrom),
	)
	app.Post("/sign-out-everywhere", func(ctx context.Context, s *middleware.Session) error {
		return sessions.EndAll(ctx, s.User(), "")
	})
	if err := app.Check(); err != nil {
		log.Fatal(err)
	}
	fmt.Println("ready")
	// Output: ready
}
