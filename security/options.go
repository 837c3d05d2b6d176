package security

import "github.com/brio-go/brio/internal/argument"

// Option configures a scheme.
type Option interface{ apply(*settings) }

// option is an option that sets values of the settings.
type option func(*settings)

func (o option) apply(s *settings) { o(s) }

// settings are the values of the options of a scheme.
type settings struct {
	name, description, realm string
	charset                  string
	resourceMetadata         string
	bearerFormat             string
	refreshURL               string
	optional                 bool
	status                   int
	unauthorized             func() error
	onlyFor                  []restriction
	misused                  []argument.Mistake // switches with more than one argument
}

// restriction names the kinds of schemes for which an option is legal.
type restriction struct {
	option string
	kinds  []string
}

// Name sets the key of the scheme in the document. The default is the name of FastAPI's class: HTTPBearer, APIKeyHeader, …
// Two schemes with the same key must have the same definition. Otherwise the app does not start.
func Name(n string) Option { return option(func(s *settings) { s.name = n }) }

// Description sets the description of the scheme in the document.
func Description(d string) Option { return option(func(s *settings) { s.description = d }) }

// Realm adds a realm to the challenge.
func Realm(r string) Option { return option(func(s *settings) { s.realm = r }) }

// Optional yields nil for requests without credentials for the scheme, instead of refusing them. Malformed credentials, such as
// Basic without base64 or Bearer without a token, are still refused.
// Optional(false) takes the option back.
func Optional(on ...bool) Option {
	return option(func(s *settings) { s.optional = s.switched("Optional", on) })
}

// Status sets the status of refusals, from 400 to 499. The default is 401. Another status has no challenge. Status(403) is the
// behaviour of FastAPI before 0.122.
func Status(code int) Option { return option(func(s *settings) { s.status = code }) }

// Unauthorized makes f return the error for refused requests, including its challenge. f must be safe for concurrent use. If f
// returns nil, the scheme refuses as usual.
func Unauthorized(f func() error) Option { return option(func(s *settings) { s.unauthorized = f }) }

// ResourceMetadata adds the URL of the protected resource's metadata (RFC 9728, 5.1) to the challenge. Clients, such as those of
// MCP servers, use it to find the authorization server.
func ResourceMetadata(url string) Option {
	return option(func(s *settings) { s.resourceMetadata = url })
}

// BearerFormat documents the format of HTTPBearer's tokens, such as JWT. It is not enforced.
func BearerFormat(format string) Option {
	return option(func(s *settings) { s.bearerFormat = format; s.only("BearerFormat", "HTTPBearer") })
}

// UTF8 adds charset="UTF-8" to the challenge of HTTPBasic: clients then send user names and passwords in UTF-8 (RFC 7617, 2.1).
// The scheme always reads UTF-8. The RFC uses charset together with a realm.
// UTF8(false) takes the option back.
func UTF8(on ...bool) Option {
	return option(func(s *settings) {
		if s.charset = ""; s.switched("UTF8", on) {
			s.charset = "UTF-8"
		}
		s.only("UTF8", "HTTPBasic")
	})
}

// RefreshURL documents where clients renew tokens, for a scheme with one OAuth 2 flow. For OAuth2 set Flow.RefreshURL.
func RefreshURL(url string) Option {
	return option(func(s *settings) {
		s.refreshURL = url
		s.only("RefreshURL", "OAuth2PasswordBearer", "OAuth2AuthorizationCodeBearer", "OAuth2ClientCredentials", "OAuth2Implicit")
	})
}

// only restricts an option to some kinds of schemes; scheme.check reports the others.
func (s *settings) only(option string, kinds ...string) {
	s.onlyFor = append(s.onlyFor, restriction{option, kinds})
}

// switched reads the argument of a switch: X() is X(true).
func (s *settings) switched(name string, on []bool) bool {
	isOn, wrong := argument.Switch(name, on)
	if wrong.Wrong() {
		s.misused = append(s.misused, wrong)
	}
	return isOn
}
