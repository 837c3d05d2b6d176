package documents_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// newManyRoutes returns an app of n routes with parameters, bodies, models and dependencies.
func newManyRoutes(n int) *brio.App {
	app := brio.New(brio.DocComments(nil), brio.Supply(&DB{}), brio.Provide(openTx))
	for i := range n / 4 {
		prefix := fmt.Sprintf("/shops%d/{shop}", i)
		app.Put(prefix+"/items", createItem)
		app.Get(prefix+"/hats", listHats)
		app.Get(prefix+"/paged", readPaging)
		app.Post(prefix+"/hats/{item_id}", createHat)
	}
	return app
}

// BenchmarkDocument makes the document of 500 routes, which an app does once, and serves it.
func BenchmarkDocument(b *testing.B) {
	app := newManyRoutes(500)
	if err := app.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Run("make and encode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			text, err := json.Marshal(app.OpenAPI())
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(text)))
		}
	})
	b.Run("serve", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			testkit.Get(app, "/openapi.json")
		}
	})
}

// TestDocumentAllocatesInProportionToRoutes: the work for a document grows with the number of routes and not faster, and to
// serve it is a copy. Allocations are the measure, because time depends on the load of the machine.
func TestDocumentAllocatesInProportionToRoutes(t *testing.T) {
	allocations := func(n int) float64 {
		app := newManyRoutes(n)
		if err := app.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		return testing.AllocsPerRun(2, func() {
			if _, err := json.Marshal(app.OpenAPI()); err != nil {
				t.Fatal(err)
			}
		}) / float64(n)
	}
	few, many := allocations(40), allocations(400)
	if many > 1.5*few || many > 3000 {
		t.Errorf("allocations for a route: got %.0f among 40, %.0f among 400", few, many)
	}
	app := newManyRoutes(400)
	size := testkit.Get(app, "/openapi.json").Body.Len()
	if n := testing.AllocsPerRun(10, func() { testkit.Get(app, "/openapi.json", "If-None-Match", "x") }); n > 100 {
		t.Errorf("got %.0f allocations to serve %d bytes, want at most 100", n, size)
	}
}
