package serve

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/big"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/routing"
)

// TLS is what the options TLS, TLSFiles and TLSSelfSigned set.
type TLS struct {
	Config      *tls.Config // of TLS; nil for none
	ConfigPlace string
	Files       []CertificateFiles // of TLSFiles
	SelfSigned  bool
	Hosts       []string // of TLSSelfSigned, beside localhost
	SelfPlace   string
}

// CertificateFiles are the files of one certificate, in PEM.
type CertificateFiles struct{ Certificate, Key, Place string }

const certificateCure = `one of TLSFiles("cert.pem", "key.pem"), TLSSelfSigned() for development, and TLS with a config that has certificates`

const selfSignedCure = `hosts by name or address, without scheme and port, as in TLSSelfSigned("dev.example.com", "192.0.2.7"); "*.example.com" for names one level below`

// isCertificateHost reports whether a host can be in a certificate: an IP address, or a name in ASCII that may begin with "*.".
func isCertificateHost(host string) bool {
	if net.ParseIP(host) != nil {
		return true
	}
	_, port, ok := origin.SplitHost(strings.TrimPrefix(host, "*."))
	return ok && port == "" && !strings.HasSuffix(host, ":") && !strings.HasPrefix(host, "[")
}

// build returns the configuration of the server, nil for none, and what is unsafe about it.
func (t *TLS) build(log *slog.Logger) (*tls.Config, []string, error) {
	if t.Config == nil && len(t.Files) == 0 && !t.SelfSigned {
		return nil, nil, nil
	}
	config := &tls.Config{}
	if t.Config != nil {
		config = t.Config.Clone()
	}
	if sources := btoi(hasCertificate(config)) + btoi(len(t.Files) > 0) + btoi(t.SelfSigned); sources > 1 {
		place := t.SelfPlace
		if len(t.Files) > 0 {
			place = t.Files[0].Place
		}
		return nil, nil, routing.Report{{Place: place, Found: "certificates come from several options", Legal: certificateCure}}
	}
	switch {
	case len(t.Files) > 0:
		chain := make(certificates, len(t.Files))
		for i, files := range t.Files {
			chain[i] = &certificate{files: files, log: log}
			if err := chain[i].load(); err != nil {
				return nil, nil, startError(files.Place, fmt.Sprintf("TLSFiles(%q, %q)", files.Certificate, files.Key), err, filesCure(err))
			}
		}
		config.GetCertificate = chain.get
	case t.SelfSigned:
		for _, host := range t.Hosts {
			if !isCertificateHost(host) {
				return nil, nil, routing.Report{{Place: t.SelfPlace, Found: fmt.Sprintf("TLSSelfSigned(%q): no client looks for this name in a certificate", host), Legal: selfSignedCure}}
			}
		}
		c, err := selfSigned(t.Hosts)
		if err != nil {
			return nil, nil, startError(t.SelfPlace, "TLSSelfSigned", err, selfSignedCure)
		}
		config.Certificates = []tls.Certificate{*c}
		return config, []string{"the TLS certificate is self-signed: clients must not trust it, and it changes at each start"}, nil
	}
	return config, nil, nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// hasCertificate reports whether a configuration has certificates or finds them.
func hasCertificate(c *tls.Config) bool {
	return len(c.Certificates) > 0 || c.GetCertificate != nil || c.GetConfigForClient != nil
}

// checkCertificates reports a TLS configuration without certificates, which could serve no client.
func checkCertificates(config *tls.Config, c *Config) error {
	place, option := c.TLS.ConfigPlace, "TLS"
	if c.TLS.Config == nil {
		place, option = c.ChangePlace, "Server"
	}
	for _, l := range c.Listeners {
		if isTLS(l) {
			return nil // it has a configuration of its own
		}
	}
	if config == nil || hasCertificate(config) {
		return nil
	}
	return routing.Report{{Place: place, Found: option + " sets a TLS configuration without certificates", Legal: certificateCure}}
}

// filesCure says what to do about files that are no certificate and key.
func filesCure(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "files that exist: the certificate first, then its key, both in PEM; a relative path begins at the working directory"
	case errors.Is(err, fs.ErrPermission):
		return "files that the user of this process may read"
	case errors.As(err, new(*fs.PathError)): // a folder, a device that fails
		return "two files that can be read: the certificate first, then its key"
	}
	return "a certificate with its chain, and the private key that it was made for, both in PEM and in this order"
}

// certificates are the certificates of a server, in the order of declaration.
type certificates []*certificate

// get returns the first certificate that fits the name that the client asks for, or the first of all.
func (list certificates) get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	for _, c := range list[:len(list)-1] {
		if current := c.current(); hello.SupportsCertificate(current) == nil {
			return current, nil
		}
	}
	last := list[len(list)-1].current()
	if len(list) > 1 && hello.SupportsCertificate(last) != nil {
		return list[0].current(), nil
	}
	return last, nil
}

// recheck is how often at most a handshake looks whether the files have changed. That costs two stat calls.
const recheck = time.Second

// certificate is a certificate in files. It is loaded again when they change. It is safe for concurrent use.
type certificate struct {
	files CertificateFiles
	log   *slog.Logger

	loaded  atomic.Pointer[tls.Certificate]
	checked atomic.Int64 // nanoseconds of the Unix time

	mu   sync.Mutex     // holds what follows
	seen [2]os.FileInfo // of the files, when they were last read
}

// current returns the certificate. Of several handshakes at a time one reads changed files, and the others use the certificate that is
// there. Files that cannot be used leave it in use.
func (c *certificate) current() *tls.Certificate {
	if now := time.Now().UnixNano(); now-c.checked.Load() >= int64(recheck) && c.mu.TryLock() {
		defer c.mu.Unlock()
		c.checked.Store(now)
		if now := c.stat(); c.changed(now) {
			if err := c.read(now); err != nil {
				c.log.Warn("changed certificate files cannot be used; the certificate before stays", "certificate", c.files.Certificate, "error", err)
			} else {
				c.log.Info("certificate loaded", "certificate", c.files.Certificate, "not_after", c.loaded.Load().Leaf.NotAfter)
			}
		}
	}
	return c.loaded.Load()
}

// load reads the files when the server starts.
func (c *certificate) load() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.checked.Store(time.Now().UnixNano())
	return c.read(c.stat())
}

// read reads the files. What stat has found comes from before: a change in between is seen by the next check.
func (c *certificate) read(found [2]os.FileInfo) error {
	c.seen = found
	loaded, err := tls.LoadX509KeyPair(c.files.Certificate, c.files.Key)
	if err != nil {
		return err
	}
	if time.Now().After(loaded.Leaf.NotAfter) {
		c.log.Warn("a certificate has expired", "certificate", c.files.Certificate, "not_after", loaded.Leaf.NotAfter)
	}
	c.loaded.Store(&loaded)
	return nil
}

// stat looks at the files. A file that is not there is nil.
func (c *certificate) stat() (found [2]os.FileInfo) {
	for i, name := range []string{c.files.Certificate, c.files.Key} {
		if info, err := os.Stat(name); err == nil {
			found[i] = info
		}
	}
	return found
}

// changed reports whether a file was replaced or written. A file that is away for a moment has not changed.
func (c *certificate) changed(now [2]os.FileInfo) bool {
	for i, info := range now {
		before := c.seen[i]
		if info != nil && (before == nil || !os.SameFile(info, before) || info.Size() != before.Size() || !info.ModTime().Equal(before.ModTime())) {
			return true
		}
	}
	return false
}

// selfSignedFor is how long a self-signed certificate is valid.
const selfSignedFor = 30 * 24 * time.Hour

// selfSigned makes a certificate for localhost, the loopback addresses and hosts. It exists in memory alone.
func selfSigned(hosts []string) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: "localhost", Organization: []string{"self-signed, for development"}},
		NotBefore:             time.Now().Add(-time.Hour), // clocks of other machines may be behind
		NotAfter:              time.Now().Add(selfSignedFor),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	for _, host := range append([]string{"localhost", "127.0.0.1", "::1"}, hosts...) {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
}
