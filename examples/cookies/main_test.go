package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"slices"
	"testing"
)

func TestCookies(t *testing.T) {
	const (
		darkSide = `{"message":"Come to the dark side, we have cookies"}`
		session  = "fakesession=fake-cookie-session-value; Path=/; SameSite=Lax"
	)
	tests := []struct {
		name, method, path string
		sent               string // the Cookie header
		status             int
		body               string
		set                []string // the Set-Cookie headers
	}{
		{"response parameter", "POST", "/cookie-and-object/", "", 200, darkSide, []string{session}},
		{"response returned", "POST", "/cookie/", "", 200, darkSide, []string{session}},
		{"dependency", "GET", "/visits", "", 200, `{"message":"Visits: 1"}`, []string{"visits=1; Path=/; SameSite=Lax"}},
		{"dependency, again", "GET", "/visits", "visits=41", 200, `{"message":"Visits: 42"}`, []string{"visits=42; Path=/; SameSite=Lax"}},
		{"dependency, nonsense", "GET", "/visits", "visits=many", 422,
			`{"detail":[{"type":"int_parsing","loc":["cookie","visits"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"many"}]}`, nil},
	}
	app := newApp()
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, tt.path, nil)
			if tt.sent != "" {
				r.Header.Set("Cookie", tt.sent)
			}
			w := httptest.NewRecorder()
			app.ServeHTTP(w, r)
			if w.Code != tt.status || w.Body.String() != tt.body {
				t.Errorf("got %d %s\nwant %d %s", w.Code, w.Body, tt.status, tt.body)
			}
			if got := w.Header()["Set-Cookie"]; !slices.Equal(got, tt.set) {
				t.Errorf("Set-Cookie is %q, want %q", got, tt.set)
			}
			if got := w.Header().Get("Content-Type"); got != "application/json" {
				t.Errorf("Content-Type is %q", got)
			}
		})
	}
}

// A browser gets its own cookies back.
func TestCookiesComeBack(t *testing.T) {
	server := httptest.NewServer(newApp())
	defer server.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	for _, want := range []string{`{"message":"Visits: 1"}`, `{"message":"Visits: 2"}`, `{"message":"Visits: 3"}`} {
		res, err := browser.Get(server.URL + "/visits")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || string(body) != want {
			t.Errorf("got %s (%v), want %s", body, err, want)
		}
	}
}
