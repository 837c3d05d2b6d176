package main

import (
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// No GET endpoint answers with a hash, whoever asks, nor with what the shop pays unless an administrator asks.
func TestNoEndpointLeaks(t *testing.T) {
	app, store := testApp(t)
	app.Get("/test/leak", me) // no response model: shows that the canary below sings
	routes := app.Routes()
	url := serve(t, app)
	for name, b := range map[string]*browser{"nobody": newBrowser(t, url), "bob": bob(t, url), "ada": ada(t, url)} {
		order := "1"
		if name != "nobody" {
			placed := b.do("POST", "/api/orders", `{"lines":[{"sku":"TEA-001"}]}`).want(201, "")
			order = placed.header.Get("Location")[len("/api/orders/"):]
		}
		visited := 0
		for _, route := range routes {
			if route.Method != http.MethodGet {
				continue
			}
			path := strings.Replace(route.Path, "/orders/{id}", "/orders/"+order, 1)
			path = strings.NewReplacer("{id}", "1", "{sku}", "TEA-001").Replace(path)
			a := b.get(path)
			if a.status < 400 {
				visited++
			}
			leaked := strings.Contains(a.body, hashName) || strings.Contains(a.body, "PasswordHash")
			for _, u := range store.Users() {
				leaked = leaked || strings.Contains(a.body, u.PasswordHash)
			}
			if want := path == "/test/leak" && name != "nobody"; leaked != want {
				t.Errorf("%s, %s: a hash leaks: %v, want %v: %s", name, path, leaked, want, a.body)
			}
			if strings.Contains(a.body, `"cost"`) && (name != "ada" || !strings.HasPrefix(path, "/api/admin")) {
				t.Errorf("%s, %s: the cost leaks: %s", name, path, a.body)
			}
		}
		// Each GET endpoint there is, but for those that are not for everybody.
		if want := map[string]int{"nobody": 7, "bob": 11, "ada": 14}[name]; visited != want {
			t.Errorf("%s could see %d endpoints, want %d", name, visited, want)
		}
	}
}

func TestWhatRoutingAnswers(t *testing.T) {
	url, _ := shop(t)
	b := newBrowser(t, url)
	tests := []struct {
		name, method, path, body string
		headers                  []string
		status                   int
		want                     string
		header                   [2]string
	}{
		{"no such path", "GET", "/api/nothing", "", nil, 404, `{"detail":"Not Found"}`, [2]string{}},
		{"no such method", "DELETE", "/api/items", "", nil, 405, `{"detail":"Method Not Allowed"}`, [2]string{"Allow", "GET, HEAD, OPTIONS"}},
		{"options", "OPTIONS", "/api/session", "", nil, 204, "", [2]string{"Allow", "DELETE, OPTIONS, POST"}},
		{"head", "HEAD", "/health", "", nil, 200, "", [2]string{"Content-Length", "2"}},
		{"slash too many", "GET", "/api/items/?limit=1", "", nil, 307, "", [2]string{"Location", "../items?limit=1"}},
		{"redirect", "GET", "/newest", "", nil, 303, "", [2]string{"Location", "/api/items/POT-001"}},
		{"plain text", "GET", "/health", "", nil, 200, "ok", [2]string{"Content-Type", "text/plain; charset=utf-8"}},
		{"too large", "POST", "/api/users", `{"name":"` + strings.Repeat("x", 64<<10) + `"}`, nil, 413, `{"detail":[{"type":"body_too_large","loc":["body"],"msg":"The body should have at most 65536 bytes","input":null,"ctx":{"max_bytes":65536}}]}`, [2]string{}},
		{"no JSON", "POST", "/api/users", "name=Cy", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, `{"detail":"Unsupported Media Type"}`, [2]string{}},
		{"not declared", "POST", "/api/users", "{}", []string{"Content-Type", ""}, 415, `{"detail":"Unsupported Media Type"}`, [2]string{}},
		{"malformed", "POST", "/api/users", `{"name":`, nil, 422,
			`{"detail":[{"type":"json_invalid","loc":["body",8],"msg":"JSON decode error","input":{},"ctx":{"error":"Expecting value"}}]}`, [2]string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := b.do(tt.method, tt.path, tt.body, tt.headers...).want(tt.status, tt.want)
			if tt.header[0] != "" {
				a.wantHeader(tt.header[0], tt.header[1])
			}
		})
	}
}

func TestMiddleware(t *testing.T) {
	url, _ := shop(t)
	b := newBrowser(t, url)
	seen := map[string]bool{}
	for path, timed := range map[string]bool{"/api/items": true, "/api/users/me": true, "/health": false, "/nothing": false} {
		a := b.get(path)
		id := a.header.Get("X-Request-Id")
		if len(id) < 26 || seen[id] {
			t.Errorf("%s: X-Request-Id is %q", path, id)
		}
		seen[id] = true
		if got := regexp.MustCompile(`^app;dur=[0-9]+\.[0-9]{3}$`).MatchString(a.header.Get("Server-Timing")); got != timed {
			t.Errorf("%s: Server-Timing is %q", path, a.header.Values("Server-Timing"))
		}
	}
}

// Every link of the page leads somewhere.
func TestPage(t *testing.T) {
	url, _ := shop(t)
	b := newBrowser(t, url)
	a := b.get("/").want(200, "").wantHeader("Content-Type", "text/html; charset=utf-8").wantNot("HOST")
	a.wantContains("curl -b jar " + strings.TrimPrefix(url, "http://") + "/api/users/me")
	a.wantContains(`href="/docs"`, `href="/redoc"`)
	links := regexp.MustCompile(`href="([^"]+)"`).FindAllStringSubmatch(a.body, -1)
	if len(links) < 5 {
		t.Fatalf("links: %q", links)
	}
	for _, l := range links {
		want := 200
		switch l[1] {
		case "/newest":
			want = 303
		case "/api/items?limit=many&amp;sort=colour":
			want = 422
		}
		b.get(html.UnescapeString(l[1])).want(want, "")
	}
}

func TestPageEscapesHost(t *testing.T) {
	app, _ := testApp(t)
	r := httptest.NewRequest("GET", "/", nil)
	r.Host = "<script>"
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	if body := w.Body.String(); strings.Contains(body, "<script>") || !strings.Contains(body, "&lt;script&gt;") {
		t.Error(body)
	}
}

func TestHowToTry(t *testing.T) {
	for _, addr := range []string{":1234", "127.0.0.1:1234"} {
		if got := howToTry(addr, "secret"); strings.Count(got, "localhost:1234/") != 7 || !strings.Contains(got, "/docs ") || !strings.Contains(got, "/redoc ") || !strings.Contains(got, "Bearer secret'") {
			t.Errorf("%s:\n%s", addr, got)
		}
	}
}

func TestMoney(t *testing.T) {
	for text, want := range map[string]Money{"12": 1200, "12.5": 1250, "12.50": 1250, "0": 0, "0.05": 5, "-0.05": -5, "-12.34": -1234} {
		var m Money
		if err := m.UnmarshalText([]byte(text)); err != nil || m != want {
			t.Errorf("%s is %d (%v), want %d", text, m, err, want)
		}
		var again Money
		back, err := m.MarshalText()
		if err != nil || again.UnmarshalText(back) != nil || again != m {
			t.Errorf("%s is written as %s (%v)", text, back, err)
		}
	}
	for _, text := range []string{"", "-", ".", ".5", "1.", "1.234", "1,5", "--1", "+1", "1.-5", "1e3", " 1", "1099511627776"} {
		var m Money
		if m.UnmarshalText([]byte(text)) == nil {
			t.Errorf("%q is %d, want an error", text, m)
		}
	}
}
