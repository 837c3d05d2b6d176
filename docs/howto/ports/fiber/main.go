// The program on Brio.
package main

import (
	"log"

	"github.com/brio-go/brio"
)

type NewTodo struct {
	Text string `json:"text" validate:"min=1"`
}

type Todo struct {
	ID   int    `json:"id"`
	Text string `json:"text"`
}

type Todos struct{ all []Todo }

// User is the name of the client.
type User string

func newApp() *brio.App {
	app := brio.New(brio.Title("Todos"), brio.Supply(&Todos{all: []Todo{{1, "tea"}}}))
	api := brio.NewRouter(brio.Prefix("/api"), brio.Provide(user))
	api.Get("/todos", list)
	api.Get("/todos/{id}", read)
	api.Post("/todos", create, brio.Status(201), brio.Depends(noGuests))
	app.Include(api)
	return app
}

func user(in struct {
	Name string `header:"X-User" default:"guest"`
}) User {
	return User(in.Name)
}

func noGuests(who User) error {
	if who == "guest" {
		return brio.Error(403, "Guests only read")
	}
	return nil
}

func list(todos *Todos) []Todo { return todos.all }

func read(todos *Todos, in struct {
	ID int `path:"id"`
}) (Todo, error) {
	for _, t := range todos.all {
		if t.ID == in.ID {
			return t, nil
		}
	}
	return Todo{}, brio.Error(404, "No such todo")
}

func create(todos *Todos, in brio.Body[NewTodo]) Todo {
	t := Todo{len(todos.all) + 1, in.Value.Text}
	todos.all = append(todos.all, t)
	return t
}

func main() {
	if err := newApp().Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
