// Command app says hello.
package main

import (
	"flag"
	"log"

	"github.com/brio-go/brio"
)

// Greeting is the answer.
type Greeting struct {
	Message string `json:"message"`
}

// hello greets by name.
func hello(in *struct {
	Name string `query:"name" default:"World" validate:"max=50"`
}) Greeting {
	return Greeting{"Hello " + in.Name}
}

func newApp() *brio.App {
	app := brio.New(brio.Title("app"), brio.Version("0.1.0"))
	app.Get("/", hello)
	return app
}

func main() {
	if err := newApp().Run("127.0.0.1:8000", brio.FromEnv(flag.CommandLine)); err != nil {
		log.Fatal(err)
	}
}
