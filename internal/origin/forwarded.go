package origin

import (
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/httptext"
)

// element is one entry of a Forwarded header (RFC 7239, section 4).
type element struct{ node, proto, host string }

// readForwarded returns what the trusted proxies report in the header Forwarded. It reads entries from the last one backwards, and
// stops at the first client that is no trusted proxy.
func (t *trust) readForwarded(lines []string) forwarded {
	var f forwarded
	for _, e := range slices.Backward(parseForwarded(lines)) {
		a, port, valid := parseNode(e.node)
		if !valid {
			if f == (forwarded{}) { // the proxy hides the client ("unknown", "_x"), but reports scheme and host
				f.setScheme(e.proto)
				f.setHost(e.host)
			}
			return f
		}
		f = forwarded{client: a, port: port}
		f.setScheme(e.proto)
		f.setHost(e.host)
		if !t.has(a) {
			return f
		}
	}
	return f
}

// parseForwarded returns the entries of all lines, or nil if one is malformed: then no entry is trusted.
func parseForwarded(lines []string) []element {
	var out []element
	for _, line := range lines {
		for {
			var e element
			var ok bool
			if e, line, ok = parseElement(line); !ok {
				return nil
			}
			out = append(out, e)
			if line == "" {
				break
			}
			line = line[1:] // skips the comma
		}
	}
	return out
}

// parseElement parses the pairs of one entry. rest begins at the comma after it, or is empty.
func parseElement(s string) (e element, rest string, ok bool) {
	seen := map[string]bool{}
	for {
		s = strings.TrimLeft(s, " \t")
		if s == "" || s[0] == ',' {
			return e, s, true // lists may have empty entries
		}
		if s[0] == ';' {
			s = s[1:]
			continue
		}
		name, after, found := strings.Cut(s, "=")
		if !found || !httptext.IsToken(name) {
			return e, "", false
		}
		var value string
		if value, s, ok = parseValue(after); !ok {
			return e, "", false
		}
		name = strings.ToLower(name)
		if seen[name] {
			return e, "", false // a parameter must not occur twice
		}
		seen[name] = true
		switch name {
		case "for":
			e.node = value
		case "proto":
			e.proto = value
		case "host":
			e.host = value
		}
		if s = strings.TrimLeft(s, " \t"); s != "" && s[0] != ',' && s[0] != ';' {
			return e, "", false
		}
	}
}

// parseValue parses a token or quoted string (RFC 9110, 5.6.4).
func parseValue(s string) (value, rest string, ok bool) {
	if strings.HasPrefix(s, `"`) {
		return httptext.CutQuoted(s)
	}
	end := strings.IndexAny(s, ",; \t")
	if end < 0 {
		end = len(s)
	}
	return s[:end], s[end:], httptext.IsToken(s[:end])
}
