package middleware

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// secretWords are parts of names whose values are masked, in lower case and without hyphens and underscores.
var secretWords = []string{"password", "passwd", "secret", "token", "apikey", "authorization", "cookie", "session", "credential", "signature", "privatekey", "accesskey"}

const masked = "***"

// secrets decides which values are masked. extra are the program's names, normalized.
type secrets struct{ extra []string }

func newSecrets(names []string) secrets {
	var s secrets
	for _, name := range names {
		s.extra = append(s.extra, normalizeName(name))
	}
	return s
}

// normalizeName returns a name in lower case without hyphens, underscores, dots and spaces.
func normalizeName(name string) string {
	return strings.Map(func(c rune) rune {
		if c == '-' || c == '_' || c == '.' || c == ' ' {
			return -1
		}
		return c
	}, strings.ToLower(name))
}

// has reports whether name contains a secret word or is one of extra.
func (s secrets) has(name string) bool {
	name = normalizeName(name)
	return slices.Contains(s.extra, name) || slices.ContainsFunc(secretWords, func(w string) bool { return strings.Contains(name, w) })
}

// header returns a copy with masked values.
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

// form masks the values of a query or urlencoded form. The text may be malformed.
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

// maxQuery is how many bytes of a query are logged: a client can send a query of a megabyte.
const maxQuery = 4096

// query masks the first maxQuery bytes of a query. A name that the cut shortens has no value left to mask.
func (s secrets) query(raw string) string {
	if len(raw) > maxQuery {
		return s.form(raw[:maxQuery]) + "…"
	}
	return s.form(raw)
}

// json masks the values of members at any depth. The document may be cut or malformed: any text that looks like a member is
// treated as one, and a value without an end is masked to the end of the document.
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

// unquote returns the name of a member. It decodes escapes, so that \u0070assword is masked as password is.
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

// endOfString returns the index behind the string that begins at i, or len(doc) if the string does not end.
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

// endOfValue returns the index behind the value that begins at i.
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
