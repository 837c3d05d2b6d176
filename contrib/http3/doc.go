// Package http3 serves an app over HTTP/3 (RFC 9114) beside HTTP/1.1 and HTTP/2:
//
//	log.Fatal(http3.Run(app, ":443", http3.Config{TLS: &tls.Config{Certificates: certificates}}))
//
// Clients learn of HTTP/3 from the header Alt-Svc (RFC 7838) of their first answers over TCP, and use UDP from then on. quic-go does the
// work. The package is a module of its own.
package http3
