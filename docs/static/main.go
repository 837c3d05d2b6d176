package main

import (
	"log"
	"os"

	"github.com/brio-go/brio"
)

func listItems() []string { return []string{"tea", "honey"} }

func main() {
	app := brio.New()
	app.Get("/api/items", listItems)
	app.Static("/static", os.DirFS("public"), brio.StaticName("static"))
	app.Frontend("/", os.DirFS("dist"), brio.StaticImmutable())
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
