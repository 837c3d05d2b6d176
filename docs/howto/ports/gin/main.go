// The program on Brio.
package main

import (
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/security"
)

type User struct {
	Name string `json:"name" validate:"min=2"`
	Age  int    `json:"age" default:"0" validate:"min=0,max=150"`
}

type Users struct{ all []User }

// Admin is the user of a request whose password was right.
type Admin struct {
	Name string `json:"user"`
}

func newApp() *brio.App {
	app := brio.New(brio.Title("Users"), brio.Supply(&Users{all: []User{{"ann", 30}}}))
	app.Get("/users", list)
	admin := brio.NewRouter(brio.Prefix("/admin"),
		brio.Provide(security.HTTPBasic(security.Realm("Authorization Required"))), brio.Depends(login))
	admin.Post("/users", create, brio.Status(201))
	admin.Get("/me", me)
	app.Include(admin)
	return app
}

func login(in *security.BasicCredentials) (*Admin, error) {
	if !in.Matches("root", "secret") {
		return nil, security.NotAuthenticated("Wrong name or password", security.HTTPBasic())
	}
	return &Admin{in.Username}, nil
}

func list(users *Users, in struct {
	Limit int `query:"limit" default:"10" validate:"min=1,max=100"`
}) []User {
	return users.all[:min(in.Limit, len(users.all))]
}

func create(users *Users, in brio.Body[User]) User {
	users.all = append(users.all, in.Value)
	return in.Value
}

func me(who *Admin) *Admin { return who }

func main() {
	if err := newApp().Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
