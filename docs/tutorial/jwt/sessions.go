package main

import (
	"crypto/rand"
	"net/http"
	"sync"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/security"
)

// Session is a user who has signed in.
type Session struct {
	User   *User
	Scopes []string
}

// Sessions has the sessions by their refresh tokens. Each token is valid once. A service keeps the hashes of the tokens in its database.
type Sessions struct {
	mu      sync.Mutex
	byToken map[string]*Session
}

func newSessions() *Sessions { return &Sessions{byToken: map[string]*Session{}} }

// add returns a new refresh token for a session.
func (s *Sessions) add(session *Session) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	token := rand.Text()
	s.byToken[token] = session
	return token
}

// take returns the session of a refresh token, which is then no longer valid.
func (s *Sessions) take(token string) *Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	session := s.byToken[token]
	delete(s.byToken, token)
	return session
}

// region cookie
func setRefreshCookie(res *brio.Response, token string) {
	res.SetHeader("Cache-Control", "no-store") // RFC 6749, 5.1
	res.SetCookie(cookies.New("refresh", token, cookies.Path("/token"), cookies.MaxAge(30*24*time.Hour),
		cookies.HTTPOnly(), cookies.Secure(), cookies.SameSite(http.SameSiteStrictMode)))
}

// endregion

// region grant
func signIn(res *brio.Response, form *security.PasswordForm, users *Users, sessions *Sessions) (*Session, error) {
	user := users.Check(form.Username, form.Password)
	if user == nil {
		return nil, brio.Error(400, "Incorrect username or password")
	}
	session := &Session{User: user, Scopes: user.Allowed(form.Scopes())}
	setRefreshCookie(res, sessions.add(session))
	return session, nil
}

func renew(res *brio.Response, sessions *Sessions, in struct {
	Token string `cookie:"refresh" secret:"true" default:""` // "" is no token: a 401 as for an old one, and no 422
}) (*Session, error) {
	session := sessions.take(in.Token)
	if session == nil {
		return nil, brio.Error(401, "Sign in again")
	}
	setRefreshCookie(res, sessions.add(session))
	return session, nil
}

// endregion

// region token
type Token struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"`
}

func issueToken(session *Session, tokens Tokens) (Token, error) {
	text, err := tokens.Sign(session.User, session.Scopes)
	return Token{AccessToken: text, TokenType: "bearer", ExpiresIn: int(tokens.Life.Seconds())}, err
}

// endregion

// region logout
func logout(res *brio.Response, sessions *Sessions, in struct {
	Token string `cookie:"refresh" secret:"true" default:""`
}) {
	sessions.take(in.Token)
	res.DeleteCookie("refresh", cookies.New("refresh", "", cookies.Path("/token")))
}

// endregion
