// Package oidc has a dependency that checks the tokens of an OpenID Connect issuer: Keycloak, Auth0, Entra, Google, or another one that
// publishes a discovery document and its keys.
//
//	issuer := "https://login.example/realms/shop"
//
//	app := brio.New(
//		brio.SupplyFunc(oidc.Discover(oidc.Config{Issuer: issuer, Audience: []string{"shop-api"}})),
//		brio.Provide(security.OpenIDConnect(issuer+"/.well-known/openid-configuration"), oidc.Authenticate),
//	)
//	app.Get("/orders", func(who *oidc.Claims) ([]Order, error) { ... }, brio.Security(oidc.CheckScopes, "orders:read"))
//
// A handler that takes *Claims runs only for requests with a valid token: signed with a current key of the issuer (RS256 or ES256), for
// this audience, and neither expired nor from the future. Other requests are answered with 401 and error="invalid_token" (RFC 6750, 3.1);
// the log has the cause.
//
// oidc is a module of its own, so that programs without it do not depend on its JWT library.
package oidc
