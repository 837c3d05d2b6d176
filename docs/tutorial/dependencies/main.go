package main

import (
	"log"
	"strings"

	"github.com/brio-go/brio"
)

// Page is the result of a dependency.
type Page struct{ From, To int }

func newPage(in struct {
	Limit  int `query:"limit" default:"10" validate:"min=1,max=100"`
	Offset int `query:"offset" default:"0" validate:"min=0"`
}) *Page {
	return &Page{From: in.Offset, To: in.Offset + in.Limit}
}

// region chain
type Tenant struct{ Name string }

func tenant(in struct {
	Host string `header:"X-Tenant"`
}) (*Tenant, error) {
	if strings.Contains(in.Host, " ") {
		return nil, brio.Error(400, "A tenant has no spaces")
	}
	return &Tenant{Name: in.Host}, nil
}

type Store struct{ tenant *Tenant }

func newStore(t *Tenant) *Store { return &Store{tenant: t} }

// endregion

func listItems(page *Page, store *Store, tenant *Tenant) map[string]any {
	return map[string]any{"tenant": tenant.Name, "from": page.From, "to": page.To, "same": store.tenant == tenant}
}

// region guard
func checkKey(in struct {
	Key string `header:"X-Key"`
}) error {
	if in.Key != "open sesame" {
		return brio.Error(403, "Wrong key")
	}
	return nil
}

// endregion

func main() {
	app := brio.New(brio.Title("Shop"), brio.Provide(newPage, tenant, newStore))
	app.Get("/items", listItems)
	app.Get("/admin", listItems, brio.Depends(checkKey))
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
