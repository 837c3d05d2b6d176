package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/security"
)

// TestExplore: the app keeps to its document. A token of this test is the list of its scopes.
func TestExplore(t *testing.T) {
	keys, err := ParseKeys(testKeys)
	if err != nil {
		t.Fatal(err)
	}
	config := Config{filepath.Join(t.TempDir(), "test.db"), keys, NewPasswords(Cost{1, 64}), time.Now, 100}
	app := newApp(config, brio.Logger(slog.New(slog.DiscardHandler)))
	access := func(ctx context.Context, token *security.Token, users *Users) (*Access, error) {
		list, ok := strings.CutPrefix(token.Value, "scopes:")
		if !ok {
			return nil, invalidToken(errors.New("not a token of this test"))
		}
		user, err := users.ByName(ctx, "ann")
		if user == nil && err == nil {
			user = &User{Name: "ann", Scopes: []string{"me"}}
			err = users.Add(ctx, user)
		}
		return &Access{user, strings.Split(list, ",")}, err
	}
	token := func(r *http.Request, _ string, scopes []string) {
		r.Header.Set("Authorization", "Bearer scopes:"+strings.Join(scopes, ","))
	}
	briotest.Explore(t, app, briotest.Override(briotest.Replace(authenticate, access)), briotest.Credentials(token),
		briotest.BaseURL("https://example.com"), briotest.Requests(5), briotest.For(3*time.Second))
}
