package main

import (
	"context"
	"net/http"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"

	"example.com/app/internal/auth"
	"example.com/app/internal/items"
	"example.com/app/internal/jobs"
	"example.com/app/internal/mail"
	"example.com/app/internal/settings"
	"example.com/app/internal/store"
	"example.com/app/internal/teams"
	"example.com/app/internal/traces"
	"example.com/app/internal/users"
)

// newApp declares everything. Tests make their own.
func newApp() *brio.App {
	app := brio.New(
		brio.Title("app"),
		brio.Version("0.1.0"),
		brio.Settings[settings.Settings](),
		brio.Health(),
		brio.Lifespan(traces.Send),
		brio.Use(traces.Middleware()...),
		brio.Use(middleware.RequestID(), middleware.AccessLogWith(middleware.AccessLogOptions{Skip: isProbe})),

		brio.SupplyFunc(store.Open),
		brio.SupplyFunc(auth.OpenTokens),
		brio.SupplyFunc(openPasswords),
		brio.Supply(mail.Send(mail.Log)),
		auth.Providers(),
		brio.Lifespan(jobs.Work(jobs.Functions{users.Welcome: users.SendWelcome})),
	)
	// An address may try ten passwords a minute, and thirty after a pause. Behind a proxy, brio.TrustProxies finds the address.
	limited := brio.Use(middleware.RateLimit(middleware.RateLimitOptions{Limit: 10, Window: time.Minute, Burst: 30}))
	app.Include(auth.Routes(limited))
	app.Include(users.Routes(limited), brio.Prefix("/users"))
	app.Include(teams.Routes(), brio.Prefix("/teams"))
	app.Include(items.Routes(), brio.Prefix("/teams/{team_id}/items"))
	return app
}

// openPasswords makes the Passwords of the app. Tests supply cheaper ones.
func openPasswords(context.Context) (*auth.Passwords, func(context.Context) error, error) {
	p, err := auth.NewPasswords(auth.Recommended())
	return p, func(context.Context) error { return nil }, err
}

// isProbe keeps the requests of orchestrators out of the log.
func isProbe(r *http.Request) bool { return r.URL.Path == "/livez" || r.URL.Path == "/readyz" }
