package hostile_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// fuzzServer is a server on a unix socket: a port could not be used again at once. It notes the requests that reach its handler.
type fuzzServer struct {
	address string

	mu       sync.Mutex
	requests []string // method, target and host
}

// serveFuzz serves h until the test ends.
func serveFuzz(f *testing.F, name string, h http.Handler) *fuzzServer {
	s := &fuzzServer{address: filepath.Join(f.TempDir(), name)}
	l, err := net.Listen("unix", s.address)
	if err != nil {
		f.Fatal(err)
	}
	server := &http.Server{ErrorLog: log.New(io.Discard, "", 0), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests = append(s.requests, r.Method+" "+r.RequestURI+" "+r.Host)
		s.mu.Unlock()
		h.ServeHTTP(w, r)
	})}
	go func() { _ = server.Serve(l) }()
	f.Cleanup(func() { _ = server.Close() })
	return s
}

// send writes the bytes of a connection, and returns the requests that reached the handler and the final answers.
func (s *fuzzServer) send(t *testing.T, data []byte) (requests []string, answers []*http.Response, rest []byte) {
	t.Helper()
	s.requests = nil // no connection is open
	c, err := net.Dial("unix", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(testkit.Patience))
	_, _ = c.Write(data) // the server may have closed the connection
	_ = c.(*net.UnixConn).CloseWrite()
	got, err := io.ReadAll(c)
	if e, ok := err.(net.Error); ok && e.Timeout() {
		t.Fatalf("%q: the connection does not end: %q", data, got)
	}
	s.mu.Lock()
	requests = s.requests
	s.mu.Unlock()
	read := bufio.NewReader(bytes.NewReader(got))
	for {
		if _, err := read.Peek(1); err != nil {
			return requests, answers, nil
		}
		method := "GET" // of an answer without a request, which net/http makes
		if i := len(answers); i < len(requests) {
			method, _, _ = strings.Cut(requests[i], " ")
		}
		res, err := http.ReadResponse(read, &http.Request{Method: method})
		if err != nil {
			rest, _ = io.ReadAll(read)
			return requests, answers, append([]byte(err.Error()+": "), rest...)
		}
		if res.StatusCode == http.StatusSwitchingProtocols {
			return requests, append(answers, res), nil
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			return requests, answers, fmt.Appendf(nil, "%v: %s: %s", err, res.Status, body)
		}
		if res.StatusCode >= 200 {
			answers = append(answers, res)
		}
	}
}

// FuzzConnection sends arbitrary bytes over a connection to an app, and to a server of net/http whose handler reads each body. The app sees
// the requests that the other handler sees, or the first of them when it closes the connection; each has one answer, which is complete;
// none is a 5xx; and what is no request gets the answer of net/http.
func FuzzConnection(f *testing.F) {
	for _, seed := range []string{
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /any/path?q=1&q=%zz HTTP/1.1\r\nHost: x\r\nCookie: a=1\r\n\r\nGET /query?n=1 HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST /json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"name\":\"a\"}GET /any HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST /json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"nam\r\n7\r\ne\":\"a\"}\r\n0\r\nX: y\r\n\r\nGET /any HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST /any HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /any HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST /any HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n\r\nname=a",
		"POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: 67\r\n\r\n--B\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n1\r\n--B--\r\n\r\n\r\nx",
		"HEAD /any HTTP/1.0\r\n\r\n", "GET http://y/any HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n\x81\x81\x00\x00\x00\x00a\x88\x80\x00\x00\x00\x00",
		"POST /json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 12\r\n\r\n{\"name\":\"a\"}", "GET /file/a.txt HTTP/1.1\r\nHost: x\r\nRange: bytes=1-2,-1\r\nIf-None-Match: \"a\", *\r\n\r\n",
		"GET /lines HTTP/1.1\r\nHost: x\r\nAccept: a/b;q=0, */*\r\nForwarded: for=\"[::1]\";proto=https\r\n\r\nBREW /any HTTP/1.1\r\nHost: x\r\n\r\n", "GET /any/../any//%2e%2f HTTP/1.1\nHost: x\n\n", "GET / HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n",
		"CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\nGET /any HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nX-A: " + strings.Repeat("a", 3000) + "\r\n\r\n", "\r\n\r\nGET /any HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	app := serveFuzz(f, "app", newFuzzed(f))
	oracle := serveFuzz(f, "oracle", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 64<<10 {
			return
		}
		requests, answers, rest := app.send(t, data)
		want, wantAnswers, _ := oracle.send(t, data)
		switched := len(answers) > 0 && answers[len(answers)-1].StatusCode == http.StatusSwitchingProtocols
		if len(requests) > len(want) || !slices.Equal(requests, want[:len(requests)]) {
			t.Fatalf("%q:\nthe app sees %q\nnet/http sees %q", data, requests, want)
		}
		if i := len(answers); i < len(requests) && strings.HasPrefix(requests[i], "GET /lines ") && bytes.HasPrefix(rest, []byte("unexpected EOF: 200 ")) {
			return // net/http takes the half-closed connection for a client that has gone, and a stream that still runs is cut
		}
		if rest != nil {
			t.Fatalf("%q: after %d answers: %.200q", data, len(answers), rest)
		}
		for i, a := range answers {
			if a.StatusCode >= 500 && i < len(requests) {
				t.Errorf("%q: %s: %s", data, requests[i], a.Status)
			}
		}
		if len(requests) < len(want) { // the app has closed the connection
			if last := answers[len(answers)-1]; len(answers) != len(requests) || !last.Close && !switched && last.StatusCode != 499 {
				t.Errorf("%q: %d answers to %d of %d requests, the last is %s", data, len(answers), len(requests), len(want), last.Status)
			}
			return
		}
		if n := len(requests); len(answers) > n { // the last is of net/http
			if len(answers) != n+1 || len(wantAnswers) != n+1 || answers[n].StatusCode != wantAnswers[n].StatusCode {
				t.Errorf("%q: %d answers to %d requests, net/http has %d", data, len(answers), n, len(wantAnswers))
			}
		} else if len(answers) < n {
			t.Errorf("%q: %d answers to %d requests", data, len(answers), n)
		}
	})
}

// newFuzzed returns an app with a route of each kind.
func newFuzzed(f *testing.F) *brio.App {
	app := brio.New(testkit.Quiet(), brio.TrustProxies("*"), brio.MaxBody(10_000))
	type named struct {
		Name string `json:"name" validate:"max=5"`
	}
	app.Handle([]string{"GET", "POST", "PUT"}, "/any/{rest...}", func(in *struct {
		Body io.Reader `body:""`
	}) (int64, error) {
		return io.Copy(io.Discard, in.Body)
	})
	app.Get("/query", func(in *struct {
		N int      `query:"n"`
		L []string `query:"l"`
		C string   `cookie:"c"`
		H string   `header:"X-H"`
	}) int {
		return in.N
	})
	app.Post("/json", func(in *brio.Body[named]) named { return in.Value })
	app.Post("/form", func(in *brio.Form[named]) named { return in.Value })
	app.Post("/parts", func(parts *brio.Parts) (n int, err error) {
		for _, err := range parts.All() {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	})
	app.Get("/lines", func() func(func(named) bool) {
		return func(yield func(named) bool) { _ = yield(named{"a"}) && yield(named{"b"}) }
	})
	app.Static("/file", fstest.MapFS{"a.txt": {Data: []byte("0123456789")}})
	app.WebSocket("/ws", func(ctx context.Context, ws *brio.WebSocket) error {
		for text, err := range ws.Texts(ctx) {
			if err != nil {
				return err
			}
			if err := ws.WriteText(ctx, text); err != nil {
				return err
			}
		}
		return nil
	})
	if err := app.Check(); err != nil {
		f.Fatal(err)
	}
	return app
}
