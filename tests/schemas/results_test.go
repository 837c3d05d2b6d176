package schemas_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/netip"
	"net/url"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
)

type (
	base struct {
		ID int `json:"id" readonly:"true"`
	}
	Extra struct {
		More string `json:"more"`
	}
	everything struct {
		base
		*Extra
		Name     string               `json:"name" validate:"min=1"`
		Secret   string               `json:"secret" writeonly:"true"`
		Empty    string               `json:"empty,omitempty"`
		Zero     time.Time            `json:"zero,omitzero"`
		When     time.Time            `json:"when"`
		Wait     time.Duration        `json:"wait"`
		Day      params.Date          `json:"day"`
		Clock    params.TimeOfDay     `json:"clock"`
		Local    params.LocalDateTime `json:"local"`
		Link     url.URL              `json:"link"`
		Addr     netip.Addr           `json:"addr"`
		Big      big.Int              `json:"big"`
		Data     []byte               `json:"data"`
		Quoted   int                  `json:"quoted,string"`
		Text     string               `json:"text,string"`
		Nil      []int                `json:"nil"`
		NilMap   map[string]int       `json:"nilMap"`
		Pointer  *int                 `json:"pointer"`
		Lists    *[]int               `json:"lists"`
		Absent   params.Optional[int] `json:"absent"`
		Needed   params.Optional[int] `json:"needed" validate:"required"`
		Default  params.Optional[int] `json:"default" default:"3"`
		Set      params.Set[string]   `json:"set"`
		Pair     [2]bool              `json:"pair"`
		Numbers  map[int]float64      `json:"numbers"`
		Sizes    map[size]small       `json:"sizes"`
		Any      any                  `json:"any"`
		Raw      json.RawMessage      `json:"raw"`
		Pet      pet                  `json:"pet"`
		Either   *catOrDog            `json:"either"`
		Tree     bareList             `json:"tree"`
		Self     *everything          `json:"self"`
		Computed computedModel        `json:"computed"`
	}
	ruledResult struct {
		Link    string         `json:"link" validate:"omitempty,http_url"`
		Count   int            `json:"count" validate:"omitempty,min=2,ne=3"`
		Tags    []string       `json:"tags" validate:"omitempty,min=1,dive,min=2"`
		Sizes   map[string]int `json:"sizes" validate:"omitempty,min=1"`
		Data    []byte         `json:"data" validate:"omitempty,min=3"`
		Pointer *int           `json:"pointer" validate:"omitempty,min=2"`
	}
	computedModel struct {
		First string `json:"first"`
	}
)

func (computedModel) Computed() []model.ComputedField {
	return []model.ComputedField{model.Computed("shout", computedModel.Shout, `doc:"In capitals"`)}
}

func (c computedModel) Shout() *string { return &c.First }

// full and zero values must both fit what the document says of results.
func TestResultsFitTheirSchema(t *testing.T) {
	n := 3
	full := everything{
		base: base{7}, Extra: &Extra{"m"}, Name: "n", Secret: "s", Empty: "e", Zero: time.Unix(0, 0), When: time.Now(), Wait: 90 * time.Second,
		Day: params.Date{Year: 2024, Month: 2, Day: 29}, Clock: params.TimeOfDay{Hour: 12, Nanosecond: 5},
		Local: params.LocalDateTime{Date: params.Date{Year: 2024, Month: 2, Day: 29}}, Link: url.URL{Scheme: "http", Host: "example.com"},
		Addr: netip.MustParseAddr("::1"), Big: *big.NewInt(9), Data: []byte("data"), Quoted: 4, Text: "t", Nil: []int{1}, NilMap: map[string]int{"a": 1},
		Pointer: &n, Lists: &[]int{1}, Absent: params.Some(1), Needed: params.Null[int](), Default: params.Some(4), Set: params.SetOf("b", "a"),
		Numbers: map[int]float64{-1: 0.5}, Sizes: map[size]small{"s": 2}, Any: []any{1, "x"}, Raw: json.RawMessage(`{"a":[]}`),
		Pet: pet{Dog: &dog{Kind: "wolf"}}, Either: &catOrDog{Cat: &cat{Kind: "cat"}}, Tree: bareList{{}, {{}}},
	}
	full.Self = &everything{Name: "inner", Day: full.Day, Local: full.Local, Pet: full.Pet, Sizes: nil}
	least := everything{Name: "n", Day: full.Day, Local: full.Local, Link: full.Link, Addr: full.Addr, Pet: full.Pet}
	full.Self.Link, full.Self.Addr = full.Link, full.Addr
	fitsSchema(t, "full", full)
	fitsSchema(t, "least", least)
	fitsSchema(t, "pointer", &full)
	fitsSchema(t, "list", []everything{full, least})
	fitsSchema(t, "map", map[string]*everything{"a": nil, "b": &least})
	fitsSchema(t, "nil list", []int(nil))
	fitsSchema(t, "duration", time.Hour)
	fitsSchema(t, "pet", full.Pet)
	fitsSchema(t, "set", full.Set)
	fitsSchema(t, "patched", params.Some(3))
	ruled := ruledResult{Link: "http://example.com", Count: 2, Tags: []string{"ab"}, Sizes: map[string]int{"a": 1}, Pointer: &n}
	fitsSchema(t, "ruled", ruled)
	fitsSchema(t, "zero under omitempty", []ruledResult{{}, ruled})
}

// fitsSchema compares what a handler returns with the schema that the app's document has for it.
func fitsSchema[T any](t *testing.T, name string, result T) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		app := brio.New(testkit.Quiet(), brio.ValidateResponses())
		app.Get("/", func() T { return result })
		w := testkit.Get(app, "/")
		testkit.WantStatus(t, w, http.StatusOK)
		text, err := json.Marshal(app.OpenAPI())
		if err != nil {
			t.Fatal(err)
		}
		schema := compile(t, text, "#/paths/~1/get/responses/200/content/application~1json/schema", true)
		if doc := w.Body.String(); !fits(schema, doc) {
			t.Errorf("%s does not fit %s: %s", doc, text, why(schema, doc))
		}
	})
}

func why(schema interface{ Validate(any) error }, doc string) string {
	var v any
	if err := json.Unmarshal([]byte(doc), &v); err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%#v", schema.Validate(v))
}
