package origin

import (
	"net/netip"
	"strings"
)

// SplitHost parses a Host header (RFC 3986, 3.2.2): a name, an IPv4 address or an IPv6 address in brackets, with an optional port.
// The returned host is in lower case, without brackets and without a final dot. ok is false for other texts.
func SplitHost(s string) (host, port string, ok bool) {
	if rest, v6 := strings.CutPrefix(s, "["); v6 {
		host, rest, ok = strings.Cut(rest, "]")
		addr, err := netip.ParseAddr(host)
		if !ok || err != nil || !addr.Is6() || addr.Zone() != "" {
			return "", "", false
		}
		port, ok = strings.CutPrefix(rest, ":")
		if !ok && rest != "" || !isPort(port) {
			return "", "", false
		}
		return addr.String(), port, true
	}
	host, port, _ = strings.Cut(s, ":")
	if !isPort(port) || !isHostName(host) {
		return "", "", false
	}
	return strings.ToLower(strings.TrimSuffix(host, ".")), port, true
}

func isPort(s string) bool {
	return len(s) <= 5 && strings.Trim(s, "0123456789") == ""
}

// isHostName reports whether s is a host name. It accepts underscores, because names in DNS and of containers have them.
func isHostName(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return s != "" && s[0] != '.' && !strings.Contains(s, "..") && len(s) <= 255
}

// JoinHost is the inverse of SplitHost.
func JoinHost(host, port string) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port != "" {
		host += ":" + port
	}
	return host
}
