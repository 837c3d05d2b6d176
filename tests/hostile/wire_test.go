package hostile_test

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

// testLimit is the MaxBody of newLimited, in bytes.
const testLimit = 1000

// newLimited is an app whose bodies may have testLimit bytes.
func newLimited(opts ...brio.AppOption) *brio.App {
	app := brio.New(append(opts, testkit.Quiet(), brio.MaxBody(testLimit))...)
	app.Post("/", func(in *brio.Body[item]) int { return len(in.Value.Name) })
	return app
}

// bodyOf is a JSON body of exactly n bytes.
func bodyOf(n int) string {
	const frame = `{"name":""}`
	return frame[:9] + strings.Repeat("x", n-len(frame)) + frame[9:]
}

// wantWire fails the test when an answer from a connection has another status, or is an error in another form than that of
// WantClientError.
func wantWire(t *testing.T, res *http.Response, status int) {
	t.Helper()
	defer res.Body.Close()
	w := httptest.NewRecorder()
	w.Code = res.StatusCode
	w.Header().Set("Content-Type", res.Header.Get("Content-Type"))
	if _, err := io.Copy(w.Body, res.Body); err != nil {
		t.Error(err)
	}
	testkit.WantStatus(t, w, status)
	if status >= 400 {
		testkit.WantClientError(t, w)
	}
}

// TestMaxBodyIsExact: a body of MaxBody bytes passes and one byte more answers 413 (RFC 9110, 15.5.14), with
// Content-Length and chunked.
func TestMaxBodyIsExact(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newLimited())
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

// dial sends text over a new connection and returns the answer. When closing, it ends its side of the connection after the
// text.
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

// TestIncompleteBodyIsClientError: a body that ends before its announced length answers 400, and a length over the limit
// 413 before the body is read.
func TestIncompleteBodyIsClientError(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newLimited())
	defer server.Close()
	const head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	for _, c := range []struct {
		name, text string
		closing    bool
		status     int
	}{
		{"cut off within the body", head + "Content-Length: 50\r\n\r\n{\"name\":", true, 400},
		{"cut off before the body", head + "Content-Length: 50\r\n\r\n", true, 400},
		{"cut off between chunks", head + "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"name\":\r\n", true, 400},
		{"malformed chunk size", head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", false, 400},
		{"short chunk", head + "Transfer-Encoding: chunked\r\n\r\n20\r\n{}", true, 400},
		{"length over the limit", head + "Content-Length: 999999999999\r\n\r\n", false, 413},
		{"no body", head + "\r\n", false, 422},
		{"no chunks", head + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false, 422},
		{"expect and length over the limit", head + "Expect: 100-continue\r\nContent-Length: 2000\r\n\r\n", false, 413},
		{"compressed", head + "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00", false, 415},
	} {
		t.Run(c.name, func(t *testing.T) { wantWire(t, dial(t, server, c.text, c.closing), c.status) })
	}
}

// TestServerSurvivesConnectionReset: a client that resets its connection within a body ends its own request only.
func TestServerSurvivesConnectionReset(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	app := newLimited(brio.Use(func(next http.Handler) http.Handler {
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

// TestServerAnswersUnusualRequestLines: what net/http lets through in a request line is answered by the app, as an error
// of the client.
func TestServerAnswersUnusualRequestLines(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newApp())
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
