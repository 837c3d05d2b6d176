// Package security has schemes that are providers: a scheme yields typed credentials, and refuses requests that have
// none, before any body is read.
package security

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/response"
)

// Scheme is passed to Provide or Depends like any provider. Its result is a pointer to the credentials.
type Scheme interface {
	dependencies.Source
	// Definitions are what the document lists under components.securitySchemes, by key.
	Definitions() map[string]map[string]any
	// Requirements are the alternatives one of which a request must meet, each with all the schemes that it takes and the
	// scopes asked for: the security list of an operation, in OpenAPI's form.
	Requirements(scopes []string) []map[string][]string
	scheme()
}

// Token is what a bearer scheme yields: handlers and dependencies ask for *Token. It is nil where the scheme is
// Optional and nothing was sent.
type Token struct{ Scheme, Value string }

// Option configures a scheme.
type Option func(*settings)

type settings struct {
	name, description, realm string
	optional                 bool
	status                   int
}

// Name sets the key of the scheme in the document.
func Name(n string) Option { return func(s *settings) { s.name = n } }

// Description sets the scheme's text in the document.
func Description(d string) Option { return func(s *settings) { s.description = d } }

// Realm adds a realm to the challenge.
func Realm(r string) Option { return func(s *settings) { s.realm = r } }

// Optional yields nil instead of 401 when nothing was sent.
func Optional() Option { return func(s *settings) { s.optional = true } }

// Status answers requests without credentials with another status than 401.
func Status(code int) Option { return func(s *settings) { s.status = code } }

type bearer struct{ settings }

// HTTPBearer reads Authorization: Bearer and yields a *Token. A missing, empty or other Authorization is 401
// {"detail":"Not authenticated"} with WWW-Authenticate: Bearer, as in FastAPI and RFC 6750.
func HTTPBearer(opts ...Option) Scheme {
	b := &bearer{settings{name: "HTTPBearer", status: http.StatusUnauthorized}}
	for _, o := range opts {
		o(&b.settings)
	}
	return b
}

func (b *bearer) scheme() {}

// Definitions describe the scheme in the document.
func (b *bearer) Definitions() map[string]map[string]any {
	return map[string]map[string]any{b.name: {"type": "http", "scheme": "bearer"}}
}

// Requirements are the scheme itself, or nothing where it is optional.
func (b *bearer) Requirements(scopes []string) []map[string][]string {
	alternatives := []map[string][]string{{b.name: append([]string{}, scopes...)}}
	if b.optional {
		alternatives = append(alternatives, map[string][]string{})
	}
	return alternatives
}

// ProviderName names the scheme in reports.
func (b *bearer) ProviderName() string { return b.name }

// ProviderFunc is the provider that the scheme stands for.
func (b *bearer) ProviderFunc() any {
	return func(r *http.Request) (*Token, error) {
		header := r.Header.Get("Authorization")
		kind, value, _ := strings.Cut(header, " ")
		value = strings.TrimSpace(value)
		switch {
		case strings.EqualFold(kind, "Bearer") && value != "":
			return &Token{kind, value}, nil
		case b.optional && header == "":
			return nil, nil
		}
		return nil, b.refuse("Bearer")
	}
}

// refuse is the error of a request without credentials.
func (s *settings) refuse(challenge string) error {
	if s.realm != "" {
		challenge += fmt.Sprintf(" realm=%q", s.realm)
	}
	return response.NewError(s.status, "Not authenticated").WithHeader("WWW-Authenticate", challenge)
}
