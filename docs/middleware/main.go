package main

import (
	"log"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
)

func report() string { return "a report" }

func main() {
	app := brio.New(brio.Use(middleware.RequestID(), middleware.AccessLog(nil)))
	api := brio.NewRouter(brio.Prefix("/api"), brio.Use(middleware.CSRF())) // around what the router matches
	api.Get("/report", report, brio.Use(middleware.Timeout(5*time.Second))) // around one route
	app.Include(api)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
