package oidc

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/security"
	"github.com/golang-jwt/jwt/v5"
)

// Config names the issuer whose tokens are accepted, and the audience for which they are. Issuer and Audience are required.
type Config struct {
	// Issuer is the issuer's address, exactly as in the iss claim. The scheme is https; http is legal for loopback addresses only.
	Issuer string
	// Audience are the names by which the issuer knows this service. One of them must be in the aud claim.
	Audience []string
	// AuthorizedParties are the clients, by their azp claim, whose tokens are accepted. Empty means all clients of the issuer. A
	// token for several audiences must always have the claim (OpenID Connect Core, 3.1.3.7).
	AuthorizedParties []string
	// Leeway is how far the clocks of issuer and service may differ. 0 means a minute. It must not be negative.
	Leeway time.Duration
	// KeysAge is how long keys are used before New's Verifier requests them again. 0 means an hour; with brio.NoLimit (-1) only a
	// token with an unknown key makes it request them. The request runs in its own goroutine: a token with a known key never waits
	// for the issuer.
	KeysAge time.Duration
	// KeysTimeout is how long the issuer may take to answer a request for its keys. 0 means 5 seconds; with brio.NoLimit only the
	// timeout of Client holds. A token with an unknown key waits that long, and is then answered with 503.
	KeysTimeout time.Duration
	// KeysPause is the shortest time between two requests for the keys, so that tokens with invented key ids do not burden the
	// issuer. 0 means 30 seconds. It must not be negative.
	KeysPause time.Duration
	// Client sends the requests to the issuer. nil means a client with a timeout of 10 seconds. Redirects are not followed.
	Client *http.Client
	// Now returns the time. nil means time.Now.
	Now func() time.Time
}

// Verifier checks tokens. It is safe for concurrent use.
type Verifier struct {
	config Config
	parser *jwt.Parser
	keys   *keys
}

// Discover returns a function for brio.SupplyFunc that reads the issuer's discovery document and keys when the app starts. The app does not
// start if they cannot be read or are of another issuer, or if the Config has a mistake.
func Discover(c Config) func(context.Context) (*Verifier, func(context.Context) error, error) {
	return func(ctx context.Context) (*Verifier, func(context.Context) error, error) {
		v, err := New(ctx, c)
		if err != nil {
			return nil, nil, err
		}
		return v, nil, nil
	}
}

// New reads the issuer's discovery document and keys, and returns a Verifier. It is Discover for programs without an app. Its error has all
// mistakes of the Config at once.
func New(ctx context.Context, c Config) (*Verifier, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	c.Leeway, c.KeysAge, c.KeysPause = cmp.Or(c.Leeway, time.Minute), cmp.Or(c.KeysAge, time.Hour), cmp.Or(c.KeysPause, 30*time.Second)
	c.KeysTimeout = cmp.Or(c.KeysTimeout, 5*time.Second)
	if c.Now == nil {
		c.Now = time.Now
	}
	k, err := discover(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("oidc: %w", err)
	}
	return &Verifier{c, jwt.NewParser(
		jwt.WithValidMethods([]string{"RS256", "ES256"}), jwt.WithIssuer(c.Issuer), jwt.WithAudience(c.Audience...),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(c.Leeway), jwt.WithTimeFunc(c.Now),
	), k}, nil
}

// check returns the mistakes of a Config, joined.
func (c *Config) check() error {
	var bad []error
	must := func(ok bool, format string, args ...any) {
		if !ok {
			bad = append(bad, fmt.Errorf("oidc: "+format, args...))
		}
	}
	must(c.Issuer != "", "Config.Issuer is empty; legal is the address in the iss claim of the issuer's tokens")
	must(len(c.Audience) > 0 && !slices.Contains(c.Audience, ""),
		"Config.Audience is %q; legal is at least one name of this service: without it tokens for other services would be accepted", c.Audience)
	for _, d := range []struct {
		name    string
		value   time.Duration
		legal   string
		minimum time.Duration
	}{
		{"Leeway", c.Leeway, "a positive duration; 0 for a minute", 0},
		{"KeysAge", c.KeysAge, "a positive duration; brio.NoLimit (-1) for none; 0 for an hour", brio.NoLimit},
		{"KeysTimeout", c.KeysTimeout, "a positive duration; brio.NoLimit (-1) for none; 0 for 5 seconds", brio.NoLimit},
		{"KeysPause", c.KeysPause, "a positive duration; 0 for 30 seconds", 0},
	} {
		must(d.value >= d.minimum, "Config.%s is %v; legal is %s", d.name, d.value, d.legal)
	}
	return errors.Join(bad...)
}

// Claims are the claims of a verified token.
type Claims struct {
	jwt.RegisteredClaims
	AuthorizedParty string `json:"azp"`
	Scope           string `json:"scope"` // scopes, joined with spaces

	all []byte // the JSON of all claims, for Decode
}

// Scopes returns the granted scopes.
func (c *Claims) Scopes() []string { return strings.Fields(c.Scope) }

// Decode decodes the JSON of all claims, including claims that Claims has no field for, into the value that into points to.
func (c *Claims) Decode(into any) error { return json.Unmarshal(c.all, into) }

// UnmarshalJSON keeps a copy of the document for Decode.
func (c *Claims) UnmarshalJSON(b []byte) error {
	type plain Claims
	if err := json.Unmarshal(b, (*plain)(c)); err != nil {
		return err
	}
	c.all = slices.Clone(b)
	return nil
}

// ErrUnavailable is the error of Verify if the token's key is unknown and the issuer does not return its keys. The token may be valid. Test
// with errors.Is.
var ErrUnavailable = errors.New("the issuer's keys cannot be read")

// Verify checks a token and returns its claims. An error other than ErrUnavailable and that of ctx means that the token is not valid; its
// text is for the log and not for the client. Verify waits for the issuer only if the token's key is unknown, at most for KeysTimeout.
func (v *Verifier) Verify(ctx context.Context, token string) (*Claims, error) {
	claims := &Claims{}
	_, err := v.parser.ParseWithClaims(token, claims, func(t *jwt.Token) (any, error) {
		if _, ok := t.Header["crit"]; ok { // RFC 7515, 4.1.11: an extension that is not understood is refused
			return nil, errors.New("the token has critical extensions")
		}
		id, _ := t.Header["kid"].(string)
		return v.keys.find(ctx, id, t.Method.Alg())
	})
	if err != nil {
		return nil, err
	}
	switch azp, allowed := claims.AuthorizedParty, v.config.AuthorizedParties; {
	case azp == "" && (len(allowed) > 0 || len(claims.Audience) > 1):
		return nil, errors.New("the token does not say for which client it was made (azp)")
	case len(allowed) > 0 && !slices.Contains(allowed, azp):
		return nil, fmt.Errorf("the token was made for the client %q", azp)
	}
	return claims, nil
}

// Authenticate is a provider of *Claims for the scheme security.OpenIDConnect. An invalid token is answered with 401. If the token's key is
// unknown and the issuer does not return its keys, the answer is 503 with Retry-After.
func Authenticate(ctx context.Context, credentials *security.Authorization, v *Verifier) (*Claims, error) {
	if !strings.EqualFold(credentials.Scheme, "Bearer") {
		return nil, security.NotAuthenticated("Not authenticated")
	}
	claims, err := v.Verify(ctx, credentials.Credentials)
	switch {
	case err == nil:
		return claims, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, ErrUnavailable):
		return nil, brio.Error(503, "Tokens cannot be checked at the moment").WithHeader("Retry-After", "30").WithCause(err)
	}
	return nil, security.InvalidToken("Could not validate credentials").WithCause(err)
}

// CheckScopes is a guard for brio.Security. A token without the scopes is answered with 403 and error="insufficient_scope" (RFC 6750, 3.1).
var CheckScopes = security.RequireScopes((*Claims).Scopes)
