package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/security"
)

// Access has the user of a request and the scopes that the request has.
type Access struct {
	User   *User
	Scopes []string
}

// authenticate provides the Access of a request from its token. The client learns only that a token is invalid; the log has the cause.
func authenticate(ctx context.Context, token *security.Token, tokens *Tokens, sessions *Sessions, users *Users) (*Access, error) {
	claims, err := tokens.Verify(token.Value)
	if err != nil {
		return nil, invalidToken(err)
	}
	session, err := sessions.Find(ctx, claims.Session)
	if errors.Is(err, errNoSession) {
		return nil, invalidToken(err) // signed out
	}
	if err != nil {
		return nil, err
	}
	user, err := activeUser(ctx, users, session)
	if err != nil {
		return nil, err
	}
	return &Access{user, both(strings.Fields(claims.Scope), user.Scopes)}, nil // the user may have lost some
}

// both returns the strings that are in a and in b.
func both(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return !slices.Contains(b, s) })
}

// activeUser returns the user of a session, or an error if the user is disabled or does not exist.
func activeUser(ctx context.Context, users *Users, s *Session) (*User, error) {
	user, err := users.ByID(ctx, s.User)
	if err == nil && (user == nil || user.Disabled) {
		err = invalidToken(errors.New("the user has been disabled"))
	}
	return user, err
}

func invalidToken(cause error) error {
	return security.InvalidToken("Could not validate credentials", bearer).WithCause(cause)
}

func currentUser(a *Access) *User { return a.User }

// Grant is a session for which issueToken makes a token: a new one or a renewed one.
type Grant struct{ *Session }

// refreshCookie is the name of the cookie. Browsers accept a cookie with the prefix __Host- only if it is Secure, for all paths, and for
// this host alone. So no other host and no page without TLS can set it.
const refreshCookie = "__Host-refresh"

// setRefresh sets the cookie on the temporal Response: Brio adds it to the answer of the handler.
func setRefresh(res *brio.Response, refresh string, life time.Duration) {
	res.SetCookie(cookies.New(refreshCookie, refresh, cookies.HTTPOnly(), cookies.Secure(), cookies.SameSite(http.SameSiteStrictMode), cookies.MaxAge(life)))
}

// dropRefresh deletes the cookie.
func dropRefresh(res *brio.Response) {
	res.DeleteCookie(refreshCookie, cookies.New(refreshCookie, "", cookies.HTTPOnly(), cookies.Secure(), cookies.SameSite(http.SameSiteStrictMode)))
}

// signIn begins a session for a name and a password. The session has those scopes of the user that the client requests, or all of them if
// it requests none.
func signIn(ctx context.Context, form *security.PasswordForm, res *brio.Response, users *Users, passwords *Passwords, sessions *Sessions) (*Grant, error) {
	user, err := users.ByName(ctx, form.Username)
	if err != nil {
		return nil, err
	}
	if !passwords.Matches(user, form.Password) {
		return nil, security.NotAuthenticated("Incorrect username or password", bearer)
	}
	if user.Disabled {
		return nil, brio.Error(403, "Inactive user")
	}
	granted := user.Scopes
	if asked := form.Scopes(); len(asked) > 0 {
		granted = both(asked, user.Scopes)
	}
	session, refresh, err := sessions.Begin(ctx, user.ID, granted)
	if err != nil {
		return nil, err
	}
	setRefresh(res, refresh, sessionLife)
	return &Grant{session}, nil
}

// refreshToken is the cookie as a parameter. Requests without one are answered with 401, not 422.
type refreshToken struct {
	Value string `cookie:"__Host-refresh,omitempty" secret:"true"`
}

// renew continues the session of a refresh token, and sets the next token.
func renew(ctx context.Context, in *refreshToken, res *brio.Response, users *Users, sessions *Sessions, now Clock) (*Grant, error) {
	session, refresh, err := sessions.Renew(ctx, in.Value)
	if errors.Is(err, errNoSession) || errors.Is(err, errReused) {
		dropRefresh(res)
		return nil, invalidToken(err)
	}
	if err != nil {
		return nil, err
	}
	if _, err := activeUser(ctx, users, session); err != nil {
		return nil, err
	}
	setRefresh(res, refresh, session.Ends.Sub(now()))
	return &Grant{session}, nil
}

// Token is the answer of RFC 6749, 5.1.
type Token struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in" doc:"Seconds"`
	Scope       string `json:"scope"`
}

// issueToken returns an access token for a session.
func issueToken(grant *Grant, tokens *Tokens, res *brio.Response) (*Token, error) {
	access, err := tokens.Sign(grant.ID, grant.Scopes)
	if err != nil {
		return nil, err
	}
	res.SetHeader("Cache-Control", "no-store")
	return &Token{access, "bearer", int(accessLife.Seconds()), security.Scopes(grant.Scopes).String()}, nil
}

// logout ends the session of the refresh token, and so all its access tokens. Without a session it does nothing.
func logout(ctx context.Context, in *refreshToken, res *brio.Response, sessions *Sessions) error {
	dropRefresh(res)
	return sessions.End(ctx, in.Value)
}
