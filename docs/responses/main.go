package main

import (
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
)

func readItem(res *brio.Response) map[string]string { // temporal
	res.SetCookie(cookies.New("seen", "yes"))
	return map[string]string{"name": "Foo"}
}

func readPage() *brio.Response { return response.HTML("<h1>Hello</h1>") } // direct

func main() {
	app := brio.New()
	app.Get("/item", readItem)
	app.Get("/page", readPage)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
