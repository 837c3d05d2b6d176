package dependencies_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/dependencies"
)

// get sends a request to an app and prints the answer.
func get(app *brio.App, path string) {
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	fmt.Println(w.Code, w.Body)
}

// A value of a provider is shared within a request. With NoCache each function receives one of its own.
func ExampleNoCache() {
	type Ticket struct{ N int }
	last := 0
	next := func() *Ticket {
		last++
		return &Ticket{last}
	}
	guard := func(*Ticket) {}
	handler := func(t *Ticket) int { return t.N }
	for _, provider := range []any{next, dependencies.NoCache(next)} {
		last = 0
		app := brio.New(brio.Provide(provider), brio.Depends(guard))
		app.Get("/", handler)
		get(app, "/")
	}
	// Output:
	// 200 1
	// 200 2
}

// A clean-up that must decide about the answer runs before it: when the commit fails, the client reads an error.
func ExampleBeforeResponse() {
	type Tx struct{}
	begin := func() (*Tx, func(error) error) {
		return &Tx{}, func(error) error { return errors.New("the commit failed") }
	}
	app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)), brio.Provide(dependencies.BeforeResponse(begin)))
	app.Get("/", func(*Tx) string { return "saved" })
	get(app, "/")
	// Output:
	// 500 {"detail":"Internal Server Error"}
}

// A Resolver calls a function with its dependencies without an app, as a nightly job does.
func ExampleResolver() {
	type DB struct{ name string }
	type Tx struct{ db *DB }
	begin := func(db *DB) (*Tx, func(error) error) {
		fmt.Println("begin")
		return &Tx{db}, func(err error) error {
			fmt.Println("commit")
			return err
		}
	}
	r := dependencies.New()
	r.Supply(&DB{"accounts"})
	r.Provide(begin)
	err := r.Call(context.Background(), func(ctx context.Context, tx *Tx) error {
		fmt.Println("close the month in", tx.db.name)
		return nil
	})
	fmt.Println(err)
	// Output:
	// begin
	// close the month in accounts
	// commit
	// <nil>
}

// A provider wrapped in Scoped requires scopes of what it depends on. Failing declares an error for the document.
func ExampleScoped() {
	type Reports struct{}
	check := func(required dependencies.Scopes) { fmt.Println("required:", required) }
	open := func() (*Reports, error) { return &Reports{}, nil }
	provider := dependencies.Failing[*brio.HTTPError](dependencies.Scoped(open, "reports:read"), 503)
	app := brio.New(brio.Provide(provider), brio.UncheckedScopes())
	app.Get("/", func(*Reports) string { return "a report" }, brio.Security(check, "me"))
	get(app, "/")
	fmt.Println(app.OpenAPI().Paths["/"].Operations["get"].Responses["503"] != nil)
	// Output:
	// required: me
	// 200 "a report"
	// true
}

// A panic of user code is a PanicError for clean-ups, the log and the functions of OnError.
func ExamplePanicError() {
	app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)), brio.OnError(func(_ *http.Request, p *dependencies.PanicError) *brio.Response {
		fmt.Println("panic:", p.Value)
		return brio.Error(500, "We are looking into it").Response()
	}))
	app.Get("/", func() string { panic("no hats") })
	get(app, "/")
	// Output:
	// panic: no hats
	// 500 {"detail":"We are looking into it"}
}
