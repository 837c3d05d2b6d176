package middlewaretest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/pires/go-proxyproto"

	"github.com/brio-go/brio"
)

// TestProxyProtocol is the recipe of docs/proxies.md: a listener of go-proxyproto gives the address of the client to the app. Only the
// proxy may send the header of the protocol.
func TestProxyProtocol(t *testing.T) {
	app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)))
	app.Get("/", func(r *http.Request) string { return brio.ClientHost(r) })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	policy, err := proxyproto.PolicyFromRanges([]string{"127.0.0.1"}, proxyproto.REQUIRE, proxyproto.REJECT)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() {
		served <- app.Serve(ctx, &proxyproto.Listener{Listener: l, ConnPolicy: policy}, brio.ShutdownDelay(0))
	}()

	client := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 9), Port: 4711}
	header := func(version byte) string {
		var b bytes.Buffer
		if _, err := proxyproto.HeaderProxyFromAddrs(version, client, l.Addr()).WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for name, tt := range map[string]struct{ from, header, want string }{
		"version 1":                {"127.0.0.1", header(1), "192.0.2.9"},
		"version 2":                {"127.0.0.1", header(2), "192.0.2.9"},
		"proxy without header":     {"127.0.0.1", "", ""},
		"client without header":    {"127.0.0.2", "", "127.0.0.2"},
		"client forges the header": {"127.0.0.2", header(2), ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(tt.from)}}
			c, err := d.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Skipf("this machine has no address %s: %v", tt.from, err)
			}
			defer c.Close()
			if _, err := fmt.Fprintf(c, "%sGET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n", tt.header); err != nil {
				t.Fatal(err)
			}
			answer, _ := io.ReadAll(c) // an error is a connection that the app has cut
			_, got, _ := strings.Cut(string(answer), "\r\n\r\n")
			got = strings.Trim(got, `"`)
			if ok := strings.HasPrefix(string(answer), "HTTP/1.1 200 "); got != tt.want || ok != (tt.want != "") {
				t.Errorf("got %q, want the body %q", answer, tt.want)
			}
		})
	}
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
}
