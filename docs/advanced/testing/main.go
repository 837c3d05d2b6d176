package main

import (
	"context"
	"log"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

// Store stands for a database.
type Store struct{ open bool }

func openStore(ctx context.Context) (*Store, func(context.Context) error, error) {
	s := &Store{open: true}
	return s, func(context.Context) error { s.open = false; return nil }, nil
}

type User struct {
	Name string `json:"name"`
}

func currentUser(in struct {
	Token string `header:"X-Token" default:""`
}) (*User, error) {
	return nil, brio.Error(401, "Unknown token")
}

// Clock is a function type, so that a test can stop the time.
type Clock func() time.Time

func greet(user *User, store *Store, now Clock) map[string]any {
	return map[string]any{"name": user.Name, "open": store.open, "hour": now().Hour()}
}

func checkKey(in struct {
	Key string `header:"X-Key" default:""`
}) error {
	return brio.Error(403, "Wrong key")
}

func newApp() *brio.App {
	app := brio.New(
		brio.Title("Greetings"),
		brio.SupplyFunc(openStore),
		brio.Supply(Clock(time.Now)),
		brio.Provide(currentUser),
		brio.Depends(checkKey), brio.Responds[response.Detail](403, "Wrong key"),
	)
	app.Get("/greeting", greet)
	return app
}

func main() {
	if err := newApp().Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
