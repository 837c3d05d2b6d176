package shop

import (
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
)

type User struct {
	Name string `json:"name"`
}

func newApp() *brio.App {
	app := brio.New()
	app.Post("/users", func(in *brio.Body[User]) *User { return &in.Value }, brio.Status(201))
	return app
}

func TestCreateUser(t *testing.T) {
	c := briotest.New(t, newApp())

	var user User
	c.Post("/users", User{Name: "ann"}).Status(201).JSON(&user)
	c.Post("/users", `{}`).Status(422)
}
