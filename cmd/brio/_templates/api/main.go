// Command app serves items over HTTP.
package main

import (
	"flag"
	"log"

	"github.com/brio-go/brio"
)

// Config has the settings. Each is read from an environment variable, or from the file .env in development.
type Config struct {
	MaxItems int `envDefault:"1000" validate:"min=1"` // MAX_ITEMS: how many items the store has at most
}

// newApp declares everything. Tests make their own.
func newApp() *brio.App {
	app := brio.New(
		brio.Title("app"),
		brio.Version("0.1.0"),
		brio.Settings[Config](),
		brio.Supply(newStore()), // one store for the life of the app
	)
	app.Include(itemRoutes(), brio.Prefix("/items"))
	return app
}

func main() {
	if err := newApp().Run("127.0.0.1:8000", brio.FromEnv(flag.CommandLine)); err != nil {
		log.Fatal(err)
	}
}
