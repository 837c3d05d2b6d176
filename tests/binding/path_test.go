package binding_test

import (
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// TestPathParametersBindByName: one struct serves routes whose wildcards stand in another order.
func TestPathParametersBindByName(t *testing.T) {
	t.Parallel()
	type place struct {
		Shop string `path:"shop"`
		Item string `path:"item"`
	}
	app := brio.New()
	tell := func(in place) string { return in.Shop + " has " + in.Item }
	app.Get("/shops/{shop}/items/{item}", tell)
	app.Get("/items/{item}/shops/{shop}", tell)
	app.Get("/all/{country}/{shop}/{item}", tell)
	for _, path := range []string{"/shops/a/items/b", "/items/b/shops/a", "/all/c/a/b"} {
		testkit.WantBody(t, testkit.Get(app, path), `"a has b"`)
	}
}
