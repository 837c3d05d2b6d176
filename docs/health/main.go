package main

import (
	"context"
	"database/sql"
	"log"

	"github.com/brio-go/brio"
)

func openDatabase(ctx context.Context) (*sql.DB, func(context.Context) error, error) {
	db, err := sql.Open("postgres", "postgres://localhost/shop")
	if err != nil {
		return nil, nil, err
	}
	brio.AddHealthCheck(ctx, brio.HealthCheck{Name: "database", Check: db.PingContext})
	return db, func(context.Context) error { return db.Close() }, nil
}

func main() {
	app := brio.New(brio.Health(), brio.SupplyFunc(openDatabase))
	app.Get("/", func(*sql.DB) string { return "hello" })
	if err := app.Run(":8000"); err != nil {
		log.Fatal(err)
	}
}
