package main

import (
	"log"

	"github.com/brio-go/brio"
)

// Tenant is a customer of the service. Handlers receive its data, and cannot reach that of others.
type Tenant struct {
	Name  string
	Notes []string // stands for a database, a schema, or a filter of the tenant
}

type Tenants map[string]*Tenant

// region tenant

// tenant finds the tenant of the host.
func tenant(all Tenants, in struct {
	Name string `path:"tenant"`
}) (*Tenant, error) {
	t := all[in.Name]
	if t == nil {
		return nil, brio.Error(404, "No such customer")
	}
	return t, nil
}

// member is a guard: the token belongs to one tenant.
func member(t *Tenant, in struct {
	Token string `header:"X-Token"`
}) error {
	if in.Token != "token of "+t.Name {
		return brio.Error(403, "Not a member of "+t.Name)
	}
	return nil
}

// endregion

func listNotes(t *Tenant) []string { return t.Notes }

func newApp(all Tenants) *brio.App {
	app := brio.New(brio.Supply(all))
	api := brio.NewRouter(brio.Provide(tenant), brio.Depends(member))
	api.Get("/notes", listNotes)
	app.Host("{tenant}.localhost", api)
	return app
}

func main() {
	app := newApp(Tenants{"acme": {"acme", []string{"tea"}}, "umbrella": {"umbrella", []string{"rain"}}})
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
