package main

import (
	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
)

// Guest is who has sent the request. A guest may take any name: it is no proof of anything. See examples/auth for accounts.
type Guest struct{ Name string }

// currentGuest is the dependency that reads the name. Handlers that take a *Guest have one.
func currentGuest(in *struct {
	Name string `cookie:"name" default:""`
}) (*Guest, error) {
	if in.Name == "" {
		return nil, brio.Error(401, "Choose a name first.")
	}
	return &Guest{in.Name}, nil
}

// putName sets the name of the client.
func putName(res *brio.Response, in *struct {
	Body struct {
		Name string `json:"name" validate:"alphanum,min=1,max=20"`
	} `body:""`
}) {
	res.SetCookie(cookies.New("name", in.Body.Name, cookies.HTTPOnly()))
}
