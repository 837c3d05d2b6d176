package main

import (
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/security"
)

func listItems(token *security.Token) map[string]string {
	return map[string]string{"token": token.Value}
}

func main() {
	app := brio.New(brio.Provide(security.OAuth2PasswordBearer("token", nil)))
	app.Get("/items", listItems)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
