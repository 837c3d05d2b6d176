package middleware

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/origin"
)

// maxSession is how many bytes of JSON the values of a session may have: what fits into a cookie also when it is encrypted.
const maxSession = 2048

// SessionOptions configure Sessions. The zero value is what FastAPI's SessionMiddleware does.
type SessionOptions struct {
	// Cookie is the cookie's name, "session" when it is empty. "__Host-session" keeps other hosts of the domain from
	// setting it, and needs TLS.
	Cookie string
	// MaxAge is how long a session lasts, 14 days when it is 0.
	MaxAge time.Duration
	// RenewAfter writes a session anew that is older, so that it lasts as long as it is used. 0 is never: a session ends
	// MaxAge after it was last changed.
	RenewAfter time.Duration
	// Attributes change the cookie, which has Path=/, HttpOnly, SameSite=Lax and, where the request came by https, Secure.
	Attributes []cookies.Option
	// Logger is told of sessions that cannot be written; slog.Default() when it is nil.
	Logger *slog.Logger
}

// Session is what is kept for a client, in a cookie of its own: what the server forgets nothing of, and the client can
// neither change nor, where the Codec encrypts, read. It belongs to one request. The cookie is read when a value is first
// asked for, and sent when one has been changed. It is safe for concurrent use, as by a handler that is late and the answer
// of Timeout.
type Session struct {
	o *sessions
	r *http.Request

	mu      sync.Mutex
	values  map[string]json.RawMessage
	read    bool
	changed bool
	came    bool // with the request, whatever it is worth
	sent    bool // or not, with the headers that have left
}

// sessions is compiled SessionOptions.
type sessions struct {
	SessionOptions
	codec *cookies.Codec
}

// kept is the value of the cookie.
type kept struct {
	At     int64                      `json:"t"` // when it was written, in seconds of Unix time
	Values map[string]json.RawMessage `json:"v"`
}

// Sessions keeps a Session for each client in a cookie that codec signs, or encrypts. A cookie that is forged, expired or
// signed by an unknown key is an empty session. Answers that used it have Vary: Cookie. It panics when the cookie could
// never be set.
//
// A session lives in the client's hands: it cannot be ended from the server, and a copy of an old one is as good as a new
// one until MaxAge. Keep what must be revoked, and what is large (over 2 KB), in a store, under a random key in the
// session. It costs five allocations (460 bytes); the cookie is only read and written where it is used.
func Sessions(codec *cookies.Codec, o SessionOptions) Func {
	mustBe(codec != nil, "Sessions", "the Codec is nil; cookies.NewCodec makes one")
	if o.Cookie == "" {
		o.Cookie = "session"
	}
	if o.MaxAge == 0 {
		o.MaxAge = 14 * 24 * time.Hour
	}
	mustBe(o.MaxAge > 0 && o.RenewAfter >= 0 && o.RenewAfter < o.MaxAge, "Sessions", "MaxAge is %v, RenewAfter %v; legal is 0 and more, and RenewAfter less than MaxAge", o.MaxAge, o.RenewAfter)
	s := &sessions{o, codec.WithMaxAge(o.MaxAge)}
	_, err := s.codec.Encode(o.Cookie, kept{}, s.attributes(true)...)
	mustBe(err == nil, "Sessions", "%v", err)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			session := &Session{o: s, r: r}
			rec := &recorder{inner: w, onStart: session.save}
			origin.ServeContext(next, rec.writer(), r, &sessionContext{r.Context(), session})
			rec.end()
		})
	}
}

func (s *sessions) attributes(secure bool) []cookies.Option {
	opts := []cookies.Option{cookies.MaxAge(s.MaxAge)}
	if secure {
		opts = append(opts, cookies.Secure())
	}
	return append(opts, s.Attributes...)
}

type sessionKey struct{}

type sessionContext struct {
	context.Context
	session *Session
}

func (c *sessionContext) Value(key any) any {
	if key == (sessionKey{}) {
		return c.session
	}
	return c.Context.Value(key)
}

// SessionFrom is the session of the request that ctx belongs to, nil where Sessions is not used. It is also a provider:
// brio.Provide(middleware.SessionFrom) lets functions ask for a *middleware.Session.
func SessionFrom(ctx context.Context) *Session {
	s, _ := ctx.Value(sessionKey{}).(*Session)
	return s
}

// Get stores the value of key in what into points to, and reports whether there was one of that shape.
func (s *Session) Get(key string, into any) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	raw, ok := s.values[key]
	return ok && json.Unmarshal(raw, into) == nil
}

// Set keeps v, as JSON, under key. It fails when v has no JSON form, when the session would have more than 2048 bytes, and
// when the headers have left, as in a stream.
func (s *Session) Set(key string, v any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sent {
		return fmt.Errorf("brio/middleware: session value %q: the answer has begun, and the cookie with it", key)
	}
	s.load()
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("brio/middleware: session value %q: %w", key, err)
	}
	size := len(key) + len(raw)
	for k, v := range s.values {
		if k != key {
			size += len(k) + len(v) + len(`"":,`)
		}
	}
	if size > maxSession {
		return fmt.Errorf("brio/middleware: with %q the session would have %d bytes, and a cookie has room for %d; keep the value in a store, and its key here", key, size, maxSession)
	}
	if s.values == nil {
		s.values = map[string]json.RawMessage{}
	}
	s.values[key], s.changed = raw, true
	return nil
}

// Delete forgets the value of key.
func (s *Session) Delete(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	if _, ok := s.values[key]; ok {
		delete(s.values, key)
		s.changed = true
	}
}

// Clear forgets everything: the cookie is deleted. It is what a logout does, and a login before it sets its own.
func (s *Session) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	s.changed = s.changed || s.came
	clear(s.values)
}

// Renew sends the cookie anew, so that it lasts MaxAge from now.
func (s *Session) Renew() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	s.changed = s.changed || len(s.values) > 0
}

// Keys are the keys that have values, in no order.
func (s *Session) Keys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	keys := make([]string, 0, len(s.values))
	for key := range maps.Keys(s.values) {
		keys = append(keys, key)
	}
	return keys
}

func (s *Session) load() {
	if s.read {
		return
	}
	s.read = true
	for _, c := range s.r.CookiesNamed(s.o.Cookie) { // several, of several paths: the first that is ours
		s.came = true
		var k kept
		if s.o.codec.Decode(c, &k) == nil {
			s.values = k.Values
			s.changed = s.o.RenewAfter > 0 && len(k.Values) > 0 && time.Since(time.Unix(k.At, 0)) > s.o.RenewAfter
			return
		}
	}
}

// save is called just before the headers leave.
func (s *Session) save(h http.Header, _ int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = true
	if s.read {
		h.Add("Vary", "Cookie")
	}
	if !s.changed {
		return
	}
	secure := Scheme(s.r) == "https"
	var c *http.Cookie
	err := error(nil)
	if len(s.values) == 0 {
		if !s.came {
			return
		}
		like := cookies.New(s.o.Cookie, "", append(s.o.attributes(secure), cookies.HTTPOnly())...)
		c = cookies.Delete(s.o.Cookie, like)
	} else if c, err = s.o.codec.Encode(s.o.Cookie, kept{time.Now().Unix(), s.values}, s.o.attributes(secure)...); err != nil {
		logger := s.o.Logger
		if logger == nil {
			logger = slog.Default()
		}
		logger.LogAttrs(s.r.Context(), slog.LevelError, "a session could not be written", slog.String("error", err.Error()))
		return
	}
	h.Add("Set-Cookie", c.String())
}
