// Package autotls serves an app over https with certificates that it gets by itself, from Let's Encrypt or another authority with ACME
// (RFC 8555), and renews before they expire:
//
//	app := brio.New()
//	log.Fatal(autotls.Run(app, autotls.Config{Hosts: []string{"example.com", "www.example.com"}, Email: "admin@example.com"}))
//
// golang.org/x/crypto/acme/autocert does the work. The authority must reach the program on port 443 (TLS-ALPN-01, RFC 8737) or port 80
// (HTTP-01). Port 80 redirects all other requests to https. The package is a module of its own.
package autotls
