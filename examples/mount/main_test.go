package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func send(app http.Handler, host, target, token string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", target, nil)
	if host != "" {
		r.Host = host
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	return w
}

// TestEveryHandlerAnswers: the app itself, the old mux, Prometheus behind its guard, and the second App below a prefix and for a host.
func TestEveryHandlerAnswers(t *testing.T) {
	app := newApp()
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := app.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	for _, c := range []struct {
		host, target, token string
		status              int
		want                string
	}{
		{"", "/items/1", "", 200, `{"id":1}`},
		{"", "/legacy/reports/7", "", 200, "report 7"},
		{"", "/legacy/none", "", 404, "404 page not found"},
		{"", "/legacy", "", 307, ""},
		{"", "/metrics", "", 401, "Not authenticated"},
		{"", "/metrics", "wrong", 403, "Forbidden"},
		{"", "/metrics", "metrics-token", 200, `http_requests_total{route="/legacy/{path...}"} 2`},
		{"", "/admin/users/ann", "", 200, `{"name":"ann"}`},
		{"", "/admin/openapi.json", "", 200, `"url":"/admin"`},
		{"admin.localhost:8000", "/users/ann", "", 200, `{"name":"ann"}`},
		{"admin.localhost", "/items/1", "", 404, "Not Found"},
	} {
		w := send(app, c.host, c.target, c.token)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s %s: %d %s, want %d %s", c.host, c.target, w.Code, w.Body, c.status, c.want)
		}
	}
}

// TestDocumentHasMetrics: the operation has what its guard can answer.
func TestDocumentHasMetrics(t *testing.T) {
	doc := newApp().OpenAPI()
	if op := doc.Paths["/metrics"].Operations["get"]; op == nil || op.Responses["401"] == nil || len(op.Security) == 0 {
		t.Errorf("got %+v", op)
	}
	if _, ok := doc.Paths["/legacy/{path}"]; ok || len(doc.Paths) != 2 {
		t.Errorf("paths: %v", doc.Paths)
	}
}

// TestServed: over a connection, with the keep-alive of the server.
func TestServed(t *testing.T) {
	server := httptest.NewServer(newApp())
	defer server.Close()
	for range 2 {
		resp, err := http.Get(server.URL + "/legacy/reports/1")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || string(body) != "report 1\n" {
			t.Errorf("%d %q %v", resp.StatusCode, body, err)
		}
	}
}
