package middleware

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// secretWords are parts of names whose values are secrets, in lower case and without hyphens and underscores.
var secretWords = []string{"password", "passwd", "secret", "token", "apikey", "authorization", "cookie", "session", "credential", "signature", "privatekey", "accesskey"}

const masked = "***"

// secrets knows names whose values are not to be written down.
type secrets struct{ more []string }

func newSecrets(more []string) secrets {
	var s secrets
	for _, name := range more {
		s.more = append(s.more, plainName(name))
	}
	return s
}

func plainName(name string) string {
	return strings.Map(func(c rune) rune {
		if c == '-' || c == '_' || c == '.' || c == ' ' {
			return -1
		}
		return c
	}, strings.ToLower(name))
}

// has reports whether name has a secret word in it, or is one of the program's own.
func (s secrets) has(name string) bool {
	name = plainName(name)
	return slices.Contains(s.more, name) || slices.ContainsFunc(secretWords, func(w string) bool { return strings.Contains(name, w) })
}

// header is a copy without secrets.
func (s secrets) header(h http.Header) http.Header {
	out := h.Clone()
	for key, values := range out {
		if s.has(key) {
			for i := range values {
				values[i] = masked
			}
		}
	}
	return out
}

// form masks the values of a query or urlencoded form, which need not be well-formed.
func (s secrets) form(query string) string {
	var out strings.Builder
	for n := 0; query != ""; {
		end := strings.IndexAny(query, "&;")
		pair, rest := query, ""
		if end >= 0 {
			pair, rest = query[:end], query[end+1:]
		}
		if query = rest; pair == "" {
			continue
		}
		if n++; n > 1 {
			out.WriteByte('&')
		}
		key, _, found := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(key)
		if err != nil || found && s.has(name) {
			pair = key + "=" + masked
		}
		out.WriteString(pair)
	}
	return out.String()
}

// maxQuery is how many bytes of a query a log record has.
const maxQuery = 4096

// query is form for a query, of which it takes the beginning. A name that is cut off has no value to be masked.
func (s secrets) query(raw string) string {
	if len(raw) > maxQuery {
		return s.form(raw[:maxQuery]) + "…"
	}
	return s.form(raw)
}

// json masks the values of members, at any depth. The document may be cut off or be none: what looks like a member is
// treated as one, and a value that does not end is masked to the end.
func (s secrets) json(doc []byte) []byte {
	var out []byte
	for i := 0; i < len(doc); {
		if doc[i] != '"' {
			out = append(out, doc[i])
			i++
			continue
		}
		end := endOfString(doc, i)
		out = append(out, doc[i:end]...)
		colon := end + len(doc[end:]) - len(bytes.TrimLeft(doc[end:], " \t\r\n"))
		if colon == len(doc) || doc[colon] != ':' || !s.has(unquote(doc[i:end])) {
			i = end
			continue
		}
		value := colon + 1 + len(doc[colon+1:]) - len(bytes.TrimLeft(doc[colon+1:], " \t\r\n"))
		out = append(append(out, doc[end:value]...), `"`+masked+`"`...)
		i = endOfValue(doc, value)
	}
	return out
}

// unquote is the name of a member. An escaped letter must not hide a secret: \u0070assword is password.
func unquote(s []byte) string {
	s = bytes.Trim(s, `"`)
	if bytes.IndexByte(s, '\\') < 0 {
		return string(s)
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+5 < len(s) && s[i+1] == 'u' {
			var c rune
			for _, h := range bytes.ToLower(s[i+2 : i+6]) {
				c = c<<4 | rune(strings.IndexByte("0123456789abcdef", h)&15)
			}
			b.WriteRune(c)
			i += 5
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// endOfString is the index behind the string that begins at i, the length of doc where it does not end.
func endOfString(doc []byte, i int) int {
	for i++; i < len(doc); i++ {
		switch doc[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(doc)
}

// endOfValue is the index behind the value that begins at i.
func endOfValue(doc []byte, i int) int {
	depth := 0
	for i < len(doc) {
		switch doc[i] {
		case '"':
			i = endOfString(doc, i)
			if depth == 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return i
}
