package pages

import (
	"context"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/tests/internal/contract"
)

func TestMain(m *testing.M) { contract.Main(m, nil) }

type (
	db   struct{}
	Tx   struct{}
	item struct {
		Name  string   `json:"name" validate:"min=1"`
		Price float64  `json:"price" validate:"gt=0"`
		Tags  []string `json:"tags,omitempty"`
	}
	createItemIn struct {
		Shop string `path:"shop" validate:"min=2,max=40" doc:"Slug of the shop"`
		Item item   `body:""`
	}
)

func openTx(context.Context, *db) (*Tx, func(error) error, error) { return nil, nil, nil }

func verifyToken(*struct {
	Token string `header:"X-Token"`
}) error {
	return nil
}

func createItem(_ *Tx, in *createItemIn) (*item, error) { return &in.Item, nil }

// newPagesApp returns an app whose title needs escaping, with a route that has dependencies and a hidden route.
func newPagesApp(opts ...brio.AppOption) *brio.App {
	app := brio.New(append([]brio.AppOption{brio.Title("Shop <b>&"), brio.Provide(openTx), brio.Supply(&db{})}, opts...)...)
	app.Post("/shops/{shop}/items", createItem, brio.Depends(verifyToken))
	app.Get("/secret", func() int { return 1 }, brio.Hidden(), brio.Name("keepOut"))
	return app
}
