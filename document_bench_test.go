package brio_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/brio-go/brio"
)

// manyRoutes is an app of n routes with parameters, bodies, models and dependencies.
func manyRoutes(n int) *brio.App {
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

func BenchmarkDocument(b *testing.B) {
	app := manyRoutes(500)
	if err := app.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Run("made and encoded", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			text, err := json.Marshal(app.OpenAPI())
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(text)))
		}
	})
	b.Run("served", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			send(app, "GET", "/openapi.json", "")
		}
	})
}

// TestDocumentOfManyRoutes: the work grows with the routes and not faster, and serving is a copy. Time on a busy machine
// says nothing; allocations do.
func TestDocumentOfManyRoutes(t *testing.T) {
	allocations := func(n int) float64 {
		app := manyRoutes(n)
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
		t.Errorf("%.0f allocations for a route among 40, %.0f among 400", few, many)
	}
	app := manyRoutes(400)
	size := send(app, "GET", "/openapi.json", "").Body.Len()
	if n := testing.AllocsPerRun(10, func() { send(app, "GET", "/openapi.json", "", "If-None-Match", "x") }); n > 100 {
		t.Errorf("%.0f allocations to serve %d bytes", n, size)
	}
}
