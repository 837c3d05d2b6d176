package middleware

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/httptext"
	"github.com/brio-go/brio/internal/startup"
)

// idempotencyHeader is the request header with the key (draft-ietf-httpapi-idempotency-key-header-07).
const idempotencyHeader = "Idempotency-Key"

// ReplayedHeader is the header of an answer that Idempotency has stored for an earlier request. Its value is "true".
const ReplayedHeader = "Idempotency-Replayed"

// IdempotencyOptions configure Idempotency. The zero value has the defaults.
type IdempotencyOptions struct {
	// Store keeps the claims and the answers. nil means a MemoryIdempotency with its defaults, which one process has alone. Several
	// processes need a shared one: contrib/redis, contrib/sql.
	Store IdempotencyStore
	// Required answers 400 to requests without a key. Otherwise they pass.
	Required bool
	// Methods are the methods of requests with a key, in upper case. Empty means POST and PATCH, which no standard makes idempotent.
	// Requests of other methods pass, with or without a key.
	Methods []string
	// Scope returns whose key it is. Two scopes may use one key for two requests. The scope is stored as a part of a hash only. Scope must
	// be safe for concurrent use. The default is the header Authorization; without it the user of the Session, or its cookie without
	// a user, if Sessions or ServerSessions stands outside of Idempotency; without both all clients share one scope. A client whose token
	// was renewed before its retry is another user by default: return the identifier of the user where tokens or session cookies change.
	Scope func(r *http.Request) string
	// Keep reports whether an answer with the status is stored. If it is not, the key is free again. nil stores each status below 500 but
	// 401, 403, 408, 425, 429 and 499: the same request may succeed later.
	Keep func(status int) bool
	// KeepCookies stores Set-Cookie too, with its secrets. Without it a replayed answer has only the cookies that middleware outside sets:
	// an old session cookie would replace a newer one.
	KeepCookies bool
	// MaxKey is how many bytes a key may have; a longer one is a 400. 0 means 255.
	MaxKey int
	// MaxBody is how many bytes the body of a request with a key may have; more is a 413. The body is in memory while the request runs.
	// 0 means 1 MiB.
	MaxBody int64
	// MaxAnswer is how many bytes of body a stored answer may have. 0 means 1 MiB. A longer answer is sent and not stored, and a retry is
	// a 409.
	MaxAnswer int
	// TTL is how long an answer is stored. 0 means 24 hours. It must be at least a millisecond.
	TTL time.Duration
	// Lease is how long a key stays taken after the process of its request has ended without an answer. While the handler runs, a Store that
	// is an IdempotencyRenewer renews the lease, as those of Brio are. With another Store it must be longer than the slowest handler takes:
	// after it, a retry runs the handler again. 0 means one minute. It must be at least a millisecond.
	Lease time.Duration
	// FailOpen lets a request pass without the protection if the Store fails when it begins. Otherwise the request is answered with 503.
	FailOpen bool
	// Docs is the URL of a page for developers about the key. Answers 400, 409 and 422 link to it, as the draft asks. "" is no link.
	Docs string
	// Logger receives errors of the Store. nil means slog.Default().
	Logger *slog.Logger
}

// IdempotencyClaim is a request with a key, for a store.
type IdempotencyClaim struct {
	Key     string        // the hash of the scope and of the client's key: 64 hexadecimal digits
	Request string        // the hash of method, path, query and body: 64 hexadecimal digits
	Token   string        // random: the owner of the claim
	Lease   time.Duration // how long the claim holds without an answer
	TTL     time.Duration // how long the answer is kept
}

// IdempotencyRecord is what a store has for a key.
type IdempotencyRecord struct {
	Request string // that of the claim
	Answer  []byte // nil while the request runs
}

// ErrIdempotencyLost means that another request has the key: the lease of the claim has passed.
var ErrIdempotencyLost = errors.New("brio/middleware: the lease of the idempotency key has passed, and another request has it")

// IdempotencyStore keeps the first answer to each key. It must be safe for concurrent use, and atomic for each key: of any number of
// claims for a key one holds. Answers are bytes, at least one, whose form only this package knows. The methods should return when the context ends.
type IdempotencyStore interface {
	// Begin claims c.Key, and returns nil. If another request has the key, it returns the record of that request and changes nothing. A
	// claim without an answer ends with its Lease, an answer with its TTL. A second Begin of the same Token claims as the first did: a
	// client of a server may send a command again.
	Begin(ctx context.Context, c IdempotencyClaim) (*IdempotencyRecord, error)
	// Finish stores the answer of a claim and keeps it for the TTL, also if the Lease has passed. The error is ErrIdempotencyLost if another
	// request has claimed the key since. An answer that is stored does not change. A nil answer frees the key; it is no error if the key
	// is not c's any more.
	Finish(ctx context.Context, c IdempotencyClaim, answer []byte) error
}

// IdempotencyRenewer is an IdempotencyStore that renews leases: a request keeps its key as long as its handler runs. Renew is called from another
// goroutine than the handler's, each third of the lease.
type IdempotencyRenewer interface {
	IdempotencyStore
	// Renew begins the lease of a claim again. ctx has the values of the handler's. The error is ErrIdempotencyLost if another request has
	// the key, or if the claim has its answer or was freed: Renew then changes nothing. If only the lease has passed, either is right.
	Renew(ctx context.Context, c IdempotencyClaim) error
}

// IdempotencyTransactions is an IdempotencyStore that stores an answer together with the effects of its request.
type IdempotencyTransactions interface {
	IdempotencyStore
	// Open returns the context of the handler, in which the store finds the transaction of the request. c is zero for a request without
	// a key: the transaction then has nothing to store. After Open either Commit or Rollback is called, once.
	Open(ctx context.Context, c IdempotencyClaim) (context.Context, IdempotencyTransaction)
}

// IdempotencyTransaction is the transaction of one request.
type IdempotencyTransaction interface {
	// Commit stores the answer and makes the effects permanent, both or neither. A nil answer stores nothing. The error is
	// ErrIdempotencyLost if another request has claimed the key since: nothing has happened then. After another error the outcome may be
	// unknown, and the claim holds until its lease has passed.
	Commit(ctx context.Context, answer []byte) error
	// Rollback undoes the effects. The claim stays.
	Rollback() error
}

// Idempotency makes a retry safe: of all requests with one Idempotency-Key the handler runs for the first, and the others receive its
// answer (draft-ietf-httpapi-idempotency-key-header-07). The key is a quoted string, as the draft says, or the same without quotes, as
// many clients send it. A replayed answer has the stored status, headers and body, and Idempotency-Replayed: true.
//
//   - A malformed key is a 400, as is a missing one with Required.
//   - While the first request runs, the others are a 409 with Retry-After.
//   - The key with another method, path, query or body is a 422.
//
// The answer is stored before it is sent, so it is in memory until the handler returns. An answer that is flushed before its end, or is
// longer than MaxAnswer, is sent as it is written and not stored; a retry is then a 409, and the handler does not run again. Headers that
// middleware outside has set are not stored.
//
// A key is free again if the answer is not kept (Keep), and if the handler panics before the answer has begun. A client that closes the
// connection changes nothing: what the handler answers is stored, unless it ends with 499, as an app does, or without an answer. If the
// process ends, the key is free after Lease. The lease is renewed while the handler runs.
//
// Documents list the header and the three answers for the routes that Idempotency is around. Put it inside of authentication by
// middleware, of Compress and of Timeout: a handler that goes on after the 503 still stores its answer. Inside of another Idempotency
// it does nothing. It costs two calls of the Store, copies of both bodies, 8 µs and 34 allocations; a replay 2 µs and 14 allocations.
func Idempotency(o IdempotencyOptions) Func {
	m, refused := newIdempotency(o)
	if refused != nil {
		return refused
	}
	around := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { m.serve(next, w, r) })
	}
	return startup.Annotate(startup.Notes{Middleware: around, Documented: m.documented()})
}

// idempotency is compiled IdempotencyOptions.
type idempotency struct {
	IdempotencyOptions
	transactions IdempotencyTransactions // the Store, if it is one; nil otherwise
	renewer      IdempotencyRenewer      // the same
}

// newIdempotency checks the options and sets the defaults.
func newIdempotency(o IdempotencyOptions) (*idempotency, Func) {
	var c checks
	for _, m := range o.Methods {
		c.must(httptext.IsUpperToken(m), "methods in upper case", "Methods has %q", m)
	}
	o.MaxKey = limit(&c, "MaxKey", o.MaxKey, 255)
	o.MaxBody = limit(&c, "MaxBody", o.MaxBody, 1<<20)
	o.MaxAnswer = limit(&c, "MaxAnswer", o.MaxAnswer, 1<<20)
	for _, d := range []struct {
		name      string
		value     *time.Duration
		otherwise time.Duration
	}{{"TTL", &o.TTL, 24 * time.Hour}, {"Lease", &o.Lease, time.Minute}} {
		if *d.value == 0 {
			*d.value = d.otherwise
		}
		c.must(*d.value >= time.Millisecond, fmt.Sprintf("at least a millisecond; 0 for the default, %v", d.otherwise), "%s is %v", d.name, *d.value)
	}
	if o.Docs != "" {
		u, err := url.Parse(o.Docs)
		c.must(err == nil && u.IsAbs() && u.Host != "" && u.String() == o.Docs && !strings.ContainsAny(o.Docs, `<>" `), "an absolute URL", "Docs is %q", o.Docs)
	}
	if s, ok := o.Store.(*MemoryIdempotency); ok && s != nil {
		c.mistakes = append(c.mistakes, s.mistakes...)
	}
	if refused := c.refused(); refused != nil {
		return nil, refused
	}
	if len(o.Methods) == 0 {
		o.Methods = []string{http.MethodPost, http.MethodPatch}
	}
	if o.Store == nil {
		o.Store = NewMemoryIdempotency(MemoryIdempotencyOptions{})
	}
	if o.Scope == nil {
		o.Scope = idempotencyScope
	}
	if o.Keep == nil {
		o.Keep = keepsStatus
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	m := &idempotency{IdempotencyOptions: o}
	m.Methods = slices.Clone(o.Methods)
	m.transactions, _ = o.Store.(IdempotencyTransactions)
	m.renewer, _ = o.Store.(IdempotencyRenewer)
	return m, nil
}

// documented says what documents show of the middleware.
func (m *idempotency) documented() *startup.Documented {
	missing := "The Idempotency-Key is malformed"
	if m.Required {
		missing = "The Idempotency-Key is missing or malformed"
	}
	longest := 0
	if m.MaxKey > 0 {
		longest = m.MaxKey + len(`""`)
	}
	return &startup.Documented{
		Methods: m.Methods, Header: idempotencyHeader, Required: m.Required, Pattern: keyPattern, MaxLength: longest,
		Description: "A key that the client makes for this request, such as a random UUID. A retry with the same key receives the first answer",
		Answers: []startup.Answer{
			{Status: http.StatusBadRequest, Description: missing},
			{Status: http.StatusConflict, Description: "A request with this Idempotency-Key is in progress"},
			{Status: http.StatusUnprocessableEntity, Description: "The Idempotency-Key was used for another request"},
		},
	}
}

// keepsStatus is the default of Keep.
func keepsStatus(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests, 499: // 499: the client has gone
		return false
	}
	return status < 500
}

// idempotencyScope is the default of Scope.
func idempotencyScope(r *http.Request) string {
	if a := r.Header.Get("Authorization"); a != "" {
		return "authorization " + a
	}
	if s := SessionFrom(r.Context()); s != nil {
		return s.scope()
	}
	return ""
}

// idempotencyKey is the context key by which Idempotency finds one around it. Its value is the context around that one, which has no
// transaction of a store.
type idempotencyKey struct{}

// serve answers one request.
func (m *idempotency) serve(next http.Handler, w http.ResponseWriter, r *http.Request) {
	if !slices.Contains(m.Methods, r.Method) || r.Context().Value(idempotencyKey{}) != nil {
		next.ServeHTTP(w, r)
		return
	}
	lines := r.Header.Values(idempotencyHeader)
	if len(lines) == 0 && m.Required {
		m.refuse(w, r, http.StatusBadRequest, "The header Idempotency-Key is required")
		return
	}
	if len(lines) == 0 {
		m.runWithoutKey(next, w, r)
		return
	}
	key, ok := parseIdempotencyKey(lines, m.MaxKey)
	if !ok {
		detail := "The header Idempotency-Key must be one string of visible characters in quotes"
		if m.MaxKey > 0 {
			detail += fmt.Sprintf(", of at most %d bytes", m.MaxKey)
		}
		m.refuse(w, r, http.StatusBadRequest, detail)
		return
	}
	body, ok := m.readBody(w, r)
	if !ok {
		return
	}
	r = exchange.WithBody(r, body)
	c := IdempotencyClaim{
		Key: digest(m.Scope(r), key), Request: digest(r.Method, r.URL.EscapedPath(), r.URL.RawQuery, string(body)), Token: rand.Text(), Lease: m.Lease, TTL: m.TTL,
	}
	first, err := m.Store.Begin(r.Context(), c)
	switch {
	case err != nil:
		m.log(r.Context(), slog.LevelError, "the store of idempotency keys failed", err)
		if m.FailOpen {
			m.runWithoutKey(next, w, r)
			return
		}
		refuse(w, r, http.StatusServiceUnavailable, "The server cannot check the Idempotency-Key")
	case first == nil:
		m.run(next, w, r, c)
	case first.Request != c.Request:
		m.refuse(w, r, http.StatusUnprocessableEntity, "The Idempotency-Key was used for another request")
	case first.Answer == nil:
		m.inProgress(w, r)
	default:
		m.replay(w, r, first.Answer)
	}
}

// runWithoutKey runs the handler without the protection. A store with transactions still commits or undoes its effects.
func (m *idempotency) runWithoutKey(next http.Handler, w http.ResponseWriter, r *http.Request) {
	if m.transactions == nil {
		next.ServeHTTP(w, r)
		return
	}
	m.run(next, w, r, IdempotencyClaim{})
}

// refuse answers an error that the client can mend, with the link to the documentation.
func (m *idempotency) refuse(w http.ResponseWriter, r *http.Request, status int, detail string) {
	if m.Docs != "" {
		w.Header().Add("Link", "<"+m.Docs+`>; rel="describedby"; type="text/html"`)
	}
	refuse(w, r, status, detail)
}

func (m *idempotency) inProgress(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "1")
	m.refuse(w, r, http.StatusConflict, "A request with this Idempotency-Key is in progress")
}

// replay sends a stored answer. Its headers replace those of middleware outside, but for values that were added to them.
func (m *idempotency) replay(w http.ResponseWriter, r *http.Request, stored []byte) {
	a, err := decodeAnswer(stored)
	switch {
	case err != nil:
		m.log(r.Context(), slog.LevelError, "the store of idempotency keys has an answer of another form", err)
		refuse(w, r, http.StatusServiceUnavailable, "The server cannot read its answer to the first request")
		return
	case !a.isWhole:
		m.refuse(w, r, http.StatusConflict, fmt.Sprintf("The request with this Idempotency-Key was answered with status %d, and the answer was not kept", a.status))
		return
	}
	h := w.Header()
	for _, f := range a.header {
		if f.isAdded {
			h[f.name] = append(h[f.name], f.values...)
		} else {
			h[f.name] = f.values
		}
	}
	h[ReplayedHeader] = []string{"true"}
	x := exchange.Acquire(w, r)
	defer x.Release()
	_ = x.Send(a.status, nil, nil, a.body) // an error means that the client has gone
}

// readBody reads the body under the default deadlines of an app. If it cannot, it answers the request and returns false.
func (m *idempotency) readBody(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	x := exchange.Acquire(w, r)
	defer x.Release()
	body, err := x.Body(m.MaxBody)
	switch {
	case err == nil:
		return slices.Clone(body), true
	case errors.Is(err, exchange.ErrTooLarge):
		refuse(w, r, http.StatusRequestEntityTooLarge, "The request body is too large for a request with an Idempotency-Key")
	case errors.Is(err, exchange.ErrStalled):
		refuse(w, r, http.StatusRequestTimeout, "The request body arrives too slowly")
	default:
		refuse(w, r, http.StatusBadRequest, "The request body could not be read")
	}
	return nil, false
}

// log writes a record about the store.
func (m *idempotency) log(ctx context.Context, level slog.Level, text string, err error) {
	m.Logger.LogAttrs(ctx, level, text, slog.String("error", err.Error()))
}

// keyPattern is what parseIdempotencyKey reads, without parameters: a quoted string, or visible characters but those of lists, parameters
// and strings.
const keyPattern = `^("([ !#-\[\]-~]|\\["\\])+"|[!#-+\--:<-\[\]-~]+)$`

// parseIdempotencyKey reads the header: an Item of Structured Fields that is a String (RFC 9651, 3.3.3), whose parameters do not matter,
// or the same characters without quotes.
func parseIdempotencyKey(lines []string, maxBytes int) (key string, ok bool) {
	if len(lines) != 1 {
		return "", false
	}
	text := strings.Trim(lines[0], " \t")
	if len(text) == 0 {
		return "", false
	}
	if text[0] != '"' {
		for i := range len(text) {
			switch c := text[i]; {
			case c <= ' ', c > '~', c == '"', c == '\\', c == ',', c == ';':
				return "", false
			}
		}
		return text, maxBytes < 0 || len(text) <= maxBytes
	}
	var value []byte
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			rest := strings.Trim(text[i+1:], " \t")
			return string(value), len(value) > 0 && (maxBytes < 0 || len(value) <= maxBytes) && (rest == "" || rest[0] == ';')
		case c == '\\':
			if i++; i == len(text) || text[i] != '"' && text[i] != '\\' {
				return "", false
			}
			value = append(value, text[i])
		case c < ' ', c > '~':
			return "", false
		default:
			value = append(value, c)
		}
	}
	return "", false
}

// digest returns the SHA-256 of texts, each with its length before it.
func digest(texts ...string) string {
	h := sha256.New()
	var size [binary.MaxVarintLen64]byte
	for _, t := range texts {
		h.Write(size[:binary.PutUvarint(size[:], uint64(len(t)))])
		h.Write([]byte(t))
	}
	return hex.EncodeToString(h.Sum(nil))
}
