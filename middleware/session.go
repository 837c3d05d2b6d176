package middleware

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/origin"
)

// maxSession is how many bytes of JSON the values of a session may have. They fit into a cookie of 4096 bytes, also encrypted.
const maxSession = 2048

// SessionOptions configure Sessions. The zero value has the defaults of FastAPI's SessionMiddleware.
type SessionOptions struct {
	// Cookie is the cookie's name. "" means "session". Other hosts of the domain cannot set a cookie with the prefix __Host-, such as
	// "__Host-session", but it needs https.
	Cookie string
	// MaxAge is how long a session lasts. 0 means 14 days. With brio.NoLimit (-1) the cookie has no Max-Age, so that browsers
	// keep it until they are closed, and the server accepts it at any age, as with FastAPI's max_age=None.
	MaxAge time.Duration
	// RenewAfter is the age at which Sessions sends the cookie again, so that a session lasts as long as it is used. 0 means
	// never: a session ends MaxAge after its last change. It must not be negative, and must be less than MaxAge.
	RenewAfter time.Duration
	// Attributes change the cookie. Without them it has Path=/, HttpOnly, SameSite=Lax, and Secure if the request came over https.
	Attributes []cookies.Option
	// Logger receives an error if a session cannot be written. nil means slog.Default().
	Logger *slog.Logger
}

// Session holds values for a client, in a cookie. The client cannot change them, and cannot read them if the Codec encrypts. A
// Session belongs to one request. The first method call reads the cookie; a change makes the answer send it. A Session is
// safe for concurrent use: after Timeout has answered, the handler may still use it.
type Session struct {
	o *sessions
	r *http.Request

	mu      sync.Mutex
	values  map[string]json.RawMessage
	cookie  string // the value of the valid cookie that came, "" for none
	read    bool
	changed bool
	came    bool // the request has the cookie, valid or not
	sent    bool // the headers are sent: the cookie cannot be set any more
}

// sessions is compiled SessionOptions.
type sessions struct {
	SessionOptions
	codec *cookies.Codec
}

// sessionCookie is the value of the cookie.
type sessionCookie struct {
	At     int64                      `json:"t"` // time of writing, in Unix seconds
	Values map[string]json.RawMessage `json:"v"`
}

// Sessions keeps a Session for each client in a cookie, which codec signs or encrypts. A forged or expired cookie, or one of an
// unknown key, is an empty session. Answers to requests that used the session have Vary: Cookie. Options that make a cookie which
// browsers refuse are a start-up mistake, as is a nil codec.
//
// The client stores the session, so the server cannot end it: a copy of an old cookie is valid until MaxAge. Keep data that
// must be revoked, or that is large (over 2 KB), in a store, under a random key in the session. It costs five allocations
// (460 bytes). The cookie is read and written only if the request uses the session.
func Sessions(codec *cookies.Codec, o SessionOptions) Func {
	if o.Cookie == "" {
		o.Cookie = "session"
	}
	var c checks
	c.must(codec != nil, "a Codec, which cookies.NewCodec makes", "the Codec is nil")
	o.MaxAge = limit(&c, "MaxAge", o.MaxAge, 14*24*time.Hour)
	c.must(o.RenewAfter >= 0 && (o.RenewAfter < o.MaxAge || o.MaxAge < 0), "a duration less than MaxAge; 0 for never", "RenewAfter is %v, MaxAge %v", o.RenewAfter, o.MaxAge)
	hasNil := slices.Contains(o.Attributes, nil)
	c.must(!hasNil, "options of package cookies", "Attributes has a nil option")
	s := &sessions{SessionOptions: o}
	if codec != nil && !hasNil {
		s.codec = codec.WithMaxAge(o.MaxAge)
		_, err := s.codec.Encode(o.Cookie, sessionCookie{}, s.attributes(true)...)
		c.must(err == nil, "a Cookie and Attributes that browsers accept, and a Codec of cookies.NewCodec", "%v", err)
	}
	if refused := c.refused(); refused != nil {
		return refused
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			session := &Session{o: s, r: r}
			rec := record(w, session.save)
			origin.ServeContext(next, rec.writer.Variant(), r, &sessionContext{r.Context(), session})
			rec.end()
		})
	}
}

func (s *sessions) attributes(secure bool) []cookies.Option {
	var opts []cookies.Option
	if s.MaxAge > 0 {
		opts = append(opts, cookies.MaxAge(s.MaxAge))
	}
	if secure {
		opts = append(opts, cookies.Secure())
	}
	return append(opts, s.Attributes...)
}

// sessionKey is the context key of the Session.
type sessionKey struct{}

// sessionContext is context.WithValue in one allocation.
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

// SessionFrom returns the session of the request that ctx belongs to, nil without Sessions. SessionFrom is also a provider: with
// brio.Provide(middleware.SessionFrom) functions may take a *middleware.Session.
func SessionFrom(ctx context.Context) *Session {
	s, _ := ctx.Value(sessionKey{}).(*Session)
	return s
}

// Get decodes the JSON of key's value into the variable that into points to. It returns false if there is no value or if the value does
// not fit.
func (s *Session) Get(key string, into any) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	raw, ok := s.values[key]
	return ok && json.Unmarshal(raw, into) == nil
}

// Set stores v, as JSON, under key. It fails if v cannot be encoded, if the session would have more than 2048 bytes, and if the
// headers are already sent, as in a stream.
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

// Delete removes the value of key.
func (s *Session) Delete(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	if _, ok := s.values[key]; ok {
		delete(s.values, key)
		s.changed = true
	}
}

// Clear removes all values and deletes the cookie. Call it at logout, and at login before Set.
func (s *Session) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	s.changed = s.changed || s.came
	clear(s.values)
}

// Renew makes the answer send the cookie again, so that the session lasts MaxAge from now.
func (s *Session) Renew() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	s.changed = s.changed || len(s.values) > 0
}

// Keys returns the keys of all values, in random order.
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

// load reads the cookie at its first call. The caller holds the lock.
func (s *Session) load() {
	if s.read {
		return
	}
	s.read = true
	for _, c := range s.r.CookiesNamed(s.o.Cookie) { // cookies of several paths may have this name: the first valid one counts
		s.came = true
		var k sessionCookie
		if s.o.codec.Decode(c, &k) == nil {
			s.cookie = c.Value
			s.values = k.Values
			s.changed = s.o.RenewAfter > 0 && len(k.Values) > 0 && time.Since(time.Unix(k.At, 0)) > s.o.RenewAfter
			return
		}
	}
}

// cookieValue is the cookie of the client, before any change; "" without a valid one. It identifies the session as long as no request
// changes it.
func (s *Session) cookieValue() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	return s.cookie
}

// state reports whether the request has read the session, and whether the answer will have its cookie.
func (s *Session) state() (isUsed, isChanged bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.read, s.changed
}

// save sets the cookie if the session has changed. It runs just before the headers are sent.
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
	} else if c, err = s.o.codec.Encode(s.o.Cookie, sessionCookie{time.Now().Unix(), s.values}, s.o.attributes(secure)...); err != nil {
		logger := s.o.Logger
		if logger == nil {
			logger = slog.Default()
		}
		logger.LogAttrs(s.r.Context(), slog.LevelError, "a session could not be written", slog.String("error", err.Error()))
		return
	}
	h.Add("Set-Cookie", c.String())
}
