package binding_test

import (
	"context"
	"errors"
	"math/big"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
)

// Decimal has text and JSON methods, like that of shopspring/decimal. Brio recognises Decimal and UUID by their names, in
// any module.
type Decimal struct{ text string }

func (d Decimal) MarshalText() ([]byte, error) { return []byte(d.text), nil }
func (d Decimal) MarshalJSON() ([]byte, error) { return []byte(`"` + d.text + `"`), nil }

func (d *Decimal) UnmarshalText(text []byte) error {
	if len(text) == 0 || strings.Trim(string(text), "0123456789.-") != "" {
		return errors.New("bad")
	}
	d.text = string(text)
	return nil
}

func (d *Decimal) UnmarshalJSON(doc []byte) error {
	return d.UnmarshalText([]byte(strings.Trim(string(doc), `"`)))
}

// UUID has text methods only, like that of google/uuid.
type UUID [16]byte

func (u UUID) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

func (u UUID) String() string {
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 36)
	for i, b := range u {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			out = append(out, '-')
		}
		out = append(out, digits[b>>4], digits[b&15])
	}
	return string(out)
}

func (u *UUID) UnmarshalText(text []byte) error {
	n, ok := new(big.Int).SetString(strings.ReplaceAll(string(text), "-", ""), 16)
	if len(text) != 36 || !ok {
		return errors.New("bad")
	}
	n.FillBytes(u[:])
	return nil
}

// Color has an error type of its own.
type Color string

func (c *Color) UnmarshalText(text []byte) error {
	if !strings.HasPrefix(string(text), "#") {
		return &params.ErrorDetail{Type: "color_error", Msg: "value is not a valid color", Ctx: map[string]any{"error": "no #"}}
	}
	*c = Color(text)
	return nil
}

// ModelName is an enum of strings.
type ModelName string

func (ModelName) Values() []ModelName { return []ModelName{"alexnet", "resnet", "lenet"} }

// Level is an enum of integers, with its method on the pointer.
type Level int

func (*Level) Values() []Level { return []Level{1, 2, 30} }

// Even is an integer with a Validate method.
type Even int

func (e Even) Validate(context.Context) error {
	if e%2 != 0 {
		return errors.New("not even")
	}
	return nil
}

// Kinds has one field for each type that a text or a JSON value can be; each test sets one of them.
type Kinds struct {
	Int      *int                     `query:"int" json:"int" validate:"gt=3"`
	AtLeast  *float64                 `query:"at_least" json:"at_least" validate:"gte=3"`
	Step     *float64                 `query:"step" json:"step" validate:"multiple_of=0.1"`
	Below    *int                     `query:"below" json:"below" validate:"lt=3"`
	AtMost   *float64                 `query:"at_most" json:"at_most" validate:"lte=10.5"`
	Small    *int8                    `query:"small" json:"small"`
	Bool     *bool                    `query:"bool" json:"bool"`
	Short    *string                  `query:"short" json:"short" validate:"max=3"`
	Long     *string                  `query:"long" json:"long" validate:"min=1"`
	Pattern  *string                  `query:"pattern" json:"pattern" pattern:"^fixed$"`
	Literal  *string                  `query:"literal" json:"literal" validate:"oneof=created_at updated_at"`
	Email    *string                  `query:"email" json:"email" validate:"email"`
	Bytes    *[]byte                  `query:"bytes" json:"bytes" validate:"min=3"`
	Even     *Even                    `query:"even" json:"even"`
	Model    *ModelName               `query:"model" json:"model"`
	Level    *Level                   `query:"level" json:"level"`
	Decimal  *Decimal                 `query:"decimal" json:"decimal"`
	UUID     *UUID                    `query:"uuid" json:"uuid"`
	Color    *Color                   `query:"color" json:"color"`
	URL      *params.URL              `query:"url" json:"url"`
	Web      *params.URL              `query:"web" json:"web" validate:"http_url"`
	Site     *url.URL                 `query:"site" json:"site"`
	Link     *string                  `query:"link" json:"link" validate:"http_url"`
	Addr     *netip.Addr              `query:"addr" json:"addr"`
	Prefix   *netip.Prefix            `query:"prefix" json:"prefix"`
	Peer     *netip.AddrPort          `query:"peer" json:"peer"`
	MAC      *net.HardwareAddr        `query:"mac" json:"mac"`
	Big      *big.Int                 `query:"big" json:"big"`
	Time     *time.Time               `query:"time" json:"time"`
	Past     *time.Time               `query:"past" json:"past" validate:"lt"`
	Local    *params.LocalDateTime    `query:"local" json:"local"`
	Date     *params.Date             `query:"date" json:"date"`
	Clock    *params.TimeOfDay        `query:"clock" json:"clock"`
	Duration *time.Duration           `query:"duration" json:"duration"`
	List     *[]int                   `query:"list" json:"list" validate:"min=2"`
	Pair     *[2]int                  `query:"pair" json:"pair"`
	Unique   *[]string                `query:"unique" json:"unique" validate:"unique"`
	Set      *params.Set[string]      `query:"set" json:"set" validate:"min=1,max=3,dive,max=5"`
	Models   *params.Set[ModelName]   `query:"models" json:"models"`
	Dates    *params.Set[params.Date] `query:"dates" json:"dates"`
}

// KindsQuery reads Kinds from the query, KindsBody from JSON with types that only JSON has.
type (
	KindsQuery struct{ Kinds }
	KindsBody  struct {
		_ struct{} `extra:"forbid"`
		Kinds
		Map   *map[ModelName]int    `json:"map"`
		Addrs map[netip.Addr]string `json:"addrs,omitempty"`
		Item  *kindsItem            `json:"item"`
	}
)

// kindsItem is an object with required members.
type kindsItem struct {
	Name  string   `json:"name" validate:"min=1"`
	Price float64  `json:"price" validate:"gt=0"`
	Tags  []string `json:"tags,omitempty"`
}

// detailOf is the body of a 422 with one error. loc are the elements of its location, ctx the members of its ctx.
func detailOf(kind, loc, msg, input, ctx string) string {
	if ctx != "" {
		ctx = `,"ctx":{` + ctx + `}`
	}
	return testkit.Detail(`{"type":"` + kind + `","loc":[` + loc + `],"msg":"` + msg + `","input":` + input + ctx + `}`)
}

// newKindsApp has a route that reads Kinds from the query and one that reads them from JSON.
func newKindsApp(t *testing.T) *brio.App {
	t.Helper()
	app := brio.New(brio.ForeignTags("query")) // one struct for the query and for JSON
	app.Get("/", func(in *KindsQuery) Kinds { return in.Kinds }, brio.ExcludeNone())
	app.Post("/", func(in *brio.Body[KindsBody]) KindsBody { return in.Value }, brio.ExcludeNone())
	app.Get("/path/{item_id}", func(*struct {
		ID int `path:"item_id"`
	}) {
	})
	app.Get("/required", func(*struct {
		Q string `query:"q"`
		H string `header:"X-Token"`
		C string `cookie:"ads"`
	}) {
	})
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	return app
}
