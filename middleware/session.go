package middleware

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

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

// Session holds values for a client, and the user who has signed in. [Sessions] keeps it in the cookie: the client cannot change it, and
// cannot read it if the Codec encrypts. [ServerSessions] keeps it in a store. A Session belongs to one request. The first method call
// reads it, and a change is written just before the headers of the answer are sent. A Session is safe for concurrent use: after Timeout has
// answered, the handler may still use it.
type Session struct {
	o *sessions
	r *http.Request

	mu      sync.Mutex
	values  map[string]json.RawMessage
	user    string
	cookie  string // the value of the valid cookie that came, "" for none
	read    bool
	changed bool
	came    bool           // the request has the cookie, valid or not
	sent    bool           // the headers are sent: the cookie cannot be set any more
	server  *serverSession // nil: the session is in the cookie
}

// sessions is compiled SessionOptions or ServerSessionOptions.
type sessions struct {
	name       string // of the cookie
	maxAge     time.Duration
	renewAfter time.Duration
	given      []cookies.Option
	logger     *slog.Logger
	maxBytes   int             // of the values
	codec      *cookies.Codec  // nil for ServerSessions
	server     *serverSessions // nil for Sessions
}

// sessionCookie is the value of the cookie of Sessions.
type sessionCookie struct {
	At     int64                      `json:"t"` // time of writing, in Unix seconds
	User   string                     `json:"u,omitempty"`
	Values map[string]json.RawMessage `json:"v"`
}

// Sessions keeps a Session for each client in a cookie, which codec signs or encrypts. A forged or expired cookie, or one of an
// unknown key, is an empty session. Answers to requests that used the session have Vary: Cookie. Options that make a cookie which
// browsers refuse are a start-up mistake, as is a nil codec.
//
// The client stores the session, so the server cannot end it: a copy of an old cookie is valid until MaxAge. Use [ServerSessions] for
// sessions that must be revoked, or that are large (over 2 KB). It costs five allocations (520 bytes). The cookie is read and written only
// if the request uses the session.
func Sessions(codec *cookies.Codec, o SessionOptions) Func {
	var c checks
	c.must(codec != nil, "a Codec, which cookies.NewCodec makes", "the Codec is nil")
	s := newSessions(&c, o.Cookie, o.MaxAge, o.Attributes, o.Logger)
	s.renewAfter, s.maxBytes = o.RenewAfter, maxSession
	c.must(o.RenewAfter >= 0 && (o.RenewAfter < s.maxAge || s.maxAge < 0), "a duration less than MaxAge; 0 for never", "RenewAfter is %v, MaxAge %v", o.RenewAfter, s.maxAge)
	if codec != nil && !slices.Contains(o.Attributes, nil) {
		s.codec = codec.WithMaxAge(s.maxAge)
		_, err := s.codec.Encode(s.name, sessionCookie{}, s.attributes(true, s.maxAge)...)
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

// newSessions compiles the options that both kinds of sessions have.
func newSessions(c *checks, name string, maxAge time.Duration, attributes []cookies.Option, logger *slog.Logger) *sessions {
	if name == "" {
		name = "session"
	}
	c.must(!slices.Contains(attributes, nil), "options of package cookies", "Attributes has a nil option")
	return &sessions{name: name, maxAge: limit(c, "MaxAge", maxAge, 14*24*time.Hour), given: attributes, logger: logger}
}

// attributes returns the options of a cookie that lasts maxAge.
func (s *sessions) attributes(secure bool, maxAge time.Duration) []cookies.Option {
	var opts []cookies.Option
	if maxAge > 0 {
		opts = append(opts, cookies.MaxAge(maxAge))
	}
	if secure {
		opts = append(opts, cookies.Secure())
	}
	return append(opts, s.given...)
}

// deleted returns a cookie that makes the browser delete the session's.
func (s *sessions) deleted(secure bool) *http.Cookie {
	like := cookies.New(s.name, "", append(s.attributes(secure, s.maxAge), cookies.HTTPOnly())...)
	return cookies.Delete(s.name, like)
}

// log writes a record about the session of a request.
func (s *sessions) log(ctx context.Context, level slog.Level, text string, err error) {
	logger := s.logger
	if logger == nil {
		logger = slog.Default()
	}
	logger.LogAttrs(ctx, level, text, slog.String("error", err.Error()))
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

// Set stores v, as JSON, under key. It fails if v cannot be encoded, if the session would have more bytes than it may, which are 2048 in a
// cookie, and if the headers are already sent, as in a stream.
func (s *Session) Set(key string, v any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sent {
		return fmt.Errorf("brio/middleware: session value %q: %w", key, errSessionSent)
	}
	s.load()
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("brio/middleware: session value %q: %w", key, err)
	}
	size := len(s.user) + len(key) + len(raw)
	for k, v := range s.values {
		if k != key {
			size += len(k) + len(v) + len(`"":,`)
		}
	}
	if s.o.maxBytes >= 0 && size > s.o.maxBytes {
		where := "the session may have %d"
		if s.server == nil {
			where = "a cookie has room for %d"
		}
		return fmt.Errorf("brio/middleware: with %q the session would have %d bytes, and "+where+"; keep the value in a store, and its key here", key, size, s.o.maxBytes)
	}
	if s.values == nil {
		s.values = map[string]json.RawMessage{}
	}
	s.values[key] = raw
	s.change(key)
	return nil
}

// errSessionSent is the error of a change that comes too late.
var errSessionSent = errors.New("the answer has begun, and the cookie with it")

// change records that the request has changed a value. The caller holds the lock.
func (s *Session) change(key string) {
	s.changed = true
	if s.server != nil {
		s.server.keys[key] = true
	}
}

// Delete removes the value of key.
func (s *Session) Delete(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	if _, ok := s.values[key]; ok {
		delete(s.values, key)
		s.change(key)
	}
}

// Clear is SignOut without an error: what fails is logged.
func (s *Session) Clear() {
	if err := s.SignOut(); err != nil {
		s.o.log(s.r.Context(), slog.LevelError, "a session could not be ended", err)
	}
}

// Renew makes the session last from now. In a cookie, the answer sends it again, and it lasts MaxAge. In a store its Idle time begins
// again, which it does by itself with each request that uses the session; MaxAge counts from the sign-in all the same.
func (s *Session) Renew() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	s.changed = s.changed || len(s.values) > 0 || s.user != ""
}

// maxUser is how many bytes the name of a user may have.
const maxUser = 255

// User returns the user who has signed in with this session, "" for none.
func (s *Session) User() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	return s.user
}

// SignIn binds the session to a user, by an identifier that never changes, such as the primary key. The answer has a new cookie, and the old
// one is worth nothing for the user (session fixation): in a store it ends when the answer begins. MaxAge counts from here. The values stay, but those of
// another user are dropped.
//
// It fails if user is empty, is no UTF-8, or has a NUL or more than 255 bytes, and if the headers are already sent.
func (s *Session) SignIn(user string) error {
	if user == "" || len(user) > maxUser || !utf8.ValidString(user) || strings.Contains(user, "\x00") {
		return fmt.Errorf("brio/middleware: sign-in: the user has %d bytes; legal are 1 to %d of UTF-8 without NUL", len(user), maxUser)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sent {
		return fmt.Errorf("brio/middleware: sign-in: %w", errSessionSent)
	}
	s.load()
	if s.user != "" && s.user != user {
		s.drop()
	}
	s.user, s.changed = user, true
	if s.server != nil {
		s.server.signsIn, s.server.rotates = true, true
	}
	return nil
}

// SignOut ends the session: its values are gone, and the answer deletes the cookie. What Set stores afterwards is in a new session. A
// session in a store ends there, just before the answer begins, and the answer is a 503 if that fails. If the answer has begun already,
// SignOut ends it at once; the error is that of the store.
func (s *Session) SignOut() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	if s.server != nil && s.sent {
		return s.endNow()
	}
	s.changed = s.changed || s.came
	s.drop()
	return nil
}

// drop removes all that the session has. The caller holds the lock.
func (s *Session) drop() {
	clear(s.values)
	s.user = ""
	if s.server != nil {
		clear(s.server.keys)
		s.server.drops, s.server.signsIn = true, false
	}
}

// Rotate gives a session in a store a new identifier, and so the client a new cookie, and ends the old one when the answer begins. Call it
// when the rights of the client change without a sign-in; SignIn does the same. In a cookie it is Renew. It fails if the headers are already
// sent.
func (s *Session) Rotate() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sent {
		return fmt.Errorf("brio/middleware: rotation of a session: %w", errSessionSent)
	}
	s.load()
	if s.server != nil {
		s.server.rotates = true
	}
	s.changed = s.changed || len(s.values) > 0 || s.user != ""
	return nil
}

// Keys returns the keys of all values, in random order.
func (s *Session) Keys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	return slices.Collect(maps.Keys(s.values))
}

// load reads the session at its first call. The caller holds the lock.
func (s *Session) load() {
	if s.read {
		return
	}
	s.read = true
	if s.server != nil {
		s.loadStored()
		return
	}
	for _, c := range s.r.CookiesNamed(s.o.name) { // cookies of several paths may have this name: the first valid one counts
		s.came = true
		var k sessionCookie
		if s.o.codec.Decode(c, &k) == nil {
			s.cookie = c.Value
			s.values, s.user = k.Values, k.User
			hasAny := len(k.Values) > 0 || k.User != ""
			s.changed = s.o.renewAfter > 0 && hasAny && time.Since(time.Unix(k.At, 0)) > s.o.renewAfter
			return
		}
	}
}

// scope identifies the client for Idempotency: by its user, else by the cookie that came, as long as no request changes it. It is "" without
// a valid cookie.
func (s *Session) scope() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	switch {
	case s.user != "":
		return "user " + s.user
	case s.cookie != "":
		return "session " + s.cookie
	}
	return ""
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
	if len(s.values) == 0 && s.user == "" {
		if !s.came {
			return
		}
		c = s.o.deleted(secure)
	} else if c, err = s.o.codec.Encode(s.o.name, sessionCookie{time.Now().Unix(), s.user, s.values}, s.o.attributes(secure, s.o.maxAge)...); err != nil {
		s.o.log(s.r.Context(), slog.LevelError, "a session could not be written", err)
		return
	}
	h.Add("Set-Cookie", c.String())
}
