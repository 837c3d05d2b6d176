package main

import (
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/security"
)

type Partner struct {
	Name   string
	Scopes []string
}

var partners = map[string]*Partner{
	"key-1": {Name: "reader", Scopes: []string{"items"}},
	"key-2": {Name: "writer", Scopes: []string{"items", "items:write"}},
}

var key = security.APIKeyHeader("X-Key")

func partner(k *security.APIKey) (*Partner, error) {
	p := partners[k.Value]
	if p == nil {
		return nil, security.NotAuthenticated("Unknown key", key)
	}
	return p, nil
}

var requireScopes = security.RequireScopes(func(p *Partner) []string { return p.Scopes }, key)

// region scopes
func describe(scopes brio.Scopes) Needs { return Needs(scopes) }

type Needs []string

func listItems(p *Partner, needs Needs) map[string]any {
	return map[string]any{"partner": p.Name, "needs": needs}
}

// endregion

func main() {
	app := brio.New(brio.Title("Items"), brio.Provide(key, partner, describe))
	items := brio.NewRouter(brio.Prefix("/items"), brio.Security(requireScopes, "items"))
	items.Get("", listItems)
	items.Post("", listItems, brio.Name("addItem"), brio.Security(requireScopes, "items:write"))
	app.Include(items)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
