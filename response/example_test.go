package response_test

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
)

type item struct {
	Name string `json:"name"`
}

// show prints what a client gets.
func show(app *brio.App, path string) {
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	fmt.Println(strings.TrimSpace(fmt.Sprint(w.Code, " ", w.Body)))
	for _, key := range []string{"Location", "Retry-After", "Set-Cookie"} {
		for _, v := range w.Header().Values(key) {
			fmt.Println(key+":", v)
		}
	}
}

// A temporal Response: set things on it and return the value as usual.
func ExampleResponse() {
	app := brio.New()
	app.Get("/", func(res *brio.Response) item {
		res.Status(201).SetCookie(cookies.New("seen", "yes"))
		return item{"hat"}
	})
	show(app, "/")
	// Output:
	// 201 {"name":"hat"}
	// Set-Cookie: seen=yes; Path=/; SameSite=Lax
}

// A direct Response: it goes out as it is.
func ExampleJSON() {
	app := brio.New()
	app.Get("/", func() *brio.Response {
		return response.JSON(item{"hat"}).Status(202).SetCookie(cookies.New("seen", "yes"))
	})
	show(app, "/")
	// Output:
	// 202 {"name":"hat"}
	// Set-Cookie: seen=yes; Path=/; SameSite=Lax
}

func ExampleRedirect() {
	app := brio.New()
	app.Get("/", func() *brio.Response { return response.Redirect("/items/red hat").Status(303) })
	show(app, "/")
	// Output:
	// 303
	// Location: /items/red%20hat
}

func ExampleResponse_DeleteCookie() {
	app := brio.New()
	app.Get("/", func(res *brio.Response) string {
		res.DeleteCookie("seen")
		return "bye"
	})
	show(app, "/")
	// Output:
	// 200 "bye"
	// Set-Cookie: seen=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; SameSite=Lax
}

// Errors may be kept in variables: what changes them copies.
func ExampleHTTPError() {
	errBusy := brio.Error(503, "Come back later")
	app := brio.New()
	app.Get("/", func() error { return errBusy.WithHeader("Retry-After", "30") })
	show(app, "/")
	fmt.Println(len(errBusy.Headers))
	// Output:
	// 503 {"detail":"Come back later"}
	// Retry-After: 30
	// 0
}

// A class of one's own renders what handlers return.
func ExampleNewClass() {
	csv := response.NewClass("text/csv", func(v any) ([]byte, error) {
		rows, ok := v.([][]string)
		if !ok {
			return nil, errors.New("a table is [][]string")
		}
		var b strings.Builder
		for _, row := range rows {
			b.WriteString(strings.Join(row, ",") + "\n")
		}
		return []byte(b.String()), nil
	})
	app := brio.New(brio.ResponseClass(csv))
	app.Get("/", func() [][]string { return [][]string{{"name", "price"}, {"hat", "3"}} })
	show(app, "/")
	// Output:
	// 200 name,price
	// hat,3
}
