package websockets

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	client "github.com/coder/websocket"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/websocket"
)

// reader reads text until the end, and reports the end.
func reader(done chan<- error) func(context.Context, *brio.WebSocket) error {
	return func(ctx context.Context, ws *brio.WebSocket) error {
		for {
			if _, err := ws.ReadText(ctx); err != nil {
				done <- err
				return err
			}
		}
	}
}

// A handshake that breaks RFC 6455 is answered before any function of the program runs.
func TestBadHandshakes(t *testing.T) {
	t.Parallel()
	app := newApp(brio.Depends(func() { t.Error("a guard runs") }))
	app.WebSocket("/", func(*brio.WebSocket) {})
	address := serve(t, app)
	key := base64.StdEncoding.EncodeToString(make([]byte, 16))
	for name, c := range map[string]struct {
		request string
		status  int
		header  string // name and value
	}{
		"no Connection":  {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key, 426, "Upgrade: websocket"},
		"no version":     {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + key, 426, "Sec-WebSocket-Version: 13"},
		"version 8":      {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: " + key, 426, "Sec-WebSocket-Version: 13"},
		"no key":         {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13", 400, ""},
		"short key":      {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: YQ==", 400, ""},
		"two keys":       {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + "\r\nSec-WebSocket-Key: " + key, 400, ""},
		"HTTP/1.0":       {"GET / HTTP/1.0\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key, 426, "Upgrade: websocket"},
		"POST":           {"POST / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nContent-Length: 0\r\nSec-WebSocket-Key: " + key, 405, "Allow: GET, HEAD, OPTIONS"},
		"no WebSocket":   {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade", 426, "Upgrade: websocket"},
		"foreign origin": {"GET / HTTP/1.1\r\nHost: a\r\nOrigin: https://evil.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key, 403, ""},
	} {
		c2 := openRaw(t, address)
		fmt.Fprint(c2.conn, c.request, "\r\n\r\n")
		res, err := http.ReadResponse(c2.r, nil)
		if err != nil {
			t.Fatal(name, err)
		}
		header, value, _ := strings.Cut(c.header, ": ")
		if res.StatusCode != c.status || header != "" && res.Header.Get(header) != value || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%s: got %d %v, want %d %s", name, res.StatusCode, res.Header, c.status, c.header)
		}
	}
}

// Only pages of the host itself may connect, unless the app allows others.
func TestOrigins(t *testing.T) {
	t.Parallel()
	build := func(opts ...brio.AppOption) *brio.App {
		app := newApp(opts...)
		app.WebSocket("/", func(ctx context.Context, ws *brio.WebSocket) error { return ws.WriteText(ctx, "in") })
		return app
	}
	cors := func(o middleware.CORSOptions) brio.AppOption { return brio.Use(middleware.CORS(o)) }
	for name, c := range map[string]struct {
		app             *brio.App
		allowed, others []string
	}{
		"default": {build(), []string{"http://example.com", "https://EXAMPLE.com"}, []string{"http://evil.example", "null", "http://example.com.evil.example", "http://example.com:81", "file://", ""}},
		"option":  {build(brio.AllowOrigins("https://a.example", "https://*.b.example")), []string{"http://example.com", "https://a.example", "https://x.y.b.example"}, []string{"http://a.example", "https://b.example", "https://xb.example", "null"}},
		"any":     {build(brio.AllowOrigins("*")), []string{"null", "https://evil.example"}, nil},
		"CORS":    {build(cors(middleware.CORSOptions{AllowOrigins: []string{"https://a.example"}, AllowOriginRegex: `https://[a-z]+\.c\.example`})), []string{"https://a.example", "https://q.c.example"}, []string{"https://b.example"}},
		"CORS *":  {build(cors(middleware.CORSOptions{AllowOrigins: []string{"*"}})), []string{"http://example.com"}, []string{"https://b.example"}},
		"hosts":   {build(brio.Use(middleware.TrustedHost("example.com", "*.example.com"))), []string{"https://app.example.com"}, []string{"https://b.example"}},
	} {
		address := serve(t, c.app)
		for _, origin := range c.allowed {
			if got := dialRawAt(t, address, "/", "Origin: "+origin).head.StatusCode; got != 101 {
				t.Errorf("%s: %q: got %d, want 101", name, origin, got)
			}
		}
		for _, origin := range c.others {
			if got := dialRawAt(t, address, "/", "Origin: "+origin).head.StatusCode; got != 403 {
				t.Errorf("%s: %q: got %d, want 403", name, origin, got)
			}
		}
		if got := dialRawAt(t, address, "/").head.StatusCode; got != 101 {
			t.Errorf("%s: no origin: got %d, want 101", name, got)
		}
		if got := dialRawAt(t, address, "/", "Origin: http://example.com", "Origin: http://example.com").head.StatusCode; c.others != nil && got != 403 {
			t.Errorf("%s: two origins: got %d, want 403", name, got)
		}
	}
}

// The server answers with a subprotocol of its own that the client offers, or with none.
func TestSubprotocols(t *testing.T) {
	t.Parallel()
	app := newApp()
	say := func(ctx context.Context, ws *brio.WebSocket) error {
		if err := ws.Accept(); err != nil {
			return err
		}
		return ws.WriteText(ctx, "speaks "+ws.Subprotocol())
	}
	app.WebSocket("/", say, brio.Subprotocols("v2", "v1"))
	app.WebSocket("/own", func(ctx context.Context, ws *brio.WebSocket) error {
		if err := ws.Accept(websocket.Subprotocols("v9", "v1")); err != nil {
			return err
		}
		return ws.WriteText(ctx, "speaks "+ws.Subprotocol())
	}, brio.Subprotocols("v2"))
	app.WebSocket("/none", say)
	address := serve(t, app)
	for _, c := range []struct{ path, offer, want string }{
		{"/", "v1, v2", "v2"}, {"/", "v1", "v1"}, {"/", "v3", ""}, {"/", "v3, ,\t v1", "v1"}, {"/own", "v2, v1", "v1"}, {"/none", "v1", ""},
	} {
		p := dialRawAt(t, address, c.path, "Sec-WebSocket-Protocol: "+c.offer)
		p.want(strings.TrimSpace("text speaks " + c.want))
		if got := p.head.Header.Get("Sec-WebSocket-Protocol"); got != c.want {
			t.Errorf("%s: %s: got %q, want %q", c.path, c.offer, got, c.want)
		}
	}
}

// A message of exactly the limit passes, one byte more closes with 1009, whatever the frame says about its length.
func TestMessageLimit(t *testing.T) {
	t.Parallel()
	app := newApp(brio.MaxBody(10))
	app.WebSocket("/", func(ctx context.Context, ws *brio.WebSocket) error {
		for text, err := range ws.Texts(ctx) {
			if err == nil {
				err = ws.WriteText(ctx, text)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	address := serve(t, app)
	ten := strings.Repeat("x", 10)
	p := dialRawAt(t, address, "/")
	p.send(0, frame(fin|opText, ten), frame(fin|opText, ten+"x"))
	p.want("text "+ten, "close 1009 the message has more than 10 bytes", "end")
	p = dialRawAt(t, address, "/")
	p.send(0, frame(opText, ten), frame(fin|opContinuation, "x"))
	p.want("close 1009*", "end")
	p = dialRawAt(t, address, "/")
	p.send(0, frameOf(fin|opText, true, 1<<40, ten+ten))
	p.want("close 1009*")
}

// Each message counts, and one too many closes with 1008.
func TestMessageRate(t *testing.T) {
	t.Parallel()
	app := newApp()
	app.WebSocket("/", reader(make(chan error, 1)), brio.MessageRate(3, time.Hour))
	p := dialRaw(t, app, "/")
	for range 4 {
		p.send(0, frame(fin|opText, "x"))
	}
	p.want("close 1008 too many messages", "end")
}

// Pings without end close with 1008, although there is no rate for messages.
func TestPingFlood(t *testing.T) {
	t.Parallel()
	app := newApp()
	app.WebSocket("/", reader(make(chan error, 1)))
	p := dialRaw(t, app, "/")
	go func() {
		for range 2000 {
			p.send(0, frame(fin|opPing, "x"))
		}
	}()
	pongs := 0
	for {
		switch e := p.event(); e {
		case "pong x":
			if pongs++; pongs > 400 {
				t.Fatal("the server answers pings without end")
			}
		case "close 1008 too many pings":
			return
		default:
			t.Fatalf("after %d pongs: %s", pongs, e)
		}
	}
}

// A message that arrives too slowly closes with 1008. A connection without a message may wait.
func TestSlowMessage(t *testing.T) {
	t.Parallel()
	app := newApp(brio.ReadTimeout(50*time.Millisecond), brio.MinReadRate(1000))
	app.WebSocket("/", reader(make(chan error, 1)))
	p := dialRaw(t, app, "/")
	time.Sleep(100 * time.Millisecond) // longer than the timeout: there is no message
	whole := frame(fin|opText, strings.Repeat("x", 100))
	go func() {
		for i := range whole { // 1 byte in 10 milliseconds: 100 bytes per second
			if _, err := p.conn.Write(whole[i : i+1]); err != nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	p.want("close 1008 the message arrives too slowly")
}

// A client that does not read ends its connection, and the writer gets an error.
func TestClientNeverReads(t *testing.T) {
	t.Parallel()
	app := newApp(brio.StreamWriteTimeout(100 * time.Millisecond))
	done := make(chan error, 1)
	app.WebSocket("/", func(ctx context.Context, ws *brio.WebSocket) error {
		b := make([]byte, 1<<20)
		for {
			if err := ws.WriteBytes(ctx, b); err != nil {
				done <- err
				return err
			}
		}
	})
	dialRaw(t, app, "/")
	if code, ok := websocket.IsClosed(testkit.Receive(t, done, "the error of the writer")); !ok || code != 1006 {
		t.Error(code, ok)
	}
}

// A client that answers no pings ends its connection; one that does keeps it.
func TestPings(t *testing.T) {
	t.Parallel()
	app := newApp(brio.EventPing(250 * time.Millisecond))
	done := make(chan error, 1)
	app.WebSocket("/", reader(done))
	p := dialRaw(t, app, "/")
	for range 3 {
		first, payload, err := p.read()
		if err != nil || first != fin|opPing {
			t.Fatal(first, err)
		}
		p.send(0, frame(fin|opPong, string(payload)))
	}
	p.want("ping*") // and no answer
	err := testkit.Receive(t, done, "the end")
	if code, ok := websocket.IsClosed(err); !ok || code != 1006 || !strings.Contains(err.Error(), "does not answer a ping") {
		t.Error(err)
	}
}

// A handler that does not read still answers pings, and its client stays connected.
func TestHandlerThatOnlyWrites(t *testing.T) {
	t.Parallel()
	app := newApp(brio.EventPing(150 * time.Millisecond))
	app.WebSocket("/", func(ctx context.Context, ws *brio.WebSocket) error {
		_ = ws.Accept()
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(600 * time.Millisecond):
		}
		text, err := ws.ReadText(ctx)
		if err != nil {
			return err
		}
		return ws.WriteText(ctx, "still here: "+text)
	})
	dial(t, app, "/").send("x").want("still here: x").wantClose(1000, "")
}

// A connection without messages is closed with 1001, pings or not.
func TestIdleTimeout(t *testing.T) {
	t.Parallel()
	app := newApp(brio.IdleTimeout(700*time.Millisecond), brio.EventPing(250*time.Millisecond))
	app.WebSocket("/", reader(make(chan error, 1)))
	dial(t, app, "/").wantClose(1001, "idle")
}

// Middleware with a timeout is for answers of HTTP: a connection that it has let through lives on.
func TestTimeoutMiddleware(t *testing.T) {
	t.Parallel()
	app := newApp(brio.Use(middleware.Timeout(50 * time.Millisecond)))
	app.WebSocket("/", func(ctx context.Context, ws *brio.WebSocket) error {
		_ = ws.Accept()
		time.Sleep(150 * time.Millisecond)
		return ws.WriteText(ctx, "alive")
	})
	dial(t, app, "/").want("alive").wantClose(1000, "")
}

// HTTP/2 and recorders have no connection to give: the answer is one of HTTP.
func TestNoConnection(t *testing.T) {
	t.Parallel()
	app := newApp()
	app.WebSocket("/", func(ctx context.Context, ws *brio.WebSocket) error { return ws.WriteText(ctx, "x") })
	w := testkit.Get(app, "/", "Upgrade", "websocket", "Connection", "Upgrade", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
	testkit.WantStatus(t, w, 426)
	testkit.WantHeader(t, w, "Upgrade", "websocket")
}

// Messages of several goroutines are not mixed.
func TestConcurrentWriters(t *testing.T) {
	t.Parallel()
	app := newApp()
	app.WebSocket("/", func(ctx context.Context, ws *brio.WebSocket) error {
		errs := make(chan error, 8)
		for i := range 8 {
			go func() {
				var err error
				for range 50 {
					if err = ws.WriteText(ctx, strings.Repeat(fmt.Sprint(i), 3000)); err != nil {
						break
					}
				}
				errs <- err
			}()
		}
		for range 8 {
			if err := <-errs; err != nil {
				return err
			}
		}
		return nil
	})
	p := dial(t, app, "/")
	for range 8 * 50 {
		_, b, err := p.Read(inTime(t))
		if err != nil || len(b) != 3000 || strings.Trim(string(b), string(b[:1])) != "" {
			t.Fatal(len(b), err)
		}
	}
	p.wantClose(int(client.StatusNormalClosure), "")
}
