package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/brio-go/brio/briotest"
	"github.com/golang-jwt/jwt/v5"
)

// region test
func TestOrders(t *testing.T) {
	issuer := newIssuer(t)
	c := briotest.New(t, newApp(issuer.URL))

	orders := func(token string) *briotest.Response {
		r := httptest.NewRequest("GET", "/orders", nil)
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		return c.Do(r)
	}
	orders(issuer.token("ann", "orders", "orders:read")).Status(200).Body(`[{"number":1,"owner":"ann"}]`)
	orders("").Status(401)
	orders(issuer.token("ann", "another service", "orders:read")).Status(401)
	orders(issuer.token("ann", "orders", "profile")).Status(403)
}

// endregion

// region issuer

// issuer is a provider for tests: it publishes one key, and signs tokens with it.
type issuer struct {
	*httptest.Server
	key *ecdsa.PrivateKey
}

func newIssuer(t *testing.T) *issuer {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := key.PublicKey.Bytes() // 4, then 32 bytes of x and of y
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	i := &issuer{key: key}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]any{"issuer": i.URL, "jwks_uri": i.URL + "/keys"})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]any{"keys": []any{map[string]any{
			"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "1", "x": b64(public[1:33]), "y": b64(public[33:]),
		}}})
	})
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

func (i *issuer) token(subject, audience, scope string) string {
	now := time.Now()
	token := jwt.NewWithClaims(jwt.SigningMethodES256, jwt.MapClaims{
		"iss": i.URL, "sub": subject, "aud": audience, "scope": scope, "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
	})
	token.Header["kid"] = "1"
	signed, err := token.SignedString(i.key)
	if err != nil {
		panic(err) // the key is of the right kind
	}
	return signed
}

// endregion
