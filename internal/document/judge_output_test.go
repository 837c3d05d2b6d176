package document

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/netip"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/model"
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
	for name, v := range map[string]any{
		"full": full, "least": least, "pointer": &full, "list": []everything{full, least}, "map": map[string]*everything{"a": nil, "b": &least},
		"nil list": []int(nil), "duration": time.Hour, "pet": full.Pet, "set": full.Set, "patched": params.Some(3),
	} {
		t.Run(name, func(t *testing.T) {
			typ := reflect.TypeOf(v)
			schema, err := standalone(schemaConfig{reader: reader}, typ, output)
			if err != nil {
				t.Fatal(err)
			}
			e, problems := encode.NewCompiler(reader).Compile(typ, typ, encode.Options{})
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			doc, err := e.Append(nil, reflect.ValueOf(v))
			if err != nil {
				t.Fatal(err)
			}
			text, _ := json.Marshal(schema)
			if !fits(compileSchema(t, schema, true), string(doc)) {
				t.Errorf("%s does not fit %s: %s", doc, text, why(compileSchema(t, schema, true), string(doc)))
			}
		})
	}
}

func why(schema interface{ Validate(any) error }, doc string) string {
	var v any
	if err := json.Unmarshal([]byte(doc), &v); err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%#v", schema.Validate(v))
}
