package main

import (
	"log"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/security"
)

var bearer = security.OAuth2PasswordBearer("/token", map[string]string{
	"notes:read":  "Read notes",
	"notes:write": "Write notes",
}, security.RefreshURL("/token/refresh"))

// checkScopes compares the scopes of a token with the ones of the route.
var checkScopes = security.RequireScopes(func(a *Access) []string { return a.Scopes }, bearer)

type Note struct {
	Text string `json:"text"`
}

func listNotes(user *User) []Note { return []Note{{Text: "a note of " + user.Name}} }

func addNote(in brio.Body[Note]) Note { return in.Value }

func newApp(secret []byte) *brio.App {
	app := brio.New(
		brio.Title("Notes"),
		brio.Supply(newUsers(), newSessions(), Tokens{Secret: secret, Life: 10 * time.Minute}),
		brio.Provide(bearer, authenticate, currentUser),
	)
	app.Post("/token", issueToken, brio.Provide(signIn))
	app.Post("/token/refresh", issueToken, brio.Name("refresh"), brio.Provide(renew))
	app.Post("/token/logout", logout)
	app.Get("/notes", listNotes, brio.Security(checkScopes, "notes:read"))
	app.Post("/notes", addNote, brio.Security(checkScopes, "notes:write"), brio.Status(201))
	return app
}

func main() {
	secret := []byte("32 bytes that only the server has") // from the environment: see the chapter Settings
	log.Fatal(newApp(secret).Run("127.0.0.1:8000"))
}
