package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"

	"example.com/app/internal/auth"
	"example.com/app/internal/mail"
	"example.com/app/internal/settings"
)

const password = "correct horse battery"

// service is an app with a database of its own, and what a test looks at.
type service struct {
	*briotest.Client
	t      *testing.T
	config settings.Settings
	app    *brio.App
	mails  chan mail.Mail
}

// supplied are the settings of a test, with a cheap hash of passwords, and a mailbox.
func supplied(t *testing.T) (config settings.Settings, mails chan mail.Mail, option briotest.Option) {
	t.Helper()
	config = settings.Settings{
		Env: "test", DatabaseURL: databaseURL(t), AuthKeys: []settings.Key{settings.Key(rand.Text() + rand.Text())},
		AccessLife: time.Minute, SessionLife: time.Hour, JobInterval: time.Millisecond,
	}
	passwords, err := auth.NewPasswords(argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	if err != nil {
		t.Fatal(err)
	}
	mails = make(chan mail.Mail, 1000)
	send := mail.Send(func(_ context.Context, m mail.Mail) error { mails <- m; return nil })
	return config, mails, briotest.Supply(config, passwords, send)
}

// newService starts an app for a test. The address has https, because the refresh cookie is Secure.
func newService(t *testing.T) *service {
	t.Helper()
	config, mails, option := supplied(t)
	app := newApp()
	return &service{briotest.New(t, app, option, briotest.BaseURL("https://example.com")), t, config, app, mails}
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
	var token struct {
		Access string `json:"access_token"`
	}
	s.Post("/token", credentials(name, scopes...)).Status(200).JSON(&token)
	return s.WithHeader("Authorization", "Bearer "+token.Access)
}

// credentials is the form of a sign-in.
func credentials(name string, scopes ...string) url.Values {
	return url.Values{"username": {name + "@example.com"}, "password": {password}, "scope": {strings.Join(scopes, " ")}}
}

// databaseURL is the URL of an empty database: a schema of its own in that of TEST_DATABASE_URL, otherwise a file of SQLite.
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

// Requests that are made of the document, right ones, wrong ones and sequences of them, get answers that the document has.
func TestExplore(t *testing.T) {
	_, _, option := supplied(t)
	app := newApp()
	c := briotest.New(t, app, option)
	_ = c
	briotest.Explore(t, newApp(), briotest.Stateful(), option)
}
