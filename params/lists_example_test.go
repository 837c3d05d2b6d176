package params_test

import (
	"bytes"
	"fmt"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/params"
)

func ExamplePage() {
	app := brio.New()
	app.Get("/items", func(page params.Page) string {
		return fmt.Sprintf("at most %d items after %d", page.Limit, page.Offset)
	})
	send(app, "GET", "/items?offset=40", "")
	send(app, "GET", "/items?limit=1000", "")
	// Output:
	// 200 "at most 50 items after 40"
	// 422 {"detail":[{"type":"less_than_equal","loc":["query","limit"],"msg":"Input should be less than or equal to 100","input":"1000","ctx":{"le":100}}]}
}

func ExampleFilter() {
	type listItems struct {
		Price params.Filter[float64] `query:"price" filter:"eq,lt" validate:"gte=0"`
		Sort  params.Sort            `query:"sort" sort:"name,-price" default:"name"`
	}
	app := brio.New()
	app.Get("/items", func(in listItems) string {
		text := "all"
		if most, ok := in.Price.Lt.Get(); ok {
			text = fmt.Sprintf("below %v", most)
		}
		for _, term := range in.Sort.Terms() {
			text += fmt.Sprintf(", by %s, descending: %v", term.Name, term.Descending)
		}
		return text
	})
	send(app, "GET", "/items?price__lt=10&sort=-price", "")
	send(app, "GET", "/items?prize=10", "")
	// Output:
	// 200 "below 10, by price, descending: true"
	// 422 {"detail":[{"type":"extra_forbidden","loc":["query","prize"],"msg":"Extra inputs are not permitted","input":"10"}]}
}

func ExampleCursor() {
	codec, err := cookies.NewCodec(cookies.Key{Sign: bytes.Repeat([]byte("k"), 32)})
	if err != nil {
		panic(err)
	}
	var next string
	app := brio.New()
	app.Get("/items", func(in params.Cursor) (string, error) {
		last := 0
		if _, err := in.Position.Read(codec, &last); err != nil {
			return "", err
		}
		next, err = in.Position.Write(codec, last+in.Limit)
		return fmt.Sprintf("the items after %d", last), err
	})
	send(app, "GET", "/items?limit=10", "")
	send(app, "GET", "/items?cursor="+next, "")
	// Output:
	// 200 "the items after 0"
	// 200 "the items after 10"
}
