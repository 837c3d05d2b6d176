package websockets

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	client "github.com/coder/websocket"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/websocket"
)

var errPrivate = errors.New("private")

// What a handler returns decides the answer to the handshake before it is accepted, and the code of the close after it.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	type in struct {
		How    string `path:"how"`
		Accept bool   `query:"accept" default:"false"`
	}
	log := &testkit.Log{}
	app := brio.New(brio.Logger(log.Logger()), brio.OnError(func(_ *http.Request, err *customError) *brio.Response {
		return response.Text("handled").Status(418)
	}))
	app.WebSocket("/{how}", func(ctx context.Context, ws *brio.WebSocket, in in) error {
		if in.Accept {
			if err := ws.Accept(); err != nil {
				return err
			}
		}
		switch in.How {
		case "code":
			return fmt.Errorf("wrapped: %w", &websocket.Error{Code: 4321, Reason: "mine"})
		case "long":
			return &websocket.Error{Code: websocket.ClosePolicyViolation, Reason: strings.Repeat("ä", 100)}
		case "illegal":
			return &websocket.Error{Code: 1006, Reason: "mine"}
		case "http":
			return brio.Error(409, "taken")
		case "plain":
			return errPrivate
		case "handled":
			return &customError{}
		case "panic":
			panic(errPrivate)
		case "abort":
			panic(http.ErrAbortHandler)
		case "exit":
			runtime.Goexit()
		case "close":
			return ws.Close(4000, "closed")
		case "shutdown":
			return brio.ErrShutdown
		case "invalid":
			_, err := brio.Validate[struct {
				A int `json:"a"`
				B int `json:"b"`
			}]([]byte(`{"a":"x"}`))
			return err
		}
		return nil
	})
	for _, c := range []struct {
		how, before string
		status      int
		after       string
		logged      string
	}{
		{"nothing", `{"detail":"Forbidden"}`, 403, "close 1000", ""},
		{"code", `{"detail":"mine"}`, 403, "close 4321 mine", ""},
		{"long", `{"detail":"` + strings.Repeat("ä", 100) + `"}`, 403, "close 1008 " + strings.Repeat("ä", 60) + "…", ""},
		{"illegal", `{"detail":"mine"}`, 403, "close 1011", "with a code that cannot be sent"},
		{"http", `{"detail":"taken"}`, 409, "close 1011 taken", ""},
		{"plain", `{"detail":"Internal Server Error"}`, 500, "close 1011", "private"},
		{"handled", `handled`, 418, "close 1011", ""},
		{"panic", `{"detail":"Internal Server Error"}`, 500, "close 1011", "private"},
		{"abort", "", 0, "end", ""},
		{"exit", "", 0, "end", "a request ended without a return"},
		{"close", `{"detail":"closed"}`, 403, "close 4000 closed", ""},
		{"shutdown", `{"detail":"The server is shutting down"}`, 503, "close 1001", ""},
		{"invalid", "", 422, "close 1008 body.a: Input should be a valid integer; body.b: Field required", ""},
	} {
		log.Reset()
		p := dialRaw(t, app, "/"+c.how+"?accept=true")
		p.want(c.after)
		if got := p.event(); got != "end" {
			t.Errorf("%s: got %s after the end", c.how, got)
		}
		if c.logged != "" && !strings.Contains(log.String(), c.logged) || c.logged == "" && log.String() != "" {
			t.Errorf("%s: the log has %q, want %q", c.how, log, c.logged)
		}
		_, res, err := tryDial(t, testkit.Serve(t, app)+"/"+c.how, nil)
		switch {
		case err == nil:
			t.Errorf("%s: the handshake is accepted", c.how)
		case c.status == 0 && res != nil:
			t.Errorf("%s: got the status %d, want no answer", c.how, res.StatusCode)
		case c.status != 0 && (res == nil || res.StatusCode != c.status):
			t.Errorf("%s: got %v, want %d", c.how, err, c.status)
		case c.before != "":
			refuse(t, app, "/"+c.how, c.status, c.before)
		}
	}
}

// Clean-ups and tasks run at the end, and see its outcome.
func TestOrderAtTheEnd(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"return":        {nil, "handler, before: <nil>, task, clean-up: <nil>"},
		"client closes": {errClientCloses, "handler, before: <nil>, task, clean-up: <nil>"},
		"error":         {errPrivate, "handler, before: private, clean-up: private"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr, done := &testkit.Trace{}, make(chan bool)
			app := newApp(
				brio.Depends(func() func(error) { return func(err error) { tr.Add("clean-up: %v", err); close(done) } }),
				brio.Depends(brio.BeforeResponse(func() func(error) { return func(err error) { tr.Add("before: %v", err) } })))
			app.WebSocket("/", func(ctx context.Context, ws *brio.WebSocket, tasks *brio.BackgroundTasks) error {
				tasks.Add(func(context.Context) error { tr.Add("task"); return nil })
				_, err := ws.ReadText(ctx)
				tr.Add("handler")
				if c.err != errClientCloses {
					err = c.err
				}
				return err
			})
			p := dial(t, app, "/")
			if c.err == errClientCloses {
				_ = p.Conn.Close(1000, "")
			} else {
				p.send("go")
				p.wantClose(map[bool]int{true: 1000, false: 1011}[c.err == nil], "")
			}
			testkit.Receive(t, done, "the clean-up")
			tr.Want(t, c.want)
		})
	}
}

var errClientCloses = errors.New("the client closes")

// A clean-up may replace the error, and so the code.
func TestCleanUpReplacesError(t *testing.T) {
	t.Parallel()
	app := newApp(brio.Depends(func() func(error) error {
		return func(err error) error {
			if err != nil {
				return &websocket.Error{Code: 4001, Reason: "replaced"}
			}
			return nil
		}
	}))
	app.WebSocket("/", func(ctx context.Context, ws *brio.WebSocket) error {
		_ = ws.Accept()
		return errPrivate
	})
	dial(t, app, "/").wantClose(4001, "replaced")
}

// IsClosed knows the code of the side that has closed.
func TestIsClosed(t *testing.T) {
	t.Parallel()
	got := make(chan string, 1)
	app := newApp()
	app.WebSocket("/", func(ctx context.Context, ws *brio.WebSocket) error {
		_, err := ws.ReadText(ctx)
		code, ok := websocket.IsClosed(err)
		<-ctx.Done() // the context of the handler ends with the connection
		again := ws.WriteText(context.Background(), "late")
		late, _ := websocket.IsClosed(again)
		got <- fmt.Sprint(code, " ", ok, " ", late, " ", context.Cause(ctx) != nil)
		return err
	})
	p := dial(t, app, "/")
	go p.Conn.Close(client.StatusCode(4100), "bye")
	if s := testkit.Receive(t, got, "the end"); s != "4100 true 4100 true" {
		t.Error(s)
	}
	c := dialRaw(t, app, "/")
	c.send(0, frame(fin|opClose, ""))
	if s := testkit.Receive(t, got, "the end"); s != "1005 true 1005 true" {
		t.Error(s)
	}
	c = dialRaw(t, app, "/")
	_ = c.conn.Close()
	if s := testkit.Receive(t, got, "the end"); s != "1006 true 1006 true" {
		t.Error(s)
	}
	if code, ok := websocket.IsClosed(errPrivate); ok || code != 0 {
		t.Error("an error of the program is taken for a close")
	}
}

// A context of the program that ends leaves the connection as it is, and the message to the next read.
func TestReadTimeout(t *testing.T) {
	t.Parallel()
	app := newApp()
	waited := make(chan error, 1)
	app.WebSocket("/", func(ctx context.Context, ws *brio.WebSocket) error {
		short, cancel := context.WithTimeoutCause(ctx, 1, errPrivate)
		defer cancel()
		<-short.Done()
		_, err := ws.ReadText(short)
		later, cancelLater := context.WithCancelCause(ctx)
		go cancelLater(errPrivate)
		_, second := ws.ReadText(later)
		waited <- errors.Join(err, second)
		text, err := ws.ReadText(ctx)
		if err != nil {
			return err
		}
		return ws.WriteText(ctx, "got "+text)
	})
	p := dial(t, app, "/")
	if err := testkit.Receive(t, waited, "the timeouts"); err == nil || strings.Count(err.Error(), "private") != 2 {
		t.Error(err)
	}
	p.send("x").want("got x").wantClose(1000, "")
}

// A client that is gone ends the context of a handler that does not read.
func TestContextEndsWithoutReads(t *testing.T) {
	t.Parallel()
	app := newApp()
	done := make(chan error, 1)
	app.WebSocket("/", func(ctx context.Context, ws *brio.WebSocket) {
		_ = ws.WriteText(ctx, "hello")
		<-ctx.Done()
		done <- context.Cause(ctx)
	})
	p := dial(t, app, "/")
	p.want("hello")
	go p.Conn.Close(1000, "")
	if code, ok := websocket.IsClosed(testkit.Receive(t, done, "the end of the context")); !ok || code != 1000 {
		t.Error(code, ok)
	}
}
