package middleware

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	mathrand "math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/httpwriter"
	"github.com/brio-go/brio/internal/origin"
)

// ServerSessionOptions configure ServerSessions. The zero value has the defaults.
type ServerSessionOptions struct {
	// Store keeps the sessions. nil means a MemorySessions with its defaults, which one process has alone: its sessions end with it. Several
	// processes need a shared one: contrib/redis, contrib/sql.
	Store SessionStore
	// Cookie is the cookie's name. "" means "session". Other hosts of the domain cannot set a cookie with the prefix __Host-, such as
	// "__Host-session", but it needs https.
	Cookie string
	// MaxAge is how long a session lasts from its beginning, or from the sign-in, however often it is used. 0 means 14 days. With
	// brio.NoLimit (-1) Idle alone ends it, and browsers keep the cookie until they are closed.
	MaxAge time.Duration
	// Idle is how long a session lasts without a request that uses it. 0 means 24 hours. With brio.NoLimit (-1) MaxAge alone ends it. It must
	// be at least a second. The time of the last use is stored once in a minute, or in a tenth of Idle if that is less.
	Idle time.Duration
	// MaxBytes is how many bytes of JSON the values of a session may have. 0 means 16 KiB.
	MaxBytes int
	// PerUser is how many sessions a user may have. A sign-in beyond ends the ones that were not used for the longest time. 0 means 100.
	PerUser int
	// FailOpen answers a request although the Store has failed. A session that cannot be read is then empty, so that its user is not signed
	// in, and changes of values are lost. A sign-in, sign-out or rotation that fails is a 503 all the same.
	FailOpen bool
	// Attributes change the cookie. Without them it has Path=/, HttpOnly, SameSite=Lax, and Secure if the request came over https.
	Attributes []cookies.Option
	// Logger receives errors of the Store. nil means slog.Default().
	Logger *slog.Logger
}

// serverSessions is what compiled ServerSessionOptions have beside those of Sessions.
type serverSessions struct {
	store    SessionStore
	idle     time.Duration
	perUser  int
	failOpen bool
}

// ServerSessions keeps a Session for each client in a store, so that the server can end it: the session of a sign-out, one of a lost
// device, all sessions of a user. The cookie has a random identifier of 256 bits, of which the store has a hash only. An identifier that
// the store does not know is an empty session, and is never taken over: the first change makes another one (session fixation).
//
// A request that does not use the session costs no call of the Store. The first use reads it, and changes are written just before the
// headers of the answer are sent. If the Store fails, the answer is replaced by a 503, unless FailOpen allows it. Answers to requests that
// used the session have Vary: Cookie.
//
// Requests of one session run at the same time. Changes of different keys are all kept; of one key, the last one counts. A request that is
// slower than the end of its session, or than a new identifier for it, changes nothing any more, and its answer is sent all the same.
// When the client has gone, or Timeout outside has answered, a session that needs a new cookie is not written.
//
// Around Idempotency whose store has transactions, the session is written in the transaction of the request: see contrib/sql. It costs
// 2 allocations (610 bytes), and 24 for a request that reads a session of the memory.
func ServerSessions(o ServerSessionOptions) Func {
	var c checks
	s := newSessions(&c, o.Cookie, o.MaxAge, o.Attributes, o.Logger)
	s.maxBytes = limit(&c, "MaxBytes", o.MaxBytes, 16<<10)
	v := &serverSessions{store: o.Store, idle: limit(&c, "Idle", o.Idle, 24*time.Hour), perUser: limit(&c, "PerUser", o.PerUser, 100), failOpen: o.FailOpen}
	s.server = v
	c.must(v.idle < 0 || v.idle >= time.Second, "at least a second; 0 for the default, 24h0m0s", "Idle is %v", o.Idle)
	c.must(v.idle > 0 || s.maxAge > 0, "a limit of one of them: sessions would never end", "MaxAge and Idle are brio.NoLimit")
	if !slices.Contains(o.Attributes, nil) {
		cookie := cookies.New(s.name, newSessionID(), s.cookieOptions(true, s.maxAge)...)
		err := cookies.Check(cookie)
		c.must(err == nil, "a Cookie and Attributes that browsers accept", "%v", err)
	}
	if m, ok := o.Store.(*MemorySessions); ok && m != nil {
		c.mistakes = append(c.mistakes, m.mistakes...)
	}
	if refused := c.refused(); refused != nil {
		return refused
	}
	if v.store == nil {
		v.store = NewMemorySessions(MemorySessionsOptions{})
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serve(next, w, r) })
	}
}

// cookieOptions returns the options of the cookie of ServerSessions.
func (s *sessions) cookieOptions(secure bool, maxAge time.Duration) []cookies.Option {
	return append([]cookies.Option{cookies.HTTPOnly()}, s.attributes(secure, maxAge)...)
}

// newSessionID returns the value of a cookie: 256 random bits.
func newSessionID() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// isSessionID reports whether newSessionID may have made the text.
func isSessionID(text string) bool {
	var b [33]byte
	if len(text) != 43 {
		return false
	}
	_, err := base64.RawURLEncoding.Strict().Decode(b[:], []byte(text))
	return err == nil
}

// storedID is the identifier in the store of a cookie's value.
func storedID(cookie string) string { return digest("session", cookie) }

// storedIDSize is how many bytes an identifier in the store has.
const storedIDSize = 64

// serverSession is what a Session in a store has beside its values. The lock of the Session guards it.
type serverSession struct {
	stored  *StoredSession  // as the store has it; nil for none
	keys    map[string]bool // of values that the request has changed
	drops   bool            // what the session had before the request is dropped
	rotates bool
	signsIn bool
	err     error           // the session could not be read
	ctx     context.Context // with the transaction of the request; nil for none

	isStored bool          // the changes were given to the store
	cookie   string        // the new value of the cookie; "" for none
	lasts    time.Duration // the Max-Age of the new cookie
	deletes  bool          // the answer deletes the cookie
}

// serve answers one request.
func (s *sessions) serve(next http.Handler, w http.ResponseWriter, r *http.Request) {
	one := &struct { // one allocation
		session Session
		server  serverSession
		answer  sessionAnswer
		ctx     sessionContext
	}{}
	one.session.o, one.session.r, one.session.server = s, r, &one.server
	a := &one.answer
	a.session = &one.session
	if h := w.Header(); len(h) > 0 {
		a.early = maps.Clone(h)
	}
	a.writer.Wrap(w, a)
	one.ctx = sessionContext{r.Context(), &one.session}
	defer a.end()
	origin.ServeContext(next, a.writer.Variant(), r, &one.ctx)
	if !a.hasBegun && !a.isHijacked {
		_ = a.Begin(http.StatusOK) // an error was answered
	}
}

// sessionAnswer is the response of a handler. It writes the session before the headers, and replaces the answer by a 503 if that fails.
type sessionAnswer struct {
	httpwriter.Pass
	writer     httpwriter.Writer
	session    *Session
	early      http.Header // the headers of middleware outside
	hasBegun   bool
	isHijacked bool
	failed     error // of the writes after a 503
}

// end is deferred. An app whose answer was replaced aborts it by a panic, because its writes have failed: the 503 is complete.
func (a *sessionAnswer) end() {
	if a.failed == nil {
		return
	}
	if v := recover(); v != nil && v != http.ErrAbortHandler {
		panic(v)
	}
}

// Begin implements httpwriter.Hooks.
func (a *sessionAnswer) Begin(status int) error {
	if a.hasBegun || status < 100 { // net/http panics for a status below 100
		return a.failed
	}
	a.hasBegun = true
	h := a.writer.Header()
	if err := a.session.saveStored(h); err != nil {
		a.failed = fmt.Errorf("brio/middleware: the answer was replaced by a 503: %w", err)
		clear(h)
		maps.Copy(h, a.early)
		h.Add("Vary", "Cookie")
		refuse(a.writer.Inner(), a.session.r, http.StatusServiceUnavailable, "The server could not read or store the session")
	}
	return a.failed
}

// BeginFlush implements httpwriter.Hooks. A flush sends the headers.
func (a *sessionAnswer) BeginFlush() error {
	if !a.hasBegun && !httpwriter.CanFlush(a.writer.Inner()) {
		return http.ErrNotSupported
	}
	return a.Begin(http.StatusOK)
}

// BeginHijack implements httpwriter.Hooks. Without a status before it there is no cookie.
func (a *sessionAnswer) BeginHijack() error {
	return a.Begin(http.StatusSwitchingProtocols)
}

// Hijacked implements httpwriter.Hooks.
func (a *sessionAnswer) Hijacked(err error) {
	a.isHijacked = a.isHijacked || err == nil || errors.Is(err, http.ErrHijacked)
}

// maxSessionCookies is how many cookies of one name are looked for in the store: a request may have one of each path.
const maxSessionCookies = 3

// loadStored reads the session from the store. The caller holds the lock.
func (s *Session) loadStored() {
	v := s.server
	v.keys = map[string]bool{}
	tried := 0
	for _, c := range s.r.CookiesNamed(s.o.name) {
		s.came = true
		if tried == maxSessionCookies || !isSessionID(c.Value) {
			continue
		}
		tried++
		stored, err := s.o.server.store.Load(s.storeContext(), storedID(c.Value))
		if err == nil && (stored == nil || !s.o.isAlive(stored)) {
			continue
		}
		if err == nil {
			s.values, err = decodeSession(stored.Values)
		}
		s.cookie = c.Value
		if err != nil {
			v.err = fmt.Errorf("brio/middleware: the session could not be read: %w", err)
			if s.r.Context().Err() == nil {
				s.o.log(s.r.Context(), slog.LevelError, "the store of sessions failed", err)
			}
			return
		}
		v.stored, s.user = stored, stored.User
		return
	}
}

// isAlive reports whether the options allow a session that the store has: they may have become shorter.
func (s *sessions) isAlive(stored *StoredSession) bool {
	now := time.Now()
	return (s.server.idle < 0 || now.Sub(stored.Seen) < s.server.idle) && (s.maxAge < 0 || now.Sub(stored.Created) < s.maxAge)
}

// storeContext is the context of calls of the store. It has the transaction of the request that Idempotency inside of the session makes, and
// never one of Idempotency outside: an error would undo what the session has done.
func (s *Session) storeContext() context.Context {
	if s.server.ctx != nil {
		return s.server.ctx
	}
	if outer, ok := s.r.Context().Value(idempotencyKey{}).(context.Context); ok {
		return outer
	}
	return s.r.Context()
}

// Err returns why the session could not be read, nil if it could. Such a session is empty. The answer will be a 503, or is sent with
// FailOpen: ask Err before effects that must not happen without the session. Sessions in cookies have no such error.
func (s *Session) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	if s.server == nil {
		return nil
	}
	return s.server.err
}

// errNoServerSessions is the error of methods that need a store.
var errNoServerSessions = fmt.Errorf("the session is in a cookie, which the server cannot end: use ServerSessions: %w", errors.ErrUnsupported)

// revocable returns the user of the session, and the identifier that it has in the store as a session of that user, "" for none.
func (s *Session) revocable(what string) (user, id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load()
	switch {
	case s.server == nil:
		err = errNoServerSessions
	case s.server.err != nil:
		err = s.server.err
	case s.user == "":
		err = errors.New("the session has no user")
	case s.server.stored != nil && s.server.stored.User == s.user:
		id = s.server.stored.ID
	}
	if err != nil {
		err = fmt.Errorf("brio/middleware: %s: %w", what, err)
	}
	return s.user, id, err
}

// List returns the sessions of the user who has signed in, the last used one first. ctx is that of the handler: in it a store finds the
// transaction of the request. A sign-in of this request is not among them yet.
func (s *Session) List(ctx context.Context) ([]SessionInfo, error) {
	user, own, err := s.revocable("list of sessions")
	if err != nil {
		return nil, err
	}
	all, err := s.o.server.store.List(ctx, user)
	if err != nil {
		return nil, fmt.Errorf("brio/middleware: list of sessions: %w", err)
	}
	infos := make([]SessionInfo, 0, len(all))
	for _, stored := range all {
		if s.o.isAlive(&stored) {
			infos = append(infos, SessionInfo{stored.ID, stored.Created, stored.Seen, stored.ID == own, stored.Values})
		}
	}
	slices.SortFunc(infos, func(a, b SessionInfo) int { return cmp.Or(b.Seen.Compare(a.Seen), cmp.Compare(a.ID, b.ID)) })
	return infos, nil
}

// End ends one of the user's sessions by the ID of List, at once. It is no error if the user has no such session, also if it belongs to
// another user. The session of this request ends as with SignOut.
func (s *Session) End(ctx context.Context, id string) error {
	user, own, err := s.revocable("end of a session")
	if err != nil {
		return err
	}
	switch {
	case id == own:
		return s.SignOut()
	case len(id) != storedIDSize:
		return nil
	}
	stored, err := s.o.server.store.Load(ctx, id)
	if err == nil && stored != nil && stored.User == user {
		err = s.o.server.store.End(ctx, id)
	}
	if err != nil {
		return fmt.Errorf("brio/middleware: end of a session: %w", err)
	}
	return nil
}

// EndOthers ends all sessions of the user but this one, at once. Call it when the password has changed. For a user without a session, as
// after a lost password, call EndAll of the store.
func (s *Session) EndOthers(ctx context.Context) error {
	user, own, err := s.revocable("end of other sessions")
	if err != nil {
		return err
	}
	if err := s.o.server.store.EndAll(ctx, user, own); err != nil {
		return fmt.Errorf("brio/middleware: end of other sessions: %w", err)
	}
	return nil
}

// endNow ends the session in the store when the answer has begun. The caller holds the lock.
func (s *Session) endNow() error {
	v := s.server
	if v.err != nil {
		return v.err
	}
	if v.stored == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.storeContext()), storeTimeout)
	defer cancel()
	if err := s.o.server.store.End(ctx, v.stored.ID); err != nil {
		return fmt.Errorf("brio/middleware: sign-out: %w", err)
	}
	s.drop()
	v.stored = nil
	return nil
}

// saveStored writes the session and sets the cookie. It runs just before the headers are sent.
func (s *Session) saveStored(h http.Header) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = true
	if !s.read {
		return nil
	}
	if err := s.store(); err != nil {
		return err
	}
	h.Add("Vary", "Cookie")
	secure := Scheme(s.r) == "https"
	switch v := s.server; {
	case v.cookie != "":
		h.Add("Set-Cookie", cookies.New(s.o.name, v.cookie, s.o.cookieOptions(secure, v.lasts)...).String())
	case v.deletes:
		h.Add("Set-Cookie", s.o.deleted(secure).String())
	}
	return nil
}

// join makes calls of the store use the context of a transaction, if the store takes part in it. All three methods take a nil Session and one
// in a cookie.
func (s *Session) join(ctx context.Context) {
	if s == nil || s.server == nil {
		return
	}
	if t, ok := s.o.server.store.(SessionTransactions); !ok || !t.InTransaction(ctx) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.server.ctx = ctx
}

// storeJoined writes the session in the transaction, which is committed next.
func (s *Session) storeJoined() error {
	if s == nil || s.server == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server.ctx == nil {
		return nil // it is written after the commit
	}
	s.sent = true
	if !s.read {
		return nil
	}
	return s.store()
}

// leave ends the part of the session in a transaction. With an error the transaction is not committed: nothing of the session is written
// then, and the client must not get a cookie.
func (s *Session) leave(err error) {
	if s == nil || s.server == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.server
	if err != nil {
		v.isStored = true // nothing of the request has happened
		v.cookie, v.deletes = "", false
	}
	v.ctx = nil
}

// store writes the session, once. An error means that the answer must not be sent. The caller holds the lock.
func (s *Session) store() error {
	v := s.server
	if v.isStored {
		return nil
	}
	v.isStored = true
	isIdentity := v.rotates || v.drops && (v.stored != nil || v.err != nil)
	err := v.err
	if err == nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(s.storeContext()), storeTimeout)
		defer cancel()
		if err = s.write(ctx); err != nil {
			s.o.log(ctx, slog.LevelError, "the store of sessions failed", err)
		}
	}
	if err != nil && s.o.server.failOpen && !isIdentity {
		return nil
	}
	return err
}

// write gives the changes to the store. It tries again when other requests change the session meanwhile.
func (s *Session) write(ctx context.Context) error {
	v := s.server
	for attempt := 1; ; attempt++ {
		err := s.attempt(ctx)
		if errors.Is(err, ErrSessionChanged) && v.stored != nil && ctx.Err() == nil {
			time.Sleep(mathrand.N(time.Duration(min(attempt, 20)) * time.Millisecond / 2))
			err = s.merge(ctx)
			if err == nil {
				continue
			}
		}
		if !errors.Is(err, ErrSessionEnded) || v.stored == nil {
			return err
		}
		if !v.signsIn && !v.drops { // what has ended stays so
			if len(v.keys) > 0 || v.rotates {
				s.o.log(ctx, slog.LevelInfo, "changes of a session are lost", err)
			}
			v.stored = nil
			return nil
		}
		v.stored = nil // a new session, with the values of this request alone
		maps.DeleteFunc(s.values, func(key string, _ json.RawMessage) bool { return !v.keys[key] })
	}
}

// attempt gives the changes to the store once.
func (s *Session) attempt(ctx context.Context) error {
	v, store := s.server, s.o.server.store
	hasAny := len(s.values) > 0 || s.user != ""
	isNew := v.stored == nil || v.drops || v.rotates
	now := time.Now()
	switch {
	case v.stored == nil && !hasAny:
		v.deletes = v.drops && s.came
		return nil
	case v.stored != nil && v.drops && !hasAny:
		v.deletes = true
		return store.End(ctx, v.stored.ID)
	case !isNew && !s.changed:
		s.touch(ctx, now)
		return nil
	case isNew && s.r.Context().Err() != nil: // the client has gone, or Timeout has answered: it would not get the cookie
		if v.stored != nil && v.drops {
			return store.End(ctx, v.stored.ID)
		}
		return nil
	}
	next, err := s.next(now)
	if err != nil {
		return err
	}
	cookie := ""
	if isNew {
		cookie = newSessionID()
		next.ID = storedID(cookie)
	}
	if v.stored == nil {
		err = store.Create(ctx, next)
	} else {
		err = store.Replace(ctx, v.stored.ID, next)
	}
	if err != nil {
		return err
	}
	next.Revision++
	v.stored = &next
	if v.cookie = cookie; cookie != "" {
		v.lasts = s.o.maxAge
		if s.o.maxAge > 0 {
			v.lasts = max(s.o.maxAge-now.Sub(next.Created), time.Second)
		}
	}
	if v.signsIn && s.o.server.perUser != argument.NoLimit {
		s.endOldest(ctx)
	}
	return nil
}

// next returns the session as it is to be stored.
func (s *Session) next(now time.Time) (StoredSession, error) {
	v := s.server
	next := StoredSession{User: s.user, Created: now, Seen: now, TTL: s.o.server.idle}
	if v.stored != nil {
		next.ID, next.Revision = v.stored.ID, v.stored.Revision
		if !v.drops && !v.signsIn {
			next.Created = v.stored.Created
		}
	}
	if left := s.o.maxAge - now.Sub(next.Created); s.o.maxAge > 0 && (next.TTL < 0 || left < next.TTL) {
		next.TTL = max(left, time.Millisecond)
	}
	if s.values == nil {
		s.values = map[string]json.RawMessage{}
	}
	var err error
	if next.Values, err = json.Marshal(s.values); err != nil {
		return next, fmt.Errorf("brio/middleware: values of a session: %w", err)
	}
	if s.o.maxBytes >= 0 && len(next.Values) > s.o.maxBytes+len(s.values)*len(`"":,`)+len(`{}`) { // two requests at once may have added values
		return next, fmt.Errorf("brio/middleware: with the changes of other requests the values of a session would have %d bytes, and it may have %d", len(next.Values), s.o.maxBytes)
	}
	return next, nil
}

// merge reads the session again, and applies the changes of this request to what others have written.
func (s *Session) merge(ctx context.Context) error {
	v := s.server
	newest, err := s.o.server.store.Load(ctx, v.stored.ID)
	if err != nil {
		return err
	}
	if newest == nil {
		return ErrSessionEnded
	}
	v.stored = newest
	if v.drops {
		return nil
	}
	values, err := decodeSession(newest.Values)
	if err != nil {
		return err
	}
	if values == nil {
		values = map[string]json.RawMessage{}
	}
	for key := range v.keys {
		if raw, ok := s.values[key]; ok {
			values[key] = raw
		} else {
			delete(values, key)
		}
	}
	s.values = values
	return nil
}

// touch stores that the session was used, if that is not stored for this minute. It is not worth an error.
func (s *Session) touch(ctx context.Context, now time.Time) {
	v := s.server
	every := time.Minute
	if idle := s.o.server.idle; idle > 0 {
		every = min(every, idle/10)
	}
	if now.Sub(v.stored.Seen) < every {
		return
	}
	next, err := s.next(now)
	if err == nil {
		err = s.o.server.store.Replace(ctx, next.ID, next)
	}
	if err != nil && !errors.Is(err, ErrSessionChanged) && !errors.Is(err, ErrSessionEnded) {
		s.o.log(ctx, slog.LevelWarn, "the last use of a session could not be stored", err)
	}
}

// endOldest ends the sessions of the user that are more than PerUser.
func (s *Session) endOldest(ctx context.Context) {
	store, own := s.o.server.store, s.server.stored.ID
	all, err := store.List(ctx, s.user)
	if err == nil && len(all) > s.o.server.perUser {
		slices.SortFunc(all, func(a, b StoredSession) int { return a.Seen.Compare(b.Seen) })
		for _, old := range all[:len(all)-s.o.server.perUser] {
			if old.ID != own {
				err = errors.Join(err, store.End(ctx, old.ID))
			}
		}
	}
	if err != nil {
		s.o.log(ctx, slog.LevelWarn, "the oldest sessions of a user could not be ended", err)
	}
}
