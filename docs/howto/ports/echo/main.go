// The program on Brio. It keeps echo's form of errors.
package main

import (
	"fmt"
	"log"
	"reflect"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/security"
)

type NewBook struct {
	Title string `json:"title" validate:"min=1"`
}

type Book struct {
	ID    int    `json:"id"`
	Title string `json:"title"`
}

type Books struct{ all []Book }

func newApp() *brio.App {
	app := brio.New(brio.Title("Books"), brio.FormatErrors(messages{}), brio.Supply(&Books{all: []Book{{1, "Emma"}}}))
	app.Get("/books/{id}", read)
	staff := brio.NewRouter(brio.Prefix("/staff"), brio.Provide(security.APIKeyHeader("X-Key")), brio.Depends(keyAuth))
	staff.Post("/books", create, brio.Status(201))
	app.Include(staff)
	return app
}

// region format

// messages is echo's form of errors. The fields of a 422 are in it too.
type messages struct{}

type message struct {
	Message string             `json:"message"`
	Errors  []brio.ErrorDetail `json:"errors,omitempty"`
}

func (messages) MediaType() string      { return "application/json" }
func (messages) Model(int) reflect.Type { return reflect.TypeFor[message]() }
func (messages) Body(e *brio.ErrorInfo) any {
	text := e.Title
	if detail, ok := e.Detail.(string); ok {
		text = detail
	}
	return message{text, e.Errors}
}

// endregion

func keyAuth(key *security.APIKey) error {
	if !security.Equal(key.Value, "k") {
		return brio.Error(401, "Wrong key")
	}
	return nil
}

func read(books *Books, in struct {
	ID int `path:"id"`
}) (Book, error) {
	for _, b := range books.all {
		if b.ID == in.ID {
			return b, nil
		}
	}
	return Book{}, brio.Error(404, "No such book")
}

func create(books *Books, resp *brio.Response, in brio.Body[NewBook]) Book {
	b := Book{len(books.all) + 1, in.Value.Title}
	books.all = append(books.all, b)
	resp.SetHeader("Location", fmt.Sprint("/books/", b.ID))
	return b
}

func main() {
	if err := newApp().Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
