// Command auth is a service with users, passwords, access tokens, refresh tokens and scopes, on an SQL database.
//
//	AUTH_KEYS="2026-11:$(openssl rand -base64 32)" go run . -addr :8000
//	curl -d '{"name":"ann","password":"correct horse"}' -H 'Content-Type: application/json' localhost:8000/users
//	curl -d 'username=ann&password=correct horse' -c jar localhost:8000/token
//	curl -H "Authorization: Bearer $TOKEN" localhost:8000/users/me
//	curl -X POST -b jar -c jar localhost:8000/token/refresh
//
// A chain of dependencies finds the user of a request once; handlers do not know the chain:
//
//   - bearer, a security scheme, finds the token or answers 401.
//   - authenticate checks the token (tokens.go), the session behind it (sessions.go) and the user (users.go), and yields
//     an *Access.
//   - checkScopes compares the scopes of the token with those of brio.Security on the route, or answers 403.
//   - currentUser provides the *User of the *Access. A handler that takes a *User runs for signed-in users only.
//
// An access token is a JWT that is valid for minutes. A refresh token is random, is valid for weeks, in a __Host- cookie that scripts
// cannot read, and can be used once: each refresh returns the next one. If a token is used again, it or the next one was stolen, so the
// session ends. A dependency sets the cookie on the temporal Response; the handler returns the access token and knows nothing of cookies.
//
// Run the program behind a proxy with TLS: browsers accept __Host- cookies only over https, and from localhost. Name the proxy with
// -proxies: the program limits sign-ins by the addresses of clients, and without the option all have the proxy's.
//
// The program is a module of its own, so that programs that use Brio without the driver and the JWT library do not depend on them.
package main

import (
	"flag"
	"log"
	"os"
	"strings"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

func main() {
	addr := flag.String("addr", ":8000", "address to serve on")
	file := flag.String("file", "auth.db", "the database")
	proxies := flag.String("proxies", "", "addresses of proxies whose X-Forwarded headers are used: 10.0.0.0/8,…")
	flag.Parse()
	keys, err := ParseKeys(os.Getenv("AUTH_KEYS"))
	if err != nil {
		log.Fatal("AUTH_KEYS: ", err)
	}
	var opts []brio.AppOption
	if *proxies != "" {
		opts = append(opts, brio.TrustProxies(strings.Split(*proxies, ",")...))
	}
	app := newApp(Config{File: *file, Keys: keys, Passwords: NewPasswords(recommended), Now: time.Now, SignIns: 10}, opts...)
	if err := app.Run(*addr); err != nil {
		log.Fatal(err)
	}
}

// Config has the values that differ between the service and its tests.
type Config struct {
	File      string
	Keys      *Keys
	Passwords *Passwords
	Now       Clock
	SignIns   int // how often an address may try to sign in, in a minute
}

// Clock returns the time.
type Clock func() time.Time

// scopes are the scopes that tokens can have. Each user has some of them.
var scopes = map[string]string{
	"me":          "Read your own account",
	"notes:read":  "Read your notes",
	"notes:write": "Write notes",
	"admin":       "Disable users",
}

// bearer reads the access token, and documents where clients get one.
var bearer = security.OAuth2PasswordBearer("/token", scopes, security.RefreshURL("/token/refresh"))

// checkScopes is the guard that brio.Security gives the scopes of a route.
var checkScopes = security.RequireScopes(func(a *Access) []string { return a.Scopes }, bearer)

func newApp(c Config, opts ...brio.AppOption) *brio.App {
	app := brio.New(append(opts,
		brio.Title("Auth"),
		brio.Supply(c.Keys, c.Passwords, c.Now),
		brio.SupplyFunc(openDB(c.File)),
		brio.Provide(newUsers, newSessions, newNotes, newTokens),
		brio.Provide(bearer, authenticate, currentUser),
	)...)
	limited := brio.Use(middleware.RateLimit(middleware.RateLimitOptions{Limit: c.SignIns, Window: time.Minute}))
	app.Include(tokenRoutes(limited))
	app.Post("/users", signUp, limited, brio.Status(201), brio.ResponseModel[PublicUser](), brio.Responds[response.Detail](409, "The name is taken"))
	app.Get("/users/me", func(u *User) *User { return u }, brio.Name("me"), brio.ResponseModel[PublicUser](), brio.Security(checkScopes, "me"))
	app.Put("/users/{name}/disabled", disableUser, brio.Security(checkScopes, "admin"))

	notes := brio.NewRouter(brio.Prefix("/notes"), brio.Tags("notes"))
	notes.Get("", listNotes, brio.Security(checkScopes, "notes:read"))
	notes.Post("", addNote, brio.Security(checkScopes, "notes:write"), brio.Status(201))
	app.Include(notes)
	return app
}

// tokenRoutes are the routes that read the refresh token. Browsers send its cookie with every request, so SameSite=Strict and
// CSRF both refuse requests of other origins' pages.
func tokenRoutes(limited brio.RouteOption) *brio.Router {
	r := brio.NewRouter(brio.Tags("tokens"), brio.Use(middleware.CSRF()), brio.Responds[response.Detail](401, "No session begins or continues"))
	// Both routes have one handler. Its *Grant comes from the nearest provider. MergeAlways sends the deletion of the cookie also
	// with the error that renew returns.
	r.Post("/token", issueToken, limited, brio.Provide(signIn))
	r.Post("/token/refresh", issueToken, brio.Name("refreshToken"), brio.Provide(renew), brio.MergeAlways())
	r.Post("/logout", logout)
	return r
}
