package main

import (
	"log"

	"github.com/brio-go/brio"
)

type Config struct {
	AppName  string `envDefault:"Tea shop"`
	Admin    string `env:"ADMIN_EMAIL" validate:"email"`
	PageSize int    `envDefault:"20" validate:"gte=1,lte=100"`
}

func info(c Config) map[string]any {
	return map[string]any{"app": c.AppName, "admin": c.Admin, "page_size": c.PageSize}
}

func main() {
	app := brio.New(brio.Title("Settings"), brio.Settings[Config]())
	app.Get("/info", info)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
