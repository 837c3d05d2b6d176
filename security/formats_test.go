package security_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

// TestChallengesInEveryFormat: however the app writes its errors, status and challenges are those of the scheme and of
// the program's dependencies.
func TestChallengesInEveryFormat(t *testing.T) {
	bearer := security.HTTPBearer(security.Realm("api"))
	check := security.RequireScopes(func(a *account) []string { return a.Scopes }, bearer)
	for name, opts := range map[string][]brio.AppOption{
		"FastAPI":        nil,
		"problem":        {brio.ProblemDetails()},
		"compat":         {brio.FastAPICompat()},
		"MergeAlways":    {brio.MergeAlways()},
		"OnError passes": {brio.OnError(func(*http.Request, error) *brio.Response { return nil })},
		"OnError answers in the app's format": {brio.OnError(func(_ *http.Request, err *brio.HTTPError) *brio.Response {
			return err.Response()
		})},
		"problem and OnStatus passes": {brio.ProblemDetails(), brio.OnStatus(401, func(*http.Request, error) *brio.Response { return nil })},
	} {
		t.Run(name, func(t *testing.T) {
			app := quiet(opts...)
			app.Get("/", func() {}, brio.Security(check, "x"), brio.Provide(bearer, func(res *brio.Response, token *security.Token) (*account, error) {
				res.AddHeader("WWW-Authenticate", "Temporal") // which does not take the place of a challenge
				if token.Value == "old" {
					return nil, security.InvalidToken("old", bearer)
				}
				return &account{}, nil
			}))
			app.Get("/any", func() {}, brio.Depends(security.AnyOf(bearer, security.HTTPBasic())))
			for _, c := range []struct {
				path, token string
				status      int
				challenges  []string
			}{
				{"/", "", 401, []string{`Bearer realm="api"`}},
				{"/", "Bearer old", 401, []string{`Bearer realm="api", error="invalid_token", error_description="old"`}},
				{"/", "Bearer new", 403, []string{`Bearer realm="api", error="insufficient_scope", error_description="Not enough permissions", scope="x"`}},
				{"/any", "", 401, []string{`Bearer realm="api"`, "Basic"}},
			} {
				w := send(app, "GET", c.path, "", "Authorization", c.token)
				got := slices.DeleteFunc(w.Header().Values("WWW-Authenticate"), func(c string) bool { return name == "MergeAlways" && c == "Temporal" })
				if w.Code != c.status || !slices.Equal(got, c.challenges) {
					t.Errorf("%s %s: %d %q, want %d %q", c.path, c.token, w.Code, got, c.status, c.challenges)
				}
			}
		})
	}
}

// TestDocument: what is enforced is what the document says, and with which statuses it is refused.
func TestDocument(t *testing.T) {
	bearer := security.HTTPBearer()
	check := security.RequireScopes(func(*security.Token) []string { return nil })
	app := quiet(brio.Provide(bearer))
	app.Get("/scoped", func() {}, brio.Security(check, "a", "b"))
	app.Get("/both", func(*security.Token) {}, brio.Depends(security.APIKeyHeader("X-Key", security.Status(403))))
	app.Get("/either", func() {}, brio.Depends(security.AnyOf(bearer, security.HTTPBasic())))
	app.Get("/optional", func() {}, brio.Depends(security.HTTPDigest(security.Optional())))
	app.Get("/open", func() {})
	var doc struct {
		Paths map[string]map[string]struct {
			Security  []map[string][]string
			Responses map[string]any
		}
		Components struct{ SecuritySchemes map[string]map[string]any }
	}
	if err := json.Unmarshal(send(app, "GET", "/openapi.json", "").Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]struct {
		security  []map[string][]string
		responses []string
	}{
		"/scoped":   {[]map[string][]string{{"HTTPBearer": {"a", "b"}}}, []string{"204", "401", "403"}},
		"/both":     {[]map[string][]string{{"HTTPBearer": {}, "APIKeyHeader": {}}}, []string{"204", "401", "403"}},
		"/either":   {[]map[string][]string{{"HTTPBearer": {}}, {"HTTPBasic": {}}}, []string{"204", "401"}},
		"/optional": {[]map[string][]string{{"HTTPDigest": {}}, {}}, []string{"204", "401"}},
		"/open":     {nil, []string{"204"}},
	} {
		got := doc.Paths[path]["get"]
		if !reflect.DeepEqual(got.Security, want.security) {
			t.Errorf("%s: security %v, want %v", path, got.Security, want.security)
		}
		for _, status := range want.responses {
			if got.Responses[status] == nil {
				t.Errorf("%s: no response %s among %v", path, status, got.Responses)
			}
		}
		delete(got.Responses, "500")
		if len(got.Responses) != len(want.responses) {
			t.Errorf("%s: %v, want %v", path, got.Responses, want.responses)
		}
	}
	if want := map[string]map[string]any{
		"HTTPBearer": {"type": "http", "scheme": "bearer"}, "HTTPBasic": {"type": "http", "scheme": "basic"}, "HTTPDigest": {"type": "http", "scheme": "digest"},
		"APIKeyHeader": {"type": "apiKey", "in": "header", "name": "X-Key"},
	}; !reflect.DeepEqual(doc.Components.SecuritySchemes, want) {
		t.Errorf("schemes %v", doc.Components.SecuritySchemes)
	}
}

// TestOverrides is how tests sign in: by what is known of the user, or by credentials, or not at all.
func TestOverrides(t *testing.T) {
	bearer, key := security.HTTPBearer(), security.APIKeyHeader("X-Key")
	user := func(token *security.Token) *account { return &account{[]string{token.Value}} }
	app := quiet(brio.Provide(bearer, user), brio.Depends(key))
	app.Get("/", func(a *account) []string { return a.Scopes })
	want(t, send(app, "GET", "/", ""), 401, notAuthenticated, "APIKey")

	c := briotest.New(t, app, briotest.Override(func() *account { return &account{[]string{"fake"}} }), briotest.Override(briotest.Replace(key, func() *security.APIKey { return nil })))
	c.Get("/").Status(200).Body(`["fake"]`)
	c = briotest.New(t, app, briotest.Supply(&security.Token{Value: "t"}, &security.APIKey{}))
	c.Get("/").Status(200).Body(`["t"]`)
}

// TestSecureCookiesOfTest: the client sends them with https addresses alone, as browsers do.
func TestSecureCookiesOfTest(t *testing.T) {
	app := quiet()
	app.Post("/", func() *brio.Response {
		return response.JSON("in").SetCookie(cookies.New("__Host-s", "v", cookies.Secure()))
	})
	app.Get("/", func(k *security.APIKey) string { return k.Value }, brio.Provide(security.APIKeyCookie("__Host-s")))
	c := briotest.New(t, app)
	c.Do(httptest.NewRequest("POST", "https://example.com/", nil)).Status(200)
	c.Do(httptest.NewRequest("GET", "https://example.com/", nil)).Status(200).Body(`"v"`)
	c.Get("/").Status(401)
}
