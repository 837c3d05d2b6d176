package serving_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// files are a certificate and its key in files, which a test replaces.
type files struct{ certificate, key string }

// newFiles writes a certificate with a serial number and a name.
func newFiles(t *testing.T, serial int64, name string) files {
	t.Helper()
	dir := t.TempDir()
	f := files{filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")}
	f.write(t, serial, name)
	return f
}

// write replaces both files, one after the other.
func (f files) write(t *testing.T, serial int64, name string) {
	t.Helper()
	testkit.NewCertificate(t, serial, name).Write(t, f.certificate, f.key)
}

// insecure returns a transport that trusts every certificate.
func insecure(name string) *http.Transport {
	return &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, ServerName: name}, ForceAttemptHTTP2: true}
}

// serial returns the serial number of the certificate that a new connection gets.
func serial(t *testing.T, address, name string) int64 {
	t.Helper()
	c, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, ServerName: name})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
}

// TestTLSFilesReload: when the files change, new connections get the new certificate, and open ones stay. Files that do not fit each
// other leave the certificate in use, and are logged once.
func TestTLSFilesReload(t *testing.T) {
	f, l := newFiles(t, 1, "a.test"), listen(t)
	log, _ := serve(t, t.Context(), l, brio.TLSFiles(f.certificate, f.key))
	address := l.Addr().String()
	client := &http.Client{Transport: insecure("a.test"), Timeout: testkit.Patience}
	defer client.CloseIdleConnections()
	ask := func() int64 {
		res, err := client.Get("https://" + address)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if body, _ := io.ReadAll(res.Body); string(body) != `"app HTTP/2.0"` {
			t.Errorf("got %s", body)
		}
		return res.TLS.PeerCertificates[0].SerialNumber.Int64()
	}
	if ask() != 1 || serial(t, address, "a.test") != 1 {
		t.Error("another certificate before the change")
	}
	f.write(t, 2, "a.test")
	testkit.Eventually(t, "the new certificate", func() bool { return serial(t, address, "a.test") == 2 })
	if got := ask(); got != 1 {
		t.Errorf("the open connection was closed: certificate %d", got)
	}
	testkit.ReplaceFile(t, f.key, []byte("no key"))
	testkit.Eventually(t, "the refusal of the files", func() bool {
		return serial(t, address, "a.test") == 2 && log.HasLine("level=WARN", "cannot be used", f.certificate)
	})
	if err := os.Remove(f.key); err != nil {
		t.Fatal(err)
	}
	f.write(t, 3, "a.test")
	testkit.Eventually(t, "the third certificate", func() bool { return serial(t, address, "a.test") == 3 })
}

// TestTLSFilesReloadBehindLink: Kubernetes replaces the link to the folder of a secret, certbot the links to the files; other programs write
// into the files. A file that is written in two parts is used when it is complete.
func TestTLSFilesReloadBehindLink(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	write := func(serial int64, version string) {
		if err := os.Mkdir(at(version), 0o700); err != nil {
			t.Fatal(err)
		}
		testkit.NewCertificate(t, serial, "a.test").Write(t, at(version+"/tls.crt"), at(version+"/tls.key"))
	}
	write(1, "v1")
	write(2, "v2")
	write(3, "v3")
	if err := os.Symlink("v1", at("data")); err != nil {
		t.Skip(err)
	}
	l := listen(t)
	serve(t, t.Context(), l, brio.TLSFiles(at("data/tls.crt"), at("data/tls.key")))
	want := func(number int64) {
		t.Helper()
		testkit.Eventually(t, fmt.Sprint("certificate ", number), func() bool { return serial(t, l.Addr().String(), "a.test") == number })
	}
	want(1)
	if err := errors.Join(os.Symlink("v2", at("new")), os.Rename(at("new"), at("data"))); err != nil {
		t.Fatal(err)
	}
	want(2)
	for _, name := range []string{"tls.crt", "tls.key"} {
		text, err := os.ReadFile(at("v3/" + name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at("v2/"+name), text[:len(text)/2], 0o600); err != nil {
			t.Fatal(err)
		}
		if got := serial(t, l.Addr().String(), "a.test"); got != 2 {
			t.Errorf("half of %s: certificate %d", name, got)
		}
		if err := os.WriteFile(at("v2/"+name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want(3)
}

// TestTLSFilesChoosesByName: of two certificates the client gets the one for the name that it asks for, and the first one for another
// name.
func TestTLSFilesChoosesByName(t *testing.T) {
	a, b, l := newFiles(t, 1, "a.test"), newFiles(t, 2, "b.test"), listen(t)
	serve(t, t.Context(), l, brio.TLSFiles(a.certificate, a.key), brio.TLSFiles(b.certificate, b.key))
	for name, want := range map[string]int64{"a.test": 1, "b.test": 2, "c.test": 1} {
		if got := serial(t, l.Addr().String(), name); got != want {
			t.Errorf("%s: certificate %d, want %d", name, got, want)
		}
	}
}

// TestTLSKeepsPlainAddresses: with TLS an address that begins with http:// has none, and neither has a unix socket.
func TestTLSKeepsPlainAddresses(t *testing.T) {
	path := filepath.Join(socketDir(t), "app.sock")
	l := listen(t)
	log, _ := serve(t, t.Context(), l, brio.TLSSelfSigned(), brio.Listen("http://127.0.0.1:0"), brio.Listen("unix:"+path))
	if got := get(t, "https://"+l.Addr().String(), insecure("localhost")); got != `"app HTTP/2.0"` {
		t.Errorf("TLS: got %s", got)
	}
	if got := get(t, "http://app", overUnix(path)); got != `"app HTTP/1.1"` {
		t.Errorf("unix socket: got %s", got)
	}
	if got := get(t, urlsOf(log)[1], &http.Transport{}); got != `"app HTTP/1.1"` {
		t.Errorf("http://: got %s", got)
	}
}

// TestTLSSelfSigned: the certificate is for localhost, the loopback addresses and the hosts of the option, and no authority signs it.
func TestTLSSelfSigned(t *testing.T) {
	l := listen(t)
	serve(t, t.Context(), l, brio.TLSSelfSigned("dev.test", "192.0.2.7", "*.wild.test"))
	c, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	certificate := c.ConnectionState().PeerCertificates[0]
	for _, name := range []string{"localhost", "127.0.0.1", "::1", "dev.test", "192.0.2.7", "a.wild.test"} {
		if err := certificate.VerifyHostname(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{ServerName: "localhost"}); err == nil {
		t.Error("a client trusts the certificate")
	}
}

// TestTLSServesConfig: the configuration of TLS and that of Server are served, and the program's value is not changed.
func TestTLSServesConfig(t *testing.T) {
	f := newFiles(t, 7, "a.test")
	pair, err := tls.LoadX509KeyPair(f.certificate, f.key)
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}}
	for name, option := range map[string]brio.RunOption{
		"TLS":    brio.TLS(config),
		"Server": brio.Server(func(s *http.Server) { s.TLSConfig = config }),
	} {
		t.Run(name, func(t *testing.T) {
			l := listen(t)
			serve(t, t.Context(), l, option)
			if got := get(t, "https://"+l.Addr().String(), insecure("a.test")); got != `"app HTTP/2.0"` {
				t.Errorf("got %s", got)
			}
		})
	}
	if config.NextProtos != nil {
		t.Error("the program's configuration was changed")
	}
}

// TestTLSTogetherWithFiles: TLS gives the settings, and TLSFiles the certificate.
func TestTLSTogetherWithFiles(t *testing.T) {
	f, l := newFiles(t, 9, "a.test"), listen(t)
	serve(t, t.Context(), l, brio.TLS(&tls.Config{MinVersion: tls.VersionTLS13}), brio.TLSFiles(f.certificate, f.key))
	if got := serial(t, l.Addr().String(), "a.test"); got != 9 {
		t.Errorf("certificate %d", got)
	}
	if _, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12}); err == nil {
		t.Error("TLS 1.2 is accepted")
	}
}

// TestWrongCertificatesAreStartErrors: each error has the place of the option, its cause and a cure.
func TestWrongCertificatesAreStartErrors(t *testing.T) {
	a, b := newFiles(t, 1, "a.test"), newFiles(t, 2, "b.test")
	unreadable := newFiles(t, 3, "c.test")
	empty := filepath.Join(t.TempDir(), "empty.pem")
	testkit.ReplaceFile(t, empty, nil)
	if err := os.Chmod(unreadable.key, 0); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		options []brio.RunOption
		want    []string
	}{
		"no such file":        {[]brio.RunOption{brio.TLSFiles("none.pem", a.key)}, []string{`TLSFiles("none.pem"`, "no such file", "files that exist"}},
		"a folder":            {[]brio.RunOption{brio.TLSFiles(a.certificate, t.TempDir())}, []string{"is a directory", "two files that can be read"}},
		"no PEM":              {[]brio.RunOption{brio.TLSFiles(empty, a.key)}, []string{"failed to find any PEM data", "in this order"}},
		"another key":         {[]brio.RunOption{brio.TLSFiles(a.certificate, b.key)}, []string{"private key does not match public key", "that it was made for"}},
		"wrong order":         {[]brio.RunOption{brio.TLSFiles(a.key, a.certificate)}, []string{"in this order"}},
		"host with a port":    {[]brio.RunOption{brio.TLSSelfSigned("dev.test", "dev.test:8443")}, []string{`TLSSelfSigned("dev.test:8443")`, "without scheme and port"}},
		"a URL":               {[]brio.RunOption{brio.TLSSelfSigned("https://dev.test")}, []string{`TLSSelfSigned("https://dev.test")`, "by name or address"}},
		"host with a space":   {[]brio.RunOption{brio.TLSSelfSigned("a b")}, []string{`TLSSelfSigned("a b")`}},
		"host not in ASCII":   {[]brio.RunOption{brio.TLSSelfSigned("bücher.test")}, []string{`TLSSelfSigned("bücher.test")`}},
		"no host":             {[]brio.RunOption{brio.TLSSelfSigned("")}, []string{`TLSSelfSigned("")`}},
		"address in brackets": {[]brio.RunOption{brio.TLSSelfSigned("[::1]")}, []string{`TLSSelfSigned("[::1]")`}},
		"several sources":     {[]brio.RunOption{brio.TLSFiles(a.certificate, a.key), brio.TLSSelfSigned()}, []string{"several options", "one of"}},
		"no certificate":      {[]brio.RunOption{brio.TLS(&tls.Config{})}, []string{"TLS sets a TLS configuration without certificates", "TLSFiles"}},
	} {
		t.Run(name, func(t *testing.T) {
			testkit.WantContains(t, serveError(t, c.options...).Error(), append(c.want, "brio: ", "serving/tls_test.go:", "\tlegal: ")...)
		})
	}
	if os.Geteuid() != 0 { // root may read every file
		err := serveError(t, brio.TLSFiles(unreadable.certificate, unreadable.key))
		testkit.WantContains(t, err.Error(), "permission denied", "may read")
	}
}

// TestH2C: with H2C a client speaks HTTP/2 without TLS, and HTTP/1.1 stays. Without H2C the server does not.
func TestH2C(t *testing.T) {
	transport := &http.Transport{Protocols: &http.Protocols{}}
	transport.Protocols.SetUnencryptedHTTP2(true)
	l := listen(t)
	serve(t, t.Context(), l, brio.H2C())
	url := "http://" + l.Addr().String()
	if got := get(t, url, transport); got != `"app HTTP/2.0"` {
		t.Errorf("HTTP/2: got %s", got)
	}
	if got := get(t, url, &http.Transport{}); got != `"app HTTP/1.1"` {
		t.Errorf("HTTP/1.1: got %s", got)
	}
	off := listen(t)
	serve(t, t.Context(), off)
	if res, err := (&http.Client{Transport: transport}).Get("http://" + off.Addr().String()); err == nil {
		_ = res.Body.Close()
		t.Error("HTTP/2 without H2C")
	}
	transport.CloseIdleConnections()
}
