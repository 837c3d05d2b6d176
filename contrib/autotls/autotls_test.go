package autotls

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/letsencrypt/challtestsrv"
	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"github.com/brio-go/brio"
)

// host is the name of the program. The DNS server of the test gives it the address 127.0.0.1.
const host = "app.example.com"

// authority is Pebble, the test server of Let's Encrypt: it proves that the program has a name by asking it over TLS or HTTP.
type authority struct {
	client *acme.Client
	roots  *x509.CertPool
}

// startAuthority starts Pebble, which reaches the program at the ports of its listeners.
func startAuthority(t *testing.T, secure, plain net.Listener) *authority {
	t.Helper()
	t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	quiet := log.New(io.Discard, "", 0)
	dns := freeAddress(t)
	names, err := challtestsrv.New(challtestsrv.Config{DNSAddrs: []string{dns}, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	names.SetDefaultDNSIPv4("127.0.0.1")
	names.SetDefaultDNSIPv6("")
	go names.Run()
	t.Cleanup(names.Shutdown)

	store := db.NewMemoryStore()
	issuer := ca.New(quiet, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {Description: "default"}})
	checker := va.New(quiet, portOf(plain), portOf(secure), true, dns, store)
	front := wfe.New(quiet, store, checker, issuer, nil, true, false, 1, 1)
	server := httptest.NewTLSServer(front.Handler())
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	if root, _ := pem.Decode(issuer.GetRootCert(0).PEM()); root != nil {
		cert, err := x509.ParseCertificate(root.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		roots.AddCert(cert)
	}
	return &authority{&acme.Client{DirectoryURL: server.URL + wfe.DirectoryPath, HTTPClient: server.Client()}, roots}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func portOf(l net.Listener) int {
	_, port, _ := net.SplitHostPort(l.Addr().String())
	n, _ := strconv.Atoi(port)
	return n
}

// freeAddress returns an address whose UDP and TCP ports were free a moment ago.
func freeAddress(t *testing.T) string {
	t.Helper()
	l := listen(t)
	defer l.Close()
	return l.Addr().String()
}

// TestServeGetsCertificate: the first https request gets a certificate of the authority, a second start takes it from the cache, and http
// is redirected. Names that are not declared get none.
func TestServeGetsCertificate(t *testing.T) {
	secure, plain := listen(t), listen(t)
	pebble := startAuthority(t, secure, plain)
	app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)))
	app.Get("/", func(r *http.Request) string { return r.Proto })
	config := Config{Hosts: []string{host}, Email: "admin@example.com", Cache: autocert.DirCache(t.TempDir()), Client: pebble.client}

	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- Serve(ctx, app, config, secure, plain, brio.ShutdownDelay(0)) }()

	client := func(name string, to net.Listener) *http.Client {
		transport := &http.Transport{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, "tcp", to.Addr().String())
			},
			TLSClientConfig:   &tls.Config{RootCAs: pebble.roots, ServerName: name},
			ForceAttemptHTTP2: true,
		}
		t.Cleanup(transport.CloseIdleConnections)
		return &http.Client{Transport: transport, Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	res, err := client(host, secure).Get("https://" + host + "/")
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if res.StatusCode != 200 || string(body) != `"HTTP/2.0"` {
		t.Errorf("https: got %d %s", res.StatusCode, body)
	}
	if names := res.TLS.PeerCertificates[0].DNSNames; len(names) != 1 || names[0] != host {
		t.Errorf("the certificate is for %q", names)
	}
	if _, err := client("other.example.com", secure).Get("https://other.example.com/"); err == nil {
		t.Error("another name: no error")
	}
	for target, want := range map[string]int{"http://" + host + "/a?b=c": 307, "http://evil.example/": 400} {
		res, err := client("", plain).Get(target)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if location := res.Header.Get("Location"); res.StatusCode != want || want == 307 && location != "https://"+host+"/a?b=c" {
			t.Errorf("%s: got %d, Location %q", target, res.StatusCode, location)
		}
	}
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}

	// The authority is not asked again.
	config.Client = &acme.Client{DirectoryURL: "http://127.0.0.1:1/"}
	again := listen(t)
	ctx, stop = context.WithCancel(t.Context())
	next := brio.New(brio.Logger(slog.New(slog.DiscardHandler)))
	go func() { served <- Serve(ctx, next, config, again, nil, brio.ShutdownDelay(0)) }()
	res, err = client(host, again).Get("https://" + host + "/")
	if err != nil {
		t.Fatalf("with the cache: %v", err)
	}
	_ = res.Body.Close()
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

// TestConfigMistakes: all mistakes are in one error, and nothing listens any more.
func TestConfigMistakes(t *testing.T) {
	for text, hosts := range map[string][]string{
		"Hosts is empty": nil, "has a wildcard": {"*.example.com"}, "is an address": {"192.0.2.1", "[::1]"}, "has no dot": {"localhost"},
		"has a port": {"example.com:443", "https://example.com"},
	} {
		secure, plain := listen(t), listen(t)
		err := Serve(t.Context(), brio.New(), Config{Hosts: hosts}, secure, plain)
		if err == nil || strings.Count(err.Error(), text) != max(1, len(hosts)) {
			t.Errorf("%s: got %v", text, err)
		}
		for _, l := range []net.Listener{secure, plain} {
			if _, err := l.Accept(); err == nil {
				t.Errorf("%s: a listener is open", text)
			}
		}
	}
}

// TestServeEndsWithPlainListener: when the listener for redirects fails, the app stops and the error says why.
func TestServeEndsWithPlainListener(t *testing.T) {
	plain := listen(t)
	_ = plain.Close()
	err := Serve(t.Context(), brio.New(brio.Logger(slog.New(slog.DiscardHandler))), Config{Hosts: []string{host}}, listen(t), plain, brio.ShutdownDelay(0))
	if err == nil || !strings.Contains(err.Error(), "use of closed network connection") {
		t.Errorf("got %v", err)
	}
}
