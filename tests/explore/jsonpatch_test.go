package explore_test

import (
	"sync"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
)

// TestExploreJSONPatch: Explore sends operations of the schema. Those that the value refuses are no findings, and those of the schema's
// breaches are refused.
func TestExploreJSONPatch(t *testing.T) {
	type thing struct {
		ID    int      `json:"id" readonly:"true"`
		Name  string   `json:"name" validate:"min=2"`
		Price float64  `json:"price" validate:"gt=0"`
		Tags  []string `json:"tags"`
	}
	var mu sync.Mutex
	value, applied := thing{ID: 1, Name: "hat", Price: 1, Tags: []string{}}, 0
	app := newQuietApp()
	app.Patch("/thing", func(in *struct {
		Patch brio.JSONPatch[thing] `body:""`
	}) (*thing, error) {
		mu.Lock()
		defer mu.Unlock()
		changed := value
		if err := in.Patch.Apply(&changed); err != nil {
			return nil, err
		}
		applied++
		return &changed, nil
	})
	briotest.Explore(t, app)
	if applied == 0 {
		t.Error("no patch was applied")
	}
}
