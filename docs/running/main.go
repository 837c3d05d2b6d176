package main

import (
	"flag"
	"log"
	"time"

	"github.com/brio-go/brio"
)

func hello() string { return "hello" }

func main() {
	app := brio.New(brio.Title("Hello"))
	app.Get("/", hello)
	err := app.Run("127.0.0.1:8000",
		brio.FromEnv(flag.CommandLine), // -addr, PORT, BRIO_LOG_LEVEL and others
		brio.ShutdownDelay(5*time.Second),
	)
	if err != nil { // nil after SIGINT or SIGTERM, when all requests could finish
		log.Fatal(err)
	}
}
