package middleware_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/routing"
)

// Middleware is net/http's. The first that Use names is outermost. Here each answer has a request ID, those to preflights too, which CORS writes.
func Example() {
	app := brio.New(brio.Use(
		middleware.RequestID(),
		middleware.CORS(middleware.CORSOptions{AllowOrigins: []string{"https://shop.example"}}),
	))
	app.Get("/", func() string { return "hello" })

	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Origin", "https://shop.example")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Header().Get("Access-Control-Allow-Origin"), w.Header().Get("X-Request-Id") != "")
	// Output:
	// 200 https://shop.example true
}

// A handler or a dependency reads the request ID from its context.
func ExampleRequestIDFrom() {
	handler := middleware.RequestID()(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(middleware.RequestIDFrom(r.Context()))
	}))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("X-Request-Id", "order-7")
	handler.ServeHTTP(httptest.NewRecorder(), r)
	// Output:
	// order-7
}

// An app reports illegal options of all its middleware at once, with the place of each call, which is left out here.
func Example_mistakes() {
	app := brio.New(brio.Use(
		middleware.CORS(middleware.CORSOptions{AllowMethods: []string{"get"}}),
		middleware.Timeout(-time.Second),
	))
	var report routing.Report
	if errors.As(app.Check(), &report) {
		for _, m := range report {
			fmt.Printf("%s: %s; legal: %s\n", m.Func, m.Found, m.Legal)
		}
	}
	// Output:
	// middleware.CORS: AllowMethods has "get"; legal: methods in upper case, and "*"
	// middleware.Timeout: the duration is -1s; legal: a positive number; brio.NoLimit (-1) for none
}

// Each client may make two requests a minute, at once or spread.
func ExampleRateLimit() {
	limit := middleware.RateLimit(middleware.RateLimitOptions{Limit: 2, Window: time.Minute})
	app := brio.New(brio.Use(limit))
	app.Get("/", func() string { return "hello" })

	for range 3 {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		fmt.Println(w.Code, w.Header().Get("RateLimit-Policy"), w.Header().Get("Retry-After") != "")
	}
	// Output:
	// 200 "default";q=2;w=60 false
	// 200 "default";q=2;w=60 false
	// 429 "default";q=2;w=60 true
}

// Four requests run at once, eight more wait for up to a second, and others are answered with 503. The timeout is outside, so that a late
// handler still counts.
func ExampleConcurrencyLimit() {
	app := brio.New(brio.Use(
		middleware.Timeout(5*time.Second),
		middleware.ConcurrencyLimit(middleware.ConcurrencyOptions{Limit: 4, Queue: 8, MaxWait: time.Second}),
	))
	app.Get("/", func() string { return "hello" })

	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	fmt.Println(w.Code, w.Body)
	// Output:
	// 200 "hello"
}

// A session counts the visits of a browser. The provider makes the session a parameter of handlers.
func ExampleSessions() {
	codec, err := cookies.NewCodec(cookies.Key{Sign: bytes.Repeat([]byte{7}, 32)}) // a program reads the key from its secret store
	if err != nil {
		fmt.Println(err)
		return
	}
	app := brio.New(
		brio.Use(middleware.Sessions(codec, middleware.SessionOptions{MaxAge: 24 * time.Hour})),
		brio.Provide(middleware.SessionFrom),
	)
	app.Get("/", func(s *middleware.Session) (int, error) {
		var visits int
		s.Get("visits", &visits)
		return visits + 1, s.Set("visits", visits+1)
	})

	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for range 2 {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		fmt.Println(w.Body)
		r.Header.Set("Cookie", w.Result().Cookies()[0].String())
	}
	// Output:
	// 1
	// 2
}

// OnStart changes headers when the status is known, just before both are sent.
func ExampleOnStart() {
	noStore := middleware.OnStart(func(h http.Header, status int) {
		if status >= 400 {
			h.Set("Cache-Control", "no-store")
		}
	})
	app := brio.New(brio.Use(noStore))
	app.Get("/", func() string { return "hello" })

	for _, path := range []string{"/", "/missing"} {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Printf("%d %q\n", w.Code, w.Header().Get("Cache-Control"))
	}
	// Output:
	// 200 ""
	// 404 "no-store"
}

// A program may keep its limits in a store that several servers share. This one counts in the memory of the process.
func ExampleStore() {
	var store middleware.Store = middleware.NewMemoryStore(10_000)
	policy := middleware.Policy{Name: "login", Interval: time.Minute, Burst: 1}
	for range 2 {
		d, err := store.Take(context.Background(), "192.0.2.1", policy)
		fmt.Println(d.Allowed, d.Remaining, err)
	}
	// Output:
	// true 0 <nil>
	// false 0 <nil>
}

// A client that does not know whether its order has arrived sends it again, with the same key.
func ExampleIdempotency() {
	once := middleware.Idempotency(middleware.IdempotencyOptions{Required: true})
	app := brio.New()
	orders := 0
	app.Post("/orders", func() int { orders++; return orders }, brio.Use(once))

	for _, key := range []string{`"8e03978e-40d5"`, `"8e03978e-40d5"`, `"another"`, ""} {
		w := httptest.NewRecorder()
		r := newRequest("POST", "/orders")
		if key != "" {
			r.Header.Set("Idempotency-Key", key)
		}
		app.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Body, w.Header().Get(middleware.ReplayedHeader) == "true")
	}
	// Output:
	// 200 1 false
	// 200 1 true
	// 200 2 false
	// 400 {"detail":"The header Idempotency-Key is required"} false
}

// A store claims a key for the first request, and has its answer for the others. Package storetest has the tests of one.
func ExampleIdempotencyStore() {
	var memory *middleware.MemoryIdempotency = middleware.NewMemoryIdempotency(middleware.MemoryIdempotencyOptions{Entries: 1000})
	var store middleware.IdempotencyStore = memory
	ctx := context.Background()
	claim := func(token string) middleware.IdempotencyClaim {
		return middleware.IdempotencyClaim{Key: "key", Request: "POST /orders", Token: token, Lease: time.Minute, TTL: time.Hour}
	}
	var first *middleware.IdempotencyRecord // nil: the claim holds
	first, err := store.Begin(ctx, claim("a"))
	fmt.Println(first == nil, err)
	fmt.Println(errors.Is(store.Finish(ctx, claim("b"), []byte("b")), middleware.ErrIdempotencyLost), store.Finish(ctx, claim("a"), []byte("a")))
	first, err = store.Begin(ctx, claim("b"))
	fmt.Println(first.Request, string(first.Answer), err, memory.Len())
	// Output:
	// true <nil>
	// true <nil>
	// POST /orders a <nil> 1
}

// A handler says by Cache-Control which answers may be shared, and a change purges them.
func ExampleCache() {
	store := middleware.NewMemoryCache(middleware.MemoryCacheOptions{})
	app := brio.New(brio.Use(middleware.Cache(middleware.CacheOptions{Store: store})))
	price := 1
	app.Get("/prices/{item}", func(ctx context.Context, r *brio.Response) int {
		middleware.CacheTags(ctx, "prices")
		r.SetHeader("Cache-Control", "public, max-age=60")
		return price
	})
	get := func(path string) {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, newRequest("GET", path))
		did, _, _ := strings.Cut(w.Header().Get("Cache-Status"), "; ttl")
		fmt.Println(path, w.Body, did)
	}
	get("/prices/hat")
	price = 2
	get("/prices/hat")
	get("/prices/cap")
	if err := store.Purge(context.Background(), "prices"); err != nil { // or a path: "/prices/hat"
		log.Fatal(err)
	}
	get("/prices/hat")
	// Output:
	// /prices/hat 1 brio; fwd=uri-miss; fwd-status=200; stored
	// /prices/hat 1 brio; hit
	// /prices/cap 2 brio; fwd=uri-miss; fwd-status=200; stored
	// /prices/hat 2 brio; fwd=uri-miss; fwd-status=200; stored
}

// A store keeps values by key, and does not store one that was begun before a purge. Package storetest has the tests of one.
func ExampleCacheStore() {
	var memory *middleware.MemoryCache = middleware.NewMemoryCache(middleware.MemoryCacheOptions{Bytes: 16 << 20})
	var store middleware.CacheStore = memory
	ctx := context.Background()
	var record middleware.CacheRecord
	record, err := store.Get(ctx, "key")
	fmt.Println(record.Value == nil, err)
	record.Value, record.TTL, record.Tags = []byte("answer"), time.Minute, []string{"items"}
	fmt.Println(store.Put(ctx, "key", record), memory.Len())
	fmt.Println(store.Purge(ctx, "items"), memory.Len())
	fmt.Println(store.Put(ctx, "key", record), memory.Len()) // its Mark is from before the purge
	// Output:
	// true <nil>
	// <nil> 1
	// <nil> 0
	// <nil> 0
}

// answer sends a request with headers through middleware, and prints the status and some headers of the answer.
func answer(m middleware.Func, r *http.Request, show ...string) {
	h := m(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprint(w, r.Method, " from ", middleware.ClientHost(r), " over ", middleware.Scheme(r))
	}))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Print(w.Code)
	for _, name := range show {
		fmt.Printf(" %q", w.Header().Get(name))
	}
	if w.Header().Get("Content-Encoding") == "" && w.Body.Len() > 0 {
		fmt.Print(" ", w.Body)
	}
	fmt.Println()
}

// newRequest makes a request with headers.
func newRequest(method, target string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

// The access log has a record for each request, with its identifier. Secrets in the query are masked.
func ExampleAccessLog() {
	var log bytes.Buffer
	logger := slog.New(middleware.LogHandler(slog.NewTextHandler(&log, nil)))
	requestID := middleware.RequestIDWith(middleware.RequestIDOptions{Distrust: true, New: func() string { return "id-1" }})
	access := middleware.AccessLogWith(middleware.AccessLogOptions{Logger: logger, Query: true, Secrets: []string{"code"}})
	app := brio.New(brio.Use(requestID, access))
	app.Get("/", func() string { return "hello" })
	app.ServeHTTP(httptest.NewRecorder(), newRequest("GET", "/?code=1234&page=2"))
	for _, part := range []string{"request_id=id-1", "status=200", "page=2", "code=***", "1234"} {
		fmt.Println(part, strings.Contains(log.String(), part))
	}
	fmt.Println(middleware.ValidRequestID("id-1"), middleware.ValidRequestID("a b"), middleware.AccessLog(nil) != nil)
	// Output:
	// request_id=id-1 true
	// status=200 true
	// page=2 true
	// code=*** true
	// 1234 false
	// true false true
}

// BodyDump logs bodies at level Debug, without secrets.
func ExampleBodyDump() {
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	app := brio.New(brio.Use(middleware.BodyDump(middleware.BodyDumpOptions{Logger: logger, MaxBytes: 1024})))
	app.Post("/", func(in *brio.Body[map[string]string]) string { return "hello " + in.Value["user"] })
	r := httptest.NewRequest("POST", "/", strings.NewReader(`{"user":"ann","password":"hunter2"}`))
	r.Header.Set("Content-Type", "application/json")
	app.ServeHTTP(httptest.NewRecorder(), r)
	fmt.Println(strings.Contains(log.String(), "ann"), strings.Contains(log.String(), "hunter2"))
	// Output:
	// true false
}

// CSRF refuses requests that a page of another site makes with the cookies of the user.
func ExampleCSRF() {
	guards := []middleware.Func{
		middleware.CSRF("https://app.example"),
		middleware.CSRFWith(middleware.CSRFOptions{Bypass: []string{"POST /hooks/"}}),
	}
	for _, guard := range guards {
		answer(guard, newRequest("POST", "/orders", "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"))
		answer(guard, newRequest("POST", "/hooks/paid", "Sec-Fetch-Site", "cross-site", "Origin", "https://app.example"))
	}
	// Output:
	// 403 {"detail":"Cross-origin request refused"}
	// 200 POST from 192.0.2.1 over http
	// 403 {"detail":"Cross-origin request refused"}
	// 200 POST from 192.0.2.1 over http
}

// Bodies of 500 bytes and more are compressed, with zstd or gzip, as the client accepts. GZip takes FastAPI's arguments.
func ExampleCompress() {
	r := newRequest("GET", "/", "Accept-Encoding", "gzip, zstd")
	answer(middleware.Compress(), r, "Content-Encoding", "Vary") // the body is short
	answer(middleware.CompressWith(middleware.CompressOptions{MinimumSize: 1}), r, "Content-Encoding", "Vary")
	answer(middleware.GZip(1, 6), r, "Content-Encoding", "Vary")
	// Output:
	// 200 "" "Accept-Encoding" GET from 192.0.2.1 over http
	// 200 "zstd" "Accept-Encoding"
	// 200 "gzip" "Accept-Encoding"
}

// HTTPSRedirect sends clients of http to https.
func ExampleHTTPSRedirect() {
	answer(middleware.HTTPSRedirect(), newRequest("GET", "http://shop.example/hats"), "Location")
	// Output:
	// 307 "https://shop.example/hats"
}

// A form or a client that can only send POST may name another method.
func ExampleMethodOverride() {
	answer(middleware.MethodOverride(), newRequest("POST", "/", "X-HTTP-Method-Override", "DELETE"))
	custom := middleware.MethodOverrideWith(middleware.MethodOverrideOptions{Header: "X-Method", FormField: "_method"})
	answer(custom, newRequest("POST", "/", "X-Method", "PUT"))
	// Output:
	// 200 DELETE from 192.0.2.1 over http
	// 200 PUT from 192.0.2.1 over http
}

// Behind a proxy, the client's address and scheme are those that the proxy reports. Headers of other senders are ignored. An app has
// brio.TrustProxies for it.
func ExampleProxyHeaders() {
	r := newRequest("GET", "/", "X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https", "Forwarded", "for=198.51.100.7")
	answer(middleware.ProxyHeaders("192.0.2.0/24"), r) // httptest sends from 192.0.2.1
	answer(middleware.ProxyHeaders("10.0.0.0/8"), r)
	answer(middleware.ProxyHeadersWith(middleware.ProxyOptions{Trusted: []string{"192.0.2.1"}, Forwarded: true}), r)
	// Output:
	// 200 GET from 203.0.113.9 over https
	// 200 GET from 192.0.2.1 over http
	// 200 GET from 198.51.100.7 over http
}

// Defaults for pages and APIs; None and other values replace one of them.
func ExampleSecurityHeaders() {
	r := newRequest("GET", "/")
	answer(middleware.SecurityHeaders(), r, "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy")
	answer(middleware.SecurityHeadersWith(middleware.SecurityHeadersOptions{FrameOptions: middleware.None}), r, "X-Content-Type-Options", "X-Frame-Options")
	// Output:
	// 200 "nosniff" "DENY" "strict-origin-when-cross-origin" GET from 192.0.2.1 over http
	// 200 "nosniff" "" GET from 192.0.2.1 over http
}

// TrustedHost refuses requests for other hosts, so that links which are made of the Host header lead to the program.
func ExampleTrustedHost() {
	trusted := middleware.TrustedHost("www.shop.example")
	answer(trusted, newRequest("GET", "http://www.shop.example/"))
	answer(trusted, newRequest("GET", "http://shop.example/"), "Location")
	answer(middleware.TrustedHostWith(middleware.TrustedHostOptions{Hosts: []string{"*.shop.example"}, NoWWWRedirect: true}), newRequest("GET", "http://evil.example/"))
	// Output:
	// 200 GET from 192.0.2.1 over http
	// 307 "http://www.shop.example/"
	// 400 Invalid host header
}

// The key of a limit is the client's address, for IPv6 its network. A Decision says what the store has decided about one request.
func ExampleClientKey() {
	r := newRequest("GET", "/")
	r.RemoteAddr = "[2001:db8:1:2:3::4]:5000"
	fmt.Println(middleware.ClientKey(r))
	var store *middleware.MemoryStore = middleware.NewMemoryStore(brio.NoLimit)
	var d middleware.Decision
	d, _ = store.Take(context.Background(), middleware.ClientKey(r), middleware.Policy{Interval: time.Hour, Burst: 3})
	fmt.Println(d.Allowed, d.Remaining, store.Len())
	// Output:
	// 2001:db8:1:2::/64
	// true 2 1
}

// A handler never sees a body that does not match its Content-Digest. The answer has a digest of its own.
func ExampleContentDigest() {
	handler := middleware.ContentDigest()(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "stored") }))
	for _, body := range []string{"hello", "hell"} {
		r := httptest.NewRequest(http.MethodPut, "/", strings.NewReader(body))
		r.Header.Set("Content-Digest", "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Header().Get("Content-Digest"))
	}
	required := middleware.ContentDigestWith(middleware.ContentDigestOptions{Required: true})(handler)
	w := httptest.NewRecorder()
	required.ServeHTTP(w, httptest.NewRequest(http.MethodPut, "/", strings.NewReader("hello")))
	fmt.Println(w.Code, w.Header().Get("Want-Content-Digest"))
	// Output:
	// 200 sha-256=:h7BOWJYfmpnYU9QEagtbeT58Pku9IfWsqPsXwgzbHYs=:
	// 400 sha-256=:g4CaOjaMWgqin22KhUtR20+xIi8F7OD8hRKzM7rzfRE=:
	// 400 sha-256=10, sha-512=10
}

// The server keeps the session, so it can end the sessions of other devices when the password changes.
func ExampleServerSessions() {
	store := middleware.NewMemorySessions(middleware.MemorySessionsOptions{})
	app := brio.New(
		brio.Use(middleware.ServerSessions(middleware.ServerSessionOptions{Store: store, Idle: time.Hour})),
		brio.Provide(middleware.SessionFrom),
	)
	app.Post("/sign-in", func(s *middleware.Session) error { return s.SignIn("ann") })
	app.Post("/password", func(ctx context.Context, s *middleware.Session) error { return s.EndOthers(ctx) })
	app.Get("/me", func(s *middleware.Session) string { return s.User() })

	send := func(method, path, cookie string) *httptest.ResponseRecorder {
		r := newRequest(method, path, "Cookie", cookie)
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		return w
	}
	phone, _, _ := strings.Cut(send("POST", "/sign-in", "").Header().Get("Set-Cookie"), ";")
	laptop, _, _ := strings.Cut(send("POST", "/sign-in", "").Header().Get("Set-Cookie"), ";")
	send("POST", "/password", laptop)
	fmt.Println(send("GET", "/me", phone).Body, send("GET", "/me", laptop).Body)
	// Output: "" "ann"
}

// A store has sessions by a hash of the cookie. A program lists and ends those of a user: by the store, or by the Session of a request.
func ExampleMemorySessions() {
	var store *middleware.MemorySessions = middleware.NewMemorySessions(middleware.MemorySessionsOptions{})
	sessions := middleware.ServerSessions(middleware.ServerSessionOptions{Store: store})
	answer := sessions(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = middleware.SessionFrom(r.Context()).SignIn("ann")
		_ = middleware.SessionFrom(r.Context()).Set("device", "phone")
	}))
	w := httptest.NewRecorder()
	answer.ServeHTTP(w, newRequest("POST", "/sign-in"))
	var stored []middleware.StoredSession
	stored, _ = store.List(context.Background(), "ann")
	fmt.Println(len(stored), stored[0].User, string(stored[0].Values))

	r := newRequest("GET", "/devices")
	r.AddCookie(w.Result().Cookies()[0])
	sessions(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		list, _ := middleware.SessionFrom(r.Context()).List(r.Context())
		var first middleware.SessionInfo = list[0]
		var device string
		first.Get("device", &device)
		fmt.Println(device, first.Current)
	})).ServeHTTP(httptest.NewRecorder(), r)

	_ = store.EndAll(context.Background(), "ann", "")
	fmt.Println(store.Len())
	// Output:
	// 1 ann {"device":"phone"}
	// phone true
	// 0
}
