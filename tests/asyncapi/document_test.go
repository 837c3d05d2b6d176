package asyncapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/tests/internal/asyncapitest"
	"github.com/brio-go/brio/tests/internal/oastest"
)

// The document is valid by the official schema, and equal to the golden file: alone, with servers, under FastAPICompat.
func TestDocumentMatchesGolden(t *testing.T) {
	t.Parallel()
	servers := brio.Servers(
		spec.Server{URL: "https://house.example/api/", Description: "Production"},
		spec.Server{URL: "http://{region}.test.example:8080", Variables: map[string]any{"region": map[string]any{"default": "eu", "enum": []string{"eu", "us"}}}},
		spec.Server{URL: "/relative"},
	)
	license := brio.License(spec.License{Name: "MIT", Identifier: "MIT"})
	for name, opts := range map[string][]brio.AppOption{"plain": nil, "servers": {servers, license, brio.Contact(spec.Contact{Email: "a@b.example"})}, "compat": {brio.FastAPICompat()}} {
		t.Run(name, func(t *testing.T) {
			app := newApp(opts...)
			if err := app.Check(); err != nil {
				t.Fatal(err)
			}
			document := testkit.Get(app, "/asyncapi.json").Body.Bytes()
			asyncapitest.Check(t, document)
			var indented bytes.Buffer
			if err := json.Indent(&indented, document, "", "\t"); err != nil {
				t.Fatal(err)
			}
			testkit.WantGolden(t, "testdata/"+name+".json", indented.String()+"\n")
			oastest.Served(t, app)
			if openapi := testkit.Get(app, "/openapi.json").Body.String(); strings.Contains(openapi, `"/echo"`) || !strings.Contains(openapi, `"/rooms/{room}"`) {
				t.Error("the OpenAPI document has WebSocket routes, or lacks others")
			}
		})
	}
}

// The document is read as the OpenAPI document is: the same bytes with an ETag, 304 for a client that has them, and YAML.
func TestDocumentIsServed(t *testing.T) {
	t.Parallel()
	app := newApp()
	first := testkit.Get(app, "/asyncapi.json")
	etag := first.Header().Get("ETag")
	if etag == "" || first.Header().Get("Content-Type") != "application/json" || first.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("headers %v", first.Header())
	}
	r := httptest.NewRequest(http.MethodGet, "/asyncapi.json", nil)
	r.Header.Set("If-None-Match", etag)
	again := httptest.NewRecorder()
	if app.ServeHTTP(again, r); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("with the ETag: %d %s", again.Code, again.Body)
	}
	yaml := testkit.Get(app, "/asyncapi.yaml")
	if yaml.Code != 200 || yaml.Header().Get("Content-Type") != "application/yaml" || !strings.HasPrefix(yaml.Body.String(), "asyncapi: \"3.0.0\"\ninfo:\n") {
		t.Errorf("YAML: %d %v %.60s", yaml.Code, yaml.Header(), yaml.Body)
	}
	if yaml.Header().Get("ETag") == etag {
		t.Error("both forms have one ETag")
	}
	r.Method = http.MethodPost
	refused := httptest.NewRecorder()
	if app.ServeHTTP(refused, r); refused.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", refused.Code)
	}
}

// Options say where document and page are, and which routes they have. An app without WebSocket routes has neither.
func TestDocumentHasConfiguredPaths(t *testing.T) {
	t.Parallel()
	const page = "/docs/asyncapi"
	for name, tt := range map[string]struct {
		opts        []brio.AppOption
		there, gone []string
	}{
		"default":                       {nil, []string{"/asyncapi.json", "/asyncapi.yaml", page, page + "/channels.css"}, nil},
		"moved":                         {[]brio.AppOption{brio.AsyncAPIURL("/a/events.json"), brio.DocsURL("/d")}, []string{"/a/events.json", "/a/events.yaml", "/d/asyncapi"}, []string{"/asyncapi.json", page}},
		"off":                           {[]brio.AppOption{brio.AsyncAPIURL("")}, []string{"/openapi.json", "/docs"}, []string{"/asyncapi.json", "/asyncapi.yaml", page}},
		"no documents":                  {[]brio.AppOption{brio.OpenAPIURL("")}, nil, []string{"/asyncapi.json", "/asyncapi.yaml", page, "/docs"}},
		"no OpenAPI document, but this": {[]brio.AppOption{brio.OpenAPIURL(""), brio.AsyncAPIURL("/asyncapi.json")}, []string{"/asyncapi.json", page}, []string{"/openapi.json", "/docs"}},
		"no pages":                      {[]brio.AppOption{brio.DocsURL("")}, []string{"/asyncapi.json"}, []string{page}},
		"no route chosen":               {[]brio.AppOption{brio.Only(func(r brio.RouteInfo) bool { return r.Path == "/hidden" })}, []string{"/openapi.json"}, []string{"/asyncapi.json", page}},
		"hidden shown":                  {[]brio.AppOption{brio.WithHidden(), brio.Only(func(r brio.RouteInfo) bool { return r.Path == "/hidden" })}, []string{"/asyncapi.json", page}, nil},
	} {
		app := newApp(tt.opts...)
		if err := app.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, path := range tt.there {
			if w := testkit.Get(app, path); w.Code != 200 {
				t.Errorf("%s: %s: got %d, want 200", name, path, w.Code)
			}
		}
		for _, path := range tt.gone {
			if w := testkit.Get(app, path); w.Code != 404 {
				t.Errorf("%s: %s: got %d, want 404", name, path, w.Code)
			}
		}
	}
	none := brio.New(testkit.Quiet())
	none.Get("/", func() int { return 1 })
	if w := testkit.Get(none, "/asyncapi.json"); w.Code != 404 {
		t.Errorf("an app without WebSocket routes: %d", w.Code)
	}
	empty := brio.New(testkit.Quiet(), brio.AsyncAPIURL("/asyncapi.json"))
	asyncapitest.Check(t, testkit.Get(empty, "/asyncapi.json").Body.Bytes())
	own := newApp()
	own.Get("/asyncapi.json", func() string { return "own" })
	if w := testkit.Get(own, "/asyncapi.json"); w.Code != 200 || w.Body.String() != `"own"` {
		t.Errorf("a route at the default path: %d %s", w.Code, w.Body)
	}
	clash := newApp(brio.AsyncAPIURL("/events.json"))
	clash.Get("/events.json", func() string { return "own" })
	if err := clash.Check(); err == nil || !strings.Contains(err.Error(), "AsyncAPIURL") {
		t.Errorf("a route at the chosen path: %v", err)
	}
}

// A client of a test with overrides sees the document that clients get.
func TestDocumentIgnoresOverrides(t *testing.T) {
	t.Parallel()
	app := newApp(brio.Provide(func() *Event { return nil }))
	want := testkit.Get(app, "/asyncapi.json").Body.String()
	briotest.New(t, app, briotest.Supply(&Event{})).Get("/asyncapi.json").Status(200).Body(want)
}

// The page shows channels, handshakes and messages, without a script and under the policy of the other pages.
func TestPage(t *testing.T) {
	t.Parallel()
	app := newApp(brio.Title("House <b>&"))
	w := testkit.Get(app, "/docs/asyncapi")
	body := w.Body.String()
	if policy := w.Header().Get("Content-Security-Policy"); policy != testkit.Get(app, "/redoc").Header().Get("Content-Security-Policy") || strings.Contains(body, "<script") {
		t.Errorf("policy %q", policy)
	}
	for _, want := range []string{
		"<title>House &lt;b&gt;&amp; - WebSockets</title>", `href="../asyncapi.json"`, "<code>/rooms/{room}</code>", "Each client gets what the others say.",
		"<code>since</code> <span class=\"in\">query</span>", "<code>session</code> <span class=\"in\">cookie</span> <span class=\"required\">required</span>",
		"Slug of the room", `<a href="#schema-Join">Join</a>`, `id="schema-Join"`, "Needs <strong>APIKeyHeader and OAuth2PasswordBearer</strong>", "The handler declares no type.",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, not := range []string{"/hidden", "House <b>", "<script"} {
		if strings.Contains(body, not) {
			t.Errorf("the page has %s", not)
		}
	}
}

// WebSocket routes stand in App.Routes and in the page of routes.
func TestRoutesHaveSockets(t *testing.T) {
	t.Parallel()
	app := newApp(brio.Debug(true))
	found := false
	for _, r := range app.Routes() {
		found = found || r.Path == "/echo"
	}
	if !found {
		t.Error("App.Routes lacks /echo")
	}
	if body := testkit.Get(app, "/docs/routes").Body.String(); !strings.Contains(body, "/echo") {
		t.Error("the page of routes lacks /echo")
	}
}

// TestChannelsOfOneName: the names of channels are letters, digits and few signs, so names of routes may become one. Each keeps a channel.
func TestChannelsOfOneName(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	for i, name := range []string{"a b", "a/b", "a?b", "a!b"} {
		app.WebSocket(fmt.Sprint("/", i), echo, brio.OperationID(name))
	}
	var doc struct {
		Channels map[string]struct{ Address string }
	}
	if err := json.Unmarshal(testkit.Get(app, "/asyncapi.json").Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, c := range doc.Channels {
		seen[c.Address] = true
	}
	if len(doc.Channels) != 4 || len(seen) != 4 {
		t.Errorf("channels: %v", doc.Channels)
	}
}
