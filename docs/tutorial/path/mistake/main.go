package main

import (
	"log"

	"github.com/brio-go/brio"
)

func readUser(in struct {
	Name string `path:"name"`
}) string {
	return in.Name
}

func main() {
	app := brio.New()
	app.Get("/users/{user}", readUser)
	app.Get("/users/{name}/{tab}", readUser)
	app.Get("/users/{name}/posts", readUser)
	app.Get("/{kind}/{name}/posts", readUser)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
