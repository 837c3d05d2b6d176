package security_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/security"
)

func ask(h http.Handler, headers ...string) {
	r := httptest.NewRequest("GET", "/me", nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Body, w.Header()["Www-Authenticate"])
}

func Example() {
	type Member struct {
		Name   string   `json:"name"`
		Scopes []string `json:"-"`
	}
	bearer := security.HTTPBearer(security.Realm("club"))
	member := func(token *security.Token) (*Member, error) {
		if token.Value != "secret" {
			return nil, security.InvalidToken("unknown", bearer)
		}
		return &Member{"ann", []string{"me"}}, nil
	}
	check := security.RequireScopes(func(m *Member) []string { return m.Scopes }, bearer)

	app := brio.New(brio.Provide(bearer, member))
	app.Get("/me", func(m *Member) *Member { return m }, brio.Security(check, "me"))

	ask(app)
	ask(app, "Authorization", "Bearer other")
	ask(app, "Authorization", "Bearer secret")
	// Output:
	// 401 {"detail":"Not authenticated"} [Bearer realm="club"]
	// 401 {"detail":"unknown"} [Bearer realm="club", error="invalid_token", error_description="unknown"]
	// 200 {"name":"ann"} []
}

func ExampleAnyOf() {
	app := brio.New(brio.Provide(security.AnyOf(security.HTTPBearer(), security.APIKeyHeader("X-Key"))))
	app.Get("/me", func(c *security.Credentials) string {
		switch v := c.Value.(type) {
		case *security.Token:
			return "a token of " + fmt.Sprint(len(v.Value)) + " letters"
		case *security.APIKey:
			return "a key of " + fmt.Sprint(len(v.Value)) + " letters"
		}
		return ""
	})

	ask(app)
	ask(app, "Authorization", "Bearer secret")
	ask(app, "X-Key", "key")
	// Output:
	// 401 {"detail":"Not authenticated"} [Bearer APIKey]
	// 200 "a token of 6 letters" []
	// 200 "a key of 3 letters" []
}
