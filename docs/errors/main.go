package main

import (
	"errors"
	"log"

	"github.com/brio-go/brio"
)

var ErrNoItem = errors.New("no row")

func find(id int) (string, error) {
	if id != 1 {
		return "", ErrNoItem
	}
	return "Foo", nil
}

func readItem(in *struct {
	ID int `path:"id"`
}) (string, error) {
	name, err := find(in.ID)
	if errors.Is(err, ErrNoItem) {
		return "", brio.Error(404, "No such item").WithCause(err) // 404 {"detail":"No such item"}; the log has the cause
	}
	return name, err
}

func main() {
	app := brio.New()
	app.Get("/items/{id}", readItem)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
