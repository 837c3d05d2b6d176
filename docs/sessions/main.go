package main

import (
	"context"
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
)

type Credentials struct {
	Name     string `json:"name" validate:"required"`
	Password string `json:"password" validate:"required"`
}

type User struct{ Name string }

// authenticate is the dependency of routes for users.
func authenticate(s *middleware.Session) (*User, error) {
	if s.User() == "" {
		return nil, brio.Error(401, "Not signed in")
	}
	return &User{s.User()}, nil
}

func signIn(s *middleware.Session, in *brio.Body[Credentials], from struct {
	Agent string `header:"User-Agent"`
}) error {
	if in.Value.Password != "battery" { // a slow hash in a real program
		return brio.Error(401, "Wrong name or password")
	}
	if err := s.SignIn(in.Value.Name); err != nil {
		return err
	}
	return s.Set("device", from.Agent)
}

type Device struct {
	middleware.SessionInfo
	Name string `json:"name"`
}

func devices(ctx context.Context, _ *User, s *middleware.Session) ([]Device, error) {
	sessions, err := s.List(ctx)
	list := []Device{}
	for _, info := range sessions {
		d := Device{SessionInfo: info}
		info.Get("device", &d.Name)
		list = append(list, d)
	}
	return list, err
}

func endDevice(ctx context.Context, _ *User, s *middleware.Session, in struct {
	ID string `path:"id"`
}) error {
	return s.End(ctx, in.ID)
}

func endOthers(ctx context.Context, _ *User, s *middleware.Session) error { return s.EndOthers(ctx) }

func signOut(s *middleware.Session) error { return s.SignOut() }

func main() {
	app := brio.New(
		brio.Use(middleware.CSRF(), middleware.ServerSessions(middleware.ServerSessionOptions{})),
		brio.Provide(middleware.SessionFrom, authenticate),
	)
	app.Post("/sign-in", signIn)
	app.Post("/sign-out", signOut)
	app.Get("/devices", devices)
	app.Delete("/devices", endOthers)
	app.Delete("/devices/{id}", endDevice)
	log.Fatal(app.Run("127.0.0.1:8000"))
}
