package main

import (
	"log"
	"os"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/contrib/oidc"
	"github.com/brio-go/brio/security"
)

type Order struct {
	Number int    `json:"number"`
	Owner  string `json:"owner"`
}

func listOrders(who *oidc.Claims) []Order { return []Order{{1, who.Subject}} }

func newApp(issuer string) *brio.App {
	app := brio.New(
		brio.Title("Orders"),
		brio.SupplyFunc(oidc.Discover(oidc.Config{Issuer: issuer, Audience: []string{"orders"}})),
		brio.Provide(security.OpenIDConnect(issuer+"/.well-known/openid-configuration"), oidc.Authenticate),
	)
	app.Get("/orders", listOrders, brio.Security(oidc.CheckScopes, "orders:read"))
	return app
}

func main() {
	if err := newApp(os.Getenv("ISSUER")).Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
