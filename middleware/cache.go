package middleware

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/httptext"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/startup"
)

// CacheOptions configure Cache. The zero value has the defaults.
type CacheOptions struct {
	// Store keeps the answers. nil means a MemoryCache with its defaults, which one process has alone. contrib/redis has a shared one.
	Store CacheStore
	// TTL is how long an answer is fresh that does not say so by s-maxage, max-age or Expires. 0 means that such an answer is not stored,
	// unless it is public and has a validator.
	TTL time.Duration
	// MaxTTL is how long an answer is stored, however long it is fresh. 0 means 24 hours. It must be at least a millisecond.
	MaxTTL time.Duration
	// KeepStale is how long an answer with an ETag or Last-Modified is kept after it is stale: the handler is then asked whether it has
	// changed. 0 means 1 hour; brio.NoLimit (-1) means until MaxTTL.
	KeepStale time.Duration
	// StaleWhileRevalidate is how long after its lifetime an answer is sent while the handler makes a new one in the background (RFC 5861,
	// 3). It is for answers without that directive of their own. 0 means none.
	StaleWhileRevalidate time.Duration
	// StaleIfError is how long after its lifetime an answer is sent if the handler answers 500, 502, 503 or 504 (RFC 5861, 4). It is for
	// answers without that directive of their own. 0 means none.
	StaleIfError time.Duration
	// Reload is how old an answer must be before a request with no-cache, max-age or min-fresh can have the handler run again. 0 means that
	// these directives have no effect on answers that are fresh: a client cannot empty the cache.
	Reload time.Duration
	// Credentials are names of request headers that identify a user, such as X-API-Key, besides Authorization and Cookie.
	Credentials []string
	// KeepCookies stores answers with Set-Cookie, and sends the cookie to every client. Without it they are not stored, unless they say
	// no-cache="Set-Cookie": then the header is left out.
	KeepCookies bool
	// Key returns a part of the key besides scheme, host, path and query: a tenant, or a class of devices. Two requests with different
	// texts never share an answer. Key must be safe for concurrent use. nil means "" for each request.
	Key func(r *http.Request) string
	// SortQuery gives URLs whose parameters stand in another order one key. Values of one parameter keep their order.
	SortQuery bool
	// Skip lets requests pass without the cache. It must be safe for concurrent use. nil skips none.
	Skip func(r *http.Request) bool
	// MaxBody is how many bytes of body a stored answer may have; a longer one is sent as it is written. 0 means 1 MiB.
	MaxBody int
	// MaxVariants is how many answers an URL may have that differ by the headers in Vary. A further one replaces the oldest. 0 means 16. It
	// must not be more than 256.
	MaxVariants int
	// MaxRun is how long the handler may run without the client that began it: when others wait for its answer, or in the background. Then
	// its context ends. 0 means 30 seconds.
	MaxRun time.Duration
	// MaxRefreshes is how many handlers may run in the background at once. Beyond it stale answers stay until the next request. 0 means 64.
	MaxRefreshes int
	// Name is the name of the cache in Cache-Status: letters, digits and hyphens. "" means brio.
	Name string
	// HideStatus leaves out Cache-Status, which tells clients whether another one has made the request before.
	HideStatus bool
	// Logger receives errors of the Store, and panics in the background. nil means slog.Default().
	Logger *slog.Logger
}

// CacheRecord is a value of a CacheStore.
type CacheRecord struct {
	Value []byte        // nil for none; it must not be changed
	TTL   time.Duration // how long Put keeps the value: a millisecond or more
	Tags  []string      // by which Purge finds the value; not in the result of Get
	// Mark is the moment of Get, in the store's own time. Put stores nothing if one of the tags was purged since.
	Mark int64
}

// CacheStore keeps the answers of Cache. It must be safe for concurrent use. Keys and tags are any texts, values bytes whose form only this
// package knows. The methods should return when the context ends. A store may forget a value at any time, and never returns one that Purge
// has removed.
type CacheStore interface {
	// Get returns the record of a key. Without one the Value is nil, and Mark is set as well.
	Get(ctx context.Context, key string) (CacheRecord, error)
	// Put stores the Value of a record in place of that of the key before. It does nothing, and that is no error, if one of the tags was
	// purged after Mark: the value may be older than the change.
	Put(ctx context.Context, key string, r CacheRecord) error
	// Purge removes the values with one of the tags. Each answer has two besides those of CacheTags: its path, as in /items/7, and its path
	// with the host, as in //example.com/items/7, both escaped as in the URL and without the query.
	Purge(ctx context.Context, tags ...string) error
}

// Cache stores answers to GET and sends them to further clients, as a shared cache does (RFC 9111). The handler says by Cache-Control which
// answers, and for how long: "public, max-age=60". An answer without a lifetime is not stored, unless TTL gives it one.
//
// Not stored are: answers with no-store, private, Set-Cookie, Vary: * or a malformed Cache-Control; those to a request with Authorization,
// unless they say public, s-maxage or must-revalidate (RFC 9111, 3.5); those to a request with a cookie, a client certificate or a header
// of Credentials, and those for which the handler has read the session of Sessions, unless they say public or s-maxage; statuses other than
// 200, 203, 204, 300 to 303, 307, 308, 404, 405, 410, 414, 451 and 501; parts; answers over MaxBody, and those flushed before their end. A
// stored answer is sent to a request with credentials under the same conditions. Requests with a Range, If-Match, If-Unmodified-Since, a
// body or an upgrade pass.
//
//   - Of any number of requests for one answer the first runs the handler, and the others wait. If its answer is not stored, they run it
//     too, and for ten seconds no request to that URL waits. A client that leaves does not end the handler for the others.
//   - When an answer is stale, the handler gets its ETag and Last-Modified, and a 304 renews it. Clients get 304 by their own conditions.
//     HEAD is answered from GET.
//   - A POST, PUT, PATCH, DELETE or other unsafe method that succeeds purges the answers of its path, and of Location and Content-Location
//     on the same host (RFC 9111, 4.4). CacheStore.Purge does so from code, by path or by a tag of CacheTags.
//   - Cache-Status says what the cache has done, and why it has not stored an answer (RFC 9211).
//
// Scheme and host are parts of the key, as a trusted proxy reports them: put ProxyHeaders and TrustedHost outside of Cache. Put CORS,
// RateLimit and Sessions outside too, and Compress inside. Headers that middleware outside has set are not stored. Inside of another Cache
// it does nothing.
//
// If the Store fails, the handler runs, and the error is logged. A hit costs about 4 µs and 13 allocations with a MemoryCache, a miss 15
// µs, 68 allocations and copies of the body, an answer that is not stored 5 µs and 26 allocations.
func Cache(o CacheOptions) Func {
	m, refused := newCache(o)
	if refused != nil {
		return refused
	}
	around := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { m.serve(next, w, r) })
	}
	n := startup.Notes{Middleware: around}
	if o.KeepCookies {
		n.Warning = "middleware.Cache has KeepCookies: it sends the cookies of stored answers to every client"
	}
	return startup.Annotate(n)
}

// cache is compiled CacheOptions, and the handlers that run.
type cache struct {
	CacheOptions
	refreshes chan struct{} // has an element for each handler in the background
	flights   flights
}

// newCache checks the options and sets the defaults.
func newCache(o CacheOptions) (*cache, Func) {
	var c checks
	for _, d := range []struct {
		name  string
		value time.Duration
	}{{"TTL", o.TTL}, {"StaleWhileRevalidate", o.StaleWhileRevalidate}, {"StaleIfError", o.StaleIfError}, {"Reload", o.Reload}} {
		c.must(d.value >= 0, "a positive duration; 0 for none", "%s is %v", d.name, d.value)
	}
	o.MaxTTL = cmp.Or(o.MaxTTL, 24*time.Hour)
	c.must(o.MaxTTL >= time.Millisecond, "at least a millisecond; 0 for 24 hours", "MaxTTL is %v", o.MaxTTL)
	o.KeepStale = limit(&c, "KeepStale", o.KeepStale, time.Hour)
	if o.KeepStale == argument.NoLimit {
		o.KeepStale = o.MaxTTL
	}
	o.MaxBody = limit(&c, "MaxBody", o.MaxBody, 1<<20)
	o.MaxVariants = cmp.Or(o.MaxVariants, 16)
	c.must(o.MaxVariants > 0 && o.MaxVariants <= 256, "1 to 256; 0 for 16", "MaxVariants is %d", o.MaxVariants)
	o.MaxRun = cmp.Or(o.MaxRun, 30*time.Second)
	c.must(o.MaxRun > 0, "a positive duration; 0 for 30 seconds", "MaxRun is %v", o.MaxRun)
	o.MaxRefreshes = cmp.Or(o.MaxRefreshes, 64)
	c.must(o.MaxRefreshes > 0, "a positive number; 0 for 64", "MaxRefreshes is %d", o.MaxRefreshes)
	o.Name = cmp.Or(o.Name, "brio")
	c.must(httptext.IsToken(o.Name), `letters, digits and hyphens; "" for brio`, "Name is %q", o.Name)
	o.Credentials = slices.Clone(o.Credentials)
	for i, name := range o.Credentials {
		c.token("a header of Credentials", name)
		o.Credentials[i] = http.CanonicalHeaderKey(name)
	}
	if s, ok := o.Store.(*MemoryCache); ok && s != nil {
		c.mistakes = append(c.mistakes, s.mistakes...)
	}
	if refused := c.refused(); refused != nil {
		return nil, refused
	}
	if o.Store == nil {
		o.Store = NewMemoryCache(MemoryCacheOptions{})
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return &cache{CacheOptions: o, refreshes: make(chan struct{}, o.MaxRefreshes)}, nil
}

// cacheKey is the context key of the cacheTags of a request.
type cacheKey struct{}

// cacheTags are the tags that a handler gives its answer.
type cacheTags struct {
	mu   sync.Mutex
	list []string
}

// CacheTags adds tags to the answer of the request that ctx belongs to, such as "items" or "user:7": CacheStore.Purge removes all answers
// with a tag. It is for handlers and their dependencies, before the answer begins. An answer with more than 32 tags, or with a tag over 256
// bytes, is not stored. Without Cache around the handler it does nothing. It is safe for concurrent use.
func CacheTags(ctx context.Context, tags ...string) {
	t, ok := ctx.Value(cacheKey{}).(*cacheTags)
	if !ok {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.list) <= maxTags { // one more than the limit is kept, so that the answer is known to have too many
		t.list = append(t.list, tags[:min(len(tags), maxTags+1)]...)
	}
}

// all returns the tags, sorted. ok is false if they are too many or too long.
func (t *cacheTags) all() (tags []string, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	tags = slices.Compact(slices.Sorted(slices.Values(t.list)))
	return tags, len(tags) <= maxTags && !slices.ContainsFunc(tags, func(s string) bool { return len(s) > maxTagSize })
}

// serve answers one request.
func (m *cache) serve(next http.Handler, w http.ResponseWriter, r *http.Request) {
	if r.Context().Value(cacheKey{}) != nil {
		next.ServeHTTP(w, r)
		return
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		if m.passes(r) {
			m.status(w, "fwd=bypass")
			next.ServeHTTP(w, r)
			return
		}
		m.read(next, w, r)
	case http.MethodOptions, http.MethodTrace, http.MethodConnect, "QUERY":
		next.ServeHTTP(w, r)
	default:
		m.change(next, w, r)
	}
}

// passes reports whether a GET or HEAD is answered by the handler alone: its answer depends on more than the cache knows, or is a part.
func (m *cache) passes(r *http.Request) bool {
	for _, name := range []string{"Range", "If-Match", "If-Unmodified-Since", "If-Range", "Upgrade"} {
		if len(r.Header[name]) > 0 {
			return true
		}
	}
	hasBody := r.ContentLength != 0 && r.Body != nil && r.Body != http.NoBody
	return hasBody || m.Skip != nil && m.Skip(r)
}

// change runs an unsafe method, and purges what it has changed before its answer is sent.
func (m *cache) change(next http.Handler, w http.ResponseWriter, r *http.Request) {
	host, path := hostAndPath(r)
	scheme := origin.Scheme(r)
	m.status(w, "fwd=method")
	rec := record(w, func(h http.Header, status int) {
		if status < 200 || status >= 400 {
			return
		}
		tags := []string{"//" + host + path}
		for _, name := range []string{"Location", "Content-Location"} {
			if changed := pathOn(scheme, host, path, h.Get(name)); changed != "" {
				tags = append(tags, "//"+host+changed)
			}
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), storeTimeout)
		defer cancel()
		if err := m.Store.Purge(ctx, tags...); err != nil {
			m.log(ctx, "the cache could not purge what a request has changed", err)
		}
	})
	next.ServeHTTP(rec.writer.Variant(), r)
	rec.end()
}

// hostAndPath returns the host in lower case and the escaped path, as the client sees them.
func hostAndPath(r *http.Request) (host, path string) {
	return strings.ToLower(exchange.HostOf(r)), origin.PathPrefix(r) + r.URL.EscapedPath()
}

// pathOn returns the escaped path of a reference, which may be relative to path, if it is on the same scheme and host; else "".
func pathOn(scheme, host, path, reference string) string {
	if reference == "" {
		return ""
	}
	base := &url.URL{Scheme: scheme, Host: host, RawPath: path}
	var err error
	if base.Path, err = url.PathUnescape(path); err != nil {
		return ""
	}
	u, err := base.Parse(reference)
	if err != nil || u.Scheme != scheme || !strings.EqualFold(u.Host, host) {
		return ""
	}
	return u.EscapedPath()
}

// cacheRequest is a GET or HEAD, with what the store has for it. It belongs to the goroutine of the request.
type cacheRequest struct {
	m    *cache
	next http.Handler
	w    http.ResponseWriter
	r    *http.Request

	key          string
	host, path   string     // for the tags of each answer
	directives   directives // of the request
	isAuthorized bool
	isIdentified bool // by a cookie or another credential

	entry *cacheEntry // that the request may be answered with; nil for none. It may be stale
	index *cacheIndex // nil if answers of the URL do not vary
	mark  int64
	fwd   string // why the handler runs, for Cache-Status
}

// maxLooks is how often a request looks into the store because the answer that it has waited for is of another variant.
const maxLooks = 3

// read answers a GET or HEAD.
func (m *cache) read(next http.Handler, w http.ResponseWriter, r *http.Request) {
	q := m.request(next, w, r)
	for range maxLooks {
		if err := q.look(); err != nil {
			m.log(r.Context(), "the store of the cache failed", err)
			m.status(w, "fwd=bypass; detail=store")
			next.ServeHTTP(w, r)
			return
		}
		now := time.Now()
		isUsable, needsRefresh := q.usable(now)
		switch {
		case isUsable:
			if needsRefresh {
				q.refresh()
			}
			q.send(q.entry, now, "hit")
			return
		case q.directives.onlyIfCached:
			m.status(w, q.fwd)
			refuse(w, r, http.StatusGatewayTimeout, "There is no cached answer")
			return
		case r.Method == http.MethodHead:
			m.status(w, q.fwd)
			next.ServeHTTP(w, r)
			return
		}
		f, isFirst := m.flights.join(q.flight())
		switch {
		case f == nil:
			q.run(nil)
			return
		case isFirst:
			q.run(f)
			return
		}
		value, ok := f.wait(r.Context())
		if !ok {
			refuse(w, r, http.StatusServiceUnavailable, "The client has gone")
			return
		}
		e, _, err := decodeCache(value)
		if err != nil { // there is no answer to share
			break
		}
		if e.mayServe(q) {
			q.send(e, time.Now(), q.fwd+"; collapsed")
			return
		}
	}
	q.run(nil)
}

// request makes the key of a request and reads its headers.
func (m *cache) request(next http.Handler, w http.ResponseWriter, r *http.Request) *cacheRequest {
	host, path := hostAndPath(r)
	query := r.URL.RawQuery
	if m.SortQuery {
		query = sortQuery(query)
	}
	q := &cacheRequest{m: m, next: next, w: w, r: r, host: host, path: path, key: origin.Scheme(r) + "://" + host + path + "?" + query}
	if m.Key != nil {
		part := m.Key(r)
		q.key += "\x00" + strconv.Itoa(len(part)) + ":" + part // the length keeps it apart from the number of a slot
	}
	q.directives = parseDirectives(r.Header["Cache-Control"])
	q.isAuthorized = len(r.Header["Authorization"]) > 0
	q.isIdentified = len(r.Header["Cookie"]) > 0 || r.TLS != nil && len(r.TLS.PeerCertificates) > 0 ||
		slices.ContainsFunc(m.Credentials, func(name string) bool { return len(r.Header[name]) > 0 })
	return q
}

// sortQuery sorts the pairs of a query by their names. Pairs of one name keep their order.
func sortQuery(query string) string {
	if !strings.Contains(query, "&") {
		return query
	}
	pairs := slices.DeleteFunc(strings.Split(query, "&"), func(s string) bool { return s == "" })
	slices.SortStableFunc(pairs, func(a, b string) int { return strings.Compare(pairName(a), pairName(b)) })
	return strings.Join(pairs, "&")
}

// pairName returns the name of a pair of a query, as the client sent it if it cannot be decoded.
func pairName(pair string) string {
	name, _, _ := strings.Cut(pair, "=")
	if decoded, err := url.QueryUnescape(name); err == nil {
		return decoded
	}
	return name
}

// look reads the record of the request from the store.
func (q *cacheRequest) look() error {
	q.entry, q.index, q.fwd = nil, nil, "fwd=uri-miss"
	first, err := q.m.Store.Get(q.r.Context(), q.key)
	if err != nil {
		return err
	}
	q.mark = first.Mark
	e := q.decode(first.Value)
	if q.index != nil {
		q.fwd = "fwd=vary-miss"
		slot := slices.Index(q.index.slots, variantOf(q.r, q.index.names))
		if slot < 0 {
			return nil
		}
		record, err := q.m.Store.Get(q.r.Context(), slotKey(q.key, slot))
		if err != nil {
			return err
		}
		index := q.index
		e = q.decode(record.Value)
		q.index = index
	}
	switch {
	case e == nil:
	case e.mayServe(q):
		q.entry, q.fwd = e, "fwd=stale"
	case e.variant == variantOf(q.r, e.names):
		q.fwd = "fwd=request"
	}
	return nil
}

// decode reads a record: an entry, which it returns, or an index, which it keeps. A record of another form is no record.
func (q *cacheRequest) decode(value []byte) *cacheEntry {
	if value == nil {
		return nil
	}
	e, index, err := decodeCache(value)
	if err != nil {
		q.m.log(q.r.Context(), "the store of the cache has an answer of another form", err)
		return nil
	}
	if index != nil {
		q.index = index
	}
	return e
}

// usable reports whether the entry answers the request (RFC 9111, 4.2 and 5.2.1), and whether the handler must then run in the background.
func (q *cacheRequest) usable(now time.Time) (isUsable, needsRefresh bool) {
	e, d := q.entry, &q.directives
	if e == nil {
		return false, false
	}
	age := e.age(now)
	if q.m.Reload > 0 && now.Sub(e.stored) >= q.m.Reload && (d.noCache || d.maxAge != absent && age > d.maxAge || d.minFresh != absent && e.life-age < d.minFresh) {
		q.fwd = "fwd=request"
		return false, false
	}
	stale := age - e.life
	switch {
	case stale < 0:
		return true, false
	case stale < e.revalid:
		return true, true
	case e.mayBeStale && d.maxStale != absent && stale <= d.maxStale:
		return true, false
	}
	return false, false
}

// flight is the key under which requests for the same answer wait for each other. Those with credentials rarely share one with the others.
func (q *cacheRequest) flight() string {
	key := q.key
	if q.index != nil {
		key += "\x00" + variantOf(q.r, q.index.names)
	}
	if q.isAuthorized || q.isIdentified {
		key += "\x00credentials"
	}
	return key
}

// send answers the request with an entry, or with 304 by its conditions (RFC 9111, 4.3.2). Its headers replace those of middleware outside,
// but for values that were added to them.
func (q *cacheRequest) send(e *cacheEntry, now time.Time, did string) {
	h := q.w.Header()
	conditions := exchange.ConditionsOf(q.r)
	hasVersion := e.status == http.StatusOK && conditions.Status(e.etag, e.lastModify) == http.StatusNotModified
	for _, f := range e.header {
		if f.isAdded {
			h[f.name] = append(h[f.name], f.values...)
		} else {
			h[f.name] = f.values
		}
	}
	age := e.age(now)
	h["Age"] = []string{strconv.FormatInt(int64(age/time.Second), 10)}
	if !q.m.HideStatus {
		q.m.status(q.w, did+"; ttl="+strconv.FormatInt(int64((e.life-age)/time.Second), 10))
	}
	if q.r.Pattern == "" {
		q.r.Pattern = e.pattern
	}
	if hasVersion {
		sendNotModified(q.w, q.r)
		return
	}
	x := exchange.Acquire(q.w, q.r)
	defer x.Release()
	_ = x.Send(e.status, nil, nil, e.body) // an error means that the client has gone
}

// sendNotModified sends a 304 without the headers that describe content, which it does not have (RFC 9110, 15.4.5).
func sendNotModified(w http.ResponseWriter, r *http.Request) {
	for _, name := range []string{"Content-Encoding", "Content-Language", "Content-Digest"} {
		delete(w.Header(), name)
	}
	x := exchange.Acquire(w, r)
	defer x.Release()
	_ = x.Send(http.StatusNotModified, nil, nil, nil) // an error means that the client has gone
}

// status adds a member to Cache-Status.
func (m *cache) status(w http.ResponseWriter, text string) {
	if !m.HideStatus {
		exchange.AddHeader(w, "Cache-Status", m.Name+"; "+text)
	}
}

// log writes a record about an error.
func (m *cache) log(ctx context.Context, text string, err error) {
	m.Logger.LogAttrs(ctx, slog.LevelError, text, slog.String("error", err.Error()))
}
