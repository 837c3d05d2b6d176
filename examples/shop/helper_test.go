package main

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio"
)

const testWarehouseKey = "warehouse-key"

// testApp is the shop with weak secrets, which are fast.
func testApp(t *testing.T) (*brio.App, *Store) {
	t.Helper()
	c := config{[]byte("32 bytes that everybody may know"), testWarehouseKey, 2, 5}
	store := newStore()
	if err := seed(store, newPasswords(c.rounds)); err != nil {
		t.Fatal(err)
	}
	app, err := newApp(c, store)
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	return app, store
}

// quiet keeps expected errors, such as a panic's, out of the test's output and gives what was logged.
func quiet(t *testing.T) *bytes.Buffer {
	t.Helper()
	var log bytes.Buffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(old) })
	return &log
}

// browser is a client with a jar. It follows no redirects.
type browser struct {
	t      *testing.T
	url    string
	client *http.Client
}

// shop is a running shop's URL, and its data.
func shop(t *testing.T) (string, *Store) {
	t.Helper()
	app, store := testApp(t)
	return serve(t, app), store
}

func serve(t *testing.T, app *brio.App) string {
	t.Helper()
	server := httptest.NewServer(app)
	t.Cleanup(server.Close)
	return server.URL
}

func newBrowser(t *testing.T, url string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &browser{t, url, &http.Client{Jar: jar, CheckRedirect: stay}}
}

// signedIn is a browser in which the user has signed in.
func signedIn(t *testing.T, url, email, password string) *browser {
	t.Helper()
	b := newBrowser(t, url)
	b.do("POST", "/api/session", `{"email":"`+email+`","password":"`+password+`"}`).want(200, "")
	return b
}

func ada(t *testing.T, url string) *browser {
	t.Helper()
	return signedIn(t, url, "ada@example.com", "engine-no-1")
}

func bob(t *testing.T, url string) *browser {
	t.Helper()
	return signedIn(t, url, "bob@example.com", "hunter-two-2")
}

// answer is a response, read.
type answer struct {
	t      *testing.T
	what   string
	status int
	header http.Header
	body   string
}

// do sends a request; it may be called from any goroutine. A body is declared as JSON unless headers, which are name and value in turn, say otherwise.
func (b *browser) do(method, path, body string, headers ...string) *answer {
	b.t.Helper()
	r, err := http.NewRequest(method, b.url+path, strings.NewReader(body))
	if err != nil {
		b.t.Error(err)
		return &answer{t: b.t, what: method + " " + path}
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := b.client.Do(r)
	if err != nil {
		b.t.Error(err)
		return &answer{t: b.t, what: method + " " + path}
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Error(err)
		return &answer{t: b.t, what: method + " " + path}
	}
	return &answer{b.t, method + " " + path, res.StatusCode, res.Header, string(text)}
}

func (b *browser) get(path string) *answer {
	b.t.Helper()
	return b.do("GET", path, "")
}

// want compares status and body; an empty body is not compared.
func (a *answer) want(status int, body string) *answer {
	a.t.Helper()
	if a.status != status || body != "" && a.body != body {
		a.t.Errorf("%s\ngot  %d %s\nwant %d %s", a.what, a.status, a.body, status, body)
	}
	return a
}

// wantHeader compares the values of a header; none means that it must not be there.
func (a *answer) wantHeader(name string, values ...string) *answer {
	a.t.Helper()
	if got := a.header.Values(name); strings.Join(got, "\n") != strings.Join(values, "\n") {
		a.t.Errorf("%s: %s is %q, want %q", a.what, name, got, values)
	}
	return a
}

func (a *answer) wantContains(parts ...string) *answer {
	a.t.Helper()
	for _, p := range parts {
		if !strings.Contains(a.body, p) {
			a.t.Errorf("%s: %q is not in %s", a.what, p, a.body)
		}
	}
	return a
}

func (a *answer) wantNot(parts ...string) *answer {
	a.t.Helper()
	for _, p := range parts {
		if strings.Contains(a.body, p) {
			a.t.Errorf("%s: %q is in %s", a.what, p, a.body)
		}
	}
	return a
}
