package security

import "strings"

// PasswordForm is the OAuth 2 password request (RFC 6749, 4.3.2) as a parameter struct:
//
//	func login(form *security.PasswordForm) (*TokenResponse, error)
//
// The fields are those of the RFC: GrantType, Username, Password, Scope with words between spaces, ClientID and ClientSecret. GrantType may
// be absent, as in FastAPI. The RFC requires it: see PasswordFormStrict.
type PasswordForm struct {
	GrantType    *string `form:"grant_type" pattern:"^password$"`
	Username     string  `form:"username"`
	Password     string  `form:"password" format:"password" secret:"true"`
	Scope        string  `form:"scope" default:""`
	ClientID     *string `form:"client_id"`
	ClientSecret *string `form:"client_secret" format:"password" secret:"true"`
}

// Scopes returns the scopes that the client requests.
func (f *PasswordForm) Scopes() []string { return strings.Fields(f.Scope) }

// PasswordFormStrict is a PasswordForm that requires GrantType, grant_type=password. Username, Password, Scope, ClientID and ClientSecret are
// the same.
type PasswordFormStrict struct {
	GrantType    string  `form:"grant_type" pattern:"^password$"`
	Username     string  `form:"username"`
	Password     string  `form:"password" format:"password" secret:"true"`
	Scope        string  `form:"scope" default:""`
	ClientID     *string `form:"client_id"`
	ClientSecret *string `form:"client_secret" format:"password" secret:"true"`
}

// Scopes returns the scopes that the client requests.
func (f *PasswordFormStrict) Scopes() []string { return strings.Fields(f.Scope) }
