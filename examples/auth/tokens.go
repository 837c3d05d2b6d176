package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	issuer     = "brio-auth-example"
	accessLife = 10 * time.Minute
)

// Keys sign and verify access tokens. The first key signs. The others are previous keys, which verify tokens until these expire.
// To change keys without signing users out, put a new one in front and remove the old one a day later.
type Keys struct {
	signing string // the id of the key that signs
	byID    map[string][]byte
}

// ParseKeys reads keys as the environment has them: id:base64, separated by commas, the one that signs first.
func ParseKeys(text string) (*Keys, error) {
	keys := &Keys{byID: map[string][]byte{}}
	for part := range strings.SplitSeq(text, ",") {
		id, encoded, _ := strings.Cut(strings.TrimSpace(part), ":")
		secret, err := base64.StdEncoding.DecodeString(encoded)
		switch {
		case id == "" || err != nil || len(secret) < 32: // RFC 7518, 3.2: a key at least as long as the hash
			return nil, errors.New("keys are id:base64, separated by commas, each of 32 bytes or more; make one with: openssl rand -base64 32")
		case keys.byID[id] != nil:
			return nil, fmt.Errorf("two keys have the id %q", id)
		}
		if keys.signing == "" {
			keys.signing = id
		}
		keys.byID[id] = secret
	}
	return keys, nil
}

// Claims are the claims of an access token: the id of the session, and the scopes. authenticate finds the user by the session.
type Claims struct {
	Session string `json:"sid"`
	Scope   string `json:"scope"` // RFC 9068, 2.2.3: joined with spaces
	jwt.RegisteredClaims
}

// Tokens makes and checks access tokens.
type Tokens struct {
	keys   *Keys
	now    Clock
	parser *jwt.Parser
}

func newTokens(keys *Keys, now Clock) *Tokens {
	return &Tokens{keys, now, jwt.NewParser(
		jwt.WithValidMethods([]string{"HS256"}), // the alg of a token, such as "none", does not choose the method
		jwt.WithIssuer(issuer), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithTimeFunc(now),
	)}
}

// Sign makes a token for a session.
func (t *Tokens) Sign(session string, scopes []string) (string, error) {
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, Claims{session, strings.Join(scopes, " "), jwt.RegisteredClaims{
		Issuer: issuer, IssuedAt: jwt.NewNumericDate(t.now()), ExpiresAt: jwt.NewNumericDate(t.now().Add(accessLife)),
	}})
	token.Header["kid"] = t.keys.signing
	return token.SignedString(t.keys.byID[t.keys.signing])
}

// Verify checks signature, issuer and times of a token. It does not know whether the session has ended.
func (t *Tokens) Verify(token string) (*Claims, error) {
	claims := &Claims{}
	_, err := t.parser.ParseWithClaims(token, claims, func(token *jwt.Token) (any, error) {
		id, _ := token.Header["kid"].(string)
		key := t.keys.byID[id]
		if key == nil {
			return nil, fmt.Errorf("no key has the id %q", id)
		}
		return key, nil
	})
	return claims, err
}
