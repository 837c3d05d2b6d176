package security_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/security"
)

// FuzzBasic compares HTTPBasic with net/http's reading of the header. They differ only where it is said: spaces around the
// credentials, text that is not UTF-8, and control characters.
func FuzzBasic(f *testing.F) {
	for _, h := range matrixHeaders {
		for _, v := range h.values {
			f.Add(strings.Replace(v, "S", "Basic", 1))
		}
	}
	f.Fuzz(func(t *testing.T, header string) {
		if strings.ContainsAny(header, "\r\n") {
			return // no header has them; base64 passes over them
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["Authorization"] = []string{header}
		got := readBasic(t, r)

		scheme, credentials, _ := strings.Cut(header, " ")
		r.Header["Authorization"] = []string{scheme + " " + strings.Trim(credentials, " \t")}
		username, password, ok := r.BasicAuth()
		text := username + password
		ok = ok && utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f })
		if ok != (got != nil) || ok && (got.Username != username || got.Password != password) {
			t.Errorf("%q: %v, net/http has %q %q %t", header, got, username, password, ok)
		}
	})
}

func readBasic(t *testing.T, r *http.Request) *security.BasicCredentials {
	x := exchange.Acquire(httptest.NewRecorder(), r)
	defer x.Release()
	c, err := security.HTTPBasic().ProviderFunc().(func(*exchange.Exchange) (*security.BasicCredentials, error))(x)
	if (c == nil) == (err == nil) {
		t.Errorf("credentials %v and error %v", c, err)
	}
	return c
}

// FuzzChallenge: whatever is said in a challenge, it is one header line with the parameters that were meant.
func FuzzChallenge(f *testing.F) {
	f.Add(`a "b" \c`, "d\", x=1", "s\r\nSet-Cookie: a=b")
	f.Add(`\`, `\"`, `"`)
	f.Fuzz(func(t *testing.T, realm, description, scope string) {
		rest := security.Challenge{Realm: realm, ErrorDescription: description, Scope: scope}.String()
		if strings.ContainsFunc(rest, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
			t.Fatalf("%q has control characters", rest)
		}
		rest, ok := strings.CutPrefix(rest, "Bearer")
		separator := " "
		for _, p := range []struct{ name, value string }{{"realm", realm}, {"error_description", description}, {"scope", scope}} {
			if p.value == "" || !ok {
				continue
			}
			if rest, ok = strings.CutPrefix(rest, separator+p.name+`="`); ok {
				rest, ok = afterQuoted(rest)
			}
			separator = ", "
		}
		if !ok || rest != "" {
			t.Errorf("%q, %q and %q are not three quoted strings: %q is left", realm, description, scope, rest)
		}
	})
}

// afterQuoted is what follows the end of a quoted-string.
func afterQuoted(s string) (string, bool) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return s[i+1:], true
		}
	}
	return "", false
}
