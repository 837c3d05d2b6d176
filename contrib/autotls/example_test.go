package autotls_test

import (
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/contrib/autotls"
)

func ExampleRun() {
	app := brio.New()
	app.Get("/", func() string { return "over https" })
	log.Fatal(autotls.Run(app, autotls.Config{Hosts: []string{"example.com"}, Email: "admin@example.com"}))
}
