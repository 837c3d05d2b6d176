package main

import (
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// region httptest
func TestSignUpWithHTTPTest(t *testing.T) {
	mailer := &fakeMailer{}
	app := newApp(func() Mailer { return mailer })
	if err := app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = app.Shutdown(t.Context()) })
	server := httptest.NewServer(app)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}

	send := func(method, path, body string, status int, into any) {
		t.Helper()
		req, err := http.NewRequest(method, server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if body != "" {
			req.Header.Set("Content-Type", "application/json")
		}
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if res.StatusCode != status {
			t.Fatalf("%s %s: status %d, want %d", method, path, res.StatusCode, status)
		}
		if err := json.NewDecoder(res.Body).Decode(into); err != nil {
			t.Fatal(err)
		}
	}

	var failed struct{ Detail string }
	if send("GET", "/users/me", "", 401, &failed); failed.Detail != "Sign up first" {
		t.Error(failed)
	}
	var refused struct{ Detail []struct{ Loc []string } }
	send("POST", "/users", `{"name": "ann", "password": "short"}`, 422, &refused)
	if got := refused.Detail[0].Loc; !slices.Equal(got, []string{"body", "password"}) {
		t.Error(got)
	}
	var user map[string]any
	send("POST", "/users", `{"name": "ann", "password": "long enough"}`, 201, &user)
	if len(user) != 1 || user["name"] != "ann" {
		t.Error(user)
	}
	user = nil
	send("GET", "/users/me", "", 200, &user)
	if len(user) != 1 || user["name"] != "ann" {
		t.Error(user)
	}
	if !slices.Equal(mailer.welcomed, []string{"ann"}) {
		t.Error(mailer.welcomed)
	}
}

// endregion
