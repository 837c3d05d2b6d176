package oidc_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/contrib/oidc"
	"github.com/brio-go/brio/security"
	"github.com/golang-jwt/jwt/v5"
)

// issuer is a real one, as far as services see it: it publishes a discovery document and keys over TLS.
type issuer struct {
	*httptest.Server
	t     *testing.T
	mu    sync.Mutex
	jwks  []map[string]any
	down  bool
	claim string // what the discovery document says of itself, "" for its address
	asked atomic.Int32
	now   atomic.Int64 // nanoseconds ahead, for services
}

func newIssuer(t *testing.T) *issuer {
	i := &issuer{t: t}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		self := i.URL
		if i.claim != "" {
			self = i.claim
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"issuer": self, "jwks_uri": i.URL + "/keys", "token_endpoint": i.URL + "/token"})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, r *http.Request) {
		i.asked.Add(1)
		i.mu.Lock()
		defer i.mu.Unlock()
		if i.down {
			http.Error(w, "down", http.StatusBadGateway)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": i.jwks})
	})
	i.Server = httptest.NewTLSServer(mux)
	t.Cleanup(i.Close)
	return i
}

func (i *issuer) publish(keys ...map[string]any) { i.mu.Lock(); i.jwks = keys; i.mu.Unlock() }
func (i *issuer) setDown(down bool)              { i.mu.Lock(); i.down = down; i.mu.Unlock() }
func (i *issuer) later(d time.Duration)          { i.now.Add(int64(d)) }

func (i *issuer) config() oidc.Config {
	return oidc.Config{Issuer: i.URL, Audience: []string{"shop-api"}, Client: i.Client(), Now: func() time.Time { return time.Now().Add(time.Duration(i.now.Load())) }}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func rsaJWK(id string, k *rsa.PublicKey) map[string]any {
	return map[string]any{"kty": "RSA", "kid": id, "use": "sig", "alg": "RS256", "n": b64(k.N.Bytes()), "e": b64(big.NewInt(int64(k.E)).Bytes())}
}

func ecJWK(id string, k *ecdsa.PublicKey) map[string]any {
	point, err := k.Bytes()
	if err != nil {
		panic(err)
	}
	return map[string]any{"kty": "EC", "kid": id, "crv": "P-256", "x": b64(point[1:33]), "y": b64(point[33:])}
}

var (
	rsaKey  = must(rsa.GenerateKey(rand.Reader, 2048))
	ecKey   = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	ecOther = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// claims are those of a good token, with changes; nil removes one.
func (i *issuer) claims(changes jwt.MapClaims) jwt.MapClaims {
	c := jwt.MapClaims{"iss": i.URL, "sub": "ann", "aud": "shop-api", "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix(), "scope": "orders:read me", "tenant": "acme"}
	for name, v := range changes {
		if c[name] = v; v == nil {
			delete(c, name)
		}
	}
	return c
}

func sign(method jwt.SigningMethod, kid string, key crypto.PrivateKey, c jwt.MapClaims, header ...string) string {
	token := jwt.NewWithClaims(method, c)
	if kid != "" {
		token.Header["kid"] = kid
	}
	for n := 0; n < len(header); n += 2 {
		token.Header[header[n]] = []string{header[n+1]}
	}
	return must(token.SignedString(key))
}

// service is an app as users write it.
func (i *issuer) service(c oidc.Config) *brio.App {
	app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)),
		brio.SupplyFunc(oidc.Discover(c)),
		brio.Provide(security.OpenIDConnect(c.Issuer+"/.well-known/openid-configuration"), oidc.Authenticate))
	app.Get("/me", func(who *oidc.Claims) (any, error) {
		var own struct {
			Tenant string `json:"tenant"`
		}
		return []any{who.Subject, who.Scopes(), &own}, who.Decode(&own)
	})
	app.Get("/orders", func(*oidc.Claims) string { return "orders" }, brio.Security(oidc.CheckScopes, "orders:read"))
	app.Get("/admin", func(*oidc.Claims) string { return "admin" }, brio.Security(oidc.CheckScopes, "admin"))
	i.t.Cleanup(func() { _ = app.Shutdown(context.Background()) })
	return app
}

func get(app http.Handler, path, authorization string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	return w
}

func want(t *testing.T, w *httptest.ResponseRecorder, status int, body, challenge string) {
	t.Helper()
	if w.Code != status || body != "" && w.Body.String() != body || w.Header().Get("WWW-Authenticate") != challenge {
		t.Errorf("%d %s %q, want %d %s %q", w.Code, w.Body, w.Header().Get("WWW-Authenticate"), status, body, challenge)
	}
}

const (
	good      = `["ann",["orders:read","me"],{"tenant":"acme"}]`
	refusal   = `{"detail":"Could not validate credentials"}`
	challenge = `Bearer error="invalid_token", error_description="Could not validate credentials"`
)

func TestTokens(t *testing.T) {
	i := newIssuer(t)
	i.publish(rsaJWK("r", &rsaKey.PublicKey), ecJWK("e", &ecKey.PublicKey), map[string]any{"kty": "OKP", "kid": "later"})
	app := i.service(i.config())
	ago, ahead := time.Now().Add(-time.Hour).Unix(), time.Now().Add(time.Hour).Unix()
	pub := must(json.Marshal(rsaJWK("r", &rsaKey.PublicKey)))
	rs := sign(jwt.SigningMethodRS256, "r", rsaKey, i.claims(nil))
	parts := strings.Split(rs, ".")
	es := func(changes jwt.MapClaims) string { return sign(jwt.SigningMethodES256, "e", ecKey, i.claims(changes)) }
	for name, c := range map[string]struct {
		token string
		good  bool
	}{
		"RS256":                               {rs, true},
		"ES256":                               {es(nil), true},
		"no kid, one key of the algorithm":    {sign(jwt.SigningMethodES256, "", ecKey, i.claims(nil)), true},
		"several audiences and azp":           {es(jwt.MapClaims{"aud": []string{"other", "shop-api"}, "azp": "web"}), true},
		"expired within the leeway":           {es(jwt.MapClaims{"exp": time.Now().Add(-30 * time.Second).Unix()}), true},
		"several audiences without azp":       {es(jwt.MapClaims{"aud": []string{"other", "shop-api"}}), false},
		"another audience":                    {es(jwt.MapClaims{"aud": "other"}), false},
		"no audience":                         {es(jwt.MapClaims{"aud": nil}), false},
		"another issuer":                      {es(jwt.MapClaims{"iss": i.URL + "/"}), false},
		"no issuer":                           {es(jwt.MapClaims{"iss": nil}), false},
		"expired":                             {es(jwt.MapClaims{"exp": ago}), false},
		"no expiry":                           {es(jwt.MapClaims{"exp": nil}), false},
		"an expiry that is no number":         {es(jwt.MapClaims{"exp": "tomorrow"}), false},
		"not valid yet":                       {es(jwt.MapClaims{"nbf": ahead}), false},
		"issued in the future":                {es(jwt.MapClaims{"iat": ahead}), false},
		"no JWT":                              {"abc", false},
		"alg none":                            {sign(jwt.SigningMethodNone, "r", jwt.UnsafeAllowNoneSignatureType, i.claims(nil)), false},
		"the public key as a shared secret":   {sign(jwt.SigningMethodHS256, "r", pub, i.claims(nil)), false},
		"RS512":                               {sign(jwt.SigningMethodRS512, "r", rsaKey, i.claims(nil)), false},
		"PS256":                               {sign(jwt.SigningMethodPS256, "r", rsaKey, i.claims(nil)), false},
		"the other key's id":                  {sign(jwt.SigningMethodES256, "r", ecKey, i.claims(nil)), false},
		"another key":                         {sign(jwt.SigningMethodES256, "e", ecOther, i.claims(nil)), false},
		"a key of a kind that is passed over": {sign(jwt.SigningMethodES256, "later", ecKey, i.claims(nil)), false},
		"tampered":                            {parts[0] + "." + b64([]byte(`{"sub":"root"}`)) + "." + parts[2], false},
		"critical extensions":                 {sign(jwt.SigningMethodES256, "e", ecKey, i.claims(nil), "crit", "b64"), false},
	} {
		t.Run(name, func(t *testing.T) {
			if c.good {
				want(t, get(app, "/me", "Bearer "+c.token), 200, good, "")
			} else {
				want(t, get(app, "/me", "Bearer "+c.token), 401, refusal, challenge)
			}
		})
	}
	want(t, get(app, "/me", ""), 401, `{"detail":"Not authenticated"}`, "Bearer")
	want(t, get(app, "/me", "Basic "+rs), 401, `{"detail":"Not authenticated"}`, "Bearer")
	want(t, get(app, "/me", "bearer "+rs), 200, good, "")
	want(t, get(app, "/orders", "Bearer "+rs), 200, `"orders"`, "")
	want(t, get(app, "/admin", "Bearer "+rs), 403, `{"detail":"Not enough permissions"}`, `Bearer error="insufficient_scope", error_description="Not enough permissions", scope="admin"`)
}

func TestAuthorizedParties(t *testing.T) {
	i := newIssuer(t)
	i.publish(ecJWK("e", &ecKey.PublicKey))
	c := i.config()
	c.AuthorizedParties = []string{"web", "phone"}
	app := i.service(c)
	for azp, status := range map[string]int{"web": 200, "phone": 200, "other": 401, "": 401} {
		token := sign(jwt.SigningMethodES256, "e", ecKey, i.claims(jwt.MapClaims{"azp": azp}))
		if w := get(app, "/me", "Bearer "+token); w.Code != status {
			t.Errorf("azp %q: %d %s, want %d", azp, w.Code, w.Body, status)
		}
	}
}

// TestRotation: a key that is not known is asked for once and not again too soon; one that is not published any more is
// not used once old keys have been asked for anew, which no request waits for.
func TestRotation(t *testing.T) {
	i := newIssuer(t)
	i.publish(ecJWK("one", &ecKey.PublicKey))
	app := i.service(i.config())
	one := sign(jwt.SigningMethodES256, "one", ecKey, i.claims(jwt.MapClaims{"exp": time.Now().Add(100 * time.Hour).Unix()}))
	two := sign(jwt.SigningMethodES256, "two", ecOther, i.claims(jwt.MapClaims{"exp": time.Now().Add(100 * time.Hour).Unix()}))
	asked := func(want int32) {
		t.Helper()
		if got := i.asked.Load(); got != want {
			t.Errorf("the issuer was asked %d times, want %d", got, want)
		}
	}
	want(t, get(app, "/me", "Bearer "+one), 200, good, "")
	asked(1)
	i.publish(ecJWK("one", &ecKey.PublicKey), ecJWK("two", &ecOther.PublicKey))
	for range 20 { // the issuer has just been asked
		want(t, get(app, "/me", "Bearer "+two), 401, refusal, challenge)
	}
	asked(1)
	i.later(31 * time.Second)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { want(t, get(app, "/me", "Bearer "+two), 200, good, "") })
	}
	wg.Wait()
	asked(2)
	i.publish(ecJWK("two", &ecOther.PublicKey))
	i.later(59 * time.Minute)
	want(t, get(app, "/me", "Bearer "+one), 200, good, "") // not yet noticed
	asked(2)
	i.later(2 * time.Minute)
	want(t, get(app, "/me", "Bearer "+one), 200, good, "")
	for deadline := time.Now().Add(20 * time.Second); get(app, "/me", "Bearer "+one).Code == 200; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the keys are not asked for anew")
		}
	}
	want(t, get(app, "/me", "Bearer "+one), 401, refusal, challenge)
	want(t, get(app, "/me", "Bearer "+two), 200, good, "")
	asked(3)
}

func TestIssuerIsDown(t *testing.T) {
	i := newIssuer(t)
	i.publish(ecJWK("one", &ecKey.PublicKey))
	app := i.service(i.config())
	one := sign(jwt.SigningMethodES256, "one", ecKey, i.claims(jwt.MapClaims{"exp": time.Now().Add(100 * time.Hour).Unix()}))
	two := sign(jwt.SigningMethodES256, "two", ecOther, i.claims(jwt.MapClaims{"exp": time.Now().Add(100 * time.Hour).Unix()}))
	want(t, get(app, "/me", "Bearer "+one), 200, good, "")
	i.setDown(true)
	i.later(2 * time.Hour)
	want(t, get(app, "/me", "Bearer "+one), 200, good, "")
	for range 3 {
		w := get(app, "/me", "Bearer "+two)
		want(t, w, 503, `{"detail":"Tokens cannot be checked at the moment"}`, "")
		if w.Header().Get("Retry-After") != "30" {
			t.Error("no Retry-After")
		}
	}
	if n := i.asked.Load(); n != 2 {
		t.Errorf("the issuer was asked %d times", n)
	}
	i.setDown(false)
	i.publish(ecJWK("two", &ecOther.PublicKey))
	i.later(31 * time.Second)
	want(t, get(app, "/me", "Bearer "+two), 200, good, "")
	want(t, get(app, "/me", "Bearer "+one), 401, refusal, challenge)
}

// TestIssuerHangs: while the issuer does not answer, a token with a known key does not wait, one with an unknown key waits
// for KeysTimeout at most, and as long as its request lasts; the issuer is asked once.
func TestIssuerHangs(t *testing.T) {
	i := newIssuer(t)
	i.publish(ecJWK("one", &ecKey.PublicKey))
	config := i.config()
	config.KeysTimeout = 300 * time.Millisecond
	v, err := oidc.New(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	far := jwt.MapClaims{"exp": time.Now().Add(100 * time.Hour).Unix()}
	one := sign(jwt.SigningMethodES256, "one", ecKey, i.claims(far))
	two := sign(jwt.SigningMethodES256, "two", ecOther, i.claims(far))
	before := i.asked.Load()
	i.mu.Lock() // the issuer waits for it
	held := true
	defer func() {
		if held {
			i.mu.Unlock()
		}
	}()
	i.later(2 * time.Hour)
	ctx, cancel := context.WithCancel(context.Background())
	for range 100 {
		if _, err := v.Verify(ctx, one); err != nil {
			t.Fatal(err)
		}
	}
	gone := make(chan error, 1)
	go func() {
		_, err := v.Verify(ctx, two)
		gone <- err
	}()
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) && !errors.Is(err, oidc.ErrUnavailable) {
		t.Errorf("a request that has ended: %v", err)
	}
	if _, err := v.Verify(context.Background(), two); !errors.Is(err, oidc.ErrUnavailable) {
		t.Errorf("an unknown key: %v", err)
	}
	if n := i.asked.Load() - before; n != 1 {
		t.Errorf("the issuer was asked %d times", n)
	}
	i.mu.Unlock()
	held = false
}

// TestDiscovery: an app does not start with an issuer that is another one, or whose keys are no good.
func TestDiscovery(t *testing.T) {
	weak := must(rsa.GenerateKey(rand.Reader, 2048)).PublicKey
	weak.N = new(big.Int).Rsh(weak.N, 1024)
	offCurve := ecJWK("e", &ecKey.PublicKey)
	offCurve["x"] = b64(make([]byte, 32))
	encrypting := rsaJWK("r", &rsaKey.PublicKey)
	encrypting["use"] = "enc"
	for name, c := range map[string]struct {
		change func(*issuer, *oidc.Config)
		want   string
	}{
		"another issuer":  {func(i *issuer, c *oidc.Config) { i.claim = "https://evil.example" }, "is of the issuer"},
		"http":            {func(i *issuer, c *oidc.Config) { c.Issuer = "http://issuer.example" }, "is not an https address"},
		"no issuer":       {func(i *issuer, c *oidc.Config) { c.Issuer = "" }, "Config.Issuer is empty"},
		"no audience":     {func(i *issuer, c *oidc.Config) { c.Audience = nil }, "Config.Audience is []; legal"},
		"negative limits": {func(i *issuer, c *oidc.Config) { c.KeysAge, c.KeysTimeout = -2, -time.Second }, "Config.KeysAge is -2ns; legal"},
		"negative times":  {func(i *issuer, c *oidc.Config) { c.Leeway, c.KeysPause = -1, -1 }, "Config.Leeway is -1ns; legal"},
		"no such page":    {func(i *issuer, c *oidc.Config) { c.Issuer += "/other" }, "status 404"},
		"down":            {func(i *issuer, c *oidc.Config) { i.setDown(true) }, "status 502"},
		"no keys":         {func(i *issuer, c *oidc.Config) { i.publish() }, "none of 0 keys"},
		"a short key":     {func(i *issuer, c *oidc.Config) { i.publish(rsaJWK("r", &weak)) }, "none of 1 keys"},
		"a bad point":     {func(i *issuer, c *oidc.Config) { i.publish(offCurve) }, "none of 1 keys"},
		"for encrypting":  {func(i *issuer, c *oidc.Config) { i.publish(encrypting) }, "none of 1 keys"},
		"too long":        {func(i *issuer, c *oidc.Config) { i.publish(map[string]any{"kty": strings.Repeat("x", 1<<20)}) }, "more than"},
		"not trusted TLS": {func(i *issuer, c *oidc.Config) { c.Client = nil }, "certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t)
			i.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
			i.publish(ecJWK("e", &ecKey.PublicKey))
			config := i.config()
			c.change(i, &config)
			if _, err := oidc.New(context.Background(), config); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
	i := newIssuer(t)
	app := i.service(i.config()) // without keys
	if err := app.Start(context.Background()); err == nil || !strings.Contains(err.Error(), "none of 0 keys") {
		t.Errorf("the app starts: %v", err)
	}
}

// New reports all mistakes of a Config at once, before it sends a request.
func TestNewReportsAllMistakes(t *testing.T) {
	_, err := oidc.New(t.Context(), oidc.Config{Leeway: -1, KeysAge: -2, KeysTimeout: -2, KeysPause: -1})
	if err == nil {
		t.Fatal("got no error")
	}
	for _, name := range []string{"Issuer", "Audience", "Leeway", "KeysAge", "KeysTimeout", "KeysPause"} {
		if !strings.Contains(err.Error(), "oidc: Config."+name+" is ") {
			t.Errorf("got %q, want a mistake of %s", err, name)
		}
	}
}

// With NoLimit the keys do not expire, and a request for them ends with the Client's timeout alone.
func TestNoLimit(t *testing.T) {
	i := newIssuer(t)
	i.publish(ecJWK("one", &ecKey.PublicKey))
	config := i.config()
	config.KeysAge, config.KeysTimeout = brio.NoLimit, brio.NoLimit
	v, err := oidc.New(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	far := jwt.MapClaims{"exp": time.Now().Add(10_000 * time.Hour).Unix()}
	before := i.asked.Load()
	i.publish(ecJWK("two", &ecOther.PublicKey))
	i.later(5000 * time.Hour)
	if _, err := v.Verify(t.Context(), sign(jwt.SigningMethodES256, "one", ecKey, i.claims(far))); err != nil || i.asked.Load() != before {
		t.Errorf("an old key: got error %v and %d requests, want none", err, i.asked.Load()-before)
	}
	if _, err := v.Verify(t.Context(), sign(jwt.SigningMethodES256, "two", ecOther, i.claims(far))); err != nil || i.asked.Load() != before+1 {
		t.Errorf("a new key: got error %v and %d requests, want one", err, i.asked.Load()-before)
	}
}

func TestVerifyEndsWithItsContext(t *testing.T) {
	i := newIssuer(t)
	i.publish(ecJWK("one", &ecKey.PublicKey))
	v, err := oidc.New(context.Background(), i.config())
	if err != nil {
		t.Fatal(err)
	}
	i.later(time.Minute)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	two := sign(jwt.SigningMethodES256, "two", ecOther, i.claims(nil))
	if _, err := v.Verify(ctx, two); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
