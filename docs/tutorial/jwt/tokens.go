package main

import (
	"strings"
	"time"

	"github.com/brio-go/brio/security"
	"github.com/golang-jwt/jwt/v5"
)

// Access has the user of a request and the scopes of its token.
type Access struct {
	User   *User
	Scopes []string
}

// Claims are what an access token says.
type Claims struct {
	Scope string `json:"scope"`
	jwt.RegisteredClaims
}

// Tokens makes and checks access tokens.
type Tokens struct {
	Secret []byte
	Life   time.Duration
}

func (t Tokens) Sign(user *User, scopes []string) (string, error) {
	return jwt.NewWithClaims(jwt.SigningMethodHS256, Claims{
		Scope: strings.Join(scopes, " "),
		RegisteredClaims: jwt.RegisteredClaims{
			Subject:   user.Name,
			ExpiresAt: jwt.NewNumericDate(time.Now().Add(t.Life)),
		},
	}).SignedString(t.Secret)
}

// authenticate checks the token of a request.
func authenticate(token *security.Token, tokens Tokens, users *Users) (*Access, error) {
	var claims Claims
	_, err := jwt.ParseWithClaims(token.Value, &claims,
		func(*jwt.Token) (any, error) { return tokens.Secret, nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired())
	if err != nil {
		return nil, security.InvalidToken("Could not validate credentials", bearer).WithCause(err)
	}
	user := users.Find(claims.Subject)
	if user == nil {
		return nil, security.InvalidToken("Could not validate credentials", bearer)
	}
	return &Access{User: user, Scopes: strings.Fields(claims.Scope)}, nil
}

func currentUser(a *Access) *User { return a.User }
