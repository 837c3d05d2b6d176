package origin

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Proxies is a set of trusted proxies, and the header that they write.
type Proxies struct {
	trust
	forwarded bool
}

// NewProxies parses addresses: "10.0.0.0/8", "::1", "unix", "*". wrong is the message for the first illegal one, "" if all are
// legal. With forwarded the header Forwarded (RFC 7239) is read, else X-Forwarded-*.
func NewProxies(addresses []string, forwarded bool) (p *Proxies, wrong string) {
	t, wrong := parseTrust(addresses)
	return &Proxies{t, forwarded}, wrong
}

// TrustsAll reports whether "*" is among the addresses.
func (p *Proxies) TrustsAll() bool { return p.all }

// SchemeOf returns the scheme that a trusted proxy reports in ctx, else that of the connection, which has TLS or not.
func SchemeOf(ctx context.Context, secure bool) string {
	if s, _ := ctx.Value(schemeKey{}).(string); s != "" {
		return s
	}
	if secure {
		return "https"
	}
	return "http"
}

// hostOf returns the host of an address of a client, with a port or without. It is "" for a Unix socket.
func hostOf(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		if _, err := netip.ParseAddr(remote); err == nil {
			return remote
		}
		return ""
	}
	return host
}

// schemeKey is the context key of the scheme that a proxy reports.
type schemeKey struct{}

// schemeContext is context.WithValue in one allocation.
type schemeContext struct {
	context.Context
	scheme string
}

func (c *schemeContext) Value(key any) any {
	if key == (schemeKey{}) {
		return c.scheme
	}
	return c.Context.Value(key)
}

// trust has the addresses of trusted proxies.
type trust struct {
	all, unix bool // all: every connection comes from a proxy; unix: every one over a Unix socket
	ranges    []netip.Prefix
}

// parseTrust parses the addresses of NewProxies.
func parseTrust(addresses []string) (t trust, wrong string) {
	for _, s := range addresses {
		switch s {
		case "*":
			t.all = true
			continue
		case "unix":
			t.unix = true
			continue
		}
		p, err := netip.ParsePrefix(s)
		if a, addrErr := netip.ParseAddr(s); addrErr == nil && a.Zone() == "" {
			a = a.Unmap()
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil || p.Addr().Is4In6() {
			return trust{}, "the trusted proxy " + strconv.Quote(s) + " is no address; legal are ranges and addresses, as in \"10.0.0.0/8\" and \"::1\", \"unix\" and \"*\""
		}
		if p != p.Masked() {
			return trust{}, "the trusted proxies " + strconv.Quote(s) + " are no range: it begins at " + strconv.Quote(p.Masked().String())
		}
		t.ranges = append(t.ranges, p)
	}
	if len(addresses) == 0 {
		return trust{}, "no trusted proxy; legal is at least one address or range"
	}
	return t, ""
}

// trusts reports whether a connection from the address remote comes from a trusted proxy.
func (t *trust) trusts(remote string) bool {
	a, _, ok := parseNode(remote)
	if !ok {
		return t.all || t.unix && (remote == "" || remote == "@" || strings.HasPrefix(remote, "/"))
	}
	return t.all || t.has(a)
}

// has reports whether an address in a header is that of a trusted proxy. "*" trusts the other end of the connection only: if it
// trusted every entry, the client would be the first entry, which clients can write themselves.
func (t *trust) has(a netip.Addr) bool {
	return slices.ContainsFunc(t.ranges, func(p netip.Prefix) bool { return p.Contains(a) })
}

// forwarded is what trusted proxies report of a request. The zero value is nothing.
type forwarded struct {
	client       netip.Addr // the client; if it is unknown, the outermost trusted proxy
	port         uint16
	scheme, host string
}

// setScheme sets the scheme, if s is one of HTTP or WebSocket.
func (f *forwarded) setScheme(s string) {
	switch {
	case strings.EqualFold(s, "https"), strings.EqualFold(s, "wss"):
		f.scheme = "https"
	case strings.EqualFold(s, "http"), strings.EqualFold(s, "ws"):
		f.scheme = "http"
	}
}

// setHost sets the host, if s is legal.
func (f *forwarded) setHost(s string) {
	if _, _, ok := SplitHost(s); ok {
		f.host = s
	}
}

// readXForwarded returns what the trusted proxies report in the headers X-Forwarded-*. It reads from right to left, and stops at
// the first client that is no trusted proxy.
func (t *trust) readXForwarded(h http.Header) forwarded {
	var f forwarded
	entries := fromRight{lines: h["X-Forwarded-For"]}
	hops := 0
	for entry, ok := entries.next(); ok; entry, ok = entries.next() {
		a, port, valid := parseNode(entry)
		if !valid {
			break // entries further left were not written by a trusted proxy
		}
		f.client, f.port = a, port
		hops++
		if !t.has(a) {
			break
		}
	}
	f.setScheme(entryOf(h["X-Forwarded-Proto"], hops))
	f.setHost(entryOf(h["X-Forwarded-Host"], hops))
	return f
}

// entryOf returns the hops-th entry of a list from the right; the last one if there are fewer.
func entryOf(lines []string, hops int) string {
	entries := fromRight{lines: lines}
	first, _ := entries.next()
	entry := first
	for range hops - 1 {
		next, ok := entries.next()
		if !ok {
			return first
		}
		entry = next
	}
	return entry
}

// fromRight iterates over the entries of a comma-separated header from right to left, over all its lines.
type fromRight struct {
	lines []string
	rest  string
	open  bool // rest has another entry, which may be empty
}

// next returns the next entry to the left.
func (f *fromRight) next() (string, bool) {
	if !f.open {
		if len(f.lines) == 0 {
			return "", false
		}
		f.rest, f.open = f.lines[len(f.lines)-1], true
		f.lines = f.lines[:len(f.lines)-1]
	}
	i := strings.LastIndexByte(f.rest, ',')
	entry := f.rest[i+1:]
	f.open = i >= 0
	f.rest = f.rest[:max(i, 0)]
	return strings.TrimSpace(entry), true
}

// parseNode parses an address with or without a port: "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]",
// "[2001:db8::1]:80".
func parseNode(s string) (a netip.Addr, port uint16, ok bool) {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone(""), ap.Port(), true
	}
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		s = s[1 : len(s)-1]
	}
	a, err := netip.ParseAddr(s)
	return a.Unmap().WithZone(""), 0, err == nil
}
