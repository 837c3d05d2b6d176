package briotest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/brio-go/brio/internal/json"
)

// patience is how long a WebSocket of a test waits for a message, and for the end of the request. A handler that hangs fails the test.
const patience = 10 * time.Second

// maxReceived is the greatest message of the app in bytes: a message that never ends fails the test before it fills the memory.
const maxReceived = 64 << 20

// WebSocket is a connection to a WebSocket route, in memory. Its methods send messages and state expectations. One that is not met fails
// the test, and the message names the route, the message of the app and its number. One goroutine may send and another one receive.
//
// Each wait has a limit of ten seconds. At the end of the test the connection is cut, and the test fails if the request does not end.
type WebSocket struct {
	t        testing.TB
	name     string
	conn     *websocket.Conn
	response *Response
	network  *memoryNetwork
	received int // messages
}

// WebSocket opens a connection to a WebSocket route, with the cookies that the client has received. subprotocols are what the client
// offers, the preferred first. A handshake that the app refuses ends the test: use Dial to expect a refusal.
func (c *Client) WebSocket(path string, subprotocols ...string) *WebSocket {
	c.t.Helper()
	request := c.request(http.MethodGet, path, nil)
	r := request.build()
	if len(subprotocols) > 0 {
		r.Header.Set("Sec-WebSocket-Protocol", strings.Join(subprotocols, ", "))
	}
	ws, answer := c.Dial(r)
	if ws == nil {
		c.t.Fatalf("briotest: WebSocket %s: the app has refused the handshake:\n%d %s", path, answer.result.StatusCode, answer.body)
	}
	return ws
}

// Dial opens a connection with a request of the test, which may have headers, such as Origin, Authorization and Sec-WebSocket-Protocol. The
// headers of the handshake are added. The Response is the app's answer to it: 101, or a refusal. With a refusal the WebSocket is nil.
//
// The request goes through the server of net/http over a connection in memory, which has the address of r. Values of its context do not
// arrive. An https URL is served as over TLS.
func (c *Client) Dial(r *http.Request) (*WebSocket, *Response) {
	c.t.Helper()
	r, at := c.received(r)
	network := &memoryNetwork{t: c.t, handler: c.handler, like: r, served: make(chan struct{})}
	ws := &WebSocket{t: c.t, name: r.URL.RequestURI(), network: network}
	o := &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: network, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		HTTPHeader: r.Header, Host: r.Host, CompressionMode: compressionOf(r),
	}
	for _, line := range r.Header.Values("Sec-WebSocket-Protocol") {
		for name := range strings.SplitSeq(line, ",") {
			o.Subprotocols = append(o.Subprotocols, strings.TrimSpace(name))
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, at.String(), o)
	c.t.Cleanup(func() {
		c.t.Helper()
		if conn != nil {
			_ = conn.CloseNow()
		}
		network.close()
		ws.end()
	})
	if network.answer == nil {
		c.t.Fatalf("briotest: WebSocket %s: the app has not answered the handshake: %v", ws.name, err)
	}
	ws.response = &Response{t: c.t, request: r, result: network.answer, body: network.body}
	c.jar.SetCookies(at, network.answer.Cookies())
	if conn == nil {
		if network.answer.StatusCode == http.StatusSwitchingProtocols {
			c.t.Fatalf("briotest: WebSocket %s: the app has answered the handshake wrongly: %v", ws.name, err)
		}
		return nil, ws.response
	}
	conn.SetReadLimit(maxReceived)
	ws.conn = conn
	return ws, ws.response
}

// compressionOf returns the mode of a request that offers compression by its header, as browsers do.
func compressionOf(r *http.Request) websocket.CompressionMode {
	if strings.Contains(r.Header.Get("Sec-WebSocket-Extensions"), "permessage-deflate") {
		return websocket.CompressionNoContextTakeover
	}
	return websocket.CompressionDisabled
}

// memoryNetwork sends one request to a handler over a connection in memory.
type memoryNetwork struct {
	t       testing.TB
	handler http.Handler
	like    *http.Request // for the address and TLS
	begun   atomic.Bool   // the handler was called
	served  chan struct{} // closed when it has returned

	answer *http.Response
	body   []byte // of a refusal
	open   bool   // the body is left to the caller
	client net.Conn
	server *http.Server
}

// RoundTrip implements http.RoundTripper.
func (n *memoryNetwork) RoundTrip(r *http.Request) (*http.Response, error) {
	client, server := newPipe()
	n.client = client
	listener := &oneConn{conn: server, closed: make(chan struct{})}
	n.server = &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n.begun.Store(true)
			defer close(n.served)
			r.TLS = n.like.TLS
			if n.like.RemoteAddr != "" {
				r.RemoteAddr = n.like.RemoteAddr
			}
			n.handler.ServeHTTP(w, r)
		}),
		ErrorLog: log.New(logWriter{n.t}, "briotest: ", 0), // a panic of middleware
	}
	go func() { _ = n.server.Serve(listener) }()
	if until, ok := r.Context().Deadline(); ok {
		_ = client.SetDeadline(until)
	}
	if err := r.Write(client); err != nil {
		return nil, err
	}
	reader := bufio.NewReader(client)
	res, err := http.ReadResponse(reader, r)
	if err != nil {
		return nil, err
	}
	n.answer = res
	if res.StatusCode == http.StatusSwitchingProtocols {
		_ = client.SetDeadline(time.Time{})
		res.Body = struct {
			io.Reader
			io.Writer
			io.Closer
		}{reader, client, client}
		return res, nil
	}
	if n.open {
		_ = client.SetDeadline(time.Time{})
		return res, nil
	}
	n.body, err = io.ReadAll(res.Body)
	res.Body = io.NopCloser(bytes.NewReader(n.body))
	return res, err
}

// close closes the connection and the server.
func (n *memoryNetwork) close() {
	if n.client != nil {
		_ = n.client.Close()
		_ = n.server.Close()
	}
}

// oneConn is a listener of one connection.
type oneConn struct {
	mu     sync.Mutex
	conn   net.Conn
	once   sync.Once
	closed chan struct{}
}

// Accept implements net.Listener.
func (l *oneConn) Accept() (net.Conn, error) {
	l.mu.Lock()
	conn := l.conn
	l.conn = nil
	l.mu.Unlock()
	if conn != nil {
		return conn, nil
	}
	<-l.closed
	return nil, net.ErrClosed
}

// Close implements net.Listener.
func (l *oneConn) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr implements net.Listener.
func (l *oneConn) Addr() net.Addr { return pipeAddr("127.0.0.1:80") }

// logWriter writes the log of the server to that of the test.
type logWriter struct{ t testing.TB }

func (w logWriter) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimSuffix(string(p), "\n"))
	return len(p), nil
}

// fail reports an expectation that is not met.
func (w *WebSocket) fail(format string, args ...any) {
	w.t.Helper()
	w.t.Errorf("WebSocket %s: %s", w.name, fmt.Sprintf(format, args...))
}

// end waits for the end of the request.
func (w *WebSocket) end() {
	w.t.Helper()
	if !w.network.begun.Load() {
		return // net/http has refused the request
	}
	select {
	case <-w.network.served:
	case <-time.After(patience):
		w.fail("the request has not ended %v after the connection", patience)
	}
}

// Response is the app's answer to the handshake.
func (w *WebSocket) Response() *Response { return w.response }

// Subprotocol expects the subprotocol that the handshake has agreed on; "" expects none.
func (w *WebSocket) Subprotocol(want string) *WebSocket {
	w.t.Helper()
	if got := w.conn.Subprotocol(); got != want {
		w.fail("the subprotocol %q, want %q", got, want)
	}
	return w
}

// Send sends a message: a string as text, a []byte as binary, and any other value as JSON. A union of the app is sent by one of its
// variants. Send does not wait until the app reads.
func (w *WebSocket) Send(v any) *WebSocket {
	w.t.Helper()
	kind, data, err := messageOf(v)
	if err != nil {
		w.fail("the message to send: %v", err)
		return w
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := w.conn.Write(ctx, kind, data); err != nil {
		w.fail("the message was not sent: %s\n%s", endOf(err), show(kind, data))
	}
	return w
}

// messageOf returns the message that a value is sent as.
func messageOf(v any) (kind websocket.MessageType, data []byte, err error) {
	switch v := v.(type) {
	case string:
		return websocket.MessageText, []byte(v), nil
	case []byte:
		return websocket.MessageBinary, v, nil
	}
	data, err = json.Append(nil, v)
	return websocket.MessageText, data, err
}

// show returns a message as failures show it: its first bytes.
func show(kind websocket.MessageType, data []byte) string {
	const most = 1 << 10
	end := ""
	if len(data) > most {
		end = fmt.Sprintf("… (%d bytes)", len(data))
		data = data[:most]
	}
	if kind == websocket.MessageBinary {
		return fmt.Sprintf("binary %q", data) + end
	}
	return string(data) + end
}

// next waits for the next message. ok is false if there is none, which fails the test.
func (w *WebSocket) next(want string) (kind websocket.MessageType, data []byte, ok bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	kind, data, err := w.conn.Read(ctx)
	if err != nil {
		w.fail("no message %d: %s, want\n%s", w.received+1, endOf(err), want)
		return kind, nil, false
	}
	w.received++
	return kind, data, true
}

// endOf says in words why there are no more messages.
func endOf(err error) string {
	if closed, ok := errors.AsType[websocket.CloseError](err); ok {
		return fmt.Sprintf("the app has closed the connection with %d %q", closed.Code, closed.Reason)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Sprintf("nothing has happened for %v", patience)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "the app has cut the connection"
	}
	return err.Error()
}

// Expect waits for the next message and expects it to be want: a string is text and a []byte binary, byte for byte. Any other value is
// compared as JSON, where neither the order of members nor white space counts.
func (w *WebSocket) Expect(want any) *WebSocket {
	w.t.Helper()
	kind, wanted, err := messageOf(want)
	if err != nil {
		w.fail("the message to expect: %v", err)
		return w
	}
	got, data, ok := w.next(show(kind, wanted))
	if !ok {
		return w
	}
	same := got == kind
	switch want.(type) {
	case string, []byte:
		same = same && bytes.Equal(data, wanted)
	default:
		same = same && equalJSON(data, wanted)
	}
	if !same {
		w.fail("message %d differs:\n%s\nwant\n%s", w.received, show(got, data), show(kind, wanted))
	}
	return w
}

// equalJSON reports whether two documents have the same JSON value. Numbers are compared by their digits.
func equalJSON(a, b []byte) bool { return len(diffJSON(a, b)) == 0 }

// JSON waits for the next message and decodes it into a pointer.
func (w *WebSocket) JSON(into any) *WebSocket {
	w.t.Helper()
	kind, data, ok := w.next(fmt.Sprintf("a %s", reflect.TypeOf(into).Elem()))
	if !ok {
		return w
	}
	if err := json.Unmarshal(data, into); err != nil {
		w.fail("message %d is no %s: %v\n%s", w.received, reflect.TypeOf(into).Elem(), err, show(kind, data))
	}
	return w
}

// Bytes waits for the next message, text or binary, and returns it; nil if there is none, which fails the test.
func (w *WebSocket) Bytes() []byte {
	w.t.Helper()
	_, data, _ := w.next("any message")
	return data
}

// Closed expects that the app closes the connection next, with a code and a reason, and waits for the end of the request: clean-ups and
// background tasks have run then. The code is 1006 if the app cuts the connection, and 1005 if it closes without a code (RFC 6455, 7.4.1).
func (w *WebSocket) Closed(code int, reason string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	kind, data, err := w.conn.Read(ctx)
	switch closed, ok := errors.AsType[websocket.CloseError](err); {
	case err == nil:
		w.received++
		w.fail("message %d instead of the close %d %q:\n%s", w.received, code, reason, show(kind, data))
		return
	case ok && (int(closed.Code) != code || closed.Reason != reason):
		w.fail("the app has closed the connection with %d %q, want %d %q", closed.Code, closed.Reason, code, reason)
	case !ok && (code != int(websocket.StatusAbnormalClosure) || errors.Is(err, context.DeadlineExceeded)):
		w.fail("%s, want the close %d %q", endOf(err), code, reason)
	}
	w.network.close()
	w.end()
}

// Close closes the connection as a client does, and waits for the end of the request: clean-ups and background tasks have run then.
// Messages of the app that were not received are lost.
func (w *WebSocket) Close(code int, reason string) {
	w.t.Helper()
	if err := w.conn.Close(websocket.StatusCode(code), reason); err != nil && !isClose(err, code) {
		w.fail("the connection was not closed: %s", endOf(err))
	}
	w.network.close()
	w.end()
}

// isClose reports whether err says that the app has answered a close with its code.
func isClose(err error, code int) bool { return int(websocket.CloseStatus(err)) == code }

// Cut ends the connection as a client that is gone: without a close. It waits for the end of the request.
func (w *WebSocket) Cut() {
	w.t.Helper()
	w.network.close()
	_ = w.conn.CloseNow()
	w.end()
}
