package main

import (
	"log"
	"strings"
	"time"

	"github.com/brio-go/brio"
)

type UserV1 struct {
	Name string `json:"name"`
}

type User struct {
	First string `json:"first"`
	Last  string `json:"last"`
}

type Key struct {
	ID int `path:"id"`
}

func find(Key) User { return User{"Ann", "Lee"} }

// readUserV1 makes the old answer of the new one.
func readUserV1(in Key) UserV1 {
	u := find(in)
	return UserV1{u.First + " " + u.Last}
}

func readUser(in Key) User { return find(in) }

func health() string { return "fine" }

// region document
func version(prefix, v string) brio.AppOption {
	return brio.Document(prefix+"/openapi.json", brio.Version(v), brio.Only(func(r brio.RouteInfo) bool {
		return strings.HasPrefix(r.Path, prefix+"/")
	}))
}

// endregion

func main() {
	app := brio.New(brio.Title("Users"), version("/v1", "1.9"), version("/v2", "2.0"))
	shared := brio.NewRouter()
	shared.Get("/health", health)

	// region sunset
	since, end := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 3, 31, 0, 0, 0, 0, time.UTC)
	v1 := brio.NewRouter(brio.Prefix("/v1"), brio.DeprecatedSince(since, end, "https://users.example.com/v2"))
	// endregion
	v1.Get("/users/{id}", readUserV1)
	v1.Include(shared)
	v2 := brio.NewRouter(brio.Prefix("/v2"))
	v2.Get("/users/{id}", readUser)
	v2.Include(shared)
	app.Include(v1)
	app.Include(v2)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
