package security

// Option configures a scheme.
type Option interface{ apply(*settings) }

type option func(*settings)

func (o option) apply(s *settings) { o(s) }

// settings are what options say.
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
}

// restriction says which kinds of schemes an option is for.
type restriction struct {
	option string
	kinds  []string
}

// Name sets the key of the scheme in the document, which is otherwise that of FastAPI's class: HTTPBearer,
// APIKeyHeader, … Two schemes of one key must be defined alike, else the app does not start.
func Name(n string) Option { return option(func(s *settings) { s.name = n }) }

// Description sets the scheme's text in the document.
func Description(d string) Option { return option(func(s *settings) { s.description = d }) }

// Realm adds a realm to the challenge.
func Realm(r string) Option { return option(func(s *settings) { s.realm = r }) }

// Optional yields nil instead of refusing requests in which nothing was sent for the scheme. What was sent for it and
// cannot be read, such as Basic without base64 or Bearer without a token, is refused all the same.
func Optional() Option { return option(func(s *settings) { s.optional = true }) }

// Status refuses with another status than 401. Such an answer has no challenge: Status(403) is FastAPI's of before
// 0.122.
func Status(code int) Option { return option(func(s *settings) { s.status = code }) }

// Unauthorized makes the error of requests without credentials, with everything it is to have, also the challenge.
// f is called by several requests at once. Where it returns nil the scheme refuses as usual.
func Unauthorized(f func() error) Option { return option(func(s *settings) { s.unauthorized = f }) }

// ResourceMetadata adds the address of the protected resource's metadata (RFC 9728, 5.1) to the challenge. With it
// clients, such as those of MCP servers, find the authorization server.
func ResourceMetadata(url string) Option {
	return option(func(s *settings) { s.resourceMetadata = url })
}

// BearerFormat tells readers of the document how tokens of HTTPBearer look, such as JWT. It is not enforced.
func BearerFormat(format string) Option {
	return option(func(s *settings) { s.bearerFormat = format; s.only("BearerFormat", "HTTPBearer") })
}

// UTF8 tells clients of HTTPBasic, in the challenge, to send user names and passwords in UTF-8 (RFC 7617, 2.1). They
// are read as UTF-8 in any case. The RFC has it beside a realm.
func UTF8() Option {
	return option(func(s *settings) { s.charset = "UTF-8"; s.only("UTF8", "HTTPBasic") })
}

// RefreshURL documents where tokens of a scheme with one OAuth 2 flow are renewed; of OAuth2, each Flow has its own.
func RefreshURL(url string) Option {
	return option(func(s *settings) {
		s.refreshURL = url
		s.only("RefreshURL", "OAuth2PasswordBearer", "OAuth2AuthorizationCodeBearer", "OAuth2ClientCredentials", "OAuth2Implicit")
	})
}

func (s *settings) only(option string, kinds ...string) {
	s.onlyFor = append(s.onlyFor, restriction{option, kinds})
}
