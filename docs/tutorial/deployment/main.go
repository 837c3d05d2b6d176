package main

import (
	"context"
	"flag"
	"log"
	"time"

	"github.com/brio-go/brio"
)

func hello() string { return "hello" }

func checkDisk(ctx context.Context) error { return nil }

func main() {
	app := brio.New(brio.Title("Hello"), brio.Health(brio.HealthCheck{Name: "disk", Check: checkDisk}))
	app.Get("/", hello)
	err := app.Run("127.0.0.1:8000", brio.FromEnv(flag.CommandLine), brio.ShutdownDelay(5*time.Second))
	if err != nil {
		log.Fatal(err)
	}
}
