package main

import (
	"errors"
	"log"
	"net/http"

	"github.com/brio-go/brio"
)

type Item struct {
	Name string `json:"name"`
}

var errNoRow = errors.New("items: no row for the key")

func find(name string) (Item, error) {
	switch name {
	case "tea":
		return Item{Name: "Tea"}, nil
	case "broken":
		return Item{}, errors.New("dial tcp 10.0.0.7:5432: connection refused")
	}
	return Item{}, errNoRow
}

func readItem(in struct {
	Name string `path:"name"`
}) (Item, error) {
	item, err := find(in.Name)
	if errors.Is(err, errNoRow) {
		return Item{}, brio.Error(404, "No such item").WithCause(err).WithHeader("X-Hint", "try tea")
	}
	return item, err
}

// region own
type OutOfStock struct {
	Item string `json:"item"`
	Left int    `json:"left"`
}

func (e *OutOfStock) Error() string   { return e.Item + " is out of stock" }
func (e *OutOfStock) StatusCode() int { return 409 }

func buy() (Item, error) {
	return Item{}, &OutOfStock{Item: "honey", Left: 0}
}

// endregion

// region handler
func answerClosed(r *http.Request, err error) *brio.Response {
	return brio.Error(503, "The shop is closed").Response()
}

// endregion

var errClosed = errors.New("closed")

type closedError struct{ error }

func visit() (Item, error) { return Item{}, closedError{errClosed} }

func main() {
	app := brio.New(brio.Title("Shop"),
		brio.OnError(func(r *http.Request, err closedError) *brio.Response { return answerClosed(r, err) }))
	app.Get("/items/{name}", readItem)
	app.Post("/orders", buy, brio.Raises[*OutOfStock]())
	app.Get("/visit", visit)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
