package main

import (
	"context"
	"database/sql"
	"log"
	"time"

	"github.com/brio-go/brio"
)

// Config is what the environment decides.
type Config struct {
	AppName     string        `envDefault:"Awesome API"`         // APP_NAME
	AdminEmail  string        `validate:"email"`                 // ADMIN_EMAIL, required
	PageSize    int           `envDefault:"50" validate:"gte=1"` // PAGE_SIZE
	DatabaseURL string        `env:"DB_URL"`                     // required
	Timeout     time.Duration `env:"HTTP_TIMEOUT" envDefault:"2s"`
}

func openDatabase(ctx context.Context) (*sql.DB, func(context.Context) error, error) {
	config, err := brio.Supplied[Config](ctx)
	if err != nil {
		return nil, nil, err
	}
	db, err := sql.Open("postgres", config.DatabaseURL)
	return db, func(context.Context) error { return db.Close() }, err
}

func info(c Config) map[string]any {
	return map[string]any{"app_name": c.AppName, "page_size": c.PageSize}
}

func main() {
	app := brio.New(brio.Settings[Config](), brio.SupplyFunc(openDatabase))
	app.Get("/info", info)
	if err := app.Run(":8000"); err != nil {
		log.Fatal(err)
	}
}
