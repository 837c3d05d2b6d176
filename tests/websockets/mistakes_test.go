package websockets

import (
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/websocket"
)

// A WebSocket route that is declared wrongly is in the report of the start.
func TestMistakes(t *testing.T) {
	t.Parallel()
	type withBody struct {
		B string `body:"b"`
	}
	type bad struct {
		F func() `json:"f"`
	}
	type wrongTag struct {
		A string `json:"a" validate:"min=x"`
	}
	socket := func(*brio.WebSocket) {}
	for name, c := range map[string]struct {
		declare func(*brio.App)
		want    []string
	}{
		"no connection":    {func(app *brio.App) { app.WebSocket("/", func() {}) }, []string{"no function of the route takes the connection", "*brio.WebSocket or *websocket.Conn[In, Out]"}},
		"result":           {func(app *brio.App) { app.WebSocket("/", func(*brio.WebSocket) string { return "" }) }, []string{"a WebSocket route returns a string"}},
		"Get":              {func(app *brio.App) { app.Get("/", socket) }, []string{"parameter 1 (*brio.WebSocket) needs a WebSocket connection", "app.WebSocket(path, handler)"}},
		"Get of Conn":      {func(app *brio.App) { app.Get("/", func(*websocket.Conn[int, int]) {}) }, []string{"needs a WebSocket connection"}},
		"value":            {func(app *brio.App) { app.WebSocket("/", func(brio.WebSocket) {}) }, []string{"the connection is injected as *brio.WebSocket"}},
		"body":             {func(app *brio.App) { app.WebSocket("/", func(*brio.WebSocket, withBody) {}) }, []string{"field B is read from the body, and a handshake has none"}},
		"handler":          {func(app *brio.App) { app.WebSocket("/", http.NotFoundHandler()) }, []string{"a handler of net/http on a WebSocket route"}},
		"model":            {func(app *brio.App) { app.WebSocket("/", socket, brio.ResponseModel[int]()) }, []string{"ResponseModel on a WebSocket route"}},
		"status":           {func(app *brio.App) { app.WebSocket("/", socket, brio.Status(201)) }, []string{"Status or ResponseModel on a WebSocket route"}},
		"document":         {func(app *brio.App) { app.WebSocket("/", socket, brio.OpenAPIExtra(map[string]any{"x-a": 1})) }, []string{"OpenAPIExtra, Responds, Examples or ResponseDescription on a WebSocket route"}},
		"responses":        {func(app *brio.App) { app.WebSocket("/", socket, brio.Responds[string](404, "no room")) }, []string{"OpenAPIExtra, Responds, Examples"}},
		"message":          {func(app *brio.App) { app.WebSocket("/", func(*websocket.Conn[wrongTag, int]) {}) }, []string{"messages of type websockets.wrongTag", "min=x"}},
		"Out":              {func(app *brio.App) { app.WebSocket("/", func(*websocket.Conn[int, bad]) {}) }, []string{"messages of type websockets.bad"}},
		"twice":            {func(app *brio.App) { app.WebSocket("/", socket); app.WebSocket("/", socket) }, []string{"WebSocket / is registered twice"}},
		"conflict":         {func(app *brio.App) { app.WebSocket("/a/{x}", socket); app.WebSocket("/{y}/b", socket) }, []string{"conflicts with"}},
		"provider":         {func(app *brio.App) { app.WebSocket("/", socket, brio.Provide(func() *brio.WebSocket { return nil })) }, []string{"is the framework's own"}},
		"webhook":          {func(app *brio.App) { app.Webhooks().WebSocket("/x", socket) }, []string{"a WebSocket route among webhooks or callbacks"}},
		"Subprotocols":     {func(app *brio.App) { app.WebSocket("/", socket, routeOption(brio.Subprotocols("a b"))) }, []string{`Subprotocols has "a b"`}},
		"AllowOrigins":     {func(app *brio.App) { app.WebSocket("/", socket, routeOption(brio.AllowOrigins("https://a.b/"))) }, []string{`AllowOrigins has "https://a.b/"`}},
		"MessageRate":      {func(app *brio.App) { app.WebSocket("/", socket, routeOption(brio.MessageRate(1, 0))) }, []string{"MessageRate(1, 0s)"}},
		"IdleTimeout":      {func(app *brio.App) { app.WebSocket("/", socket, routeOption(brio.IdleTimeout(-5))) }, []string{"IdleTimeout is -5ns"}},
		"CompressMessages": {func(app *brio.App) { app.WebSocket("/", socket, routeOption(brio.CompressMessages(true, false))) }, []string{"CompressMessages has 2 arguments"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := newApp()
			c.declare(app)
			err := app.Check()
			if err == nil {
				t.Fatal("no mistake is reported")
			}
			for _, part := range append(c.want, "mistakes_test.go:") {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("got %v, want %q in it", err, part)
				}
			}
		})
	}
}

func routeOption(o brio.Option) brio.RouteOption { return o }

// One path may have a Get and a WebSocket. Without a Get, other requests are told what the path is for.
func TestPathOfWebSocket(t *testing.T) {
	t.Parallel()
	app := newApp()
	app.WebSocket("/both", func(ws *brio.WebSocket) error { return ws.Close(4000, "") })
	app.Get("/both", func() string { return "page" })
	app.WebSocket("/socket/{id}", func(ws *brio.WebSocket) error { return ws.Close(4000, "") })
	app.Post("/post", func() {})
	testkit.WantBody(t, testkit.Get(app, "/both"), `"page"`)
	w := testkit.Get(app, "/socket/1")
	testkit.WantStatus(t, w, 426)
	testkit.WantHeader(t, w, "Upgrade", "websocket")
	testkit.WantStatus(t, testkit.Do(app, "HEAD", "/socket/1", ""), 426)
	w = testkit.Do(app, "POST", "/socket/1", "")
	testkit.WantStatus(t, w, 405)
	testkit.WantHeader(t, w, "Allow", "GET, HEAD, OPTIONS")
	testkit.WantStatus(t, testkit.Do(app, "OPTIONS", "/socket/1", ""), 204)
	testkit.WantStatus(t, testkit.Do(app, "WebSocket", "/socket/1", ""), 405)
	refuse(t, app, "/post", 405, `{"detail":"Method Not Allowed"}`)
	refuse(t, app, "/none", 404, `{"detail":"Not Found"}`)
	for _, o := range app.OpenAPI().Paths {
		if o == nil {
			t.Error("an empty path")
		}
	}
	if app.OpenAPI().Paths["/socket/{id}"] != nil {
		t.Error("the document has the WebSocket")
	}
	if path, err := app.URL("get /socket/{id}", "id", 7); err != nil || path != "/socket/7" {
		t.Log(path, err)
	}
}
