package brio_test

import (
	"context"
	"errors"
	"math/big"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/params"
)

// The kinds of error with their exact bodies, over HTTP: FASTAPI.md 2.2 and 2.3. Kinds that only unions have are in
// unions_test.go.

// Decimal and UUID are recognised by their names, whatever module they come from. Both have JSON methods too.
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

// Color chooses its own kind of error.
type Color string

func (c *Color) UnmarshalText(text []byte) error {
	if !strings.HasPrefix(string(text), "#") {
		return &params.ErrorDetail{Type: "color_error", Msg: "value is not a valid color", Ctx: map[string]any{"error": "no #"}}
	}
	*c = Color(text)
	return nil
}

type ModelName string

func (ModelName) Values() []ModelName { return []ModelName{"alexnet", "resnet", "lenet"} }

type Level int

func (*Level) Values() []Level { return []Level{1, 2, 30} }

type Even int

func (e Even) Validate(context.Context) error {
	if e%2 != 0 {
		return errors.New("not even")
	}
	return nil
}

// Kinds has one field for each type that a text or a JSON value can be; every test sets one of them.
type Kinds struct {
	Int      *int                     `query:"int" json:"int" validate:"gt=3"`
	AtLeast  *float64                 `query:"at_least" json:"at_least" validate:"gte=3"`
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

// KindsQuery reads it from the query, KindsBody from JSON, with what JSON alone has.
type (
	KindsQuery struct{ Kinds }
	KindsBody  struct {
		_ struct{} `extra:"forbid"`
		Kinds
		Map   *map[ModelName]int    `json:"map"`
		Addrs map[netip.Addr]string `json:"addrs,omitempty"`
		Item  *Item                 `json:"item"`
	}
)

func entry(kind, loc, msg, input, ctx string) string {
	if ctx != "" {
		ctx = `,"ctx":{` + ctx + `}`
	}
	return `{"detail":[{"type":"` + kind + `","loc":[` + loc + `],"msg":"` + msg + `","input":` + input + ctx + `}]}`
}

func kindsApp(t *testing.T) *brio.App {
	app := brio.New(brio.ForeignTags("query")) // Kinds is read from a query and from a body
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
