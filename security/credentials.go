package security

import (
	"fmt"
	"log/slog"
)

// The credentials that schemes yield, as pointers: a handler takes a *security.Token. The pointer is nil if the scheme is
// Optional and the request has no credentials for it. The secret parts are never printed or logged.
type (
	// Token is yielded by bearer schemes. Scheme is the first word of the header, as the client spelled it; Value is the rest.
	Token struct {
		Scheme string `json:"scheme"`
		Value  string `json:"value" secret:"true"`
	}
	// APIKey is yielded by API key schemes. Value is the key as the client sent it.
	APIKey struct {
		Value string `json:"value" secret:"true"`
	}
	// Authorization is an Authorization header, split into Scheme and Credentials and not parsed further.
	Authorization struct {
		Scheme      string `json:"scheme"`
		Credentials string `json:"credentials" secret:"true"`
	}
	// BasicCredentials are yielded by HTTPBasic: Username and Password, decoded (RFC 7617).
	BasicCredentials struct {
		Username string `json:"username"`
		Password string `json:"password" secret:"true"`
	}
	// Credentials are yielded by AnyOf: Scheme is the key, in the document, of the scheme that the request met. Value are
	// its credentials, such as a *Token.
	Credentials struct {
		Scheme string `json:"scheme"`
		Value  any    `json:"value"`
	}
)

// Matches compares both parts, each with Equal. Its duration does not depend on which part differs or where.
func (c *BasicCredentials) Matches(username, password string) bool {
	name, pass := Equal(c.Username, username), Equal(c.Password, password)
	return name && pass
}

// hidden replaces secrets in texts.
const hidden = "…"

// Format prints the token without its value, for every verb.
func (t Token) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "%q", t.Scheme+" "+hidden) }

// LogValue logs the token without its value.
func (t Token) LogValue() slog.Value { return slog.StringValue(t.Scheme + " " + hidden) }

// Format prints a placeholder for the key, for every verb.
func (k APIKey) Format(f fmt.State, _ rune) { fmt.Fprint(f, hidden) }

// LogValue logs a placeholder for the key.
func (k APIKey) LogValue() slog.Value { return slog.StringValue(hidden) }

// Format prints the scheme without the credentials, for every verb.
func (a Authorization) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "%q", a.Scheme+" "+hidden) }

// LogValue logs the scheme without the credentials.
func (a Authorization) LogValue() slog.Value { return slog.StringValue(a.Scheme + " " + hidden) }

// Format prints the user name without the password, for every verb.
func (c BasicCredentials) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "%q", c.Username+":"+hidden) }

// LogValue logs the user name without the password.
func (c BasicCredentials) LogValue() slog.Value { return slog.StringValue(c.Username + ":" + hidden) }

// LogValue logs the scheme that was met, without credentials.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.Scheme + " " + hidden) }
