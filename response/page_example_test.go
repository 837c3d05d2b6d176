package response_test

import (
	"fmt"
	"net/http/httptest"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

func ExampleOffsetPage() {
	names := []string{"hat", "cap", "scarf"}
	app := brio.New()
	app.Get("/items", func(in params.Page) response.Page[string] {
		end := min(in.Offset+in.Limit+1, len(names)) // one more than the page says that there is a next one
		return response.OffsetPage(names[min(in.Offset, end):end], in.Limit, in.Offset).WithTotal(int64(len(names)))
	})
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/items?limit=2", nil))
	fmt.Println(w.Body)
	fmt.Println(w.Header().Get("Link"))
	// Output:
	// {"items":["hat","cap"],"total":3}
	// <http://example.com/items?limit=2&offset=0>; rel="first", <http://example.com/items?limit=2&offset=2>; rel="next", <http://example.com/items?limit=2&offset=2>; rel="last"
}

func ExampleCursorPage() {
	app := brio.New()
	app.Get("/items", func() response.Page[string] { return response.CursorPage([]string{"hat"}, "c2", "") })
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/items", nil))
	fmt.Println(w.Body)
	fmt.Println(w.Header().Get("Link"))
	// Output:
	// {"items":["hat"],"next":"c2"}
	// <http://example.com/items>; rel="first", <http://example.com/items?cursor=c2>; rel="next"
}
