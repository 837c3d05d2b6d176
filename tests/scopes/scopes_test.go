// Package scopes_test holds the scopes that a route asks for to every provider between the route and the one that checks
// them.
package scopes_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/tests/internal/contract"
)

func TestMain(m *testing.M) { contract.Main(m, nil) }

type (
	user    struct{ scopes []string }
	account struct{ *user }
	grant   struct {
		Scopes string `header:"X-Scopes,omitempty"`
	}
)

// currentUser refuses who lacks one of the scopes.
func currentUser(in grant, scopes brio.Scopes) (*user, error) {
	u := &user{strings.Fields(in.Scopes)}
	for _, s := range scopes {
		if !slices.Contains(u.scopes, s) {
			return nil, brio.Error(403, "lacks "+s)
		}
	}
	return u, nil
}

func activeUser(u *user) *user    { return u }
func trustedUser(u *user) *user   { return u }
func userAccount(u *user) account { return account{u} }

// A provider that looks at scopes is called for each set of scopes that is asked for, however far it is from the route:
// behind decorators, which take their own result type from the next outer level, and behind providers of other types.
// FastAPI: Security(get_current_active_user, scopes=[…]) with scopes that get_current_user checks.
func TestScopesReachDecoratedProviders(t *testing.T) {
	ok := func() string { return "ok" }
	for name, register := range map[string]func(*brio.App){
		"not decorated": func(app *brio.App) {
			app.Get("/", ok, brio.Security(currentUser, "read"), brio.Security(currentUser, "write"))
		},
		"decorated": func(app *brio.App) {
			app.Get("/", ok, brio.Security(activeUser, "read"), brio.Security(activeUser, "write"))
		},
		"decorated and provided": func(app *brio.App) {
			r := brio.NewRouter(brio.Provide(activeUser), brio.Security(activeUser, "read"))
			r.Get("/", func(u *user) string { return "ok" }, brio.Security(activeUser, "write"))
			app.Include(r)
		},
		"decorated twice": func(app *brio.App) {
			r := brio.NewRouter(brio.Provide(activeUser))
			r.Get("/", ok, brio.Provide(trustedUser), brio.Security(trustedUser, "read"), brio.Security(trustedUser, "write"))
			app.Include(r)
		},
		"of another type": func(app *brio.App) {
			app.Get("/", ok, brio.Provide(activeUser, userAccount), brio.Security(userAccount, "read"), brio.Security(userAccount, "write"))
		},
		"without scopes first": func(app *brio.App) {
			app.Get("/", func(u *user) string { return "ok" }, brio.Provide(activeUser), brio.Depends(activeUser), brio.Security(activeUser, "read"), brio.Security(activeUser, "write"))
		},
		"one edge each": func(app *brio.App) {
			app.Get("/", ok, brio.Provide(activeUser), brio.Depends(brio.Scoped(activeUser, "read"), brio.Scoped(activeUser, "write")))
		},
		"on app, router and route": func(app *brio.App) {
			r := brio.NewRouter(brio.Security(activeUser, "read"))
			r.Get("/", ok, brio.Security(activeUser, "write"))
			app.Include(r)
		},
	} {
		t.Run(name, func(t *testing.T) {
			app := brio.New(brio.Provide(currentUser))
			register(app)
			for scopes, status := range map[string]int{"": 403, "read": 403, "write": 403, "read write": 200, "write read more": 200} {
				w := testkit.Get(app, "/", "X-Scopes", scopes)
				if w.Code != status {
					t.Errorf("with the scopes %q: %d %s, want %d", scopes, w.Code, w.Body, status)
				}
			}
		})
	}
}
