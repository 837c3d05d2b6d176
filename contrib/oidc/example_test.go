package oidc_test

import (
	"fmt"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/contrib/oidc"
	"github.com/brio-go/brio/security"
)

// A handler that takes *oidc.Claims runs only for requests with a valid token of the issuer.
func Example() {
	const issuer = "https://login.example/realms/shop"
	app := brio.New(
		brio.SupplyFunc(oidc.Discover(oidc.Config{Issuer: issuer, Audience: []string{"shop-api"}})),
		brio.Provide(security.OpenIDConnect(issuer+"/.well-known/openid-configuration"), oidc.Authenticate),
	)
	app.Get("/orders", func(who *oidc.Claims) string { return who.Subject }, brio.Security(oidc.CheckScopes, "orders:read"))
	fmt.Println(app.Check()) // the declarations; the issuer is asked when the app starts
	// Output:
	// <nil>
}
