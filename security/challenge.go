package security

import (
	"net/http"
	"strings"

	"github.com/brio-go/brio/internal/httptext"
	"github.com/brio-go/brio/response"
)

// Challenge is one challenge of a WWW-Authenticate header (RFC 9110, 11.6.1). Empty fields are omitted.
type Challenge struct {
	Scheme           string // "" means Bearer
	Realm            string // RFC 9110, 11.5: the area that the credentials are for
	Charset          string // RFC 7617, 2.1: UTF-8
	Error            string // RFC 6750, 3.1: invalid_request, invalid_token or insufficient_scope
	ErrorDescription string // sent to clients
	Scope            string // the required scopes, joined with spaces
	ResourceMetadata string // RFC 9728, 5.1: a URL
}

// String returns the challenge in the form of the header. It drops characters that the grammar does not allow, so that no text
// in a description can end the header or begin another parameter.
func (c Challenge) String() string {
	b := []byte(c.Scheme)
	if len(b) == 0 {
		b = append(b, "Bearer"...)
	}
	separator := " "
	for _, p := range [...]struct {
		name, value string
		ofErrors    bool // RFC 6750, 3 restricts its characters
	}{
		{"realm", c.Realm, false},
		{"charset", c.Charset, false},
		{"error", c.Error, true},
		{"error_description", c.ErrorDescription, true},
		{"scope", c.Scope, true},
		{"resource_metadata", c.ResourceMetadata, false},
	} {
		if p.value == "" {
			continue
		}
		if p.ofErrors {
			p.value = errorText(p.value)
		}
		b = append(append(append(b, separator...), p.name...), '=')
		b = httptext.AppendQuoted(b, p.value)
		separator = ", "
	}
	return string(b)
}

// errorText returns the characters of s that RFC 6750, 3 allows in scope, error and error_description.
func errorText(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return -1
		}
		return c
	}, s)
}

// NotAuthenticated returns a 401 with the challenges of the schemes; without schemes it is Bearer. Use it for wrong credentials
// of schemes without RFC 6750's error, such as HTTPBasic.
//
//	if !credentials.Matches("ann", password) {
//		return security.NotAuthenticated("Incorrect username or password", basic)
//	}
func NotAuthenticated(detail any, schemes ...Scheme) *response.HTTPError {
	return challenge(response.NewError(http.StatusUnauthorized, detail), challengesOf(schemes))
}

// InvalidToken returns a 401 for a token that is expired, revoked, malformed or invalid for another reason. The challenges of the
// bearer schemes have error="invalid_token"; without schemes there is one challenge, Bearer. The client receives the
// description in the challenge and as the detail.
func InvalidToken(description string, schemes ...Scheme) *response.HTTPError {
	all := challengesOf(schemes)
	for i := range all {
		if all[i].takesErrors() {
			all[i].Error, all[i].ErrorDescription = "invalid_token", description
		}
	}
	return challenge(response.NewError(http.StatusUnauthorized, description), all)
}

// InsufficientScope returns a 403 for a client that is authenticated but lacks required scopes. The challenge is Bearer
// error="insufficient_scope" with the scopes, so that the client can request a token that has them.
func InsufficientScope(required Scopes, schemes ...Scheme) *response.HTTPError {
	err := response.NewError(http.StatusForbidden, notEnough)
	for _, c := range challengesOf(schemes) {
		if c.takesErrors() {
			c.Error, c.ErrorDescription, c.Scope = "insufficient_scope", notEnough, required.String()
			err = err.WithHeader("WWW-Authenticate", c.String())
		}
	}
	return err
}

const notEnough = "Not enough permissions"

// challengesOf returns copies of the schemes' challenges; without schemes one Bearer challenge.
func challengesOf(schemes []Scheme) []Challenge {
	var all []Challenge
	for _, s := range schemes {
		if s != nil {
			all = append(all, s.scheme().challenges...)
		}
	}
	if len(all) == 0 {
		all = []Challenge{{}}
	}
	return all
}

// takesErrors reports whether the scheme's challenge may have RFC 6750's parameters.
func (c *Challenge) takesErrors() bool {
	return c.Scheme == "" || sameScheme(c.Scheme, "Bearer") || sameScheme(c.Scheme, "DPoP")
}

// challenge adds one WWW-Authenticate header for each different challenge.
func challenge(err *response.HTTPError, challenges []Challenge) *response.HTTPError {
	for i, c := range challenges {
		repeated := false
		for _, before := range challenges[:i] {
			repeated = repeated || before == c
		}
		if !repeated {
			err = err.WithHeader("WWW-Authenticate", c.String())
		}
	}
	return err
}
