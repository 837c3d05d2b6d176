package shop

import (
	"embed"
	"os"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
)

type Item struct {
	ID    int     `json:"id,omitempty" readonly:"true"`
	Name  string  `json:"name" validate:"min=2"`
	Price float64 `json:"price" validate:"gt=0"`
}

//go:embed testdata/examples.json
var examples embed.FS

func newApp() *brio.App {
	app := brio.New(brio.ExamplesFile(examples, "testdata/examples.json"))
	last := 0
	app.Post("/items", func(in *brio.Body[Item]) *Item {
		last++
		in.Value.ID = last
		return &in.Value
	}, brio.Status(201))
	return app
}

func TestCreateItem(t *testing.T) {
	c := briotest.New(t, newApp())
	c.Post("/items", Item{Name: "hat", Price: 9.5}).Status(201).Publish("a hat", briotest.Volatile("response.body.id"))
	c.Post("/items", Item{Name: "hat"}).Status(422).Publish("without a price")
}

// TestMain fails if the file has an example that no test publishes.
func TestMain(m *testing.M) { os.Exit(briotest.Main(m)) }
