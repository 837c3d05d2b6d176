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

// Proxies are the trusted ones, and what is read of them.
type Proxies struct {
	trust
	forwarded bool
}

// NewProxies reads addresses: "10.0.0.0/8", "::1", "unix", "*". wrong says what is none, "" when all are. forwarded reads
// the header Forwarded (RFC 7239) instead of X-Forwarded-*.
func NewProxies(addresses []string, forwarded bool) (p *Proxies, wrong string) {
	t, wrong := parseTrust(addresses)
	return &Proxies{t, forwarded}, wrong
}

// TrustsAll reports whether "*" is among the addresses.
func (p *Proxies) TrustsAll() bool { return p.all }

// Around calls next with what the proxies say of a request, where it comes from one.
func (p *Proxies) Around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !p.trusts(r.RemoteAddr) {
			next.ServeHTTP(w, r)
			return
		}
		var f forwarded
		if p.forwarded {
			f = p.readForwarded(r.Header["Forwarded"])
		} else {
			f = p.readXForwarded(r.Header)
		}
		if f == (forwarded{}) {
			next.ServeHTTP(w, r)
			return
		}
		changed := r.WithContext(&schemeContext{r.Context(), f.scheme})
		if f.client.IsValid() {
			changed.RemoteAddr = netip.AddrPortFrom(f.client, f.port).String()
		}
		if f.host != "" {
			changed.Host = f.host
		}
		ServeCopy(next, w, r, changed)
	})
}

// Scheme is "https" or "http", as the client sees it: what a trusted proxy says (ProxyHeaders), or whether the
// connection has TLS.
func Scheme(r *http.Request) string {
	if s, _ := r.Context().Value(schemeKey{}).(string); s != "" {
		return s
	}
	if r.TLS != nil {
		return "https"
	}
	return "http"
}

// ClientHost is the address of the client without its port: of RemoteAddr, which ProxyHeaders has set where a trusted
// proxy says so. It is "" where there is none, as for a Unix socket.
func ClientHost(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		if _, err := netip.ParseAddr(r.RemoteAddr); err == nil {
			return r.RemoteAddr
		}
		return ""
	}
	return host
}

type schemeKey struct{}

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

// trust are the addresses of proxies.
type trust struct {
	all, unix bool // each connection is a proxy's; each by a Unix socket is
	ranges    []netip.Prefix
}

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

// trusts reports whether a connection from there is a trusted proxy's.
func (t *trust) trusts(remote string) bool {
	a, _, ok := parseNode(remote)
	if !ok {
		return t.all || t.unix && (remote == "" || remote == "@" || strings.HasPrefix(remote, "/"))
	}
	return t.all || t.has(a)
}

// has reports whether the address of an entry is a proxy's. "*" stands for the proxy at the other end of the connection
// alone: were each entry a proxy's, the client would be the one that the client itself has written first.
func (t *trust) has(a netip.Addr) bool {
	return slices.ContainsFunc(t.ranges, func(p netip.Prefix) bool { return p.Contains(a) })
}

// forwarded is what the trusted proxies say of a request.
type forwarded struct {
	client       netip.Addr // the client or, where nothing better is known, the outermost trusted proxy
	port         uint16
	scheme, host string
}

func (f *forwarded) setScheme(s string) {
	switch {
	case strings.EqualFold(s, "https"), strings.EqualFold(s, "wss"):
		f.scheme = "https"
	case strings.EqualFold(s, "http"), strings.EqualFold(s, "ws"):
		f.scheme = "http"
	}
}

func (f *forwarded) setHost(s string) {
	if _, _, ok := SplitHost(s); ok {
		f.host = s
	}
}

// readXForwarded reads the headers X-Forwarded-*.
func (t *trust) readXForwarded(h http.Header) forwarded {
	var f forwarded
	entries := fromRight{lines: h["X-Forwarded-For"]}
	hops := 0
	for entry, ok := entries.next(); ok; entry, ok = entries.next() {
		a, port, valid := parseNode(entry)
		if !valid {
			break // the client behind it is not known
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

// entryOf is the hops-th entry of a list, from the right; the last one where it does not have as many.
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

// fromRight walks the entries of a comma-separated header backwards, over all its lines.
type fromRight struct {
	lines []string
	rest  string
	open  bool // rest has an entry, if an empty one
}

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

// parseNode reads an address with or without a port: "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]",
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
