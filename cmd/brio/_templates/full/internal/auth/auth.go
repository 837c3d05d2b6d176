// Package auth finds out who sends a request, and what the request may do.
//
// A chain of dependencies runs once for each request; handlers do not know it:
//
//   - bearer finds the access token, or answers 401.
//   - authenticate checks the token, its session and its user, and yields a *User.
//   - Require compares the scopes of the token with those of the route, or answers 403.
//
// A handler that takes a *User runs for signed-in users only.
//
// An access token is a JWT that is valid for minutes. A refresh token is random, is valid for weeks, stands in a cookie that scripts cannot
// read, and can be used once: each refresh returns the next one.
package auth

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
	"github.com/google/uuid"
)

// User is who sends a request.
type User struct {
	ID     uuid.UUID
	Scopes []string // those of the request: of its token, as far as the user still has them
}

// Scopes of tokens.
const (
	Me         = "me"
	TeamsRead  = "teams:read"
	TeamsWrite = "teams:write"
	ItemsRead  = "items:read"
	ItemsWrite = "items:write"
	Admin      = "admin"
)

// UserScopes are the scopes of a new user.
func UserScopes() []string { return []string{Me, TeamsRead, TeamsWrite, ItemsRead, ItemsWrite} }

// bearer reads the access token, and documents where clients get one.
var bearer = security.OAuth2PasswordBearer("/token", map[string]string{
	Me:         "Read and change your own account",
	TeamsRead:  "Read your teams",
	TeamsWrite: "Change your teams",
	ItemsRead:  "Read the items of your teams",
	ItemsWrite: "Change items",
	Admin:      "Read and disable users",
}, security.RefreshURL("/token/refresh"))

// checkScopes is the guard of Require.
var checkScopes = security.RequireScopes(func(u *User) []string { return u.Scopes }, bearer)

// Require lets requests in whose token has the scopes.
func Require(scopes ...string) brio.Option { return brio.Security(checkScopes, scopes...) }

// Providers are the providers that the app declares.
func Providers() brio.Option { return brio.Provide(NewSessions, bearer, authenticate) }

// authenticate provides the user of a request. The client learns only that its token is invalid; the log has the cause.
func authenticate(ctx context.Context, token *security.Token, tokens *Tokens, sessions *Sessions) (*User, error) {
	id, scopes, err := tokens.Verify(token.Value)
	if err != nil {
		return nil, invalidToken(err)
	}
	session, err := sessions.Find(ctx, id)
	if errors.Is(err, errNoSession) {
		return nil, invalidToken(err)
	}
	if err != nil {
		return nil, err
	}
	return &User{session.User.ID, both(scopes, session.User.Scopes)}, nil
}

// both returns the strings that are in a and in b.
func both(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return !slices.Contains(b, s) })
}

func invalidToken(cause error) error {
	return security.InvalidToken("Could not validate credentials", bearer).WithCause(cause)
}

// Routes are the routes of tokens. limited bounds how often a client may try a password. Browsers send the cookie with every request, so
// SameSite=Strict and CSRF both refuse requests of other origins' pages.
func Routes(limited brio.Option) *brio.Router {
	r := brio.NewRouter(brio.Tags("tokens"), brio.Use(middleware.CSRF()), brio.Responds[response.Detail](403, "A page of another origin has sent the request"))
	r.Post("/token", signIn, limited, brio.Responds[response.Detail](401, "Email or password is wrong"), brio.Responds[response.Detail](429, "Too many requests"))
	r.Post("/token/refresh", refresh, brio.Responds[response.Detail](401, "There is no session"), brio.MergeAlways())
	r.Post("/logout", logout, brio.Status(204))
	return r
}

// Token is the answer of RFC 6749, 5.1.
type Token struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in" doc:"Seconds"`
	Scope       string `json:"scope"`
}

// signIn begins a session for an email and a password. The session has those scopes of the user that the client asks for, or all of them
// if it asks for none.
func signIn(ctx context.Context, form *security.PasswordForm, res *brio.Response, db *sql.DB, passwords *Passwords, sessions *Sessions, tokens *Tokens) (*Token, error) {
	var user User
	var password, scopes string
	err := db.QueryRowContext(ctx, `select id, password, scopes from users where email = $1 and not disabled`, Email(form.Username)).Scan(&user.ID, &password, &scopes)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	same, err := passwords.Matches(form.Password, password)
	if err != nil {
		return nil, err
	}
	if !same {
		return nil, security.NotAuthenticated("Email or password is wrong", bearer)
	}
	user.Scopes = strings.Fields(scopes)
	granted := user.Scopes
	if asked := form.Scopes(); len(asked) > 0 {
		granted = both(asked, user.Scopes)
	}
	session, next, err := sessions.Begin(ctx, user, granted)
	if err != nil {
		return nil, err
	}
	return issue(session, next, res, tokens)
}

// Email is the form of an email address in which users are stored and compared.
func Email(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// refreshCookie is the name of the cookie. Browsers accept the prefix __Host- only for a cookie that is Secure and of this host alone.
const refreshCookie = "__Host-refresh"

// refreshToken is the cookie as a parameter. A request without one is answered with 401, not 422.
type refreshToken struct {
	Value string `cookie:"__Host-refresh,omitempty" secret:"true"`
}

// refresh continues the session of a refresh token.
func refresh(ctx context.Context, in *refreshToken, res *brio.Response, sessions *Sessions, tokens *Tokens) (*Token, error) {
	session, next, err := sessions.Renew(ctx, in.Value)
	if errors.Is(err, errNoSession) || errors.Is(err, errReused) {
		dropCookie(res) // MergeAlways sends it with the error too
		return nil, invalidToken(err)
	}
	if err != nil {
		return nil, err
	}
	return issue(session, next, res, tokens)
}

// logout ends the session of the refresh token, and so its access tokens. Without a session it does nothing.
func logout(ctx context.Context, in *refreshToken, res *brio.Response, sessions *Sessions) error {
	dropCookie(res)
	return sessions.End(ctx, in.Value)
}

// issue sets the cookie, and returns an access token.
func issue(session *Session, next string, res *brio.Response, tokens *Tokens) (*Token, error) {
	scopes := both(session.Scopes, session.User.Scopes) // the user may have lost some
	access, err := tokens.Sign(session.ID, scopes)
	if err != nil {
		return nil, err
	}
	res.SetCookie(cookies.New(refreshCookie, next, cookies.HTTPOnly(), cookies.Secure(), cookies.SameSite(http.SameSiteStrictMode), cookies.MaxAge(time.Until(session.Ends))))
	res.SetHeader("Cache-Control", "no-store")
	return &Token{access, "bearer", int(tokens.life.Seconds()), strings.Join(scopes, " ")}, nil
}

// dropCookie deletes the cookie.
func dropCookie(res *brio.Response) {
	res.DeleteCookie(refreshCookie, cookies.New(refreshCookie, "", cookies.HTTPOnly(), cookies.Secure(), cookies.SameSite(http.SameSiteStrictMode)))
}
