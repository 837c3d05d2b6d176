package websockets

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/websocket"
)

// FastAPI's own tests of WebSockets: docs_src/websockets, tests/test_ws_router.py, tests/test_ws_dependencies.py.

// Tutorial 1: echo.
func TestEcho(t *testing.T) {
	app := newApp()
	app.Get("/", func() string { return "<h1>WebSocket Chat</h1>" }, brio.ResponseClass(response.HTMLClass))
	app.WebSocket("/ws", func(ctx context.Context, ws *brio.WebSocket) error {
		if err := ws.Accept(); err != nil {
			return err
		}
		for {
			text, err := ws.ReadText(ctx)
			if err != nil {
				return err
			}
			if err := ws.WriteText(ctx, "Message text was: "+text); err != nil {
				return err
			}
		}
	})
	p := dial(t, app, "/ws")
	p.send("Message one").want("Message text was: Message one").send("Message two").want("Message text was: Message two")
}

// Tutorial 2: a cookie or a query parameter, a path parameter, and a refusal by a dependency.
func TestCookieQueryAndPath(t *testing.T) {
	type credentials struct {
		Session *string `cookie:"session"`
		Token   *string `query:"token"`
	}
	type cookieOrToken string
	type in struct {
		ItemID string `path:"item_id"`
		Q      *int   `query:"q"`
	}
	app := newApp(brio.Provide(func(c credentials) (cookieOrToken, error) {
		switch {
		case c.Session != nil:
			return cookieOrToken(*c.Session), nil
		case c.Token != nil:
			return cookieOrToken(*c.Token), nil
		}
		return "", &websocket.Error{Code: websocket.ClosePolicyViolation}
	}))
	app.WebSocket("/items/{item_id}/ws", func(ctx context.Context, ws *brio.WebSocket, in in, who cookieOrToken) error {
		for text, err := range ws.Texts(ctx) {
			if err != nil {
				return err
			}
			lines := []string{"Session cookie or query token value is: " + string(who)}
			if in.Q != nil {
				lines = append(lines, fmt.Sprintf("Query parameter q is: %d", *in.Q))
			}
			for _, line := range append(lines, fmt.Sprintf("Message text was: %s, for item ID: %s", text, in.ItemID)) {
				if err := ws.WriteText(ctx, line); err != nil {
					return err
				}
			}
		}
		return nil
	})
	p := dial(t, app, "/items/foo/ws", "Cookie", "session=fakesession")
	p.send("one").want("Session cookie or query token value is: fakesession").want("Message text was: one, for item ID: foo")
	p = dial(t, app, "/items/bar/ws?token=some-token&q=3")
	p.send("one").want("Session cookie or query token value is: some-token").want("Query parameter q is: 3").want("Message text was: one, for item ID: bar")
	refuse(t, app, "/items/foo/ws", 403, `{"detail":"Forbidden"}`)
	refuse(t, app, "/items/foo/ws?token=t&q=x", 422, `{"detail":[{"type":"int_parsing","loc":["query","q"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"x"}]}`)
}

// manager is the ConnectionManager of tutorial 3.
type manager struct {
	mu     sync.Mutex
	active []*brio.WebSocket
}

func (m *manager) connect(ws *brio.WebSocket) error {
	if err := ws.Accept(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.active = append(m.active, ws)
	return nil
}

func (m *manager) disconnect(ws *brio.WebSocket) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.active = slices.DeleteFunc(m.active, func(o *brio.WebSocket) bool { return o == ws })
}

func (m *manager) broadcast(ctx context.Context, text string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, ws := range m.active {
		_ = ws.WriteText(ctx, text)
	}
}

// Tutorial 3: a broadcast, and the end of one client.
func TestBroadcast(t *testing.T) {
	type client struct {
		ID int `path:"client_id"`
	}
	app := newApp(brio.Supply(&manager{}))
	app.WebSocket("/ws/{client_id}", func(ctx context.Context, ws *brio.WebSocket, c client, m *manager) error {
		if err := m.connect(ws); err != nil {
			return err
		}
		for {
			text, err := ws.ReadText(ctx)
			if code, ok := websocket.IsClosed(err); ok {
				m.disconnect(ws)
				m.broadcast(context.Background(), fmt.Sprintf("Client #%d left the chat (%d)", c.ID, code))
				return nil
			}
			if err != nil {
				return err
			}
			if err := ws.WriteText(ctx, "You wrote: "+text); err != nil {
				return err
			}
			m.broadcast(ctx, fmt.Sprintf("Client #%d says: %s", c.ID, text))
		}
	})
	h := http.Handler(app)
	one, two := dial(t, h, "/ws/1234"), dial(t, h, "/ws/5678")
	one.send("first").want("You wrote: first").want("Client #1234 says: first") // it is in the list now
	two.send("Hello from 5678")
	for typ, b, err := two.Read(inTime(t)); string(b) != "You wrote: Hello from 5678"; typ, b, err = two.Read(inTime(t)) {
		if err != nil {
			t.Fatal(typ, err)
		}
	}
	two.want("Client #5678 says: Hello from 5678")
	one.want("Client #5678 says: Hello from 5678").send("Hello").want("You wrote: Hello").want("Client #1234 says: Hello")
	two.want("Client #1234 says: Hello")
	if err := two.Conn.Close(1000, ""); err != nil {
		t.Fatal(err)
	}
	one.want("Client #5678 left the chat (1000)")
}

type customError struct{}

func (*customError) Error() string { return "custom" }

// tests/test_ws_router.py.
func TestRouter(t *testing.T) {
	say := func(text string) func(context.Context, *brio.WebSocket) error {
		return func(ctx context.Context, ws *brio.WebSocket) error { return ws.WriteText(ctx, text) }
	}
	build := func(opts ...brio.AppOption) *brio.App {
		app := newApp(opts...)
		router, prefixed, native := brio.NewRouter(), brio.NewRouter(), brio.NewRouter(brio.Prefix("/native"))
		app.WebSocket("/", say("Hello, world!"))
		router.WebSocket("/router", say("Hello, router!"))
		prefixed.WebSocket("/", say("Hello, router with prefix!"))
		native.WebSocket("/", say("Hello, router with native prefix!"))
		type name struct {
			Name string `path:"name"`
		}
		router.WebSocket("/router-ws-depends/", func(ctx context.Context, ws *brio.WebSocket, data string) error { return ws.WriteText(ctx, data) },
			brio.Provide(func() string { return "Socket Dependency" }))
		router.WebSocket("/depends-err/", func(ctx context.Context, ws *brio.WebSocket) error { return nil },
			brio.Depends(func() error { return errors.New("private") }))
		type required struct {
			X int `header:"X-Missing"`
		}
		router.WebSocket("/depends-validate/", func(*brio.WebSocket) {}, brio.Depends(func(required) {}))
		router.WebSocket("/custom_error/", func(*brio.WebSocket) error { return &customError{} })
		router.WebSocket("/params/{name...}", func(ctx context.Context, ws *brio.WebSocket, n name) error { return ws.WriteText(ctx, "path: "+n.Name) })
		app.Include(router)
		app.Include(prefixed, brio.Prefix("/prefix"))
		app.Include(native)
		return app
	}
	app := build()
	for path, text := range map[string]string{
		"/": "Hello, world!", "/router": "Hello, router!", "/prefix/": "Hello, router with prefix!", "/native/": "Hello, router with native prefix!",
		"/router-ws-depends/": "Socket Dependency", "/params/path/to/file": "path: path/to/file",
	} {
		dial(t, app, path).want(text).wantClose(1000, "")
	}
	refuse(t, app, "/no-router/", 404, `{"detail":"Not Found"}`)
	refuse(t, app, "/depends-validate/", 422, `{"detail":[{"type":"missing","loc":["header","x-missing"],"msg":"Field required","input":null}]}`)
	refuse(t, app, "/depends-err/", 500, `{"detail":"Internal Server Error"}`)
	refuse(t, app, "/custom_error/", 500, `{"detail":"Internal Server Error"}`)
	app = build(brio.OnError(func(_ *http.Request, err *customError) *brio.Response {
		return response.Text("refused: " + err.Error()).Status(418)
	}))
	refuse(t, app, "/custom_error/", 418, "refused: custom")

	var overridden strings.Builder
	app = newApp(brio.Provide(func() string { return "Socket Dependency" }), brio.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			overridden.WriteString(r.URL.Path)
			w.Header().Set("X-Middleware", "ran")
			next.ServeHTTP(w, r)
		})
	}))
	app.WebSocket("/m", func(ctx context.Context, ws *brio.WebSocket, data string) error { return ws.WriteText(ctx, data) })
	p := dial(t, app, "/m")
	p.want("Socket Dependency")
	if overridden.String() != "/m" || p.answer.Header.Get("X-Middleware") != "ran" {
		t.Errorf("the middleware saw %q, and the handshake has %v", overridden.String(), p.answer.Header)
	}
}

// tests/test_ws_dependencies.py: dependencies of app, routers, include and route, each once, in this order.
func TestDependenciesOfEachLevel(t *testing.T) {
	var trace []string
	list := func(name string) brio.Option { return brio.Depends(func() { trace = append(trace, name) }) }
	app := newApp(list("app"))
	router := brio.NewRouter(list("router"))
	prefixed := brio.NewRouter(brio.Prefix("/prefix"), list("prefix_router"))
	handler := func(ctx context.Context, ws *brio.WebSocket) error {
		return ws.WriteText(ctx, strings.Join(trace, " "))
	}
	app.WebSocket("/", handler, list("index"))
	router.WebSocket("/router", handler, list("routerindex"))
	prefixed.WebSocket("/", handler, list("routerprefixindex"))
	app.Include(router, list("router2"))
	app.Include(prefixed, list("prefix_router2"))
	for path, want := range map[string]string{
		"/": "app index", "/router": "app router2 router routerindex", "/prefix/": "app prefix_router2 prefix_router routerprefixindex",
	} {
		trace = nil
		dial(t, app, path).want(want).wantClose(1000, "")
	}
}

// The temporal Response and background tasks have no effect in FastAPI. Here headers and cookies go with the handshake, and tasks run at
// the end.
func TestResponseAndTasks(t *testing.T) {
	done := make(chan string, 4)
	app := newApp(brio.Depends(func(res *brio.Response) { res.SetCookie(cookies.New("visit", "1")) }))
	app.WebSocket("/", func(ctx context.Context, ws *brio.WebSocket, res *brio.Response, tasks *brio.BackgroundTasks) (err error) {
		res.SetHeader("X-Room", "lobby")
		if err := ws.Accept(websocket.Header("X-More", "yes")); err != nil {
			return err
		}
		tasks.Add(func(context.Context) error { done <- "task"; return nil })
		return ws.WriteText(ctx, "hello")
	})
	p := dial(t, app, "/")
	p.want("hello").wantClose(1000, "")
	if h := p.answer.Header; h.Get("X-Room") != "lobby" || h.Get("X-More") != "yes" || h.Get("Set-Cookie") != "visit=1; Path=/; SameSite=Lax" {
		t.Errorf("the handshake has %v", h)
	}
	if got := <-done; got != "task" {
		t.Error(got)
	}
}
