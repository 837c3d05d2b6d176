package schemas_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"time"

	"github.com/brio-go/brio/params"
)

type (
	item struct {
		Name  string        `json:"name" validate:"min=2,max=40" doc:"What it is called" examples:"hat,shoe"`
		Price float64       `json:"price" validate:"gt=0"`
		Tags  []string      `json:"tags,omitempty" validate:"unique,dive,alpha"`
		Wait  time.Duration `json:"wait" default:"PT1M"`
		Owner *owner        `json:"owner"`
		Note  *string       `json:"note" validate:"max=9"`
		ID    int           `json:"id" readonly:"true"`
		Pass  string        `json:"pass" writeonly:"true" secret:"true"`
		Size  size          `json:"size" default:"s"`
		Level int8          `json:"level" validate:"min=1"`
		Tree  bareList      `json:"tree"`
	}
	owner struct {
		Name  string               `json:"name"`
		Items page[item]           `json:"items"`
		Map   map[int]*item        `json:"map"`
		Set   params.Set[int]      `json:"set"`
		Pair  [2]int               `json:"pair"`
		Any   any                  `json:"any"`
		Raw   json.RawMessage      `json:"raw"`
		Data  []byte               `json:"data"`
		Patch params.Optional[int] `json:"patch"`
	}
	page[T any] struct {
		Items []T `json:"items"`
	}
	named struct {
		_ struct{} `name:"Article" title:"An article" doc:"What is sold" examples:"[{\"n\":1},{\"n\":null}]" schema:"{\"minProperties\":1,\"properties\":{\"n\":{\"maximum\":9}},\"x-order\":[1]}"`
		N *int     `json:"n" validate:"min=1"`
	}
	outer struct {
		_ struct{} `name:"Outer"`
		named
	}
	closed struct {
		_    struct{} `extra:"forbid"`
		A    int      `json:"a"`
		ID   int      `json:"id" readonly:"true"`
		Pass string   `json:"pass" writeonly:"true"`
	}
	hiding struct {
		_ struct{} `extra:"forbid"`
		A int      `json:"a"`
		B int      `json:"b" hidden:"true"`
	}
	pointed struct {
		*Extra
		A int `json:"a"`
	}
	size string
)

func (size) Values() []size { return []size{"s", "m"} }

// decimal is like the types of that name that programs use: a string or a number in, a string out.
type decimal struct{ text string }

func (decimal) TextFormat() string             { return "decimal" }
func (d decimal) MarshalJSON() ([]byte, error) { return json.Marshal(d.text) }
func (d *decimal) UnmarshalJSON(doc []byte) error {
	return d.UnmarshalText([]byte(strings.Trim(string(doc), `"`)))
}

func (d *decimal) UnmarshalText(text []byte) error {
	if d.text = string(text); strings.Trim(d.text, "+-.0123456789eE") != "" {
		return errors.New("no number")
	}
	_, _, err := big.ParseFloat(d.text, 10, 64, big.ToNearestEven)
	return err
}
