package security_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/security"
)

// The recipes of docs/security.md, as programs that run. TestRecipesAreThoseOfDocs compares the two.

func firstSteps() *brio.App {
	bearer := security.OAuth2PasswordBearer("token", nil)

	app := brio.New(brio.Provide(bearer))
	app.Get("/items", func(token *security.Token) map[string]string {
		return map[string]string{"token": token.Value}
	})
	return app
}

func TestFirstSteps(t *testing.T) {
	app := firstSteps()
	want(t, send(app, "GET", "/items", ""), 401, notAuthenticated, "Bearer")
	want(t, send(app, "GET", "/items", "", "Authorization", "Bearer abc"), 200, `{"token":"abc"}`)
}

type User struct {
	Username, Password string
	Disabled           bool
	Scopes             []string
}

type PublicUser struct {
	Username string `json:"username"`
}

type Users map[string]*User

func currentUser(token *security.Token, users Users) (*User, error) {
	user := users[token.Value] // a real token is not the user's name
	if user == nil {
		return nil, security.NotAuthenticated("Not authenticated")
	}
	return user, nil
}

func activeUser(user *User) (*User, error) {
	if user.Disabled {
		return nil, brio.Error(400, "Inactive user")
	}
	return user, nil
}

func login(form *security.PasswordForm, users Users) (map[string]string, error) {
	user := users[form.Username]
	if user == nil || !security.Equal(user.Password, form.Password) { // a real service keeps hashes
		return nil, brio.Error(400, "Incorrect username or password")
	}
	return map[string]string{"access_token": user.Username, "token_type": "bearer"}, nil
}

func simpleOAuth2(users Users) *brio.App {
	app := brio.New(
		brio.Supply(users),
		brio.Provide(security.OAuth2PasswordBearer("token", nil), currentUser),
	)
	app.Post("/token", login)

	me := brio.NewRouter(brio.Prefix("/users/me"), brio.Provide(activeUser))
	me.Get("", func(user *User) *User { return user }, brio.ResponseModel[PublicUser]())
	app.Include(me)
	return app
}

var fakeUsers = Users{
	"johndoe": {Username: "johndoe", Password: "secret", Scopes: []string{"me"}},
	"alice":   {Username: "alice", Password: "secret2", Disabled: true},
}

func TestSimpleOAuth2(t *testing.T) {
	app := simpleOAuth2(fakeUsers)
	post := func(form string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", "/token", strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		return w
	}
	want(t, post("username=johndoe&password=secret"), 200, `{"access_token":"johndoe","token_type":"bearer"}`)
	want(t, post("username=johndoe&password=wrong"), 400, `{"detail":"Incorrect username or password"}`)
	want(t, post("username=nobody&password=secret"), 400, `{"detail":"Incorrect username or password"}`)
	want(t, send(app, "GET", "/users/me", "", "Authorization", "Bearer johndoe"), 200, `{"username":"johndoe"}`)
	want(t, send(app, "GET", "/users/me", "", "Authorization", "Bearer nobody"), 401, notAuthenticated, "Bearer")
	want(t, send(app, "GET", "/users/me", "", "Authorization", "Bearer alice"), 400, `{"detail":"Inactive user"}`)
}

func basicAuth() *brio.App {
	basic := security.HTTPBasic(security.Realm("the back office"))

	admin := func(credentials *security.BasicCredentials) error {
		if !credentials.Matches("stanleyjobson", "swordfish") {
			return security.NotAuthenticated("Incorrect username or password", basic)
		}
		return nil
	}

	app := brio.New()
	app.Get("/users/me", func(credentials *security.BasicCredentials) string { return credentials.Username },
		brio.Depends(basic, admin))
	return app
}

func TestBasicAuth(t *testing.T) {
	app := basicAuth()
	const challenge = `Basic realm="the back office"`
	want(t, send(app, "GET", "/users/me", ""), 401, notAuthenticated, challenge)
	want(t, send(app, "GET", "/users/me", "", "Authorization", "Basic "+base64Of("stanleyjobson:swordfish")), 200, `"stanleyjobson"`)
	for _, wrong := range []string{"stanleyjobson:", "stanleyjobson:swordfisch", "alice:swordfish"} {
		want(t, send(app, "GET", "/users/me", "", "Authorization", "Basic "+base64Of(wrong)), 401, `{"detail":"Incorrect username or password"}`, challenge)
	}
}

func scoped(users Users) *brio.App {
	bearer := security.OAuth2PasswordBearer("token", map[string]string{
		"me":    "Read your own account",
		"items": "Read items",
	})
	checkScopes := security.RequireScopes(func(user *User) []string { return user.Scopes }, bearer)

	app := brio.New(brio.Supply(users), brio.Provide(bearer, currentUser))
	app.Get("/users/me", func(user *User) string { return user.Username }, brio.Security(checkScopes, "me"))

	items := brio.NewRouter(brio.Prefix("/items"), brio.Security(checkScopes, "items"))
	items.Get("", func() []string { return []string{"Foo"} })
	app.Include(items)
	return app
}

func TestScopedRecipe(t *testing.T) {
	app := scoped(fakeUsers)
	want(t, send(app, "GET", "/users/me", "", "Authorization", "Bearer johndoe"), 200, `"johndoe"`)
	want(t, send(app, "GET", "/items", "", "Authorization", "Bearer johndoe"), 403, `{"detail":"Not enough permissions"}`,
		`Bearer error="insufficient_scope", error_description="Not enough permissions", scope="items"`)
	want(t, send(app, "GET", "/items", ""), 401, notAuthenticated, "Bearer")
}

// scopedUser is the dependency of FastAPI's tutorial.
func scopedUser(token *security.Token, users Users, scopes brio.Scopes) (*User, error) {
	challenge := security.Challenge{Scope: scopes.String()}.String() // Bearer scope="me items"
	user := users[token.Value]
	if user == nil {
		return nil, brio.Error(401, "Could not validate credentials").WithHeader("WWW-Authenticate", challenge)
	}
	for _, scope := range scopes {
		if !slices.Contains(user.Scopes, scope) {
			return nil, brio.Error(401, "Not enough permissions").WithHeader("WWW-Authenticate", challenge)
		}
	}
	return user, nil
}

func TestScopesAsInTutorial(t *testing.T) {
	app := quiet(brio.Supply(fakeUsers), brio.Provide(security.HTTPBearer(), scopedUser))
	app.Get("/", func(user *User) string { return user.Username }, brio.Provide(brio.Scoped(scopedUser, "me")))
	app.Get("/items", func() {}, brio.Security(scopedUser, "me", "items"))
	want(t, send(app, "GET", "/", "", "Authorization", "Bearer johndoe"), 200, `"johndoe"`)
	want(t, send(app, "GET", "/items", "", "Authorization", "Bearer johndoe"), 401, `{"detail":"Not enough permissions"}`, `Bearer scope="me items"`)
	want(t, send(app, "GET", "/", "", "Authorization", "Bearer x"), 401, `{"detail":"Could not validate credentials"}`, `Bearer scope="me"`)
}

type AdminKey security.APIKey

type Caller struct {
	Token *security.Token
	Key   *security.APIKey
}

func alternatives() *brio.App {
	admin := security.As[AdminKey](security.APIKeyHeader("X-Admin-Key"))
	caller := security.As[Caller](security.AnyOf(security.HTTPBearer(), security.APIKeyHeader("X-Key")))

	app := brio.New()
	app.Get("/either", func(c *Caller) string {
		if c.Token != nil {
			return "a person"
		}
		return "a program"
	}, brio.Provide(caller))
	app.Get("/both", func() string { return "in" }, brio.Depends(caller, admin))
	return app
}

func TestAlternativesRecipe(t *testing.T) {
	app := alternatives()
	want(t, send(app, "GET", "/either", "", "Authorization", "Bearer x"), 200, `"a person"`)
	want(t, send(app, "GET", "/either", "", "X-Key", "x"), 200, `"a program"`)
	want(t, send(app, "GET", "/either", ""), 401, notAuthenticated, "Bearer", "APIKey")
	want(t, send(app, "GET", "/both", "", "X-Key", "x"), 401, notAuthenticated, "APIKey")
	want(t, send(app, "GET", "/both", "", "X-Key", "x", "X-Admin-Key", "y"), 200, `"in"`)
}

func visitors() *brio.App {
	app := brio.New(brio.Provide(security.HTTPBearer(security.Optional())))
	app.Get("/greeting", func(token *security.Token) string {
		if token == nil {
			return "Hello, stranger"
		}
		return "Hello again"
	})
	return app
}

func TestVisitorsRecipe(t *testing.T) {
	app := visitors()
	want(t, send(app, "GET", "/greeting", ""), 200, `"Hello, stranger"`)
	want(t, send(app, "GET", "/greeting", "", "Authorization", "Bearer x"), 200, `"Hello again"`)
}

func apiKeys() *brio.App {
	key := security.APIKeyHeader("X-API-Key")
	checkKey := func(k *security.APIKey) error {
		if !security.EqualAny(k.Value, "the present key", "the one before") {
			return security.NotAuthenticated("Unknown key", key)
		}
		return nil
	}
	return brio.New(brio.Depends(key, checkKey)) // every route of the app
}

func TestAPIKeysRecipe(t *testing.T) {
	app := apiKeys()
	app.Get("/", func() {})
	want(t, send(app, "GET", "/", "", "X-API-Key", "the one before"), 204, "")
	want(t, send(app, "GET", "/", "", "X-API-Key", "other"), 401, `{"detail":"Unknown key"}`, "APIKey")
	want(t, send(app, "GET", "/", ""), 401, notAuthenticated, "APIKey")
}

func sessionCookie(token *security.Token, res *brio.Response) {
	res.SetCookie(cookies.New("seen", "yes", cookies.HTTPOnly()))
}

func TestADependencySetsACookie(t *testing.T) {
	app := quiet(brio.Provide(security.HTTPBearer()), brio.Depends(sessionCookie))
	app.Get("/", func() string { return "in" })
	w := send(app, "GET", "/", "", "Authorization", "Bearer x")
	if want(t, w, 200, `"in"`); w.Header().Get("Set-Cookie") == "" {
		t.Error("no cookie")
	}
}

func TestMeAsSomebody(t *testing.T) {
	c := briotest.New(t, simpleOAuth2(nil), briotest.Override(func() *User { return &User{Username: "ann"} }))
	c.Get("/users/me").Status(200).Body(`{"username":"ann"}`)
}

func TestMeWithToken(t *testing.T) {
	c := briotest.New(t, simpleOAuth2(fakeUsers), briotest.Supply(&security.Token{Value: "johndoe"}))
	c.Get("/users/me").Status(200).Body(`{"username":"johndoe"}`)
}

// TestRecipesAreThoseOfDocs: every piece of Go in docs/security.md stands in a program of this repository, so it compiles and has
// been run. tests/docs compiles complete programs of the page.
func TestRecipesAreThoseOfDocs(t *testing.T) {
	page, err := os.ReadFile("../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	var programs strings.Builder
	for _, pattern := range []string{"recipes_test.go", "../examples/auth/*.go", "../contrib/oidc/*.go", "../docs/sessions/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			programs.WriteString(unindented(string(text)))
		}
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) < 8 {
		t.Errorf("only %d pieces of Go", len(blocks))
	}
	for _, block := range blocks {
		if strings.HasPrefix(block[1], "package main\n") {
			continue
		}
		for piece := range strings.SplitSeq(block[1], "\n\n") {
			if !strings.Contains(programs.String(), unindented(piece)) {
				t.Errorf("this is in no program:\n%s", piece)
			}
		}
	}
}

// unindented is text without what depends on where it stands: white space at the beginning of lines, empty lines, and
// comment marks.
func unindented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line = strings.TrimPrefix(strings.TrimSpace(line), "//"); strings.TrimSpace(line) != "" {
			b.WriteString(strings.TrimSpace(line) + "\n")
		}
	}
	return b.String()
}
