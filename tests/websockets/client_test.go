package websockets

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	client "github.com/coder/websocket"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// newApp returns an app without a log.
func newApp(opts ...brio.AppOption) *brio.App { return brio.New(append(opts, testkit.Quiet())...) }

// peer is a client of a test. Its methods fail the test.
type peer struct {
	*client.Conn
	t      *testing.T
	answer *http.Response
}

// inTime is the context of one step of a client: a hang fails the test.
func inTime(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// dial opens a WebSocket. headers are names and values.
func dial(t *testing.T, app http.Handler, path string, headers ...string) *peer {
	t.Helper()
	return dialAt(t, testkit.Serve(t, app)+path, nil, headers...)
}

// dialAt opens a WebSocket at a URL.
func dialAt(t *testing.T, url string, o *client.DialOptions, headers ...string) *peer {
	t.Helper()
	conn, res, err := tryDial(t, url, o, headers...)
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{conn, t, res}
	t.Cleanup(func() { _ = conn.CloseNow() })
	return p
}

func tryDial(t *testing.T, url string, o *client.DialOptions, headers ...string) (*client.Conn, *http.Response, error) {
	if o == nil {
		o = &client.DialOptions{}
	}
	o.HTTPHeader = http.Header{}
	for i := 0; i < len(headers); i += 2 {
		o.HTTPHeader.Add(headers[i], headers[i+1])
	}
	return client.Dial(inTime(t), url, o)
}

// refuse fails unless the handshake is answered with a status and a body.
func refuse(t *testing.T, app http.Handler, path string, status int, body string, headers ...string) *http.Response {
	t.Helper()
	conn, res, err := tryDial(t, testkit.Serve(t, app)+path, nil, headers...)
	if err == nil {
		_ = conn.CloseNow()
		t.Fatalf("%s: the handshake is accepted", path)
	}
	if res == nil {
		t.Fatalf("%s: %v", path, err)
	}
	got, _ := io.ReadAll(res.Body)
	if res.StatusCode != status || string(got) != body {
		t.Errorf("%s: got %d %s, want %d %s", path, res.StatusCode, got, status, body)
	}
	return res
}

func (p *peer) send(text string) *peer {
	p.t.Helper()
	if err := p.Write(inTime(p.t), client.MessageText, []byte(text)); err != nil {
		p.t.Fatal(err)
	}
	return p
}

func (p *peer) want(text string) *peer {
	p.t.Helper()
	typ, got, err := p.Read(inTime(p.t))
	if err != nil {
		p.t.Fatalf("%v, want %s", err, text)
	}
	if typ != client.MessageText || string(got) != text {
		p.t.Fatalf("got %v %s, want %s", typ, got, text)
	}
	return p
}

// wantClose waits for the close of the server.
func (p *peer) wantClose(code int, reason string) {
	p.t.Helper()
	_, b, err := p.Read(inTime(p.t))
	got, ok := errors.AsType[client.CloseError](err)
	if !ok {
		p.t.Fatalf("got %q, %v; want the close %d", b, err, code)
	}
	if int(got.Code) != code || got.Reason != reason {
		p.t.Fatalf("got %d %q, want %d %q", got.Code, got.Reason, code, reason)
	}
}
