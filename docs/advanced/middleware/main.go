package main

import (
	"log"
	"strings"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
)

func story() string { return strings.Repeat("tea ", 1000) }

func signIn() {}

func main() {
	app := brio.New(brio.Title("Stories"), brio.Use(
		middleware.TrustedHost("127.0.0.1", "shop.example.com"),
		middleware.Compress(),
	))
	app.Get("/story", story, brio.ResponseClass(response.TextClass))
	// region route
	app.Post("/sign-in", signIn,
		brio.Use(middleware.RateLimit(middleware.RateLimitOptions{Limit: 2, Window: time.Minute})),
		brio.Responds[response.Detail](429, "Too many attempts"))
	// endregion
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
