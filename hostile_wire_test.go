package brio_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

const testLimit = 1000

// limited is an app whose bodies may have testLimit bytes.
func limited(opts ...brio.AppOption) *brio.App {
	app := brio.New(append(opts, quiet(), brio.MaxBody(testLimit))...)
	app.Post("/", func(in *brio.Body[hostileItem]) int { return len(in.Value.Name) })
	return app
}

// bodyOf is a JSON body of exactly n bytes.
func bodyOf(n int) string {
	const frame = `{"name":""}`
	return frame[:9] + strings.Repeat("x", n-len(frame)) + frame[9:]
}

func TestExactlyTheLimitPassesAndOneByteMoreIs413(t *testing.T) {
	server := httptest.NewServer(limited())
	defer server.Close()
	for _, c := range []struct{ bytes, status int }{{testLimit - 1, 200}, {testLimit, 200}, {testLimit + 1, 413}, {100 * testLimit, 413}} {
		for name, body := range map[string]io.Reader{
			"Content-Length": strings.NewReader(bodyOf(c.bytes)),
			"chunked":        io.MultiReader(strings.NewReader(bodyOf(c.bytes))),
		} {
			res, err := http.Post(server.URL, "application/json", body)
			if err != nil {
				t.Fatalf("%s, %d bytes: %v", name, c.bytes, err)
			}
			wantWire(t, res, c.status)
		}
	}
}

// wantWire checks an answer that came over a connection like any other.
func wantWire(t *testing.T, res *http.Response, status int) {
	t.Helper()
	defer res.Body.Close()
	w := httptest.NewRecorder()
	w.Code = res.StatusCode
	w.Header().Set("Content-Type", res.Header.Get("Content-Type"))
	if _, err := io.Copy(w.Body, res.Body); err != nil {
		t.Error(err)
	}
	wantStatus(t, w, status)
	if status >= 400 {
		wantClientError(t, w)
	}
}

// dial sends text over a connection of its own and, when closing, the end of what it sends.
func dial(t *testing.T, server *httptest.Server, text string, closing bool) *http.Response {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	if closing {
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestBodiesThatDoNotArrive(t *testing.T) {
	server := httptest.NewServer(limited())
	defer server.Close()
	const head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	for _, c := range []struct {
		name, text string
		closing    bool
		status     int
	}{
		{"cut off midway", head + "Content-Length: 50\r\n\r\n{\"name\":", true, 400},
		{"cut off before it began", head + "Content-Length: 50\r\n\r\n", true, 400},
		{"chunks cut off", head + "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"name\":\r\n", true, 400},
		{"a chunk size that is none", head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", false, 400},
		{"a chunk shorter than it says", head + "Transfer-Encoding: chunked\r\n\r\n20\r\n{}", true, 400},
		{"a length over the limit and nothing sent", head + "Content-Length: 999999999999\r\n\r\n", false, 413},
		{"no body at all", head + "\r\n", false, 422},
		{"no chunks", head + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false, 422},
		{"Expect and a length over the limit", head + "Expect: 100-continue\r\nContent-Length: 2000\r\n\r\n", false, 413},
		{"compressed", head + "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00", false, 415},
	} {
		t.Run(c.name, func(t *testing.T) { wantWire(t, dial(t, server, c.text, c.closing), c.status) })
	}
}

// A client that goes away midway leaves a server that still answers, and a handler that was never called.
func TestClientThatGoesAwayMidway(t *testing.T) {
	ended := make(chan struct{})
	app := limited(brio.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			if r.Header.Get("X-Goes-Away") != "" {
				close(ended)
			}
		})
	}))
	server := httptest.NewServer(app)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: x\r\nX-Goes-Away: yes\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{\"na")
	_ = conn.(*net.TCPConn).SetLinger(0) // a reset, not an orderly end
	_ = conn.Close()
	testkit.Receive(t, ended, "the end of the request")
	res, err := http.Post(server.URL, "application/json", strings.NewReader(bodyOf(20)))
	if err != nil {
		t.Fatal(err)
	}
	wantWire(t, res, 200)
}

func TestUnusualRequestsOverAConnection(t *testing.T) {
	server := httptest.NewServer(hostileApp())
	defer server.Close()
	for _, c := range []struct {
		line   string
		status int
	}{
		{"GET /params/1?q=%zz%", 422},
		{"GET /params/1?q=\xff", 422},
		{"GET /nothing%2fhere", 404},
		{"GET http://elsewhere/nothing", 404},
		{"BREW /items", 405},
		{"GET /params/" + strings.Repeat("9", 4000), 422},
		{"GET /params/1?" + strings.Repeat("q=1&", 2000) + "q=x", 414},
	} {
		res := dial(t, server, c.line+" HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", false)
		t.Run(fmt.Sprintf("%.30q", c.line), func(t *testing.T) { wantWire(t, res, c.status) })
	}
}
