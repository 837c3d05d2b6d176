package auth

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/brio-go/brio"
	"github.com/golang-jwt/jwt/v5"

	"example.com/app/internal/settings"
)

// issuer is in each access token.
const issuer = "app"

// claims are the claims of an access token. The user is found by the session, so a session that has ended ends its tokens.
type claims struct {
	Session string `json:"sid"`
	Scope   string `json:"scope"` // RFC 9068, 2.2.3: joined with spaces
	jwt.RegisteredClaims
}

// Tokens makes and checks access tokens.
type Tokens struct {
	life   time.Duration
	sign   []byte // the first of the keys
	verify jwt.VerificationKeySet
	parser *jwt.Parser
}

// OpenTokens makes the Tokens of the settings.
func OpenTokens(ctx context.Context) (*Tokens, func(context.Context) error, error) {
	config, err := brio.Supplied[settings.Settings](ctx)
	if err != nil {
		return nil, nil, err
	}
	return NewTokens(config), func(context.Context) error { return nil }, nil
}

// NewTokens makes Tokens. Settings without keys are those of development: then it makes a key, and tokens end with the process.
func NewTokens(config settings.Settings) *Tokens {
	t := &Tokens{life: config.AccessLife, parser: jwt.NewParser(
		jwt.WithValidMethods([]string{"HS256"}), // the alg of a token, such as "none", does not choose the method
		jwt.WithIssuer(issuer), jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
	)}
	keys := config.AuthKeys
	if len(keys) == 0 {
		keys = []settings.Key{settings.Key(rand.Text() + rand.Text())}
	}
	t.sign = keys[0]
	for _, key := range keys {
		t.verify.Keys = append(t.verify.Keys, []byte(key))
	}
	return t
}

// Sign makes a token for a session.
func (t *Tokens) Sign(session string, scopes []string) (string, error) {
	now := time.Now()
	return jwt.NewWithClaims(jwt.SigningMethodHS256, claims{session, strings.Join(scopes, " "), jwt.RegisteredClaims{
		Issuer: issuer, IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(t.life)),
	}}).SignedString(t.sign)
}

// Verify checks signature, issuer and times of a token, and returns its session and scopes.
func (t *Tokens) Verify(token string) (session string, scopes []string, err error) {
	var c claims
	_, err = t.parser.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return t.verify, nil })
	return c.Session, strings.Fields(c.Scope), err
}
