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
//   - currentUser takes the *User out of the *Access. A handler that asks for a *User is only for those who have signed in.
//
// An access token is a JWT that lives for minutes. A refresh token is random, lives for weeks in a __Host- cookie that
// scripts cannot read, and is good for one use: each refresh gives the next one. One that is used again has been stolen,
// or the next one has, so the whole session ends. The cookie is set by a dependency, on the temporal Response; the handler
// returns the access token and knows nothing of cookies.
//
// A proxy in front of the program is to speak TLS: browsers take __Host- cookies only over https (and from localhost). The
// program has to be told of it (-proxies), for the addresses of clients are what sign-ins are limited by.
//
// The program is a module of its own: the driver and the JWT library do not weigh on programs that use Brio without them.
package main

import (
	"flag"
	"log"
	"os"
	"strings"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/security"
)

func main() {
	addr := flag.String("addr", ":8000", "address to serve on")
	file := flag.String("file", "auth.db", "the database")
	proxies := flag.String("proxies", "", "addresses of proxies whose word on clients is taken: 10.0.0.0/8,…")
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

// Config is what differs between the service and its tests.
type Config struct {
	File      string
	Keys      *Keys
	Passwords *Passwords
	Now       Clock
	SignIns   int // that an address may try in a minute
}

// Clock tells the time.
type Clock func() time.Time

// scopes are what tokens can be good for. Each user has some of them.
var scopes = map[string]string{
	"me":          "Read your own account",
	"notes:read":  "Read your notes",
	"notes:write": "Write notes",
	"admin":       "Disable users",
}

// bearer finds the access token, and tells the docs page where to get one.
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
	app.Post("/users", signUp, limited, brio.Status(201), brio.ResponseModel[PublicUser]())
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
	r := brio.NewRouter(brio.Tags("tokens"), brio.Use(middleware.CSRF()))
	// One handler for both: what it is given a *Grant by is the nearest provider. MergeAlways lets the cookie that
	// renew deletes go out with the error that it returns.
	r.Post("/token", issueToken, limited, brio.Provide(signIn))
	r.Post("/token/refresh", issueToken, brio.Name("refreshToken"), brio.Provide(renew), brio.MergeAlways())
	r.Post("/logout", logout)
	return r
}
