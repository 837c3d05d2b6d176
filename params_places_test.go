package brio_test

import (
	"net/http/httptest"
	"testing"

	"github.com/brio-go/brio"
)

// One struct, read on routes whose wildcards stand in another order.
func TestPathParametersAreFoundByNameOnEveryRoute(t *testing.T) {
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
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if got := w.Body.String(); got != `"a has b"` {
			t.Errorf("%s: %s", path, got)
		}
	}
}
