package sqlpages_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/sqlpages"
)

type Item struct {
	ID    int     `json:"id"`
	Name  string  `json:"name"`
	Price float64 `json:"price"`
}

type ListItems struct {
	params.Cursor
	Price params.Filter[float64] `query:"price" filter:"lt,gte"`
	Sort  params.Sort            `query:"sort" sort:"name,-price" default:"name"`
}

func ExampleNew() {
	codec, err := cookies.NewCodec(cookies.Key{Sign: bytes.Repeat([]byte("k"), 32)})
	if err != nil {
		panic(err)
	}
	items, err := sqlpages.New[Item, ListItems](sqlpages.Config{Placeholders: sqlpages.Dollar, Key: "id", Codec: codec})
	if err != nil {
		panic(err)
	}
	app := brio.New()
	app.Get("/items", func(in ListItems) (page response.Page[Item], err error) {
		q, err := items.Query(in) // with a *sql.DB, items.Page(ctx, db, in, "FROM items WHERE") does all of it
		if err != nil {
			return page, err
		}
		text, args, err := q.SQL("SELECT " + items.Columns() + " FROM items WHERE")
		fmt.Println(text, args)
		return q.Page(nil)
	})
	send(app, "GET", "/items?price__lt=10&sort=-price&limit=20")
	// Output:
	// SELECT id, name, price FROM items WHERE 1 = 1 AND price < $1 ORDER BY price DESC, id DESC LIMIT $2 [10 21]
	// 200 {"items":[]}
}

func ExampleNew_mistakes() {
	type byColor struct {
		params.Page
		Color params.Filter[string] `query:"color" filter:"eq"`
	}
	_, err := sqlpages.New[Item, byColor](sqlpages.Config{})
	_, mistakes, _ := bytes.Cut([]byte(fmt.Sprint(err)), []byte("]: "))
	fmt.Printf("%s\n", mistakes)
	// Output:
	// Config.Key is empty; give it the JSON name of a unique column, as in "id"; sqlpages_test.byColor.Color.Eq: the filter "color" is no column; legal are id, name, price
}

// send sends a request to the app and prints the answer.
func send(app http.Handler, method, target string) {
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	fmt.Println(w.Code, strings.TrimSpace(w.Body.String()))
}
