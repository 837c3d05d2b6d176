package origin

import (
	"slices"
	"strings"
)

// element is one entry of a Forwarded header (RFC 7239, 4).
type element struct{ node, proto, host string }

// readForwarded reads the header Forwarded.
func (t *trust) readForwarded(lines []string) forwarded {
	var f forwarded
	for _, e := range slices.Backward(parseForwarded(lines)) {
		a, port, valid := parseNode(e.node)
		if !valid {
			if f == (forwarded{}) { // the client hides ("unknown", "_x"), but the proxy knows how it came
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

// parseForwarded reads all lines; nothing is believed of a header that is not well-formed.
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
			line = line[1:] // the comma
		}
	}
	return out
}

// parseElement reads pairs up to a comma or the end.
func parseElement(s string) (e element, rest string, ok bool) {
	seen := map[string]bool{}
	for {
		s = strings.TrimLeft(s, " \t")
		if s == "" || s[0] == ',' {
			return e, s, true // an empty element is legal in a list
		}
		if s[0] == ';' {
			s = s[1:]
			continue
		}
		name, after, found := strings.Cut(s, "=")
		if !found || !IsToken(name) {
			return e, "", false
		}
		var value string
		if value, s, ok = parseValue(after); !ok {
			return e, "", false
		}
		name = strings.ToLower(name)
		if seen[name] {
			return e, "", false // a parameter occurs once
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

// parseValue reads a token or quoted string (RFC 9110, 5.6.4).
func parseValue(s string) (value, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, ",; \t")
		if end < 0 {
			end = len(s)
		}
		return s[:end], s[end:], IsToken(s[:end])
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:], true
		case '\\':
			if i++; i == len(s) {
				return "", "", false
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}
