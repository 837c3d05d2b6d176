package main

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
)

// account is the state of the database as another transaction sees it.
func account(t *testing.T, c *briotest.Client, name string, want int) {
	t.Helper()
	var got Account
	if c.Get("/accounts/" + name).Status(200).JSON(&got); got.Balance != want {
		t.Errorf("%s has %d, want %d", name, got.Balance, want)
	}
}

func put(c *briotest.Client, name string, balance int) {
	c.Put("/accounts/"+name, map[string]int{"balance": balance}).Status(200)
}

// testApp has further routes that take ann's money and then end in some way.
func testApp(t *testing.T, routes func(app *brio.App)) *brio.App {
	app := newApp(filepath.Join(t.TempDir(), "test.db"), brio.Logger(slog.New(slog.DiscardHandler)))
	if routes != nil {
		routes(app)
	}
	return app
}

func take(ctx context.Context, accounts *Accounts) error { return accounts.Add(ctx, "ann", -10) }

func TestTransfer(t *testing.T) {
	c := briotest.New(t, testApp(t, nil))
	put(c, "ann", 10)
	put(c, "bob", 1)
	c.Post("/transfers", Transfer{"ann", "bob", 3}).Status(200).Body(`{"name":"ann","balance":7}`)
	account(t, c, "bob", 4)
	c.Post("/transfers", Transfer{"ann", "bob", 8}).Status(409).Body(`{"detail":"ann has only 7"}`)
	c.Post("/transfers", Transfer{"ann", "nobody", 7}).Status(404) // after the money was taken
	c.Post("/transfers", Transfer{"ann", "bob", 0}).Status(422)
	account(t, c, "ann", 7)
}

// TestRollback: however a request ends that took money, unless well, the money is there.
func TestRollback(t *testing.T) {
	for name, c := range map[string]struct {
		handler any
		status  int
	}{
		"HTTP error": {func(ctx context.Context, a *Accounts) error { return errors.Join(take(ctx, a), brio.Error(409, "no")) }, 409},
		"error":      {func(ctx context.Context, a *Accounts) error { return errors.Join(take(ctx, a), errors.New("broken")) }, 500},
		"panic": {func(ctx context.Context, a *Accounts) error {
			if err := take(ctx, a); err != nil {
				return err
			}
			panic("canary")
		}, 500},
		"a result that cannot be encoded": {func(ctx context.Context, a *Accounts) (any, error) { return func() {}, take(ctx, a) }, 500},
		"a commit that fails": {func(ctx context.Context, a *Accounts, tx *sql.Tx) (string, error) {
			if err := take(ctx, a); err != nil {
				return "", err
			}
			return "never sent", tx.Rollback() // what Commit finds then is not to be committed
		}, 500},
	} {
		t.Run(name, func(t *testing.T) {
			client := briotest.New(t, testApp(t, func(app *brio.App) { app.Post("/take", c.handler) }), briotest.AllowStatus(409))
			put(client, "ann", 10)
			client.Post("/take", nil).Status(c.status)
			account(t, client, "ann", 10)
		})
	}
}

// TestRollbackAfterClientHasGone kills a real client while its request holds the transaction, and looks at the
// database once the clean-up has run. Nothing here waits for a time: each side tells the other.
func TestRollbackAfterClientHasGone(t *testing.T) {
	for name, handler := range map[string]func(ctx context.Context) error{
		"in the middle of its queries": func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
		"before the answer, unnoticed": func(ctx context.Context) error { <-ctx.Done(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			taken, ended := make(chan struct{}), make(chan error, 1)
			app := testApp(t, func(app *brio.App) {
				app.Post("/take", func(ctx context.Context, accounts *Accounts) (string, error) {
					if err := take(ctx, accounts); err != nil {
						return "", err
					}
					close(taken)
					return "never sent", handler(ctx)
				}, brio.Depends(func() func(error) { return func(err error) { ended <- err } })) // ends after the transaction
			})
			server := httptest.NewServer(app)
			defer server.Close()
			defer app.Shutdown(context.Background())
			send := func(ctx context.Context, method, path, body string) (*http.Response, error) {
				r, err := http.NewRequestWithContext(ctx, method, server.URL+path, strings.NewReader(body))
				if err != nil {
					t.Error(err)
					return nil, err
				}
				r.Header.Set("Content-Type", "application/json")
				return server.Client().Do(r)
			}
			res, err := send(t.Context(), "PUT", "/accounts/ann", `{"balance":10}`)
			if err != nil || res.StatusCode != 200 {
				t.Fatal(res, err)
			}
			res.Body.Close()

			ctx, kill := context.WithCancel(t.Context())
			go func() {
				<-taken
				kill()
			}()
			if _, err := send(ctx, "POST", "/take", ""); !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			select {
			case err := <-ended:
				if !errors.Is(err, context.Canceled) {
					t.Errorf("the clean-ups saw %v", err)
				}
			case <-time.After(20 * time.Second):
				t.Fatal("the clean-ups did not run")
			}
			if err := app.Resolve(t.Context(), func(ctx context.Context, accounts *Accounts) error {
				ann, err := accounts.Get(ctx, "ann")
				if err == nil && ann.Balance != 10 {
					t.Errorf("ann has %d, want 10", ann.Balance)
				}
				return err
			}); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestStartWithoutDatabase: the app says why it does not start.
func TestStartWithoutDatabase(t *testing.T) {
	app := newApp(filepath.Join(t.TempDir(), "no", "such", "folder", "test.db"))
	if err := app.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "create the tables of") {
		t.Error(err)
	}
}
