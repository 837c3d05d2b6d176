package autotls

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
)

// Config says for which names a program gets certificates. Using it accepts the terms of service of the authority.
type Config struct {
	// Hosts are the names, as in "example.com". Each needs a DNS record that leads to this program. Names with a wildcard are not
	// possible: an authority gives them for DNS challenges only. Without this list a client could make the program ask for a
	// certificate for any name.
	Hosts []string
	// Email is where the authority writes about problems with certificates; "" for none.
	Email string
	// Cache keeps the certificates and the key of the account; nil is the folder autotls in the user's cache folder. A program must
	// keep them: authorities limit how many certificates they give for a name in a week. Several processes share one Cache.
	Cache autocert.Cache
	// Client speaks to the authority; nil is Let's Encrypt. Its DirectoryURL chooses another one, such as Let's Encrypt's staging.
	Client *acme.Client
}

// Run serves the app on port 443 until SIGINT or SIGTERM, as brio.App.Run does, and redirects from port 80. Mistakes in the Config are
// in the error.
func Run(app *brio.App, c Config, opts ...brio.RunOption) error {
	secure, err := net.Listen("tcp", ":443")
	if err != nil {
		return fmt.Errorf("autotls: %w", err)
	}
	plain, err := net.Listen("tcp", ":80")
	if err != nil {
		_ = secure.Close()
		return fmt.Errorf("autotls: %w", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the next signal ends the process
	return Serve(ctx, app, c, secure, plain, opts...)
}

// Serve does what Run does on listeners, until ctx ends. secure is without TLS, which Serve adds. Requests of plain are answered with
// the proofs for the authority and with redirects; nil serves https alone. Serve closes both listeners.
func Serve(ctx context.Context, app *brio.App, c Config, secure, plain net.Listener, opts ...brio.RunOption) error {
	m, err := c.manager()
	if err != nil {
		_ = secure.Close()
		if plain != nil {
			_ = plain.Close()
		}
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	redirects := &http.Server{
		Handler: m.HTTPHandler(redirect(c.Hosts)), ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() {
		if plain == nil {
			failed <- nil
			return
		}
		err := redirects.Serve(plain)
		if errors.Is(err, http.ErrServerClosed) {
			err = nil
		}
		failed <- err
		stop()
	}()
	err = app.Serve(ctx, tls.NewListener(secure, m.TLSConfig()), opts...)
	_ = redirects.Close()
	return errors.Join(err, <-failed)
}

// redirect returns the handler of requests without TLS. It redirects to the known names only.
func redirect(hosts []string) http.Handler {
	return middleware.TrustedHost(hosts...)(middleware.HTTPSRedirect()(http.NotFoundHandler()))
}

// manager returns the Manager of the certificates, or all mistakes of the Config.
func (c *Config) manager() (*autocert.Manager, error) {
	var wrong []error
	if len(c.Hosts) == 0 {
		wrong = append(wrong, errors.New(`autotls: Hosts is empty; legal are the names of the program, as in "example.com"`))
	}
	for _, h := range c.Hosts {
		if found := mistakeOf(h); found != "" {
			wrong = append(wrong, fmt.Errorf("autotls: Hosts has %q, %s; legal are names as in \"example.com\"", h, found))
		}
	}
	cache := c.Cache
	if cache == nil {
		folder, err := os.UserCacheDir()
		if err != nil {
			wrong = append(wrong, fmt.Errorf(`autotls: Cache is nil, and the user has no cache folder (%w); legal is autocert.DirCache("/var/lib/certificates")`, err))
		}
		cache = autocert.DirCache(filepath.Join(folder, "autotls"))
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return &autocert.Manager{Prompt: autocert.AcceptTOS, HostPolicy: autocert.HostWhitelist(c.Hosts...), Email: c.Email, Cache: cache, Client: c.Client}, nil
}

// mistakeOf says why no authority gives a certificate for a name by these challenges, "" if one may.
func mistakeOf(host string) string {
	_, notAddress := netip.ParseAddr(strings.Trim(host, "[]"))
	switch {
	case strings.Contains(host, "*"):
		return "which has a wildcard"
	case notAddress == nil:
		return "which is an address"
	case strings.ContainsAny(host, ":/ "):
		return "which has a port, a scheme or a path"
	case !strings.Contains(strings.Trim(host, "."), "."):
		return "which has no dot"
	}
	return ""
}
