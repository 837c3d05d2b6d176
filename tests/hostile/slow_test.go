package hostile_test

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
	"github.com/brio-go/brio/internal/testkit"
)

// stall is the ReadTimeout of bodies that stop. Tests wait for it.
const stall = 25 * time.Millisecond

// jsonHead is the fields of a request with a JSON body, but its length.
const jsonHead = "Host: x\r\nContent-Type: application/json\r\n"

// sendAndStall sends text over a connection and keeps it open. It returns the answer, and fails the test when the server
// does not close the connection after it.
func sendAndStall(t *testing.T, server *httptest.Server, text string) (res *http.Response, body string) {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(testkit.Patience))
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

// TestReadTimeoutAnswers408AndClosesConnection: a body of which nothing comes for ReadTimeout answers 408 (RFC 9110,
// 15.5.9). A handler that reads itself gets os.ErrDeadlineExceeded. The connection is closed also where no function reads
// the body.
func TestReadTimeoutAnswers408AndClosesConnection(t *testing.T) {
	app := brio.New(testkit.Quiet(), brio.ReadTimeout(stall))
	app.Post("/json", func(in *brio.Body[item]) int { return 1 })
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
		{"within the body", "/json", "Content-Length: 50\r\n\r\n{\"name\":", 408, `{"detail":"Request Timeout"}`},
		{"before the first byte", "/json", "Content-Length: 50\r\n\r\n", 408, `{"detail":"Request Timeout"}`},
		{"within a chunk", "/json", "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"na", 408, `{"detail":"Request Timeout"}`},
		{"between chunks", "/json", "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"name\":\r\n", 408, `{"detail":"Request Timeout"}`},
		{"raw", "/raw", "Content-Length: 50\r\n\r\nabc", 408, `{"detail":"Request Timeout"}`},
		{"form", "/form", "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 50\r\n\r\na=1", 408, `{"detail":"Request Timeout"}`},
		{"multipart", "/form", "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 500\r\n\r\n--x\r\nContent-Disp", 408, `{"detail":"Request Timeout"}`},
		{"read by the handler", "/by-hand", "Content-Length: 50\r\n\r\nabc", 400, `{"detail":"I noticed"}`},
		{"unread", "/ignored", "Content-Length: 50\r\n\r\nabc", 200, `"done"`},
		{"unknown path", "/nowhere", "Content-Length: 50\r\n\r\nabc", 404, `{"detail":"Not Found"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			head := jsonHead
			if strings.HasPrefix(c.rest, "Content-Type") {
				head = "Host: x\r\n"
			}
			res, body := sendAndStall(t, server, "POST "+c.path+" HTTP/1.1\r\n"+head+c.rest)
			if res.StatusCode != c.status || body != c.body {
				t.Errorf("%d %s, want %d %s", res.StatusCode, body, c.status, c.body)
			}
		})
	}
}

// TestReadTimeoutAllowsSlowBody: ReadTimeout counts from the last bytes, so a body may take longer as a whole. Its
// deadline ends with the body: the context of the handler is not cancelled, and the client uses the connection again.
func TestReadTimeoutAllowsSlowBody(t *testing.T) {
	t.Parallel()
	const timeout = time.Second                                                      // long, because a machine under load delays single bytes
	app := brio.New(testkit.Quiet(), brio.ReadTimeout(timeout), brio.MinReadRate(4)) // the test sends 8 bytes a second
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
	_ = conn.SetDeadline(time.Now().Add(testkit.Patience))
	r := bufio.NewReader(conn)
	for range 2 {
		fmt.Fprintf(conn, "POST / HTTP/1.1\r\n%sContent-Length: 12\r\n\r\n", jsonHead)
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

// TestReadTimeoutKeepsShorterServerTimeout: the ReadTimeout of an http.Server holds also when that of the app is longer.
func TestReadTimeoutKeepsShorterServerTimeout(t *testing.T) {
	app := brio.New(testkit.Quiet(), brio.ReadTimeout(time.Hour))
	app.Post("/", func(in *brio.Body[string]) int { return 1 })
	server := httptest.NewUnstartedServer(app)
	server.Config.ReadTimeout, server.Config.ReadHeaderTimeout = stall, time.Minute // ReadHeaderTimeout is ReadTimeout unless it is set
	server.Start()
	defer server.Close()
	if res, body := sendAndStall(t, server, "POST / HTTP/1.1\r\n"+jsonHead+"Content-Length: 50\r\n\r\n\"a"); res.StatusCode != 408 {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}
