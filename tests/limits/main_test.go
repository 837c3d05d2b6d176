package limits_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/tests/internal/contract"
)

func TestMain(m *testing.M) { contract.Main(m, nil) }

// server is an app that serves on a port of its own.
type server struct {
	address string
	log     *testkit.Log
	stop    context.CancelFunc
	done    chan error // what Serve returned
}

// serve serves an app until the test ends. Unless the options have a ShutdownDelay it stops without a delay.
func serve(t *testing.T, opts []brio.AppOption, declare func(*brio.App), run ...brio.RunOption) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &server{l.Addr().String(), &testkit.Log{}, stop, make(chan error, 1)}
	app := brio.New(append(opts, brio.Logger(s.log.Logger()))...)
	declare(app)
	run = append([]brio.RunOption{brio.ShutdownDelay(0), brio.ShutdownTimeout(5 * time.Second)}, run...)
	go func() { s.done <- app.Serve(ctx, l, run...) }()
	t.Cleanup(stop)
	return s
}

// conn is a client that sees each byte.
type conn struct {
	net.Conn
	t    *testing.T
	read *bufio.Reader
}

// dial connects to an address. Each read of the connection fails after testkit.Patience.
func dial(t *testing.T, address string) *conn {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetReadDeadline(time.Now().Add(testkit.Patience))
	return &conn{c, t, bufio.NewReader(c)}
}

func (c *conn) send(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		c.t.Fatal(err)
	}
}

// answer reads one answer with its body.
func (c *conn) answer() (*http.Response, string) {
	c.t.Helper()
	res, err := http.ReadResponse(c.read, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return res, string(body)
}
