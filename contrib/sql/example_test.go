package briosql_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"net/http/httptest"

	_ "modernc.org/sqlite"

	"github.com/brio-go/brio"
	briosql "github.com/brio-go/brio/contrib/sql"
	"github.com/brio-go/brio/middleware"
)

// A retry of an order has the answer of the first request, and adds no row: the row and the answer were committed together.
func ExampleNewIdempotency() {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // each connection would have a memory of its own
	keys, err := briosql.NewIdempotency(db, briosql.SQLite, briosql.Options{})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := db.Exec(keys.Schema() + "CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT)"); err != nil {
		log.Fatal(err)
	}

	once := middleware.Idempotency(middleware.IdempotencyOptions{Store: keys, Required: true})
	app := brio.New(brio.Provide(briosql.Tx))
	app.Post("/orders", func(ctx context.Context, tx *sql.Tx) (int64, error) {
		r, err := tx.ExecContext(ctx, "INSERT INTO orders (item) VALUES ('hat')")
		if err != nil {
			return 0, err
		}
		return r.LastInsertId()
	}, brio.Use(once))

	for range 2 {
		r := httptest.NewRequest("POST", "/orders", nil)
		r.Header.Set("Idempotency-Key", `"8e03978e-40d5"`)
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Body)
	}
	var orders int
	_ = db.QueryRow("SELECT count(*) FROM orders").Scan(&orders)
	fmt.Println(orders, "order")
	// Output:
	// 200 1
	// 200 1
	// 1 order
}

// A new password and the end of the other sessions are committed together.
func ExampleNewSessions() {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // each connection would have a memory of its own
	sessions, err := briosql.NewSessions(db, briosql.SQLite, briosql.Options{})
	if err != nil {
		log.Fatal(err)
	}
	keys, err := briosql.NewIdempotency(db, briosql.SQLite, briosql.Options{})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := db.Exec(sessions.Schema() + keys.Schema() + "CREATE TABLE users (name TEXT, password TEXT); INSERT INTO users VALUES ('ann', 'old')"); err != nil {
		log.Fatal(err)
	}

	app := brio.New(
		brio.Use(
			middleware.ServerSessions(middleware.ServerSessionOptions{Store: sessions}),
			middleware.Idempotency(middleware.IdempotencyOptions{Store: keys}), // makes the transaction
		),
		brio.Provide(middleware.SessionFrom),
		brio.Provide(briosql.Tx),
	)
	app.Post("/sign-in", func(s *middleware.Session) error { return s.SignIn("ann") })
	app.Post("/password", func(ctx context.Context, tx *sql.Tx, s *middleware.Session) error {
		if _, err := tx.ExecContext(ctx, "UPDATE users SET password = 'new' WHERE name = ?", s.User()); err != nil {
			return err
		}
		return s.EndOthers(ctx)
	})

	cookie := ""
	for _, path := range []string{"/sign-in", "/sign-in", "/password"} {
		r := httptest.NewRequest("POST", path, nil)
		if path == "/password" {
			r.Header.Set("Cookie", cookie)
		}
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		for _, c := range w.Result().Cookies() {
			cookie = c.Name + "=" + c.Value
		}
		all, _ := sessions.List(context.Background(), "ann")
		fmt.Println(w.Code, len(all))
	}
	// Output:
	// 204 1
	// 204 2
	// 204 1
}
