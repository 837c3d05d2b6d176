package hostile_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
)

// TestSmuggledRequestsDoNotRun: a request inside of another one's body never runs, whatever the headers say about the end of the body
// (RFC 9112, 6.3 and 11.2), and whatever the app answers without reading the body.
func TestSmuggledRequestsDoNotRun(t *testing.T) {
	t.Parallel()
	var ran atomic.Int32
	app := newLimited()
	app.Get("/smuggled", func() string { ran.Add(1); return "in" })
	app.Post("/ignored", func() string { return "x" })
	app.Post("/raw", func(r *http.Request) string { _, _ = r.Body.Read(make([]byte, 3)); return "x" })
	app.Post("/guarded", func(in *brio.Body[item]) string { return "x" }, brio.Depends(func() error { return brio.Error(401, "no") }))
	server := httptest.NewServer(app)
	defer server.Close()
	const hidden = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
	length := fmt.Sprintf("Content-Length: %d\r\n", len(hidden))
	const chunks = "0\r\n\r\n"
	cases := map[string]string{
		"two lengths":             "POST /ignored HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n" + length + "\r\n" + hidden,
		"two lengths in one":      "POST /ignored HTTP/1.1\r\nHost: x\r\nContent-Length: 0, 5\r\n\r\n" + hidden,
		"length with a sign":      "POST /ignored HTTP/1.1\r\nHost: x\r\nContent-Length: +0\r\n\r\n" + hidden,
		"negative length":         "POST /ignored HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n" + hidden,
		"space before the colon":  "POST /ignored HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n" + chunks + hidden,
		"unknown coding":          "POST /ignored HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n" + chunks + hidden,
		"two codings":             "POST /ignored HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n" + chunks + hidden,
		"coding given twice":      "POST /ignored HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + chunks + hidden,
		"coding after a tab":      "POST /ignored HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \x0bchunked\r\n\r\n" + chunks + hidden,
		"chunk size out of range": "POST /raw HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n" + chunks + hidden,
		"chunk line without CR":   "POST /raw HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n" + chunks + hidden,
		"line without a name":     "POST /ignored HTTP/1.1\r\nHost: x\r\n: chunked\r\n\r\n" + hidden,
		"two hosts":               "POST /ignored HTTP/1.1\r\nHost: x\r\nHost: y\r\nContent-Length: 0\r\n\r\n" + hidden,
	}
	for path, head := range map[string]string{
		"/ignored": "", "/raw": "", "/guarded": "Content-Type: application/json\r\n", "/nowhere": "", "/smuggled": "",
		"/": "Content-Type: application/json\r\n", "/?wrong-type": "Content-Type: text/plain\r\n",
	} {
		cases["body of "+path] = "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + head + length + "\r\n" + hidden
		cases["chunk of "+path] = fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\n%sTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n%s", path, head, len(hidden), hidden, chunks)
	}
	large := strings.Repeat("x", 10*testLimit) + hidden
	cases["behind the limit"] = fmt.Sprintf("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(large), large)
	for name, text := range cases {
		answers := exchangeRaw(t, server.Listener.Addr().String(), text)
		if n := ran.Swap(0); n != 0 {
			t.Errorf("%s: the hidden request ran:\n%s", name, answers)
		}
		if n := strings.Count(answers, "HTTP/1.1 "); n != 1 {
			t.Errorf("%s: %d answers, want one:\n%s", name, n, answers)
		}
	}
	// The measure itself: behind a complete request the same bytes are a request.
	if exchangeRaw(t, server.Listener.Addr().String(), "POST /ignored HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"+hidden); ran.Load() != 1 {
		t.Error("a second request on a connection did not run")
	}
}

// exchangeRaw sends bytes, ends its side of the connection, and returns all that comes back.
func exchangeRaw(t *testing.T, address, text string) string {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	_, _ = io.WriteString(conn, text) // the server may have closed before the end
	_ = conn.(*net.TCPConn).CloseWrite()
	answers, _ := io.ReadAll(conn)
	return string(answers)
}

// TestLogLinesAreNotForged: each line of the log is one record, whatever the client sends.
func TestLogLinesAreNotForged(t *testing.T) {
	t.Parallel()
	log := new(testkit.Log)
	app := brio.New(brio.Logger(log.Logger()), brio.Use(middleware.AccessLog(log.Logger())))
	app.Get("/items/{id}", func(in struct {
		ID string `path:"id"`
		Q  string `query:"q,omitempty"`
	}) error {
		return fmt.Errorf("no item %s, %s", in.ID, in.Q)
	})
	server := httptest.NewServer(app)
	defer server.Close()
	const forged = "%0D%0Atime=2026-12-02T00:00:00Z%20level=INFO%20msg=forged%1B[2J%E2%80%A8"
	for _, target := range []string{"/items/1" + forged, "/items/1?q=" + forged, "/nowhere" + forged, "/items/1?" + forged + "=1"} {
		exchangeRaw(t, server.Listener.Addr().String(), "GET "+target+" HTTP/1.1\r\nHost: x\r\nX-Request-ID: a\"b\r\nUser-Agent: \"\tx\r\nConnection: close\r\n\r\n")
	}
	server.Close()
	lines := 0
	for line := range strings.Lines(log.String()) {
		lines++
		if !strings.HasPrefix(line, "time=") || strings.HasPrefix(line, "time=2026-12-02T00:00:00Z level=INFO msg=forged") || strings.ContainsAny(strings.TrimSuffix(line, "\n"), "\r\x1b\u2028") {
			t.Errorf("a line of the log is %q", line)
		}
	}
	if lines < 2 {
		t.Errorf("the log has %d lines:\n%s", lines, log)
	}
}

// TestDocumentHasNoSecrets: the document, which is public unless the program says otherwise, has no default of a secret field and no hidden
// route.
func TestDocumentHasNoSecrets(t *testing.T) {
	t.Parallel()
	type login struct {
		Name     string `json:"name"`
		Password string `json:"password" default:"canary-default" secret:"true"`
	}
	app := brio.New(testkit.Quiet())
	app.Post("/login", func(in *brio.Body[login], p struct {
		Key string `header:"x-key" default:"canary-key" secret:"true"`
	}) string {
		return "x"
	})
	app.Get("/canary-route", func() string { return "x" }, brio.Hidden())
	w := testkit.Get(app, "/openapi.json")
	testkit.WantStatus(t, w, 200)
	testkit.WantContains(t, w.Body.String(), "/login", "x-key", "password")
	if strings.Contains(w.Body.String(), "canary") {
		t.Errorf("the document has a secret:\n%s", w.Body)
	}
}
