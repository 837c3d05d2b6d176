package http3

import (
	"crypto/tls"
	"net"
	"net/http"
	"testing"

	"github.com/quic-go/quic-go/http3"

	"github.com/brio-go/brio/internal/testkit/exchangetest"
)

// TestContract: Brio keeps its promises to handlers over HTTP/3, too.
func TestContract(t *testing.T) {
	exchangetest.Run(t, func(t *testing.T, h http.Handler) *exchangetest.Server {
		cert, pool := certificate(t)
		udp, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		server := &http3.Server{Handler: h, TLSConfig: http3.ConfigureTLSConfig(&tls.Config{Certificates: []tls.Certificate{cert}})}
		go func() { _ = server.Serve(udp) }()
		transport := &http3.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
		t.Cleanup(func() { _ = transport.Close(); _ = server.Close(); _ = udp.Close() })
		return &exchangetest.Server{URL: "https://" + udp.LocalAddr().String(), Client: &http.Client{Transport: transport}, ReadsEnd: true}
	})
}
