package security

import (
	"encoding/base64"
	"fmt"
	"net/textproto"
	"strings"
	"unicode/utf8"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/httptext"
)

// HTTPBearer reads Authorization: Bearer and yields a *Token. A missing or other Authorization, and one without a
// token, is 401 {"detail":"Not authenticated"} with WWW-Authenticate: Bearer, as in FastAPI and RFC 6750.
func HTTPBearer(opts ...Option) Scheme {
	return newScheme[Token]("HTTPBearer", opts, func(s *settings) map[string]any {
		d := httpDefinition("bearer")
		if s.bearerFormat != "" {
			d["bearerFormat"] = s.bearerFormat
		}
		return d
	}, "Bearer", findToken)
}

// HTTPBasic reads Authorization: Basic (RFC 7617) and yields *BasicCredentials. The credentials must be UTF-8 and are split at
// the first colon. The challenge is Basic, with the realm if there is one.
func HTTPBasic(opts ...Option) Scheme {
	return newScheme[BasicCredentials]("HTTPBasic", opts, func(*settings) map[string]any { return httpDefinition("basic") }, "Basic", findBasic)
}

// HTTPDigest reads Authorization: Digest and yields an *Authorization. As in FastAPI, the program checks the digest itself.
func HTTPDigest(opts ...Option) Scheme {
	return newScheme[Authorization]("HTTPDigest", opts, func(*settings) map[string]any { return httpDefinition("digest") }, "Digest", findNamed("Digest"))
}

// HTTPScheme reads Authorization with any scheme, such as DPoP, and yields an *Authorization. It refuses any other scheme than
// name; case is ignored. The challenge is the name in title case.
func HTTPScheme(name string, opts ...Option) Scheme {
	s := newScheme[Authorization]("HTTPBase", opts, func(*settings) map[string]any { return httpDefinition(name) }, titleCase(name), findNamed(name))
	if !httptext.IsToken(name) {
		s.fail(fmt.Sprintf("HTTPScheme is given a name that cannot stand in a header: %q", name), `the name of an authentication scheme (RFC 9110, 11.1), as in HTTPScheme("DPoP")`)
	}
	return s
}

func httpDefinition(scheme string) map[string]any {
	return map[string]any{"type": "http", "scheme": scheme}
}

// authorization splits the Authorization header. Of several headers the first counts, as for parameters.
func authorization(x *exchange.Exchange) (scheme, credentials string) {
	values := x.Header("Authorization")
	if len(values) == 0 {
		return "", ""
	}
	scheme, credentials, _ = strings.Cut(values[0], " ")
	return scheme, textproto.TrimString(credentials)
}

// sameScheme reports whether two names of schemes are equal; case is ignored. EqualFold also folds some letters beyond ASCII
// to ASCII, but these have more bytes, so the comparison of lengths excludes them.
func sameScheme(scheme, name string) bool {
	return scheme == name || len(scheme) == len(name) && strings.EqualFold(scheme, name)
}

// findScheme splits the Authorization header if it has the scheme name.
func findScheme(x *exchange.Exchange, name string) (scheme, credentials string, _ outcome) {
	scheme, credentials = authorization(x)
	switch {
	case !sameScheme(scheme, name):
		return "", "", absent
	case credentials == "":
		return "", "", malformed
	}
	return scheme, credentials, given
}

func findToken(x *exchange.Exchange) (any, outcome) {
	scheme, credentials, found := findScheme(x, "Bearer")
	if found != given {
		return nil, found
	}
	return &Token{scheme, credentials}, given
}

func findNamed(name string) finder {
	return func(x *exchange.Exchange) (any, outcome) {
		scheme, credentials, found := findScheme(x, name)
		if found != given {
			return nil, found
		}
		return &Authorization{scheme, credentials}, given
	}
}

// findAuthorization accepts any scheme, as FastAPI's OAuth2 and OpenIdConnect do.
func findAuthorization(x *exchange.Exchange) (any, outcome) {
	scheme, credentials := authorization(x)
	switch {
	case scheme == "":
		return nil, absent
	case credentials == "":
		return nil, malformed
	}
	return &Authorization{scheme, credentials}, given
}

// findBasic returns the credentials of Authorization: Basic. It allocates no buffer for up to 256 bytes.
func findBasic(x *exchange.Exchange) (any, outcome) {
	_, encoded, found := findScheme(x, "Basic")
	if found != given {
		return nil, found
	}
	var small [256]byte
	decoded := small[:]
	if n := base64.StdEncoding.DecodedLen(len(encoded)); n > len(small) {
		decoded = make([]byte, n)
	}
	n, err := base64.StdEncoding.Decode(decoded, []byte(encoded))
	if err != nil || !utf8.Valid(decoded[:n]) {
		return nil, malformed
	}
	text := string(decoded[:n])
	username, password, ok := strings.Cut(text, ":")
	if !ok || hasControl(text) { // RFC 7617, 2: control characters are illegal
		return nil, malformed
	}
	return &BasicCredentials{username, password}, given
}

// titleCase is Python's str.title for ASCII: the first letter of each sequence of letters is upper case, others are lower.
func titleCase(s string) string {
	b := []byte(strings.ToLower(s))
	inWord := false
	for i, c := range b {
		letter := 'a' <= c && c <= 'z'
		if letter && !inWord {
			b[i] -= 'a' - 'A'
		}
		inWord = letter
	}
	return string(b)
}
