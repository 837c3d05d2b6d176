package main

import (
	"log"

	"github.com/brio-go/brio"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
)

func newApp() *brio.App {
	server := grpc.NewServer()
	grpc_health_v1.RegisterHealthServer(server, health.NewServer())

	app := brio.New(brio.Title("Both"))
	app.Get("/hello", func() string { return "Hello" })
	app.Post("/grpc.health.v1.Health/{method}", server.ServeHTTP, brio.Hidden())
	return app
}

func main() {
	if err := newApp().Run("127.0.0.1:8000", brio.H2C(true)); err != nil {
		log.Fatal(err)
	}
}
