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

	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/json"
)

// ErrInvalid is the error of [Codec.Decode] for a cookie that is missing, changed, signed by an unknown key or for another name,
// expired, or of another type than the target. Programs usually treat such a cookie as absent. The error wraps the reason,
// which is for logs and not for clients. Test with errors.Is.
var ErrInvalid = errors.New("cookies: invalid cookie")

// minSignKey is the output size of SHA-256: a shorter key is easier to guess than the signature (RFC 2104, 3).
const minSignKey = 32

// Key is one generation of secrets. Sign has at least 32 random bytes. Encrypt has 16, 24 or 32 random bytes (AES-128, -192 or -256), or is
// nil for cookies that clients may read. crypto/rand.Read makes both. They must be the same on all servers and after a restart. Keep them
// in a secret store, not in the source.
type Key struct{ Sign, Encrypt []byte }

// Codec makes cookies from Go values and reads them back. It writes a value as JSON and signs it with HMAC-SHA256 (RFC 2104), together with
// the cookie's name and the time. So a client can neither change the value nor use it under another name. Without an encryption key the
// client can read the value; with one, it is encrypted (AES-CTR) and then signed.
//
// A signature does not bind a cookie to a client or to a time: a stolen cookie works for the thief, and an old one works again. Keep a
// counter or an identifier in the value if that matters.
//
// A Codec never changes and is safe for concurrent use.
type Codec struct {
	codecs  []*securecookie.SecureCookie // the first one writes
	mistake error                        // of WithMaxAge, which has no error result; Encode and Decode return it
}

// NewCodec returns a codec that writes with the first key and reads with all of them. To rotate keys, put the new one first, and remove
// the old one when its cookies have expired. To add encryption to a key that has none is such a rotation: {Sign: s, Encrypt: e}, {Sign: s}.
// No key, and a key of an illegal length, are errors.
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

// WithMaxAge returns a codec with the same keys that refuses cookies older than d, also if a browser still sends them. d is rounded up to
// whole seconds. 0 leaves the limit of c; brio.NoLimit (-1) is no limit, as of a new Codec. Another negative duration is a mistake: Encode
// and Decode of the codec return it. Cookies do not get a Max-Age from WithMaxAge: also give [MaxAge] to Encode, so that browsers delete
// them at the same time.
func (c *Codec) WithMaxAge(d time.Duration) *Codec {
	switch {
	case d == 0:
		return c
	case d < argument.NoLimit:
		return &Codec{codecs: c.codecs, mistake: fmt.Errorf("cookies: WithMaxAge(%v); legal is a positive duration, NoLimit (-1) for none, or 0 for the limit of the codec", d)}
	}
	seconds := 0 // no limit
	if d > 0 {
		seconds = wholeSeconds(d)
	}
	limited := &Codec{codecs: make([]*securecookie.SecureCookie, len(c.codecs)), mistake: c.mistake}
	for i, old := range c.codecs {
		codec := *old
		limited.codecs[i] = codec.MaxAge(seconds)
	}
	return limited
}

// Encode returns a cookie with v as its signed value. Without options it has the defaults of [New] and is HttpOnly. Encode returns an error
// if v cannot be encoded as JSON, and if [Check] refuses the cookie: for an illegal name, or for a value that is too long (about 3000 bytes
// of JSON, 2200 with encryption).
func (c *Codec) Encode(name string, v any, opts ...Option) (*http.Cookie, error) {
	if err := c.check(); err != nil {
		return nil, err
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
	applyAll(cookie, opts)
	if err := Check(cookie); err != nil {
		return nil, fmt.Errorf("cookies: %w", err)
	}
	return cookie, nil
}

// check returns an error for a codec that cannot write and read cookies.
func (c *Codec) check() error {
	if c == nil || len(c.codecs) == 0 {
		return errors.New("cookies: the Codec has no keys; make it with NewCodec")
	}
	return c.mistake
}

// Decode verifies the cookie and decodes its JSON into the variable that v points to. A cookie that is nil, or was not written by this codec
// for this name, is [ErrInvalid]. Decode stores nothing unless the signature is valid. If the JSON has another shape than the variable,
// the error is ErrInvalid too and the variable may be filled partly: use a new one for each call. A v that is no pointer is another error.
func (c *Codec) Decode(cookie *http.Cookie, v any) error {
	if p := reflect.ValueOf(v); p.Kind() != reflect.Pointer || p.IsNil() {
		return fmt.Errorf("cookies: Decode needs a pointer to store the value in, not %T", v)
	}
	if err := c.check(); err != nil {
		return err
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
