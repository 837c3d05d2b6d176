package shop

import (
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/security"
)

type Item struct {
	Name  string `json:"name" validate:"min=1,max=20"`
	Count int    `json:"count" validate:"min=1,max=100"`
}

var bearer = security.OAuth2PasswordBearer("/token", map[string]string{"items:write": "Change items"})

// A token of this app is the list of its scopes.
var checkScopes = security.RequireScopes(func(t *security.Token) []string { return strings.Split(t.Value, " ") }, bearer)

func newApp() *brio.App {
	app := brio.New(brio.Provide(bearer))
	app.Post("/items", func(in *brio.Body[Item]) *Item { return &in.Value }, brio.Status(201), brio.Security(checkScopes, "items:write"))
	return app
}

func credentials(r *http.Request, scheme string, scopes []string) {
	r.Header.Set("Authorization", "Bearer "+strings.Join(scopes, " "))
}

func TestExplore(t *testing.T) {
	briotest.Explore(t, newApp(), briotest.Stateful(), briotest.Credentials(credentials))
}

func FuzzApp(f *testing.F) {
	briotest.Fuzz(f, newApp(), briotest.Credentials(credentials))
}
