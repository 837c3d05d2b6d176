package main

import (
	"testing"

	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
)

// region test
func TestTransfers(t *testing.T) {
	c := briotest.New(t, newApp(testkit.Postgres(t)))

	c.Post("/accounts", Account{"ann", 10}).Status(201)
	c.Post("/accounts", Account{"bob", 0}).Status(201)
	c.Post("/accounts", Account{"bob", 5}).Status(409).Body(`{"detail":"The account exists"}`)

	c.Post("/transfers", `{"from":"ann","to":"bob","amount":4}`).Status(204)
	c.Post("/transfers", `{"from":"ann","to":"bob","amount":7}`).Status(409).Body(`{"detail":"Not enough money"}`)
	c.Post("/transfers", `{"from":"eve","to":"bob","amount":1}`).Status(404) // bob had it already: it is rolled back
	c.Get("/accounts").Status(200).Body(`[{"name":"ann","balance":6},{"name":"bob","balance":4}]`)
}

// endregion
