package brio_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
)

const stall = 25 * time.Millisecond

const slowHead = "Host: x\r\nContent-Type: application/json\r\n"

// answerTo sends text over a connection that stays open, and waits for an answer and for the end of the connection.
func answerTo(t *testing.T, server *httptest.Server, text string) (res *http.Response, body string) {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second)) // the test fails, and does not hang
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(conn)
	if res, err = http.ReadResponse(r, nil); err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	all, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.ReadByte(); err != io.EOF {
		t.Errorf("the connection is still open: %v", err)
	}
	return res, string(all)
}

func TestABodyThatStallsIs408AndEndsItsConnection(t *testing.T) {
	app := brio.New(quiet(), brio.ReadTimeout(stall))
	app.Post("/json", func(in *brio.Body[hostileItem]) int { return 1 })
	app.Post("/raw", func(in *brio.Body[[]byte]) int { return len(in.Value) })
	app.Post("/form", func(in *struct {
		A string `form:"a"`
	}) string {
		return in.A
	})
	app.Post("/ignored", func() string { return "done" })
	app.Post("/by-hand", func(r *http.Request) (int, error) {
		_, err := io.ReadAll(r.Body)
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return 0, fmt.Errorf("want a deadline, got %w", err)
		}
		return 0, brio.Error(400, "I noticed")
	})
	server := httptest.NewServer(app)
	defer server.Close()
	for _, c := range []struct {
		name, path, rest string
		status           int
		body             string
	}{
		{"midway", "/json", "Content-Length: 50\r\n\r\n{\"name\":", 408, `{"detail":"Request Timeout"}`},
		{"before the first byte", "/json", "Content-Length: 50\r\n\r\n", 408, `{"detail":"Request Timeout"}`},
		{"in a chunk", "/json", "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"na", 408, `{"detail":"Request Timeout"}`},
		{"between chunks", "/json", "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"name\":\r\n", 408, `{"detail":"Request Timeout"}`},
		{"raw", "/raw", "Content-Length: 50\r\n\r\nabc", 408, `{"detail":"Request Timeout"}`},
		{"form", "/form", "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 50\r\n\r\na=1", 408, `{"detail":"Request Timeout"}`},
		{"multipart", "/form", "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 500\r\n\r\n--x\r\nContent-Disp", 408, `{"detail":"Request Timeout"}`},
		{"read by the handler", "/by-hand", "Content-Length: 50\r\n\r\nabc", 400, `{"detail":"I noticed"}`},
		{"read by nobody", "/ignored", "Content-Length: 50\r\n\r\nabc", 200, `"done"`},
		{"on an unknown path", "/nowhere", "Content-Length: 50\r\n\r\nabc", 404, `{"detail":"Not Found"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			head := slowHead
			if strings.HasPrefix(c.rest, "Content-Type") {
				head = "Host: x\r\n"
			}
			res, body := answerTo(t, server, "POST "+c.path+" HTTP/1.1\r\n"+head+c.rest)
			if res.StatusCode != c.status || body != c.body {
				t.Errorf("%d %s, want %d %s", res.StatusCode, body, c.status, c.body)
			}
		})
	}
}

// A body that takes much longer than the timeout passes while it gets on, and the deadline does not outlive it: the
// handler's context is not cancelled, and the connection is used again.
func TestASlowBodyThatGetsOnPasses(t *testing.T) {
	t.Parallel()
	const timeout = time.Second                                              // a busy machine may hold a byte back for most of it
	app := brio.New(quiet(), brio.ReadTimeout(timeout), brio.MinReadRate(4)) // it comes at 8 bytes a second
	app.Post("/", func(ctx context.Context, in *brio.Body[string]) (int, error) {
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(timeout + timeout/8):
			return len(in.Value), nil
		}
	})
	server := httptest.NewServer(app)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	r := bufio.NewReader(conn)
	for range 2 {
		fmt.Fprintf(conn, "POST / HTTP/1.1\r\n%sContent-Length: 12\r\n\r\n", slowHead)
		tick := time.NewTicker(timeout / 8)
		for _, b := range []byte(`"0123456789"`) {
			<-tick.C
			if _, err := conn.Write([]byte{b}); err != nil {
				t.Fatal(err)
			}
		}
		tick.Stop()
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		if body, _ := io.ReadAll(res.Body); res.StatusCode != 200 || string(body) != "10" {
			t.Errorf("%d %s", res.StatusCode, body)
		}
	}
}

func TestAServerWithAReadTimeoutOfItsOwnKeepsIt(t *testing.T) {
	app := brio.New(quiet(), brio.ReadTimeout(time.Hour))
	app.Post("/", func(in *brio.Body[string]) int { return 1 })
	server := httptest.NewUnstartedServer(app)
	server.Config.ReadTimeout, server.Config.ReadHeaderTimeout = stall, time.Minute // else it is the header's, too
	server.Start()
	defer server.Close()
	if res, body := answerTo(t, server, "POST / HTTP/1.1\r\n"+slowHead+"Content-Length: 50\r\n\r\n\"a"); res.StatusCode != 408 {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}
