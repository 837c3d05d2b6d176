// Package users is the part of the API about users.
package users

import "github.com/brio-go/brio"

type User struct {
	Name string `json:"name"`
}

// Routes returns the routes for all users.
func Routes() *brio.Router {
	r := brio.NewRouter(brio.Prefix("/users"), brio.Tags("users"))
	r.Get("/me", func() User { return User{Name: "ann"} }, brio.Name("me"))
	return r
}

// AdminRoutes returns the routes for administrators. The app guards them.
func AdminRoutes() *brio.Router {
	r := brio.NewRouter(brio.Prefix("/users"))
	r.Delete("/{name}", func(in struct {
		Name string `path:"name"`
	}) {
	}, brio.Name("deleteUser"))
	return r
}
