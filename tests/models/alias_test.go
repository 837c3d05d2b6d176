package models_test

import (
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
)

type (
	aliasBase struct {
		CreatedBy string `json:"created_by"`
	}
	aliasItem struct {
		aliasBase
		ItemID int                  `json:"item_id"`
		Parent *aliasItem           `json:"parent,omitempty"`
		ByKey  map[string]aliasBase `json:"by_key"`
		Hidden string               `json:"-"`
	}
)

func (a aliasItem) Next() int { return a.ItemID + 1 }

func (aliasItem) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed("next_id", aliasItem.Next)}
}

// TestByAliasFalseUsesGoNames: ByAlias(false) writes members by the names of their Go fields, as FastAPI's
// response_model_by_alias writes those of its model. Computed fields and keys of maps keep theirs, and paths of
// ResponseExclude stay names of JSON.
func TestByAliasFalseUsesGoNames(t *testing.T) {
	t.Parallel()
	item := aliasItem{aliasBase{"me"}, 1, &aliasItem{ItemID: 2}, map[string]aliasBase{"some_key": {"you"}}, "secret"}
	app := brio.New(brio.ByAlias(false))
	app.Get("/", func() aliasItem { return item })
	app.Get("/alias", func() aliasItem { return item }, brio.ByAlias(true), brio.ResponseExclude("parent"))
	app.Get("/exclude", func() aliasItem { return item }, brio.ResponseExclude("parent", "by_key.created_by"))
	app.Get("/any", func() any { return []any{item.aliasBase} })
	app.Get("/map", func() map[string]any {
		return map[string]any{"item_id": 3, "created_by": "m", "next_id": 9, "by_key": nil}
	},
		brio.ResponseModel[struct {
			ItemID int `json:"item_id"`
		}]())
	app.Get("/lines", func() iter.Seq[aliasBase] { return slices.Values([]aliasBase{{"a"}, {"b"}}) })
	app.Get("/events", func() iter.Seq[aliasBase] { return slices.Values([]aliasBase{{"a"}}) }, brio.EventStream())
	c := briotest.New(t, app)
	for path, want := range map[string]string{
		"/":        `{"CreatedBy":"me","ItemID":1,"Parent":{"CreatedBy":"","ItemID":2,"ByKey":{},"next_id":3},"ByKey":{"some_key":{"CreatedBy":"you"}},"next_id":2}`,
		"/alias":   `{"created_by":"me","item_id":1,"by_key":{"some_key":{"created_by":"you"}},"next_id":2}`,
		"/exclude": `{"CreatedBy":"me","ItemID":1,"ByKey":{"some_key":{}},"next_id":2}`,
		"/any":     `[{"CreatedBy":"me"}]`,
		"/map":     `{"ItemID":3}`,
		"/lines":   `{"CreatedBy":"a"}` + "\n" + `{"CreatedBy":"b"}` + "\n",
		"/events":  `data: {"CreatedBy":"a"}` + "\n\n",
	} {
		c.Get(path).Status(200).Body(want)
	}
}

// TestCheckRefusesEqualGoNames: without aliases two fields of one Go name are a start-up error, also when an embedded
// struct has one of them.
func TestCheckRefusesEqualGoNames(t *testing.T) {
	t.Parallel()
	type both struct {
		aliasBase
		CreatedBy string `json:"other"`
	}
	app := brio.New()
	app.Get("/alias", func() both { return both{} })
	if err := app.Check(); err != nil {
		t.Error(err)
	}
	app.Get("/names", func() both { return both{} }, brio.ByAlias(false))
	if err := app.Check(); err == nil || !strings.Contains(err.Error(), "several fields called CreatedBy in Go") {
		t.Error(err)
	}
}
