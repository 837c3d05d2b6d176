package security

import (
	"fmt"
	"log/slog"
)

// What schemes yield, as pointers: a handler asks for *security.Token. The pointer is nil where the scheme is Optional
// and nothing was sent. Printed or logged they do not show what is secret.
type (
	// Token is what bearer schemes yield. Scheme is the word as it was sent, Value what stands behind it.
	Token struct {
		Scheme string `json:"scheme"`
		Value  string `json:"value" secret:"true"`
	}
	// APIKey is what API key schemes yield.
	APIKey struct {
		Value string `json:"value" secret:"true"`
	}
	// Authorization is the Authorization header, taken apart but not understood.
	Authorization struct {
		Scheme      string `json:"scheme"`
		Credentials string `json:"credentials" secret:"true"`
	}
	// BasicCredentials are what HTTPBasic yields.
	BasicCredentials struct {
		Username string `json:"username"`
		Password string `json:"password" secret:"true"`
	}
	// Credentials are what AnyOf yields: Scheme is the document's key of the scheme that was met, Value what it yields,
	// such as a *Token.
	Credentials struct {
		Scheme string `json:"scheme"`
		Value  any    `json:"value"`
	}
)

// Matches compares both parts in a time that does not depend on where they differ, nor on which of them does.
func (c *BasicCredentials) Matches(username, password string) bool {
	name, pass := Equal(c.Username, username), Equal(c.Password, password)
	return name && pass
}

// hidden stands for what is secret.
const hidden = "…"

// Format prints the token without its value, whatever the verb.
func (t Token) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "%q", t.Scheme+" "+hidden) }

// LogValue logs the token without its value.
func (t Token) LogValue() slog.Value { return slog.StringValue(t.Scheme + " " + hidden) }

// Format prints a stand-in for the key, whatever the verb.
func (k APIKey) Format(f fmt.State, _ rune) { fmt.Fprint(f, hidden) }

// LogValue logs a stand-in for the key.
func (k APIKey) LogValue() slog.Value { return slog.StringValue(hidden) }

// Format prints the scheme without the credentials, whatever the verb.
func (a Authorization) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "%q", a.Scheme+" "+hidden) }

// LogValue logs the scheme without the credentials.
func (a Authorization) LogValue() slog.Value { return slog.StringValue(a.Scheme + " " + hidden) }

// Format prints the user name without the password, whatever the verb.
func (c BasicCredentials) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "%q", c.Username+":"+hidden) }

// LogValue logs the user name without the password.
func (c BasicCredentials) LogValue() slog.Value { return slog.StringValue(c.Username + ":" + hidden) }

// LogValue logs which scheme was met.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.Scheme + " " + hidden) }
