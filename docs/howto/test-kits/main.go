package main

import (
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
)

type NewUser struct {
	Name     string `json:"name" validate:"min=1"`
	Password string `json:"password" validate:"min=8"`
}

type User struct {
	Name string `json:"name"`
}

// Mailer sends mails. A test has another one.
type Mailer interface{ Welcome(name string) }

type logMailer struct{}

func (logMailer) Welcome(name string) { log.Println("welcome", name) }

func openMailer() Mailer { return logMailer{} }

func signUp(in *brio.Body[NewUser], mailer Mailer, res *brio.Response) User {
	mailer.Welcome(in.Value.Name)
	res.SetCookie(cookies.New("user", in.Value.Name))
	return User{in.Value.Name}
}

func me(in *struct {
	User string `cookie:"user" default:""`
}) (User, error) {
	if in.User == "" {
		return User{}, brio.Error(401, "Sign up first")
	}
	return User{in.User}, nil
}

func newApp(mailer any) *brio.App {
	app := brio.New(brio.Title("Users"), brio.Provide(mailer))
	app.Post("/users", signUp, brio.Status(201))
	app.Get("/users/me", me, brio.Responds[response.Detail](401, "No user has signed up"))
	return app
}

func main() {
	log.Fatal(newApp(openMailer).Run("127.0.0.1:8000"))
}
