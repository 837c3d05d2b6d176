// Command shop is a small API that uses all parts of Brio's core. It is a tutorial in one folder. Read it in this order:
//
//	main.go        the app: what it supplies, its routers, who may do what
//	users.go       accounts; the password hash never leaves, because the response model does not have it
//	sessions.go    signing in and out: signed cookies, set by a dependency; guards
//	items.go       parameters of all sources, a type of the program in them, PATCH
//	orders.go      a transaction that ends with the request, nested response models
//	store.go       the data, in memory; tx.go the transaction; seed.go the data at the start
//	middleware.go  plain net/http middleware; page.go the page at /
//
// go run ./examples/shop prints what to try.
package main

//go:generate go run github.com/brio-go/brio/cmd/brio docs .

import (
	"crypto/rand"
	"flag"
	"fmt"
	"log"
	"net"
	"strings"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

// config has the values that differ between the program and its tests.
type config struct {
	signKey      []byte // signs the session cookies
	warehouseKey string // the bearer token of the machines in the warehouse
	rounds       int    // of hashing a password
	logins       int    // how often one address may try to sign in, in a minute
}

func newApp(c config, store *Store) (*brio.App, error) {
	codec, err := cookies.NewCodec(cookies.Key{Sign: c.signKey})
	if err != nil {
		return nil, err
	}
	sessions, passwords, limit := newSessions(codec), newPasswords(c.rounds), newLoginLimit(c.logins)
	app := brio.New(
		brio.Title("Shop"),
		brio.Version("1.0.0"),
		// The document describes handlers, types and fields with their comments. go generate writes these into the program.
		brio.DocComments(brioDocs),
		brio.MaxBody(64<<10),
		// One value of each type for the life of the app. Functions take them by their types.
		brio.Supply(store, sessions, passwords, limit, warehouseKey(c.warehouseKey)),
		// Providers: each runs once for a request that needs its result.
		brio.Provide(currentUser, openTx),
		brio.Use(requestID), // around everything, 404s included
	)
	app.Get("/", page, brio.Hidden())
	app.Get("/health", health, brio.ResponseClass(response.TextClass))
	app.Get("/newest", newest, brio.Summary("Go to the newest item"),
		brio.Responds[brio.NoContent](303, "The path of the newest item"), brio.Responds[response.Detail](404, "The shop is empty"))

	api := brio.NewRouter(brio.Prefix("/api"), brio.Use(timing)) // around what the router matches
	api.Include(sessionRoutes())
	api.Include(userRoutes())
	api.Include(itemRoutes())
	api.Include(orderRoutes())

	// Guards run for every route of the router, before the dependencies of the route. So a client without access is refused before
	// its body is read.
	admin := brio.NewRouter(brio.Prefix("/admin"), brio.Tags("admin"), brio.Depends(adminOnly, audit), signInFirst,
		brio.Responds[response.Detail](403, "For administrators only"))
	admin.Get("/users", listUsers, brio.ResponseModel[Page[PublicUser]]())
	admin.Get("/audit", listAudit)
	admin.Include(adminItemRoutes())
	api.Include(admin)

	// A scheme of package security is a guard too. The guard after it takes the scheme's token.
	api.Include(warehouseRoutes(), brio.Tags("warehouse"), brio.Depends(security.HTTPBearer(), warehouseOnly))

	app.Include(api)
	return app, nil
}

// health answers "ok" while the shop is open.
func health() string { return "ok" } // plain text, because of the route's ResponseClass

// newest redirects to the item that was added last.
func newest(store *Store) (*brio.Response, error) {
	// Brio sends a returned Response as it is. 303 makes the client get the other path.
	item := store.Newest()
	if item == nil {
		return nil, brio.Error(404, "The shop is empty")
	}
	return response.Redirect("/api/items/" + item.SKU).Status(303), nil
}

func main() {
	addr := flag.String("addr", ":8000", "address to listen on")
	flag.Parse()

	// A new key at every start ends all sessions. A real shop reads it from its secret store.
	signKey := make([]byte, 32)
	if _, err := rand.Read(signKey); err != nil {
		log.Fatal(err)
	}
	c := config{signKey: signKey, warehouseKey: rand.Text(), rounds: 600_000, logins: 10}
	store := newStore()
	if err := seed(store, newPasswords(c.rounds)); err != nil {
		log.Fatal(err)
	}
	app, err := newApp(c, store)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(howToTry(*addr, c.warehouseKey))
	// Run returns nil after SIGINT or SIGTERM, if all requests could finish.
	if err := app.Run(*addr); err != nil {
		log.Fatal(err)
	}
}

func howToTry(addr, warehouseKey string) string {
	_, port, _ := net.SplitHostPort(addr)
	return strings.NewReplacer("HOST", "localhost:"+port, "KEY", warehouseKey).Replace(`Open http://HOST/ in a browser; http://HOST/docs and http://HOST/redoc show the API. Or try:

  curl HOST/api/items
  curl -c jar HOST/api/session -H 'Content-Type: application/json' -d '{"email":"ada@example.com","password":"engine-no-1"}'
  curl -b jar HOST/api/users/me
  curl -X PUT HOST/api/warehouse/TEA-001 -H 'Authorization: Bearer KEY' -H 'Content-Type: application/json' -d '{"stock":40}'

`)
}
