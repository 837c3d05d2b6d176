package cookies_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio/cookies"
)

type session struct {
	User  string   `json:"user"`
	Roles []string `json:"roles"`
	N     int64    `json:"n"`
}

var alice = session{User: "alice é<>", Roles: []string{"a", "b"}, N: 1<<53 + 1}

func key(sign, encrypt byte, size int) cookies.Key {
	k := cookies.Key{Sign: bytes.Repeat([]byte{sign}, 32)}
	if size > 0 {
		k.Encrypt = bytes.Repeat([]byte{encrypt}, size)
	}
	return k
}

func newCodec(t testing.TB, keys ...cookies.Key) *cookies.Codec {
	t.Helper()
	c, err := cookies.NewCodec(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func encode(t testing.TB, c *cookies.Codec, name string, v any) *http.Cookie {
	t.Helper()
	cookie, err := c.Encode(name, v)
	if err != nil {
		t.Fatal(err)
	}
	return cookie
}

func TestNewCodecRefusesBadKeys(t *testing.T) {
	for _, tc := range []struct {
		name string
		keys []cookies.Key
		want string
	}{
		{"no keys", nil, "at least one key"},
		{"empty key", []cookies.Key{{}}, "key 0: Sign has 0 bytes; it must have at least 32"},
		{"short second key", []cookies.Key{key(1, 0, 0), {Sign: make([]byte, 31)}}, "key 1: Sign has 31 bytes"},
		{"odd encryption key", []cookies.Key{key(1, 2, 17)}, "key 0: Encrypt has 17 bytes; it must have 16, 24 or 32"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, err := cookies.NewCodec(tc.keys...)
			if c != nil || err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, %v, want …%s…", c, err, tc.want)
			}
		})
	}
}

func TestCodecRoundTrip(t *testing.T) {
	for name, k := range map[string]cookies.Key{
		"signed": key(1, 0, 0), "empty Encrypt": {Sign: make([]byte, 64), Encrypt: []byte{}},
		"AES-128": key(1, 2, 16), "AES-192": key(1, 2, 24), "AES-256": key(1, 2, 32),
	} {
		t.Run(name, func(t *testing.T) {
			c := newCodec(t, k)
			cookie := encode(t, c, "s", alice)
			if got := cookie.String(); !strings.HasSuffix(got, "; Path=/; HttpOnly; SameSite=Lax") {
				t.Error(got)
			}
			sent, err := http.ParseCookie(cookie.Name + "=" + cookie.Value)
			if err != nil {
				t.Fatal(err)
			}
			var got session
			if err := c.Decode(sent[0], &got); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, alice) {
				t.Errorf("got %+v, want %+v", got, alice)
			}
		})
	}
}

func TestOnlyEncryptionHidesValue(t *testing.T) {
	for _, size := range []int{0, 16} {
		raw, err := base64.URLEncoding.DecodeString(encode(t, newCodec(t, key(1, 2, size)), "s", "the secret").Value)
		if err != nil {
			t.Fatal(err)
		}
		seen := bytes.Contains(raw, []byte(base64.URLEncoding.EncodeToString([]byte(`"the secret"`))))
		if seen != (size == 0) {
			t.Errorf("encryption key of %d bytes: value visible: %t", size, seen)
		}
	}
}

func TestEncodeTakesOptionsAndChecks(t *testing.T) {
	c := newCodec(t, key(1, 0, 0))
	cookie, err := c.Encode("s", 1, cookies.Path("/p"), cookies.Secure(), cookies.HTTPOnly(false))
	if err != nil {
		t.Fatal(err)
	}
	if got := cookie.String(); !strings.HasSuffix(got, "; Path=/p; Secure; SameSite=Lax") {
		t.Error(got)
	}
	for _, tc := range []struct {
		name, cookie string
		v            any
		want         string
	}{
		{"bad name", "a b", 1, "invalid Cookie.Name"},
		{"too long", "s", strings.Repeat("x", 4000), "browsers drop cookies over 4096"},
		{"not JSON", "s", make(chan int), `encode cookie "s"`},
		{"prefix", "__Host-s", 1, "needs Secure"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cookie, err := c.Encode(tc.cookie, tc.v)
			if cookie != nil || err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, %v, want …%s…", cookie, err, tc.want)
			}
		})
	}
	for _, none := range []*cookies.Codec{nil, {}} {
		if _, err := none.Encode("s", 1); err == nil {
			t.Error("a Codec without keys must not encode")
		}
		if err := none.Decode(cookie, new(int)); err == nil || errors.Is(err, cookies.ErrInvalid) {
			t.Errorf("a Codec without keys is the program's error, not %v", err)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	c := newCodec(t, key(1, 2, 16))
	good := encode(t, c, "s", alice)
	with := func(name, value string) *http.Cookie { return &http.Cookie{Name: name, Value: value} }
	flip := func(i int) string {
		b := []byte(good.Value)
		b[i] ^= 1
		return string(b)
	}
	for _, tc := range []struct {
		name   string
		cookie *http.Cookie
	}{
		{"none", nil},
		{"empty", with("s", "")},
		{"garbage", with("s", "%%%")},
		{"base64 garbage", with("s", base64.URLEncoding.EncodeToString([]byte("1|2|3")))},
		{"tampered start", with("s", flip(0))},
		{"tampered middle", with("s", flip(len(good.Value)/2))},
		{"cut", with("s", good.Value[:len(good.Value)-4])},
		{"of another name", with("t", good.Value)},
		{"of another key", encode(t, newCodec(t, key(9, 2, 16)), "s", alice)},
		{"of another encryption key", encode(t, newCodec(t, key(1, 9, 16)), "s", alice)},
		{"signed only", encode(t, newCodec(t, key(1, 0, 0)), "s", alice)},
		{"of another shape", encode(t, c, "s", "a string")},
		{"huge", with("s", strings.Repeat("A", 1<<20))},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got session
			err := c.Decode(tc.cookie, &got)
			if !errors.Is(err, cookies.ErrInvalid) {
				t.Errorf("got %v, want ErrInvalid", err)
			}
			if !reflect.DeepEqual(got, session{}) {
				t.Errorf("target was filled: %+v", got)
			}
		})
	}
	for _, v := range []any{nil, session{}, (*session)(nil)} {
		if err := c.Decode(good, v); err == nil || errors.Is(err, cookies.ErrInvalid) {
			t.Errorf("target %T is the program's error, not %v", v, err)
		}
	}
}

func TestKeyRotation(t *testing.T) {
	old, fresh := key(1, 0, 0), key(2, 0, 0)
	oldCookie := encode(t, newCodec(t, old), "s", 1)
	both := newCodec(t, fresh, old)
	var v int
	if err := both.Decode(oldCookie, &v); err != nil || v != 1 {
		t.Errorf("old cookie: %d, %v", v, err)
	}
	freshCookie := encode(t, both, "s", 2)
	if err := newCodec(t, fresh).Decode(freshCookie, &v); err != nil || v != 2 {
		t.Errorf("the first key must encode: %d, %v", v, err)
	}
	if err := newCodec(t, fresh).Decode(oldCookie, &v); !errors.Is(err, cookies.ErrInvalid) {
		t.Errorf("a dropped key must not read: %v", err)
	}
}

// A one-digit value decrypted with the wrong key is another digit now and then; the signature has to tell.
func TestRotationOfEncryptionKeyAlone(t *testing.T) {
	keys := []cookies.Key{key(1, 2, 16), key(1, 3, 32), key(1, 0, 0)}
	all := newCodec(t, keys...)
	for i, k := range keys {
		c := newCodec(t, k)
		for range 300 {
			got := -1
			if err := all.Decode(encode(t, c, "s", i), &got); err != nil || got != i {
				t.Fatalf("key %d: got %d, %v", i, got, err)
			}
		}
	}
}

func TestKeysAreCopied(t *testing.T) {
	k := key(1, 2, 16)
	c := newCodec(t, k)
	cookie := encode(t, c, "s", 1)
	clear(k.Sign)
	clear(k.Encrypt)
	if err := c.Decode(cookie, new(int)); err != nil {
		t.Error(err)
	}
}

func TestWithMaxAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		unlimited := newCodec(t, key(1, 0, 0), key(2, 0, 0))
		hour := unlimited.WithMaxAge(time.Hour)
		cookie := encode(t, hour, "s", 1)
		if cookie.MaxAge != 0 {
			t.Errorf("Max-Age is the option's: %v", cookie)
		}
		time.Sleep(time.Hour)
		if err := hour.Decode(cookie, new(int)); err != nil {
			t.Errorf("after an hour: %v", err)
		}
		time.Sleep(time.Second)
		err := hour.Decode(cookie, new(int))
		if !errors.Is(err, cookies.ErrInvalid) || !strings.Contains(err.Error(), "expired") {
			t.Errorf("after more than an hour: %v", err)
		}
		time.Sleep(1000 * time.Hour)
		for _, c := range []*cookies.Codec{unlimited, unlimited.WithMaxAge(0), hour.WithMaxAge(-1)} {
			if err := c.Decode(cookie, new(int)); err != nil {
				t.Errorf("without a limit: %v", err)
			}
		}
	})
}

// The reason in the log is that of the key that has signed the cookie, not that another key has not.
func TestReasonIsThatOfSigningKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := []cookies.Key{key(1, 0, 0), key(2, 0, 0), key(3, 0, 0)}
		all := newCodec(t, keys...).WithMaxAge(time.Hour)
		var signed []*http.Cookie
		for _, k := range keys {
			signed = append(signed, encode(t, newCodec(t, k), "s", 1))
		}
		stranger := encode(t, newCodec(t, key(9, 0, 0)), "s", 1)
		time.Sleep(2 * time.Hour)
		for i, cookie := range signed {
			if err := all.Decode(cookie, new(int)); !errors.Is(err, cookies.ErrInvalid) || !strings.Contains(err.Error(), "expired") {
				t.Errorf("signed by key %d: %v, want that it has expired", i, err)
			}
		}
		if err := all.Decode(stranger, new(int)); !errors.Is(err, cookies.ErrInvalid) || strings.Contains(err.Error(), "expired") {
			t.Errorf("signed by no key: %v, want that the signature is wrong", err)
		}
	})
}

// Parts of a second count as a whole one, a negative age is no limit, and 0 leaves the limit that there is.
// WithMaxAge has no error result: the codec that it returns reports an illegal duration.
func TestWithMaxAgeOfNegativeDuration(t *testing.T) {
	c := newCodec(t, key(1, 0, 0))
	cookie, err := c.Encode("s", alice)
	if err != nil {
		t.Fatal(err)
	}
	const want = "cookies: WithMaxAge(-1s); legal is"
	for name, c := range map[string]*cookies.Codec{"the codec": c.WithMaxAge(-time.Second), "one made of it": c.WithMaxAge(-time.Second).WithMaxAge(time.Hour)} {
		if _, err := c.Encode("s", alice); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("Encode of %s: got error %v, want %s…", name, err, want)
		}
		if err := c.Decode(cookie, new(session)); err == nil || errors.Is(err, cookies.ErrInvalid) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("Decode of %s: got error %v, want %s…", name, err, want)
		}
	}
}

func TestWithMaxAgeInPartsOfSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCodec(t, key(1, 0, 0))
		cookie := encode(t, c, "s", 1)
		half, none := c.WithMaxAge(time.Second/2), c.WithMaxAge(-1)
		time.Sleep(time.Second)
		if err := half.Decode(cookie, new(int)); err != nil {
			t.Errorf("after a second: %v", err)
		}
		time.Sleep(time.Second)
		for _, c := range []*cookies.Codec{half, half.WithMaxAge(0)} {
			if err := c.Decode(cookie, new(int)); !errors.Is(err, cookies.ErrInvalid) {
				t.Errorf("after two seconds: %v, want ErrInvalid", err)
			}
		}
		for _, c := range []*cookies.Codec{c, none, c.WithMaxAge(0), half.WithMaxAge(-1)} {
			if err := c.Decode(cookie, new(int)); err != nil {
				t.Errorf("without a limit: %v", err)
			}
		}
	})
}

// The next version of the package reads the cookies of this one: what is signed, and with what, must not change.
func TestCookiesStayReadable(t *testing.T) {
	for _, c := range []struct {
		key   cookies.Key
		value string
	}{
		{key(1, 0, 0), "MTc5NjEyOTAxM3xleUoxYzJWeUlqb2lZV3hwWTJVZ3c2azhQaUlzSW5KdmJHVnpJanBiSW1FaUxDSmlJbDBzSW00aU9qa3dNRGN4T1RreU5UUTNOREE1T1ROOXwyMoSHT3dew7KAisHDBVs81i3Ku9Ohz3ex9SBwrLzEFg=="},
		{key(1, 2, 16), "MTc5NjEyOTAxM3wyUzhsU25hN1VOZ2VESnVuTGgzMXM5UFlPUXFSQ1BDdUtqcDFVME01VHRKVk80SkJZa1Z1V2FjYzRwa2xYVzZkaVA0RXNrZzVCejE4ZGFKZ2lfRGFneUFYSjUtUFJ5ZHpocjNoQ3c9PXzVlH3fRoiW4mO951JfdjsgRv-6WgNiLJwV8iJR9qT6Dg=="},
	} {
		var got session
		if err := newCodec(t, c.key).Decode(&http.Cookie{Name: "s", Value: c.value}, &got); err != nil || !reflect.DeepEqual(got, alice) {
			t.Errorf("%s: %+v %v, want %+v", c.value, got, err, alice)
		}
	}
}

func TestCodecIsSafeForConcurrentUse(t *testing.T) {
	c := newCodec(t, key(1, 2, 16), key(3, 0, 0))
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 50 {
				cookie, err := c.Encode("s", i)
				if err != nil {
					t.Error(err)
					return
				}
				var got int
				if err := c.WithMaxAge(time.Hour).Decode(cookie, &got); err != nil || got != i {
					t.Errorf("got %d, %v, want %d", got, err, i)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzDecode(f *testing.F) {
	signed := newCodec(f, key(1, 0, 0), key(2, 3, 16))
	f.Add("s", encode(f, signed, "s", alice).Value)
	f.Add("s", encode(f, newCodec(f, key(2, 3, 16)), "s", alice).Value)
	f.Add("s", "")
	f.Add("|", base64.URLEncoding.EncodeToString([]byte("1|AA==|x")))
	f.Fuzz(func(t *testing.T, name, value string) {
		var v session
		err := signed.Decode(&http.Cookie{Name: name, Value: value}, &v)
		if err != nil && !errors.Is(err, cookies.ErrInvalid) {
			t.Fatalf("%v is not ErrInvalid", err)
		}
		// Nobody without the keys makes a cookie of another name or value than those seeded.
		if err == nil && (name != "s" || !reflect.DeepEqual(v, alice)) {
			t.Fatalf("forged: %q=%q gives %+v", name, value, v)
		}
	})
}
