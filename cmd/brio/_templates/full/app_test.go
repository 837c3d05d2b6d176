package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/google/uuid"

	"example.com/app/internal/auth"
	"example.com/app/internal/mail"
	"example.com/app/internal/settings"
	"example.com/app/internal/store"
	"example.com/app/internal/users"
)

const password = "correct horse battery"

// The log has errors only: Explore sends thousands of requests. An app that no test supplies with settings, as those of brio add, has
// settings of development and a database that is removed at the end.
func TestMain(m *testing.M) {
	slog.SetLogLoggerLevel(slog.LevelError)
	dir, err := os.MkdirTemp("", "app")
	if err != nil {
		panic(err)
	}
	os.Setenv("BRIO_ENV", "development")
	if os.Getenv("DATABASE_URL") == "" {
		os.Setenv("DATABASE_URL", "sqlite:"+filepath.Join(dir, "test.db"))
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// service is an app with a database of its own, and what a test looks at.
type service struct {
	*briotest.Client
	t        *testing.T
	app      *brio.App
	option   briotest.Option // for further clients of the app
	mails    chan mail.Mail
	database string
}

// supplied replaces the settings, the hash of passwords by a cheap one, and the mail service by a mailbox.
func supplied(t *testing.T, mails chan<- mail.Mail) (option briotest.Option, database string) {
	t.Helper()
	database = databaseURL(t)
	config := settings.Settings{
		DatabaseURL: database, AuthKeys: []settings.Key{settings.Key(rand.Text() + rand.Text())},
		AccessLife: time.Minute, SessionLife: time.Hour, JobInterval: 10 * time.Millisecond,
	}
	passwords, err := auth.NewPasswords(argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	if err != nil {
		t.Fatal(err)
	}
	send := mail.Send(func(ctx context.Context, m mail.Mail) error {
		select {
		case mails <- m:
		default: // Explore signs up many users and reads no mail
		}
		return nil
	})
	return briotest.Supply(config, passwords, send), database
}

// newService starts an app for a test. The address has https, because the refresh cookie is Secure.
func newService(t *testing.T) *service {
	t.Helper()
	s := &service{t: t, app: newApp(), mails: make(chan mail.Mail, 10)}
	s.option, s.database = supplied(t, s.mails)
	s.Client = briotest.New(t, s.app, s.option, briotest.BaseURL("https://example.com"))
	return s
}

// signUp adds a user, and returns a client with its token and its ID.
func (s *service) signUp(name string) (c *briotest.Client, id string) {
	s.t.Helper()
	var user struct{ ID string }
	s.Post("/users", map[string]string{"email": name + "@example.com", "name": name, "password": password}).Status(201).JSON(&user)
	return s.signIn(name), user.ID
}

// signIn returns a client with a token of a user.
func (s *service) signIn(name string, scopes ...string) *briotest.Client {
	s.t.Helper()
	return s.WithHeader("Authorization", "Bearer "+s.token(name, scopes...))
}

// token returns an access token of a user.
func (s *service) token(name string, scopes ...string) string {
	s.t.Helper()
	var token struct {
		Access string `json:"access_token"`
	}
	s.Post("/token", credentials(name, scopes...)).Status(200).JSON(&token)
	return token.Access
}

// makeAdmin gives a user the scope admin, as the command does.
func (s *service) makeAdmin(name string) {
	s.t.Helper()
	db, _, err := store.Connect(s.database)
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	if err := users.MakeAdmin(s.t.Context(), db, name+"@example.com"); err != nil {
		s.t.Fatal(err)
	}
}

// credentials is the form of a sign-in.
func credentials(name string, scopes ...string) url.Values {
	return url.Values{"username": {name + "@example.com"}, "password": {password}, "scope": {strings.Join(scopes, " ")}}
}

// databaseURL is the URL of an empty database: a schema of its own in the PostgreSQL of DATABASE_URL, otherwise a file of SQLite.
func databaseURL(t *testing.T) string {
	t.Helper()
	server := os.Getenv("DATABASE_URL")
	if !strings.HasPrefix(server, "postgres") {
		return "sqlite:" + filepath.Join(t.TempDir(), "test.db")
	}
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	schema := "test_" + strings.ToLower(rand.Text())
	if _, err := db.Exec("create schema " + schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec("drop schema " + schema + " cascade"); err != nil {
			t.Error(err)
		}
		db.Close()
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

func TestHealth(t *testing.T) {
	newService(t).Get("/readyz").Status(200).Body(`{"status":"ok","checks":{"database":"ok"}}`)
}

// Spans are sent when a collector is configured. They have the route.
func TestTraces(t *testing.T) {
	sent := make(chan string, 10)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		sent <- r.URL.Path + string(body)
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	t.Run("app", func(t *testing.T) { // its end stops the app, which sends what waits
		option, _ := supplied(t, nil)
		briotest.New(t, newApp(), option).Get("/teams/" + uuid.NewString()).Status(401)
	})
	if got := <-sent; !strings.HasPrefix(got, "/v1/traces") || !strings.Contains(got, "GET /teams/{team_id}") {
		t.Errorf("the collector got %q", got)
	}
}

func TestSettingsNeedKey(t *testing.T) {
	t.Setenv("DATABASE_URL", databaseURL(t))
	for _, c := range []struct{ env, keys, want string }{
		{"production", "", "AUTH_KEYS is not set"},
		{"production", "c2hvcnQ=", "AUTH_KEYS"},
		{"development", "", ""},
		{"production", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", ""},
	} {
		t.Setenv("BRIO_ENV", c.env)
		t.Setenv("AUTH_KEYS", c.keys)
		app := newApp()
		err := app.Start(t.Context())
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%+v: %v", c, err)
		}
		if err := app.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if text := settings.Key("secret").String(); text != "***" {
		t.Errorf("a key is printed as %s", text)
	}
}
