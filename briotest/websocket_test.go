package briotest_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/websocket"
)

type question struct {
	A int `json:"a" validate:"min=0"`
	B int `json:"b" validate:"min=0"`
}

type sum struct {
	Sum int `json:"sum"`
}

// user is what a guard of the socket gives.
type user struct{ Name string }

// newSocketApp returns an app with the sockets of the tests. ended counts the requests whose clean-ups have run.
func newSocketApp(ended *atomic.Int32) *brio.App {
	app := brio.New(brio.Provide(func(in struct {
		Token string `header:"token,omitempty"`
	}) (*user, func(), error) {
		if in.Token == "" {
			return nil, nil, brio.Error(401, "no token")
		}
		return &user{in.Token}, func() {
			if ended != nil {
				ended.Add(1)
			}
		}, nil
	}))
	app.WebSocket("/add", func(ctx context.Context, conn *websocket.Conn[question, sum]) error {
		for q, err := range conn.Messages(ctx) {
			if err != nil {
				return err
			}
			if err := conn.Write(ctx, sum{q.A + q.B}); err != nil {
				return err
			}
		}
		return nil
	})
	app.WebSocket("/echo", func(ctx context.Context, ws *brio.WebSocket) error {
		for {
			b, err := ws.ReadBytes(ctx)
			if err != nil {
				return err
			}
			if err := ws.WriteBytes(ctx, b); err != nil {
				return err
			}
		}
	})
	app.WebSocket("/user", func(ctx context.Context, u *user, ws *brio.WebSocket) error {
		for text, err := range ws.Texts(ctx) {
			if err != nil {
				return err
			}
			if err := ws.WriteText(ctx, u.Name+": "+text); err != nil {
				return err
			}
		}
		return nil
	})
	app.WebSocket("/bye", func(ctx context.Context, res *brio.Response, ws *brio.WebSocket) error {
		_ = res.SetCookie(cookies.New("session", "s1"))
		res.SetHeader("X-Room", "7")
		if err := ws.Accept(websocket.Subprotocols("v2", "v1")); err != nil {
			return err
		}
		return ws.Close(4000, "bye")
	})
	app.WebSocket("/silent", func(ctx context.Context, ws *brio.WebSocket) error {
		_ = ws.Accept()
		<-ctx.Done()
		return nil
	})
	app.WebSocket("/stuck", func(ws *brio.WebSocket) { _ = ws.Accept(); time.Sleep(time.Minute) })
	app.WebSocket("/hang", func(ctx context.Context, ws *brio.WebSocket) error {
		time.Sleep(time.Minute)
		return errors.New("late")
	})
	app.Get("/session", func(in struct {
		Session string `cookie:"session,omitempty"`
	}) string {
		return in.Session
	})
	return app
}

// with returns a request with headers, names and values.
func with(target string, headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func TestWebSocketMessages(t *testing.T) {
	c := briotest.New(t, newSocketApp(nil))
	ws := c.WebSocket("/add")
	ws.Send(question{1, 2}).Expect(sum{3}).Send(`{"a":2,"b":2}`).Expect(`{"sum":4}`)
	ws.Send(question{2, 3}).Send(question{3, 3}).Expect(map[string]int{"sum": 5}) // both sides write at once
	var last sum
	if ws.JSON(&last); last.Sum != 6 {
		t.Errorf("JSON gave %+v", last)
	}
	ws.Send(question{-1, 0}).Closed(1008, "body.a: Input should be greater than or equal to 0")
	echo := c.WebSocket("/echo")
	echo.Send([]byte{0, 255}).Expect([]byte{0, 255})
	if got := echo.Send([]byte("raw")).Bytes(); string(got) != "raw" {
		t.Errorf("Bytes gave %q", got)
	}
	echo.Close(1000, "")
}

// Both sides may have messages in flight, more than the buffers of the connection hold, from two goroutines or from one.
func TestWebSocketIsFullDuplex(t *testing.T) {
	ws := briotest.New(t, newSocketApp(nil)).WebSocket("/echo")
	big := []byte(strings.Repeat("x", 20<<10))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 50 {
			ws.Send(big)
		}
	}()
	for range 50 {
		ws.Expect(big)
	}
	<-done
	for range 50 {
		ws.Send(big)
	}
	for range 50 {
		ws.Expect(big)
	}
}

// Headers and cookies of the handshake are those of an answer, and the client keeps the cookies. Closed sees code and reason.
func TestWebSocketHandshake(t *testing.T) {
	c := briotest.New(t, newSocketApp(nil))
	ws := c.WebSocket("/bye", "v1", "v2")
	ws.Subprotocol("v2").Response().Status(101).Header("X-Room", "7")
	ws.Closed(4000, "bye")
	c.Get("/session").Send().Body(`"s1"`)
	c.WebSocket("/bye").Subprotocol("").Closed(4000, "bye")
	compressed, _ := c.Dial(with("/add", "Sec-WebSocket-Extensions", "permessage-deflate; client_no_context_takeover; server_no_context_takeover"))
	compressed.Send(question{1, 1}).Expect(sum{2})
}

// A handshake that a guard, the router or net/http refuses is an answer of HTTP.
func TestWebSocketRefusals(t *testing.T) {
	c := briotest.New(t, newSocketApp(nil))
	for path, want := range map[string]int{"/user": 401, "/none": 404, "/session/": 307, "/add": 101} {
		ws, answer := c.Dial(with(path))
		answer.Status(want)
		if (ws == nil) != (want != 101) {
			t.Errorf("%s: %d with the WebSocket %v", path, want, ws)
		}
	}
	_, refused := c.Dial(with("/user"))
	refused.Body(`{"detail":"no token"}`)
}

// Overrides apply to the client's sockets, and the clean-ups have run when Close, Cut and Closed return.
func TestWebSocketOverridesAndEnds(t *testing.T) {
	var ended atomic.Int32
	app := newSocketApp(&ended)
	ws, _ := briotest.New(t, app).Dial(with("/user", "Token", "ann"))
	ws.Send("hi").Expect("ann: hi").Close(1000, "done")
	if ended.Load() != 1 {
		t.Error("Close returns before the clean-up")
	}
	gone, _ := briotest.New(t, app).Dial(with("/user", "Token", "ann"))
	gone.Send("hi").Expect("ann: hi").Cut()
	if ended.Load() != 2 {
		t.Error("Cut returns before the clean-up")
	}
	fake := briotest.New(t, app, briotest.Override(func() *user { return &user{"fake"} }))
	fake.WebSocket("/user").Send("hi").Expect("fake: hi")
}

// The end of a test cuts its connections and waits for their requests.
func TestWebSocketEndsWithTest(t *testing.T) {
	var ended atomic.Int32
	got := record(func(tb testing.TB) {
		ws, _ := briotest.New(tb, newSocketApp(&ended)).Dial(with("/user", "Token", "ann"))
		ws.Send("hi")
	})
	if ended.Load() != 1 || len(got.errors) > 0 {
		t.Errorf("%d requests have ended, errors %q", ended.Load(), got.errors)
	}
}

// Every expectation that is not met fails the test and says what came instead. Time is that of a bubble, so waits take none.
func TestWebSocketExpectationsFail(t *testing.T) {
	dial := func(t testing.TB, path string) *briotest.WebSocket {
		return briotest.New(t, newSocketApp(nil)).WebSocket(path)
	}
	for _, tc := range []struct {
		name string
		f    func(t testing.TB)
		want string
	}{
		{"another value", func(t testing.TB) { dial(t, "/add").Send(question{1, 2}).Expect(sum{4}) }, "WebSocket /add: message 1 differs:\n{\"sum\":3}\nwant\n{\"sum\":4}"},
		{"great message", func(t testing.TB) {
			dial(t, "/echo").Send(bytes.Repeat([]byte("a"), 1025)).Expect([]byte("b"))
		}, "WebSocket /echo: message 1 differs:\nbinary \"" + strings.Repeat("a", 1024) + "\"… (1025 bytes)\nwant\nbinary \"b\""},
		{"another text", func(t testing.TB) { dial(t, "/add").Send(question{1, 2}).Expect(`{"sum": 3}`) }, "WebSocket /add: message 1 differs:\n{\"sum\":3}\nwant\n{\"sum\": 3}"},
		{"binary for text", func(t testing.TB) { dial(t, "/add").Send(question{1, 2}).Expect([]byte(`{"sum":3}`)) }, "WebSocket /add: message 1 differs:\n{\"sum\":3}\nwant\nbinary \"{\\\"sum\\\":3}\""},
		{"text for binary", func(t testing.TB) { dial(t, "/echo").Send([]byte("3")).Expect(3) }, "WebSocket /echo: message 1 differs:\nbinary \"3\"\nwant\n3"},
		{"close for a message", func(t testing.TB) { dial(t, "/bye").Expect("hi") }, "WebSocket /bye: no message 1: the app has closed the connection with 4000 \"bye\", want\nhi"},
		{"close for JSON", func(t testing.TB) { dial(t, "/bye").JSON(new(sum)) }, "WebSocket /bye: no message 1: the app has closed the connection with 4000 \"bye\", want\na briotest_test.sum"},
		{"close for bytes", func(t testing.TB) { dial(t, "/bye").Bytes() }, "WebSocket /bye: no message 1: the app has closed the connection with 4000 \"bye\", want\nany message"},
		{"JSON of another type", func(t testing.TB) { dial(t, "/add").Send(question{1, 2}).JSON(new(int)) }, "WebSocket /add: message 1 is no int: "},
		{"silence", func(t testing.TB) { dial(t, "/silent").Expect("hi") }, "WebSocket /silent: no message 1: nothing has happened for 10s, want\nhi"},
		{"silence for a close", func(t testing.TB) { dial(t, "/silent").Closed(1000, "") }, "WebSocket /silent: nothing has happened for 10s, want the close 1000 \"\""},
		{"silence for a cut", func(t testing.TB) { dial(t, "/silent").Closed(1006, "") }, "WebSocket /silent: nothing has happened for 10s, want the close 1006 \"\""},
		{"another code", func(t testing.TB) { dial(t, "/bye").Closed(1000, "bye") }, "WebSocket /bye: the app has closed the connection with 4000 \"bye\", want 1000 \"bye\""},
		{"another reason", func(t testing.TB) { dial(t, "/bye").Closed(4000, "") }, "WebSocket /bye: the app has closed the connection with 4000 \"bye\", want 4000 \"\""},
		{"message for a close", func(t testing.TB) { dial(t, "/add").Send(question{1, 2}).Closed(1000, "") }, "WebSocket /add: message 1 instead of the close 1000 \"\":\n{\"sum\":3}"},
		{"another subprotocol", func(t testing.TB) { dial(t, "/add").Subprotocol("v1") }, "WebSocket /add: the subprotocol \"\", want \"v1\""},
		{"message that is no JSON", func(t testing.TB) { dial(t, "/add").Send(func() {}) }, "WebSocket /add: the message to send: "},
		{"expectation that is no JSON", func(t testing.TB) { dial(t, "/add").Expect(func() {}) }, "WebSocket /add: the message to expect: "},
		{"send after the end", func(t testing.TB) {
			ws := dial(t, "/add")
			ws.Close(1000, "")
			ws.Send("late")
		}, "WebSocket /add: the message was not sent: "},
		{"code that is illegal", func(t testing.TB) { dial(t, "/add").Close(5000, "") }, "WebSocket /add: the connection was not closed: "},
		{"request that does not end", func(t testing.TB) { dial(t, "/stuck").Cut() }, "WebSocket /stuck: the request has not ended 10s after the connection"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(*testing.T) {
				got := record(tc.f)
				if len(got.errors) == 0 || !strings.HasPrefix(got.errors[0], tc.want) || got.fatal != "" {
					t.Errorf("errors %q, fatal %q; want %q", got.errors, got.fatal, tc.want)
				}
				if got.helpers == 0 {
					t.Error("the failure is not reported at the line of the test")
				}
				time.Sleep(time.Minute) // the handler of stuck ends
			})
		})
	}
}

// A refused handshake and one without an answer end the test.
func TestWebSocketWithoutConnectionIsFatal(t *testing.T) {
	for path, want := range map[string]string{
		"/user": "briotest: WebSocket /user: the app has refused the handshake:\n401 {\"detail\":\"no token\"}",
		"/hang": "briotest: WebSocket /hang: the app has not answered the handshake: ",
	} {
		synctest.Test(t, func(*testing.T) {
			got := record(func(tb testing.TB) { briotest.New(tb, newSocketApp(nil)).WebSocket(path) })
			if !strings.HasPrefix(got.fatal, want) {
				t.Errorf("%s: fatal %q, want %q", path, got.fatal, want)
			}
			time.Sleep(time.Minute)
		})
	}
}
