package cookies

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"github.com/gorilla/securecookie"

	"github.com/brio-go/brio/internal/json"
)

// ErrInvalid is the error of [Codec.Decode] for a cookie that is missing, changed, signed by an unknown key or for another name,
// expired, or of another type than the target. Programs usually treat such a cookie as absent. The error wraps the reason,
// which is for logs and not for clients. Test with errors.Is.
var ErrInvalid = errors.New("cookies: invalid cookie")

// minSignKey is the output size of SHA-256: a shorter key is easier to guess than the signature (RFC 2104, 3).
const minSignKey = 32

// Key is one generation of secrets. Sign has at least 32 random bytes, Encrypt has 16, 24 or 32 (AES-128, -192 or
// -256) or is nil. crypto/rand.Read makes both; they must be the same on all servers and after a restart, and they
// belong in a secret store, not in the source.
type Key struct{ Sign, Encrypt []byte }

// Codec makes cookies from Go values and reads them back. Values are written as JSON and signed with HMAC-SHA256
// together with the cookie's name and the time; a client can neither change them nor use them under another name.
// Without an encryption key a client can read them; with one they are also hidden (AES-CTR, then the signature). A
// stolen cookie works for its thief, and a replayed old one works again: keep a counter or an identifier in the
// value where that matters.
//
// A Codec never changes and is safe for concurrent use.
type Codec struct {
	codecs []*securecookie.SecureCookie
}

// NewCodec returns a codec that writes with the first key and reads with all of them. To rotate keys, put the new one
// first and drop the old one when its cookies have run out. Adding encryption to a key that had none is such a
// rotation: {Sign: s, Encrypt: e}, {Sign: s}.
//
// Signatures never expire; see [Codec.WithMaxAge]. The keys are copied.
func NewCodec(keys ...Key) (*Codec, error) {
	if len(keys) == 0 {
		return nil, errors.New("cookies: NewCodec needs at least one key")
	}
	c := &Codec{codecs: make([]*securecookie.SecureCookie, len(keys))}
	for i, key := range keys {
		if len(key.Sign) < minSignKey {
			return nil, fmt.Errorf("cookies: key %d: Sign has %d bytes; it must have at least %d (crypto/rand.Read makes them)", i, len(key.Sign), minSignKey)
		}
		var encrypt []byte
		switch len(key.Encrypt) {
		case 0:
		case 16, 24, 32:
			encrypt = append(encrypt, key.Encrypt...)
		default:
			return nil, fmt.Errorf("cookies: key %d: Encrypt has %d bytes; it must have 16, 24 or 32, or be nil for values that are signed only", i, len(key.Encrypt))
		}
		c.codecs[i] = securecookie.New(signingKey(key), encrypt).
			SetSerializer(securecookie.NopEncoder{}).
			MaxAge(0).
			MaxLength(maxSize)
	}
	return c, nil
}

// signingKey binds the signature to the encryption key as well. Otherwise a cookie would pass the signature of a key
// with the same Sign but another Encrypt, and be decrypted to noise, which for short values may be valid JSON.
func signingKey(key Key) []byte {
	mac := hmac.New(sha256.New, key.Sign)
	mac.Write([]byte("github.com/brio-go/brio/cookies v1\x00"))
	mac.Write(key.Encrypt)
	return mac.Sum(nil)
}

// WithMaxAge returns a codec with the same keys that refuses cookies older than d, whatever the browser thinks. Parts
// of a second count as a whole one. Zero leaves the limit of c; -1 is no limit, as of a new Codec. Cookies do not get a
// Max-Age from it: give [MaxAge] to Encode, too, so that browsers forget them at the same time.
func (c *Codec) WithMaxAge(d time.Duration) *Codec {
	if d == 0 {
		return c
	}
	seconds := 0 // no limit
	if d > 0 {
		seconds = wholeSeconds(d)
	}
	limited := &Codec{codecs: make([]*securecookie.SecureCookie, len(c.codecs))}
	for i, old := range c.codecs {
		codec := *old
		limited.codecs[i] = codec.MaxAge(seconds)
	}
	return limited
}

// Encode returns a cookie with v as its signed value. It has the defaults of [New] and HttpOnly, changed by the
// options. It fails when v cannot be written as JSON and where [Check] fails: with a bad name, or a value that is too
// long for a cookie (about 3000 bytes of JSON, 2200 when encrypted).
func (c *Codec) Encode(name string, v any, opts ...Option) (*http.Cookie, error) {
	if c == nil || len(c.codecs) == 0 {
		return nil, errors.New("cookies: the Codec has no keys; make it with NewCodec")
	}
	doc, err := json.Append(nil, v)
	if err != nil {
		return nil, fmt.Errorf("cookies: encode cookie %q: %w", name, err)
	}
	writer := *c.codecs[0]
	value, err := writer.MaxLength(0).Encode(name, doc) // Check below reports the length, with a better text
	if err != nil {
		return nil, fmt.Errorf("cookies: encode cookie %q: %w", name, err)
	}
	cookie := New(name, value, HTTPOnly())
	for _, opt := range opts {
		opt.apply(cookie)
	}
	if err := Check(cookie); err != nil {
		return nil, fmt.Errorf("cookies: %w", err)
	}
	return cookie, nil
}

// Decode verifies the cookie and stores its value in what v points to, as JSON decoding does. Any bad cookie, nil
// included, is [ErrInvalid]; it never panics over one. Nothing is stored unless the signature is right, but what v points
// to should be fresh: it is partly filled when the value turns out to be of another shape. A v that is not a pointer is
// another error: the program's.
func (c *Codec) Decode(cookie *http.Cookie, v any) error {
	if p := reflect.ValueOf(v); p.Kind() != reflect.Pointer || p.IsNil() {
		return fmt.Errorf("cookies: Decode needs a pointer to store the value in, not %T", v)
	}
	if c == nil || len(c.codecs) == 0 {
		return errors.New("cookies: the Codec has no keys; make it with NewCodec")
	}
	if cookie == nil {
		return fmt.Errorf("%w: there is none", ErrInvalid)
	}
	var reason error
	for _, codec := range c.codecs {
		var doc []byte
		err := codec.Decode(cookie.Name, cookie.Value, &doc)
		if err == nil {
			if err := json.Unmarshal(doc, v); err != nil {
				return fmt.Errorf("%w %q: its value is not a %T: %v", ErrInvalid, cookie.Name, v, err)
			}
			return nil
		}
		// Any other reason, such as an expired cookie, is more useful than a wrong signature.
		if reason == nil || errors.Is(reason, securecookie.ErrMacInvalid) {
			reason = err
		}
	}
	return fmt.Errorf("%w %q: %v", ErrInvalid, cookie.Name, reason)
}
