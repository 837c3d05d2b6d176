package security_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

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

// Each scheme reads its credentials, and refuses requests without them with its own challenge.
func ExampleHTTPBasic() {
	basic := security.HTTPBasic(security.Realm("club"), security.UTF8())
	app := brio.New(brio.Provide(basic))
	app.Get("/me", func(c *security.BasicCredentials) (string, error) {
		if !c.Matches("ann", "secret") {
			return "", security.NotAuthenticated("Incorrect username or password", basic)
		}
		return "hello " + c.Username, nil
	})

	ask(app)
	ask(app, "Authorization", "Basic YW5uOndyb25n") // ann:wrong
	ask(app, "Authorization", "Basic YW5uOnNlY3JldA==")
	// Output:
	// 401 {"detail":"Not authenticated"} [Basic realm="club", charset="UTF-8"]
	// 401 {"detail":"Incorrect username or password"} [Basic realm="club", charset="UTF-8"]
	// 200 "hello ann" []
}

// The schemes whose credentials the program checks itself yield an Authorization.
func ExampleAuthorization() {
	show := func(a *security.Authorization) string {
		return a.Scheme + " with " + fmt.Sprint(len(a.Credentials)) + " bytes"
	}
	for _, scheme := range []security.Scheme{
		security.HTTPDigest(),
		security.HTTPScheme("DPoP"),
		security.OpenIDConnect("https://id.example/.well-known/openid-configuration"),
	} {
		app := brio.New(brio.Provide(scheme))
		app.Get("/me", show)
		ask(app, "Authorization", "DPoP abc")
	}
	// Output:
	// 401 {"detail":"Not authenticated"} [Digest]
	// 200 "DPoP with 3 bytes" []
	// 200 "DPoP with 3 bytes" []
}

// A key comes in a header, a cookie or the query. Optional yields nil for a request without one.
func ExampleAPIKeyCookie() {
	app := brio.New(brio.Provide(security.APIKeyCookie("key", security.Optional())))
	app.Get("/me", func(key *security.APIKey) string {
		if key == nil {
			return "a guest"
		}
		if security.EqualAny(key.Value, "old key", "new key") {
			return "a member"
		}
		return "unknown"
	})

	ask(app)
	ask(app, "Cookie", `key="new key"`)
	// Output:
	// 200 "a guest" []
	// 200 "a member" []
}

// Options describe a scheme in the document, and change its refusal.
func ExampleAPIKeyQuery() {
	scheme := security.APIKeyQuery("key", security.Name("Partner"), security.Description("From the partner portal"), security.Status(403))
	app := brio.New(brio.Depends(scheme))
	app.Get("/me", func() string { return "hello" })

	ask(app)
	text, err := json.Marshal(scheme.Definitions())
	fmt.Println(string(text), err)
	// Output:
	// 403 {"detail":"Not authenticated"} []
	// {"Partner":{"description":"From the partner portal","in":"query","name":"key","type":"apiKey"}} <nil>
}

// As gives the credentials of a scheme a type of their own, so that a function can take the credentials of two schemes of one kind.
func ExampleAs() {
	type AdminKey security.APIKey
	app := brio.New(brio.Provide(
		security.APIKeyHeader("X-Key"),
		security.As[AdminKey](security.APIKeyHeader("X-Admin", security.Optional())),
	))
	app.Get("/me", func(key *security.APIKey, admin *AdminKey) bool {
		return admin != nil && security.Equal(admin.Value, "root "+key.Value)
	})

	ask(app, "X-Key", "ann")
	ask(app, "X-Key", "ann", "X-Admin", "root ann")
	// Output:
	// 200 false []
	// 200 true []
}

// A login by the password flow: the form of RFC 6749, and a scheme that reads the token. PasswordFormStrict requires grant_type too.
func ExamplePasswordForm() {
	bearer := security.OAuth2PasswordBearer("/token", map[string]string{"me": "Read your data"}, security.RefreshURL("/refresh"))
	type Tokens struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
	}
	app := brio.New(brio.Provide(bearer))
	app.Post("/token", func(form *security.PasswordForm) Tokens { return Tokens{"token of " + form.Username, "bearer"} })
	app.Post("/strict", func(form *security.PasswordFormStrict) Tokens { return Tokens{"token of " + form.Username, "bearer"} })
	app.Get("/me", func(token *security.Token) string { return token.Value })

	for _, path := range []string{"/token", "/strict"} {
		r := httptest.NewRequest("POST", path, strings.NewReader("username=ann&password=secret"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Body)
	}
	ask(app, "Authorization", "Bearer token of ann")
	// Output:
	// 200 {"access_token":"token of ann","token_type":"bearer"}
	// 422 {"detail":[{"type":"missing","loc":["body","grant_type"],"msg":"Field required","input":null}]}
	// 200 "token of ann" []
}

// The other flows of OAuth 2 read bearer tokens of an authorization server. OAuth2 documents several of them as one scheme.
func ExampleOAuth2() {
	const authorize, token = "https://id.example/authorize", "https://id.example/token"
	scopes := map[string]string{"items:read": "Read the items"}
	for _, scheme := range []security.Scheme{
		security.OAuth2AuthorizationCode(authorize, token, scopes),
		security.OAuth2ClientCredentials(token, scopes),
		security.OAuth2Implicit(authorize, scopes),
		security.OAuth2(security.Flows{ClientCredentials: &security.Flow{TokenURL: token, Scopes: scopes}}, security.Name("Both")),
	} {
		fmt.Println(scheme.Requirements([]string{"items:read"}))
	}
	// Output:
	// [map[OAuth2AuthorizationCodeBearer:[items:read]]]
	// [map[OAuth2ClientCredentials:[items:read]]]
	// [map[OAuth2Implicit:[items:read]]]
	// [map[Both:[items:read]]]
}

// A function that requires scopes reads those on the way to it, and refuses with a challenge that names them.
func ExampleInsufficientScope() {
	bearer := security.HTTPBearer(security.BearerFormat("JWT"), security.ResourceMetadata("https://api.example/.well-known/oauth-protected-resource"))
	check := func(token *security.Token, required security.Scopes) error {
		if token.Value != "admin" {
			return security.InsufficientScope(required, bearer)
		}
		return nil
	}
	app := brio.New(brio.Provide(bearer))
	app.Get("/me", func() string { return "hello" }, brio.Security(check, "items:write"))

	ask(app, "Authorization", "Bearer reader")
	ask(app, "Authorization", "Bearer admin")
	// Output:
	// 403 {"detail":"Not enough permissions"} [Bearer error="insufficient_scope", error_description="Not enough permissions", scope="items:write", resource_metadata="https://api.example/.well-known/oauth-protected-resource"]
	// 200 "hello" []
}

// Unauthorized replaces the refusal of a scheme. A Challenge is one WWW-Authenticate header.
func ExampleUnauthorized() {
	challenge := security.Challenge{Scheme: "Bearer", Realm: "club", Error: "invalid_request"}
	scheme := security.HTTPBearer(security.Unauthorized(func() error {
		return brio.Error(401, "Sign in first").WithHeader("WWW-Authenticate", challenge.String())
	}))
	app := brio.New(brio.Depends(scheme))
	app.Get("/me", func() string { return "hello" })

	ask(app)
	// Output:
	// 401 {"detail":"Sign in first"} [Bearer realm="club", error="invalid_request"]
}
