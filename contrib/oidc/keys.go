package oidc

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/brio-go/brio"
)

// keys caches the keys of the issuer. It is safe for concurrent use.
type keys struct {
	config  Config
	address string                 // jwks_uri of the discovery document
	set     atomic.Pointer[keySet] // the keys of the last successful request
	asking  chan struct{}          // has one element while a goroutine requests the issuer's keys; others wait for it

	// For the goroutine that holds asking:
	asked  time.Time // time of the last request to the issuer
	failed error     // its error, nil if it succeeded
}

// keySet has the keys of one answer of the issuer. It never changes.
type keySet struct {
	keys []key
	at   time.Time // of the request
}

// key is a public key that signs with one algorithm.
type key struct {
	id, alg string
	public  any
}

// find returns the key of a token. It returns a known key at once, and requests the keys in another goroutine if they are older than
// KeysAge. For an unknown key it requests the keys and waits, unless the last request was less than KeysPause ago.
func (k *keys) find(ctx context.Context, id, alg string) (any, error) {
	set := k.set.Load()
	if public := set.find(id, alg); public != nil {
		if age := k.config.KeysAge; age != brio.NoLimit && k.config.Now().Sub(set.at) >= age {
			k.refreshBeside(ctx, set)
		}
		return public, nil
	}
	if err := k.refresh(ctx, set); err != nil {
		return nil, err
	}
	public := k.set.Load().find(id, alg)
	if public == nil {
		return nil, fmt.Errorf("the issuer has no key with the id %q for %s", id, alg)
	}
	return public, nil
}

// find returns the key with that id and algorithm, or nil. A token needs no id if only one key has its algorithm (OpenID Connect Core,
// 10.1).
func (s *keySet) find(id, alg string) any {
	var fits []key
	for _, k := range s.keys {
		if k.alg == alg && (k.id == id || id == "") {
			fits = append(fits, k)
		}
	}
	if len(fits) != 1 {
		return nil
	}
	return fits[0].public
}

// refreshBeside requests the keys in a new goroutine, unless one does so already. At most one runs, for KeysTimeout at most.
func (k *keys) refreshBeside(ctx context.Context, seen *keySet) {
	select {
	case k.asking <- struct{}{}:
		go func() {
			defer func() { <-k.asking }()
			_ = k.ask(context.WithoutCancel(ctx), seen) // the known keys stay; ask returns the error to a token with an unknown key
		}()
	default:
	}
}

// refresh requests the keys and waits for the answer until ctx ends. Other requests wait for the same answer, so the end of ctx does not
// cancel it.
func (k *keys) refresh(ctx context.Context, seen *keySet) error {
	select {
	case k.asking <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	answer := make(chan error, 1)
	go func() {
		defer func() { <-k.asking }()
		answer <- k.ask(context.WithoutCancel(ctx), seen)
	}()
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ask requests the keys, unless another goroutine has done so since seen was loaded, or the last request was less than KeysPause ago. The
// caller holds asking.
func (k *keys) ask(ctx context.Context, seen *keySet) error {
	now := k.config.Now()
	if k.set.Load() != seen || now.Sub(k.asked) < k.config.KeysPause {
		return k.failed // nil: the known keys are the current ones
	}
	k.asked, k.failed = now, nil
	if timeout := k.config.KeysTimeout; timeout != brio.NoLimit {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	set, err := k.fetch(ctx)
	if err != nil {
		k.failed = fmt.Errorf("%w: %w", ErrUnavailable, err)
		return k.failed
	}
	set.at = now
	k.set.Store(set)
	return nil
}

// discover reads the discovery document and the keys.
func discover(ctx context.Context, c Config) (*keys, error) {
	if c.Client == nil {
		c.Client = &http.Client{Timeout: 10 * time.Second}
	}
	client := *c.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.Client = &client
	if err := secure(c.Issuer); err != nil {
		return nil, fmt.Errorf("the issuer: %w", err)
	}
	k := &keys{config: c, asking: make(chan struct{}, 1)}
	var document struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	address := strings.TrimSuffix(c.Issuer, "/") + "/.well-known/openid-configuration"
	if err := k.get(ctx, address, &document); err != nil {
		return nil, err
	}
	if document.Issuer != c.Issuer { // OpenID Connect Discovery, 4.3
		return nil, fmt.Errorf("%s is of the issuer %q, not %q", address, document.Issuer, c.Issuer)
	}
	if err := secure(document.Keys); err != nil {
		return nil, fmt.Errorf("%s: jwks_uri: %w", address, err)
	}
	k.address, k.asked = document.Keys, c.Now()
	set, err := k.fetch(ctx)
	if err != nil {
		return nil, err
	}
	set.at = k.asked
	k.set.Store(set)
	return k, nil
}

// secure returns an error for an address that is neither https nor loopback: another host on the way could answer for it.
func secure(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	ip := net.ParseIP(u.Hostname())
	loopback := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && loopback) {
		return fmt.Errorf("%q is not an https address", address)
	}
	return nil
}

// maxDocument is the largest document of an issuer, in bytes. Real ones have a few kilobytes.
const maxDocument = 1 << 20

// get decodes the JSON document at an address.
func (k *keys) get(ctx context.Context, address string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "application/json")
	res, err := k.config.Client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: status %d", address, res.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxDocument+1))
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", address, err)
	case len(body) > maxDocument:
		return fmt.Errorf("%s: more than %d bytes", address, maxDocument)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%s: %w", address, err)
	}
	return nil
}

// fetch reads the keys (RFC 7517). It ignores keys of other types, for other uses, and with errors (RFC 7517, 5): issuers publish new kinds
// of keys for clients that understand them.
func (k *keys) fetch(ctx context.Context) (*keySet, error) {
	var document struct {
		Keys []jwk `json:"keys"`
	}
	if err := k.get(ctx, k.address, &document); err != nil {
		return nil, err
	}
	set := &keySet{}
	for _, j := range document.Keys {
		if key, err := j.key(); err == nil {
			set.keys = append(set.keys, key)
		}
	}
	if len(set.keys) == 0 {
		return nil, fmt.Errorf("%s: none of %d keys is for RS256 or ES256", k.address, len(document.Keys))
	}
	return set, nil
}

// jwk is a key as the issuer publishes it.
type jwk struct {
	Type  string `json:"kty"`
	ID    string `json:"kid"`
	Use   string `json:"use"`
	Alg   string `json:"alg"`
	N     string `json:"n"`
	E     string `json:"e"`
	Curve string `json:"crv"`
	X     string `json:"x"`
	Y     string `json:"y"`
}

// key returns the public key, or an error for one that cannot be used.
func (j *jwk) key() (k key, err error) {
	k.id = j.ID
	switch j.Type {
	case "RSA":
		k.alg = "RS256"
		k.public, err = j.rsa()
	case "EC":
		k.alg = "ES256"
		k.public, err = j.ec()
	default:
		return k, fmt.Errorf("a key of type %q", j.Type)
	}
	if err == nil && (j.Use != "" && j.Use != "sig" || j.Alg != "" && j.Alg != k.alg) {
		err = fmt.Errorf("a key for %s %s", j.Use, j.Alg)
	}
	return k, err
}

func (j *jwk) rsa() (*rsa.PublicKey, error) {
	n, err1 := base64.RawURLEncoding.DecodeString(j.N)
	e, err2 := base64.RawURLEncoding.DecodeString(j.E)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	modulus, exponent := new(big.Int).SetBytes(n), new(big.Int).SetBytes(e)
	if modulus.BitLen() < 2048 || modulus.BitLen() > 16384 { // the least of RFC 7518, 3.3; the most bounds the time of a verification
		return nil, fmt.Errorf("an RSA key of %d bits", modulus.BitLen())
	}
	if exponent.BitLen() > 31 || exponent.Int64() < 3 || exponent.Bit(0) == 0 {
		return nil, fmt.Errorf("an RSA key with the exponent %v; legal is an odd number of 3 to 2^31-1", exponent)
	}
	return &rsa.PublicKey{N: modulus, E: int(exponent.Int64())}, nil
}

func (j *jwk) ec() (*ecdsa.PublicKey, error) {
	x, err1 := base64.RawURLEncoding.DecodeString(j.X)
	y, err2 := base64.RawURLEncoding.DecodeString(j.Y)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	if j.Curve != "P-256" || len(x) != 32 || len(y) != 32 {
		return nil, fmt.Errorf("a key on the curve %q", j.Curve)
	}
	return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...)) // it checks that the point is on the curve
}
