package planted

import (
	"time"

	"github.com/brio-go/brio"
)

type Status string

type Address struct {
	Street string `json:"street" validate:"min=x"`
	Zip    int    `json:"zip" default:"none"`
}

type Order struct {
	Address Address   `json:"address"`
	At      time.Time `json:"at"`
	Items   []Line    `json:"items" validate:"min=1,dive"`
}

type Line struct {
	SKU   string `json:"sku" validate:"email,gt=abc"`
	Count int    `json:"count" validate:"email"`
	Kind  Status `json:"kind" validate:"unique"`
}

type list struct {
	Page   int    `qurey:"page"`
	Two    string `query:"two" header:"X-Two"`
	hidden string `query:"hidden"`
	Size   int    `query:"size" default:"0" validate:"min=1"`
	Body   bool   `query:"on" validate:"email"`
	Shop   string `path:"shop"`
	Kind   Status `query:"kind" default:"a" validate:"min=2"`
}

func routes(app *brio.App) {
	app.Get("/items/{id}", func(in list) {})
	app.Post("/orders", func(in brio.Body[Order]) {})
	app.Get("items", func() (int, string, error) { return 0, "", nil })
	app.Get("/a/:id", func(...string) {})
}
