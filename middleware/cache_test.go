package middleware_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/middleware"
)

// send sends a request; headers are further names and values, of which each is added.
func send(h http.Handler, method, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// origin is a handler that counts its calls, and whose answer has headers and the number of the call.
type origin struct {
	calls  int
	status int         // 0 for 200
	header http.Header // of the answer
	last   *http.Request
	do     func(w http.ResponseWriter, r *http.Request) // in place of the answer
}

func (o *origin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.calls++
	o.last = r
	for k, values := range o.header {
		for _, v := range values {
			w.Header().Add(k, v)
		}
	}
	switch {
	case o.do != nil:
		o.do(w, r)
		return
	case o.status != 0:
		w.WriteHeader(o.status)
	}
	_, _ = fmt.Fprint(w, "answer ", o.calls)
}

// headers makes a header of names and values.
func headers(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

// newCache returns a Cache around an origin whose answers have the headers.
func newCache(o middleware.CacheOptions, pairs ...string) (*origin, http.Handler) {
	made := &origin{header: headers(append([]string{"Content-Type", "text/plain"}, pairs...)...)}
	return made, middleware.Cache(o)(made)
}

// wantBody requires the status and the body of an answer.
func wantBody(t *testing.T, what string, w *httptest.ResponseRecorder, status int, body string) {
	t.Helper()
	if w.Code != status || w.Body.String() != body {
		t.Errorf("%s: got %d %q, want %d %q; Cache-Status %q", what, w.Code, w.Body, status, body, w.Header()["Cache-Status"])
	}
}

// A hit has status, headers and body of the stored answer, with its Date and Age, and the headers that middleware outside sets for this
// request (RFC 9111, 3 and 5.1).
func TestCacheHit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		inner, inside := newCache(middleware.CacheOptions{}, "Cache-Control", "max-age=60", "Etag", `"v1"`, "X-Limit", "inner", "Vary", "Accept-Language",
			"Connection", "close, X-Hop", "X-Hop", "1", "Keep-Alive", "timeout=5", "Upgrade", "h2c", "Content-Length", "8")
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n++
			w.Header().Set("X-Request", fmt.Sprint(n))
			w.Header().Set("X-Limit", fmt.Sprint(n))
			w.Header().Set("X-Own", fmt.Sprint(n))
			w.Header().Set("Vary", "Origin")
			w.Header().Set("Set-Cookie", fmt.Sprint("outside=", n))
			inside.ServeHTTP(w, r)
		})
		inner.do = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Own", "inner")
			_, _ = fmt.Fprint(w, "answer ", inner.calls)
		}
		began := time.Now()
		first := send(h, "GET", "http://a/x?q=1")
		wantBody(t, "first", first, 200, "answer 1")
		if got := first.Header()["Cache-Status"]; !slices.Equal(got, []string{"brio; fwd=uri-miss; fwd-status=200; stored"}) || first.Header().Get("Age") != "" {
			t.Errorf("first: got %q, %v", got, first.Header())
		}
		time.Sleep(7 * time.Second)
		second := send(h, "GET", "http://a/x?q=1")
		wantBody(t, "second", second, 200, "answer 1")
		want := http.Header{
			"Age": {"7"}, "Cache-Control": {"max-age=60"}, "Cache-Status": {"brio; hit; ttl=53"}, "Content-Length": {"8"}, "Content-Type": {"text/plain"},
			"Date": {began.UTC().Format(http.TimeFormat)}, "Etag": {`"v1"`}, "Set-Cookie": {"outside=2"}, "Vary": {"Origin", "Accept-Language"}, "X-Limit": {"2", "inner"}, "X-Own": {"inner"},
			"X-Request": {"2"},
		}
		if got := fmt.Sprint(second.Header()); got != fmt.Sprint(want) {
			t.Errorf("second: got %v\nwant %v", got, want)
		}
		second.Header()["Etag"][0], second.Header()["Vary"][1] = "changed", "changed" // in place, as middleware may
		if third := send(h, "GET", "http://a/x?q=1"); third.Header().Get("Etag") != `"v1"` || inner.calls != 1 {
			t.Errorf("third: got %v after %d calls", third.Header(), inner.calls)
		}
		time.Sleep(53 * time.Second)
		wantBody(t, "stale", send(h, "GET", "http://a/x?q=1"), 200, "answer 2")
	})
}

// What may be stored (RFC 9111, 3): by method, status, and headers of request and answer.
func TestCacheStores(t *testing.T) {
	fresh := []string{"Cache-Control", "max-age=60"}
	for _, c := range []struct {
		name    string
		status  int
		answer  []string
		request []string
		options middleware.CacheOptions
		want    bool
	}{
		{"max-age", 200, fresh, nil, middleware.CacheOptions{}, true},
		{"s-maxage", 200, []string{"Cache-Control", "s-maxage=60"}, nil, middleware.CacheOptions{}, true},
		{"s-maxage over max-age", 200, []string{"Cache-Control", "max-age=0, s-maxage=60"}, nil, middleware.CacheOptions{}, true},
		{"s-maxage of 0", 200, []string{"Cache-Control", "max-age=60, s-maxage=0"}, nil, middleware.CacheOptions{}, false},
		{"Expires", 200, []string{"Expires", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)}, nil, middleware.CacheOptions{}, true},
		{"Expires in the past", 200, []string{"Expires", "Mon, 02 Jan 2006 15:04:05 GMT"}, nil, middleware.CacheOptions{TTL: time.Hour}, false},
		{"Expires of 0", 200, []string{"Expires", "0"}, nil, middleware.CacheOptions{TTL: time.Hour}, false},
		{"two Expires", 200, []string{"Expires", "Mon, 02 Jan 2096 15:04:05 GMT", "Expires", "Mon, 02 Jan 2096 15:04:05 GMT"}, nil, middleware.CacheOptions{}, false},
		{"max-age over Expires", 200, []string{"Expires", "Mon, 02 Jan 2096 15:04:05 GMT", "Cache-Control", "max-age=0"}, nil, middleware.CacheOptions{}, false},
		{"no lifetime", 200, nil, nil, middleware.CacheOptions{}, false},
		{"TTL", 200, nil, nil, middleware.CacheOptions{TTL: time.Hour}, true},
		{"TTL and a lifetime", 200, []string{"Cache-Control", "max-age=0"}, nil, middleware.CacheOptions{TTL: time.Hour}, false},
		{"TTL and no-store", 200, []string{"Cache-Control", "no-store"}, nil, middleware.CacheOptions{TTL: time.Hour}, false},
		{"TTL and a redirect", 302, nil, nil, middleware.CacheOptions{TTL: time.Hour}, false},
		{"TTL and 404", 404, nil, nil, middleware.CacheOptions{TTL: time.Hour}, true},
		{"public without a lifetime", 200, []string{"Cache-Control", "public"}, nil, middleware.CacheOptions{}, false},
		{"an age over the lifetime", 200, []string{"Cache-Control", "max-age=60", "Age", "60"}, nil, middleware.CacheOptions{}, false},
		{"an age below it", 200, []string{"Cache-Control", "max-age=60", "Age", "50"}, nil, middleware.CacheOptions{}, true},
		{"an old Date", 200, []string{"Cache-Control", "max-age=60", "Date", "Mon, 02 Jan 2006 15:04:05 GMT"}, nil, middleware.CacheOptions{}, false},
		{"no-store", 200, []string{"Cache-Control", "max-age=60, no-store"}, nil, middleware.CacheOptions{}, false},
		{"no-store in capitals", 200, []string{"Cache-Control", "max-age=60, NO-STORE"}, nil, middleware.CacheOptions{}, false},
		{"no-store in a second line", 200, []string{"Cache-Control", "max-age=60", "Cache-Control", "no-store"}, nil, middleware.CacheOptions{}, false},
		{"must-understand", 200, []string{"Cache-Control", "max-age=60, no-store, must-understand"}, nil, middleware.CacheOptions{}, true},
		{"private", 200, []string{"Cache-Control", "max-age=60, private"}, nil, middleware.CacheOptions{}, false},
		{"private and public", 200, []string{"Cache-Control", "max-age=60, private, public"}, nil, middleware.CacheOptions{}, false},
		{"private for no field", 200, []string{"Cache-Control", `max-age=60, private=""`}, nil, middleware.CacheOptions{}, false},
		{"private for a field", 200, []string{"Cache-Control", `max-age=60, private="X-User"`}, nil, middleware.CacheOptions{}, true},
		{"an open string", 200, []string{"Cache-Control", `max-age=60, x="private`}, nil, middleware.CacheOptions{}, false},
		{"a semicolon", 200, []string{"Cache-Control", `max-age=60; private`}, nil, middleware.CacheOptions{}, false},
		{"no-cache", 200, []string{"Cache-Control", `max-age=60, no-cache`}, nil, middleware.CacheOptions{}, false},
		{"a cookie", 200, append(fresh, "Set-Cookie", "a=b"), nil, middleware.CacheOptions{}, false},
		{"a cookie, public", 200, []string{"Cache-Control", "public, max-age=60", "Set-Cookie", "a=b"}, nil, middleware.CacheOptions{}, false},
		{"a cookie that is left out", 200, []string{"Cache-Control", `max-age=60, no-cache="Set-Cookie"`, "Set-Cookie", "a=b"}, nil, middleware.CacheOptions{}, true},
		{"a cookie that is kept", 200, append(fresh, "Set-Cookie", "a=b"), nil, middleware.CacheOptions{KeepCookies: true}, true},
		{"Authorization", 200, fresh, []string{"Authorization", "Bearer x"}, middleware.CacheOptions{}, false},
		{"Authorization, public", 200, []string{"Cache-Control", "public, max-age=60"}, []string{"Authorization", "Bearer x"}, middleware.CacheOptions{}, true},
		{"Authorization, s-maxage", 200, []string{"Cache-Control", "s-maxage=60"}, []string{"Authorization", "Bearer x"}, middleware.CacheOptions{}, true},
		{"Authorization, must-revalidate", 200, []string{"Cache-Control", "must-revalidate, max-age=60"}, []string{"Authorization", "Bearer x"}, middleware.CacheOptions{}, true},
		{"Authorization, TTL", 200, nil, []string{"Authorization", "Bearer x"}, middleware.CacheOptions{TTL: time.Hour}, false},
		{"Cookie", 200, fresh, []string{"Cookie", "a=b"}, middleware.CacheOptions{}, false},
		{"Cookie, public", 200, []string{"Cache-Control", "public, max-age=60"}, []string{"Cookie", "a=b"}, middleware.CacheOptions{}, true},
		{"Cookie, must-revalidate", 200, []string{"Cache-Control", "must-revalidate, max-age=60"}, []string{"Cookie", "a=b"}, middleware.CacheOptions{}, false},
		{"Cookie, TTL", 200, nil, []string{"Cookie", "a=b"}, middleware.CacheOptions{TTL: time.Hour}, false},
		{"a header of Credentials", 200, fresh, []string{"X-Api-Key", "k"}, middleware.CacheOptions{Credentials: []string{"x-api-key"}}, false},
		{"no-store of the request", 200, fresh, []string{"Cache-Control", "no-store"}, middleware.CacheOptions{}, false},
		{"Vary of all", 200, append(fresh, "Vary", "*"), nil, middleware.CacheOptions{}, false},
		{"Vary of all in a list", 200, append(fresh, "Vary", "Accept, *"), nil, middleware.CacheOptions{}, false},
		{"Vary of no name", 200, append(fresh, "Vary", "a b"), nil, middleware.CacheOptions{}, false},
		{"a part", 206, append(fresh, "Content-Range", "bytes 0-7/9"), nil, middleware.CacheOptions{}, false},
		{"Range", 200, fresh, []string{"Range", "bytes=0-1"}, middleware.CacheOptions{}, false},
		{"If-Match", 200, fresh, []string{"If-Match", "*"}, middleware.CacheOptions{}, false},
		{"trailers", 200, append(fresh, "Trailer", "X-Sum"), nil, middleware.CacheOptions{}, false},
		{"skipped", 200, fresh, nil, middleware.CacheOptions{Skip: func(*http.Request) bool { return true }}, false},
		{"204", 204, fresh, nil, middleware.CacheOptions{}, true}, {"301", 301, fresh, nil, middleware.CacheOptions{}, true},
		{"302", 302, fresh, nil, middleware.CacheOptions{}, true}, {"404", 404, fresh, nil, middleware.CacheOptions{}, true},
		{"304", 304, fresh, nil, middleware.CacheOptions{}, false}, {"401", 401, fresh, nil, middleware.CacheOptions{}, false},
		{"403", 403, fresh, nil, middleware.CacheOptions{}, false}, {"429", 429, fresh, nil, middleware.CacheOptions{}, false},
		{"500", 500, fresh, nil, middleware.CacheOptions{}, false}, {"503", 503, fresh, nil, middleware.CacheOptions{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			inner, h := newCache(c.options, c.answer...)
			inner.status = c.status
			first := send(h, "GET", "/x", c.request...)
			second := send(h, "GET", "/x", c.request...)
			want := 2
			if c.want {
				want = 1
			}
			if first.Code != c.status || second.Code != c.status || inner.calls != want {
				t.Errorf("got %d calls, want %d: %d %q, then %d %q", inner.calls, want, first.Code, first.Header()["Cache-Status"], second.Code, second.Header()["Cache-Status"])
			}
		})
	}
}

// Cache-Status tells a developer why an answer is not stored (RFC 9211).
func TestCacheStatus(t *testing.T) {
	for want, pairs := range map[string][]string{
		`brio; fwd=uri-miss; fwd-status=200; detail="no lifetime"`:             nil,
		`brio; fwd=uri-miss; fwd-status=200; detail="private"`:                 {"Cache-Control", "private"},
		`brio; fwd=uri-miss; fwd-status=200; detail="Set-Cookie"`:              {"Cache-Control", "max-age=1", "Set-Cookie", "a=b"},
		`brio; fwd=uri-miss; fwd-status=200; detail="malformed Cache-Control"`: {"Cache-Control", "a b"},
	} {
		_, h := newCache(middleware.CacheOptions{}, pairs...)
		if got := send(h, "GET", "/").Header()["Cache-Status"]; !slices.Equal(got, []string{want}) {
			t.Errorf("got %q, want %s", got, want)
		}
	}
	_, h := newCache(middleware.CacheOptions{Name: "edge"}, "Cache-Control", "max-age=9", "Cache-Status", "inner; hit")
	if got := send(h, "GET", "/").Header()["Cache-Status"]; !slices.Equal(got, []string{"inner; hit", "edge; fwd=uri-miss; fwd-status=200; stored"}) {
		t.Errorf("got %q", got)
	}
	if got := send(h, "GET", "/").Header()["Cache-Status"]; len(got) != 1 || !strings.HasPrefix(got[0], "edge; hit; ttl=") {
		t.Errorf("got %q", got)
	}
	if got := send(h, "GET", "/", "Range", "bytes=0-1").Header()["Cache-Status"]; !slices.Contains(got, "edge; fwd=bypass") {
		t.Errorf("got %q", got)
	}
	_, h = newCache(middleware.CacheOptions{HideStatus: true}, "Cache-Control", "max-age=9")
	for range 2 {
		if got := send(h, "GET", "/").Header()["Cache-Status"]; got != nil {
			t.Errorf("got %q, want none", got)
		}
	}
}

// A cached answer never has what a handler has made for another user: each answer has the secrets of its request, and no other request sees
// them, whatever the order.
func TestCacheKeepsUsersApart(t *testing.T) {
	for _, cc := range []string{"max-age=60", "max-age=60, private", "public, max-age=60, no-store", "max-age=60, must-revalidate", `max-age=60, private="X-User, Set-Cookie"`, "", "no-cache"} {
		for _, credential := range []string{"Authorization", "Cookie", "X-Api-Key"} {
			if cc == "max-age=60, must-revalidate" && credential == "Authorization" { // says that it may be shared (RFC 9111, 3.5)
				continue
			}
			h := middleware.Cache(middleware.CacheOptions{TTL: time.Minute, StaleWhileRevalidate: time.Hour, StaleIfError: time.Hour, Credentials: []string{"X-API-Key"}})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				user := r.Header.Get(credential)
				if cc != "" {
					w.Header().Set("Cache-Control", cc)
				}
				w.Header().Set("ETag", `"same"`)
				if user != "" {
					w.Header().Set("X-User", user)
					w.Header().Set("Set-Cookie", "session="+user)
				}
				_, _ = io.WriteString(w, "for "+user)
			}))
			for _, user := range []string{"ann", "", "bob", "ann", "", "bob"} {
				pairs := []string{credential, user}
				if user == "" {
					pairs = nil
				}
				w := send(h, "GET", "/", pairs...)
				wantUser := w.Header().Get("X-User") == user && (user == "" || w.Header().Get("Set-Cookie") == "session="+user)
				if w.Body.String() != "for "+user || !wantUser {
					t.Errorf("%q, %s: %q got %q with %v", cc, credential, user, w.Body, w.Header())
				}
			}
		}
	}
}

// At once, too: requests of many users that wait for one handler get no answer of another user.
func TestCacheKeepsConcurrentUsersApart(t *testing.T) {
	for _, cc := range []string{"max-age=60", "private, max-age=60"} {
		h := middleware.Cache(middleware.CacheOptions{})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(5 * time.Millisecond)
			w.Header().Set("Cache-Control", cc)
			_, _ = io.WriteString(w, "for "+r.Header.Get("Cookie"))
		}))
		var work sync.WaitGroup
		for i := range 32 {
			work.Go(func() {
				user := fmt.Sprint("user=", i)
				pairs := []string{"Cookie", user}
				if i%4 == 0 {
					user, pairs = "", nil
				}
				if w := send(h, "GET", "/", pairs...); w.Body.String() != "for "+user {
					t.Errorf("%s: %q got %q", cc, user, w.Body)
				}
			})
		}
		work.Wait()
	}
}

// A client certificate is a credential.
func TestCacheClientCertificates(t *testing.T) {
	inner, h := newCache(middleware.CacheOptions{}, "Cache-Control", "max-age=60")
	for range 2 {
		r := httptest.NewRequest("GET", "https://a/", nil)
		r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{{}}}
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	if inner.calls != 2 {
		t.Errorf("got %d calls, want 2", inner.calls)
	}
}

// A page that has read the session is that of a user; one that changes it gets a cookie from outside of the cache.
func TestCacheOfSessions(t *testing.T) {
	codec, err := cookies.NewCodec(cookies.Key{Sign: []byte(strings.Repeat("k", 32))})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, cc string
		do       func(s *middleware.Session)
		want     int // calls for three requests
	}{
		{"unused", "max-age=60", func(*middleware.Session) {}, 1},
		{"read", "max-age=60", func(s *middleware.Session) { s.Get("user", new(string)) }, 3},
		{"read, public", "max-age=60, public", func(s *middleware.Session) { s.Get("user", new(string)) }, 1},
		{"changed, public", "max-age=60, public", func(s *middleware.Session) { _ = s.Set("token", "t") }, 3},
	} {
		inner, inside := newCache(middleware.CacheOptions{}, "Cache-Control", c.cc)
		inner.do = func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "page") // the session is used after the answer has begun
			c.do(middleware.SessionFrom(r.Context()))
		}
		h := middleware.Sessions(codec, middleware.SessionOptions{})(inside)
		for range 3 {
			send(h, "GET", "/")
		}
		if inner.calls != c.want {
			t.Errorf("%s: got %d calls, want %d", c.name, inner.calls, c.want)
		}
	}
}

// Each part of the URL is a part of the key, and a host is one whatever its case. A host that a client makes up has its own answers.
func TestCacheKeys(t *testing.T) {
	inner := &origin{header: headers("Cache-Control", "max-age=60")}
	inner.do = func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Host+r.URL.RequestURI()) }
	h := middleware.Cache(middleware.CacheOptions{Key: func(r *http.Request) string { return r.Header.Get("X-Tenant") }})(inner)
	targets := []string{"http://a/x", "http://a/x?q", "http://a/x?", "http://a/y", "http://b/x", "https://a/x", "http://a/x?b=1&a=2", "http://a/x?a=2&b=1", "http://a/x%2Fy", "http://a/x/y", "http://a:8080/x"}
	for range 2 {
		for _, target := range targets {
			r := httptest.NewRequest("GET", target, nil)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if want := r.Host + r.URL.RequestURI(); w.Body.String() != want && target != "http://a/x?" {
				t.Errorf("%s: got %q, want %q", target, w.Body, want)
			}
		}
	}
	if want := len(targets) - 1; inner.calls != want { // "?" alone is no other URL
		t.Errorf("got %d calls for %d URLs", inner.calls, want)
	}
	before := inner.calls
	send(h, "GET", "http://A/x")
	if inner.calls != before {
		t.Error("the case of the host counts")
	}
	send(h, "GET", "http://a/x", "X-Tenant", "t")
	if send(h, "GET", "http://a/x", "X-Tenant", "t"); inner.calls != before+1 {
		t.Errorf("got %d calls for a tenant, want 1", inner.calls-before)
	}
	inner, h = newCache(middleware.CacheOptions{SortQuery: true}, "Cache-Control", "max-age=60")
	for _, same := range []string{"/x?b=1&a=2&a=1", "/x?a=2&b=1&a=1", "/x?%61=2&a=1&&b=1"} {
		send(h, "GET", same)
	}
	if send(h, "GET", "/x?a=1&a=2&b=1"); inner.calls != 3 { // "%61" stays as it was sent
		t.Errorf("got %d calls, want 3", inner.calls)
	}
}

// A proxy that is not trusted changes no key, and the handler does not see what it says.
func TestCacheHostsOfProxies(t *testing.T) {
	for _, isTrusted := range []bool{true, false} {
		app := brio.New(brio.Use(middleware.Cache(middleware.CacheOptions{TTL: time.Minute})))
		if isTrusted {
			app = brio.New(brio.TrustProxies("192.0.2.0/24"), brio.Use(middleware.Cache(middleware.CacheOptions{TTL: time.Minute})))
		}
		app.Get("/", func(u *brio.URLs, r *http.Request) string { return middleware.Scheme(r) + "://" + r.Host })
		for _, c := range [][3]string{{"evil.example", "https"}, {"", ""}, {"other.example", "http"}} {
			pairs := []string{}
			want := "http://own.example"
			if c[0] != "" {
				pairs = []string{"X-Forwarded-Host", c[0], "X-Forwarded-Proto", c[1], "X-Forwarded-For", "203.0.113.1"}
				if isTrusted {
					want = c[1] + "://" + c[0]
				}
			}
			if w := send(app, "GET", "http://own.example/", pairs...); w.Body.String() != `"`+want+`"` && w.Body.String() != want {
				t.Errorf("trusted %v, %v: got %s, want %s", isTrusted, c, w.Body, want)
			}
		}
	}
}

// Answers that vary have one entry for each variant, and at most MaxVariants (RFC 9111, 4.1).
func TestCacheVariants(t *testing.T) {
	store := middleware.NewMemoryCache(middleware.MemoryCacheOptions{})
	inner := &origin{header: headers("Cache-Control", "max-age=60", "Vary", "Accept-Language")}
	inner.do = func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprint(w, inner.calls, " ", r.Header["Accept-Language"])
	}
	h := middleware.Cache(middleware.CacheOptions{Store: store, MaxVariants: 3})(inner)
	language := func(values ...string) string {
		pairs := []string{}
		for _, v := range values {
			pairs = append(pairs, "Accept-Language", v)
		}
		return send(h, "GET", "/", pairs...).Body.String()
	}
	for _, c := range []struct{ got, want string }{
		{language("de"), "1 [de]"}, {language("en"), "2 [en]"}, {language(), "3 []"},
		{language("de"), "1 [de]"}, {language("en"), "2 [en]"}, {language(), "3 []"},
		{language(""), "4 []"}, // an empty header is another one than none
		{language("de"), "5 [de]"}, {language(""), "4 []"}, {language(), "3 []"}, {language("en"), "6 [en]"},
		{language("en, fr"), "7 [en, fr]"}, {language("en", "fr"), "7 [en, fr]"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	for i := range 100 {
		language(fmt.Sprint("x-", i))
	}
	if n := store.Len(); n != 4 { // three variants and their index
		t.Errorf("got %d values, want 4", n)
	}
	if got := send(h, "GET", "/", "Accept-Language", "yy").Header().Get("Cache-Status"); !strings.HasPrefix(got, "brio; fwd=vary-miss;") {
		t.Errorf("got %q", got)
	}
}

// Answers of one URL with other Vary headers do not replace each other for ever, and Accept-Encoding is one set of encodings.
func TestCacheVaryChanges(t *testing.T) {
	inner := &origin{header: headers("Cache-Control", "max-age=60")}
	inner.do = func(w http.ResponseWriter, r *http.Request) {
		switch r.Header.Get("Accept") {
		case "a":
			w.Header().Set("Vary", "accept, Accept-Encoding")
		case "b":
			w.Header().Set("Vary", "Accept, X-B")
		}
		_, _ = fmt.Fprint(w, r.Header.Get("Accept"), r.Header.Get("X-B"), r.Header.Get("Accept-Encoding") != "")
	}
	h := middleware.Cache(middleware.CacheOptions{})(inner)
	for range 3 {
		for _, pairs := range [][]string{{"Accept", "a"}, {"Accept", "b", "X-B", "1"}, {"Accept", "b", "X-B", "2"}, {"Accept", "a", "Accept-Encoding", "gzip, br"}} {
			all := headers(pairs...)
			want := fmt.Sprint(all.Get("Accept"), all.Get("X-B"), all.Get("Accept-Encoding") != "")
			if w := send(h, "GET", "/", pairs...); w.Body.String() != want {
				t.Errorf("%v: got %q, want %q", pairs, w.Body, want)
			}
		}
	}
	before := inner.calls
	send(h, "GET", "/", "Accept", "a", "Accept-Encoding", "BR,gzip")
	if before > 8 || inner.calls != before {
		t.Errorf("got %d calls, then %d", before, inner.calls-before)
	}
}

// Clients with the version get 304 of a cached answer and of one that is made for them (RFC 9111, 4.3.2), and HEAD has no body.
func TestCacheConditions(t *testing.T) {
	const modified = "Mon, 02 Jan 2006 15:04:05 GMT"
	for _, cc := range []string{"max-age=60", "private"} {
		for _, c := range []struct {
			pairs []string
			want  int
		}{
			{[]string{"If-None-Match", `"v"`}, 304}, {[]string{"If-None-Match", `W/"v"`}, 304}, {[]string{"If-None-Match", `"a", "v"`}, 304},
			{[]string{"If-None-Match", `"a"`}, 200}, {[]string{"If-Modified-Since", modified}, 304}, {[]string{"If-Modified-Since", "Sun, 01 Jan 2006 15:04:05 GMT"}, 200},
			{[]string{"If-None-Match", `"a"`, "If-Modified-Since", modified}, 200},
		} {
			inner, h := newCache(middleware.CacheOptions{}, "Cache-Control", cc, "Etag", `"v"`, "Last-Modified", modified, "Content-Language", "de", "Content-Security-Policy", "default-src 'self'")
			for i := range 2 {
				w := send(h, "GET", "/", c.pairs...)
				if cc == "private" && i == 1 && c.want == 304 {
					continue // the handler of this test knows no conditions
				}
				if w.Code != c.want || (w.Body.Len() == 0) != (c.want == 304) || w.Header().Get("Etag") != `"v"` || w.Header().Get("Content-Security-Policy") == "" || (w.Header().Get("Content-Language") == "") != (c.want == 304) {
					t.Errorf("%s, %v: got %d %q %v", cc, c.pairs, w.Code, w.Body, w.Header())
				}
			}
			if len(inner.last.Header["If-None-Match"])+len(inner.last.Header["If-Modified-Since"]) > 0 && cc != "private" {
				t.Errorf("the handler has the client's conditions: %v", inner.last.Header)
			}
		}
	}
	inner, h := newCache(middleware.CacheOptions{}, "Cache-Control", "max-age=60", "Content-Length", "8", "Etag", `"v"`)
	send(h, "HEAD", "/") // is not stored
	send(h, "GET", "/")
	w := send(h, "HEAD", "/")
	if w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("Content-Length") != "8" || inner.calls != 2 {
		t.Errorf("HEAD: got %d %q %v after %d calls", w.Code, w.Body, w.Header(), inner.calls)
	}
	if w := send(h, "HEAD", "/", "If-None-Match", `"v"`); w.Code != 304 {
		t.Errorf("HEAD: got %d, want 304", w.Code)
	}
}

// A stale answer is validated with the handler: a 304 renews it with the headers of the 304, another answer replaces it (RFC 9111, 4.3).
func TestCacheValidates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner, h := newCache(middleware.CacheOptions{}, "Cache-Control", "max-age=10", "X-Call", "")
		version := `"1"`
		inner.do = func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Etag", version)
			w.Header().Set("X-Call", fmt.Sprint(inner.calls))
			if r.Header.Get("If-None-Match") == version {
				w.Header().Set("Content-Type", "text/other")
				w.WriteHeader(304)
				return
			}
			_, _ = io.WriteString(w, "version "+version)
		}
		wantBody(t, "first", send(h, "GET", "/"), 200, `version "1"`)
		time.Sleep(10 * time.Second)
		w := send(h, "GET", "/")
		wantBody(t, "validated", w, 200, `version "1"`)
		if got := w.Header(); got.Get("X-Call") != "2" || got.Get("Content-Type") != "text/plain" || got.Get("Age") != "0" || got.Get("Cache-Status") != `brio; fwd=stale; fwd-status=304; stored; ttl=10` {
			t.Errorf("validated: got %v", got)
		}
		time.Sleep(9 * time.Second)
		w = send(h, "GET", "/", "If-None-Match", `"1"`)
		if w.Code != 304 || w.Header().Get("Age") != "9" || w.Header().Get("X-Call") != "2" || inner.calls != 2 {
			t.Errorf("fresh again: got %d %v after %d calls", w.Code, w.Header(), inner.calls)
		}
		time.Sleep(time.Second)
		version = `"2"`
		if w = send(h, "GET", "/", "If-None-Match", `"1"`); w.Code != 200 || w.Body.String() != `version "2"` {
			t.Errorf("another version: got %d %q", w.Code, w.Body)
		}
		time.Sleep(10 * time.Second)
		if w = send(h, "GET", "/", "If-None-Match", `"2"`); w.Code != 304 || inner.calls != 4 {
			t.Errorf("a client with the version: got %d after %d calls", w.Code, inner.calls)
		}
		time.Sleep(2 * time.Hour) // longer than KeepStale
		wantBody(t, "forgotten", send(h, "GET", "/"), 200, `version "2"`)
		if len(inner.last.Header["If-None-Match"]) > 0 {
			t.Error("the cache has kept the answer for more than KeepStale")
		}
	})
}

// A 304 that cannot renew the entry: of another version the handler is asked again; with a cookie it is for its own client.
func TestCacheValidationsThatFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner, h := newCache(middleware.CacheOptions{}, "Cache-Control", "max-age=10")
		inner.do = func(w http.ResponseWriter, r *http.Request) {
			switch {
			case inner.calls == 1:
				w.Header().Set("Etag", `"1"`)
				_, _ = io.WriteString(w, "one")
			case r.Header.Get("If-None-Match") != "":
				w.Header().Set("Etag", `"2"`)
				w.WriteHeader(304)
			default:
				w.Header().Set("Etag", `"2"`)
				_, _ = io.WriteString(w, "two")
			}
		}
		send(h, "GET", "/")
		time.Sleep(10 * time.Second)
		wantBody(t, "another version", send(h, "GET", "/"), 200, "two")
		wantBody(t, "and it is stored", send(h, "GET", "/"), 200, "two")
		if inner.calls != 3 {
			t.Errorf("got %d calls, want 3", inner.calls)
		}

		inner, h = newCache(middleware.CacheOptions{}, "Cache-Control", "max-age=10", "Etag", `"1"`)
		inner.do = func(w http.ResponseWriter, r *http.Request) {
			if inner.calls > 1 {
				w.Header().Set("Set-Cookie", fmt.Sprint("call=", inner.calls))
				w.WriteHeader(304)
				return
			}
			_, _ = io.WriteString(w, "one")
		}
		send(h, "GET", "/")
		time.Sleep(10 * time.Second)
		for call := 2; call <= 4; call++ {
			w := send(h, "GET", "/")
			wantBody(t, "with a cookie", w, 200, "one")
			if got := w.Header()["Set-Cookie"]; !slices.Equal(got, []string{fmt.Sprint("call=", call)}) {
				t.Errorf("got the cookies %q, want that of call %d", got, call)
			}
		}
	})
}

// An answer with no-cache, or with a lifetime of 0 and a validator, is validated at each use.
func TestCacheNoCache(t *testing.T) {
	for _, cc := range []string{"no-cache", "max-age=0", "public, max-age=60, no-cache"} {
		inner, h := newCache(middleware.CacheOptions{TTL: time.Hour, StaleWhileRevalidate: time.Hour}, "Cache-Control", cc+", must-revalidate", "Etag", `"v"`)
		inner.do = func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("If-None-Match") == `"v"` {
				w.WriteHeader(304)
				return
			}
			_, _ = io.WriteString(w, "content")
		}
		for range 3 {
			wantBody(t, cc, send(h, "GET", "/"), 200, "content")
		}
		if inner.calls != 3 || inner.last.Header.Get("If-None-Match") != `"v"` {
			t.Errorf("%s: got %d calls, want 3, and the last with the validator: %v", cc, inner.calls, inner.last.Header)
		}
	}
}

// The directives of requests (RFC 9111, 5.2.1): only Reload lets them run a handler whose answer is fresh.
func TestCacheRequestDirectives(t *testing.T) {
	for _, c := range []struct {
		cc     string
		after  time.Duration // since the answer, which is fresh for a minute
		reload time.Duration
		answer string
		want   int // calls; 504 for an error
	}{
		{"no-cache", 5 * time.Second, 0, "max-age=60", 1}, {"max-age=0", 5 * time.Second, 0, "max-age=60", 1}, {"min-fresh=59", 5 * time.Second, 0, "max-age=60", 1}, {"no-store", 5 * time.Second, 0, "max-age=60", 1},
		{"no-cache", 5 * time.Second, 5 * time.Second, "max-age=60", 2}, {"no-cache", 4 * time.Second, 5 * time.Second, "max-age=60", 1},
		{"max-age=4", 5 * time.Second, time.Second, "max-age=60", 2}, {"max-age=5", 5 * time.Second, time.Second, "max-age=60", 1},
		{"min-fresh=56", 5 * time.Second, time.Second, "max-age=60", 2}, {"min-fresh=55", 5 * time.Second, time.Second, "max-age=60", 1},
		{"only-if-cached", 5 * time.Second, 0, "max-age=60", 1}, {"only-if-cached", time.Minute, 0, "max-age=60", 504}, {"only-if-cached, no-cache", 5 * time.Second, time.Second, "max-age=60", 504},
		{"", 70 * time.Second, 0, "max-age=60", 2},
		{"max-stale", 70 * time.Second, 0, "max-age=60", 1}, {"max-stale=10", 70 * time.Second, 0, "max-age=60", 1}, {"max-stale=9", 70 * time.Second, 0, "max-age=60", 2},
		{"max-stale", 70 * time.Second, 0, "max-age=60, must-revalidate", 2}, {"max-stale", 70 * time.Second, 0, "s-maxage=60", 2}, {"max-stale", 70 * time.Second, 0, "max-age=60, proxy-revalidate", 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			inner, h := newCache(middleware.CacheOptions{Reload: c.reload}, "Cache-Control", c.answer, "Etag", `"v"`)
			send(h, "GET", "/")
			time.Sleep(c.after)
			w := send(h, "GET", "/", "Cache-Control", c.cc)
			if got := inner.calls; c.want == 504 && (w.Code != 504 || got != 1) || c.want != 504 && (got != c.want || w.Code != 200) {
				t.Errorf("%q after %v, Reload %v, %s: got %d after %d calls, want %d; %q", c.cc, c.after, c.reload, c.answer, w.Code, got, c.want, w.Header()["Cache-Status"])
			}
		})
	}
	_, h := newCache(middleware.CacheOptions{}, "Cache-Control", "max-age=9")
	if w := send(h, "GET", "/", "Cache-Control", "only-if-cached"); w.Code != 504 || w.Body.String() != `{"detail":"There is no cached answer"}` {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

// A stale answer is sent while the handler makes a new one in the background, within the window (RFC 5861, 3).
func TestCacheStaleWhileRevalidate(t *testing.T) {
	for _, c := range []struct {
		cc    string
		swr   time.Duration
		after time.Duration
		want  string
	}{
		{"max-age=10, stale-while-revalidate=20", 0, 29 * time.Second, "answer 1"}, {"max-age=10, stale-while-revalidate=20", 0, 30 * time.Second, "answer 2"},
		{"s-maxage=10, stale-while-revalidate=20", 0, 29 * time.Second, "answer 1"}, {"s-maxage=10", 20 * time.Second, 29 * time.Second, "answer 2"},
		{"max-age=10", 20 * time.Second, 29 * time.Second, "answer 1"}, {"max-age=10, stale-while-revalidate=0", 20 * time.Second, 29 * time.Second, "answer 2"},
		{"max-age=10, stale-while-revalidate=20, must-revalidate", 0, 20 * time.Second, "answer 2"}, {"max-age=10, proxy-revalidate", 20 * time.Second, 20 * time.Second, "answer 2"},
	} {
		synctest.Test(t, func(t *testing.T) {
			inner, h := newCache(middleware.CacheOptions{StaleWhileRevalidate: c.swr}, "Cache-Control", c.cc)
			send(h, "GET", "/")
			time.Sleep(c.after)
			wantBody(t, fmt.Sprint(c), send(h, "GET", "/"), 200, c.want)
			synctest.Wait()
			wantBody(t, fmt.Sprint(c), send(h, "GET", "/"), 200, "answer 2")
			if inner.calls != 2 {
				t.Errorf("%v: got %d calls, want 2", c, inner.calls)
			}
		})
	}
}

// The handler in the background runs once, with the values of its request and a context of its own that ends after MaxRun. Its panic is
// logged, and HEAD begins a GET.
func TestCacheBackground(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		log := &slogRecord{}
		inner, h := newCache(middleware.CacheOptions{StaleWhileRevalidate: time.Hour, MaxRun: 5 * time.Second, Logger: slog.New(log)}, "Cache-Control", "max-age=10")
		inner.do = func(w http.ResponseWriter, r *http.Request) {
			if inner.calls == 1 {
				_, _ = io.WriteString(w, "one")
				return
			}
			if r.Method != "GET" || r.Context().Value(key{}) != "value" || r.URL.Query().Get("q") != "1" {
				t.Errorf("got %s %s with %v", r.Method, r.URL, r.Context().Value(key{}))
			}
			began := time.Now()
			<-r.Context().Done()
			if got := time.Since(began); got != 5*time.Second {
				t.Errorf("the context has ended after %v, want MaxRun", got)
			}
			panic("late")
		}
		ask := func(method string) {
			ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, method, "/?q=1", nil))
			cancel()
			if w.Code != 200 || method == "GET" && w.Body.String() != "one" {
				t.Errorf("got %d %q", w.Code, w.Body)
			}
		}
		ask("GET")
		time.Sleep(10 * time.Second)
		for range 5 {
			ask("HEAD")
			ask("GET")
		}
		time.Sleep(6 * time.Second)
		synctest.Wait()
		if inner.calls != 2 || log.attrs["panic"] != "late" || log.attrs["stack"] == "" {
			t.Errorf("got %d calls, want 2; log %v", inner.calls, log.attrs)
		}
		ask("GET") // is still stale, and runs the handler again
		time.Sleep(10 * time.Second)
	})
}

// No more than MaxRefreshes handlers run in the background. A stream in the background ends, because no client reads it.
func TestCacheBackgroundIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most, calls atomic.Int64
		release := make(chan struct{})
		h := middleware.Cache(middleware.CacheOptions{MaxRefreshes: 2})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if calls.Add(1) > 6 {
				most.Store(max(most.Load(), running.Add(1)))
				<-release
				running.Add(-1)
			}
			w.Header().Set("Cache-Control", "max-age=1, stale-while-revalidate=60")
			_, _ = io.WriteString(w, r.URL.Path)
		}))
		for range 2 {
			for i := range 6 {
				send(h, "GET", fmt.Sprint("/", i))
			}
			time.Sleep(2 * time.Second)
		}
		close(release)
		synctest.Wait()
		if most.Load() != 2 || calls.Load() != 8 {
			t.Errorf("at most %d ran at once, %d in all; want 2 and 8", most.Load(), calls.Load())
		}

		inner, h := newCache(middleware.CacheOptions{}, "Cache-Control", "max-age=1, stale-while-revalidate=60")
		var ended error
		inner.do = func(w http.ResponseWriter, r *http.Request) {
			if inner.calls == 2 {
				w.Header().Set("Cache-Control", "no-store")
				for ended == nil {
					_, ended = io.WriteString(w, "chunk")
				}
				<-r.Context().Done()
				return
			}
			_, _ = io.WriteString(w, "one")
		}
		send(h, "GET", "/")
		time.Sleep(2 * time.Second)
		send(h, "GET", "/")
		synctest.Wait()
		if ended == nil {
			t.Error("writes of a stream in the background do not fail")
		}
	})
}

// A stale answer stands in for a failure of the handler, within the window (RFC 5861, 4).
func TestCacheStaleIfError(t *testing.T) {
	for _, c := range []struct {
		cc     string
		sie    time.Duration
		status int
		after  time.Duration
		want   int
	}{
		{"max-age=10, stale-if-error=20", 0, 500, 29 * time.Second, 200}, {"max-age=10, stale-if-error=20", 0, 500, 30 * time.Second, 500},
		{"max-age=10", time.Minute, 503, 29 * time.Second, 200}, {"max-age=10, stale-if-error=20", 0, 404, 29 * time.Second, 404},
		{"max-age=10, must-revalidate, stale-if-error=20", 0, 502, 20 * time.Second, 502}, {"s-maxage=10", time.Minute, 504, 20 * time.Second, 504},
		{"s-maxage=10, stale-if-error=20", 0, 504, 20 * time.Second, 200},
	} {
		synctest.Test(t, func(t *testing.T) {
			inner, h := newCache(middleware.CacheOptions{StaleIfError: c.sie}, "Cache-Control", c.cc)
			send(h, "GET", "/")
			time.Sleep(c.after)
			inner.status = c.status
			inner.header.Set("X-Failure", "secret")
			w := send(h, "GET", "/")
			if w.Code != c.want || (c.want == 200) != (w.Body.String() == "answer 1") || (c.want == 200) != (w.Header().Get("X-Failure") == "") {
				t.Errorf("%v: got %d %q %v", c, w.Code, w.Body, w.Header())
			}
		})
	}
}

// Of requests at once for one answer the first runs the handler. What each gets is its own.
func TestCacheSingleFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		h := middleware.Cache(middleware.CacheOptions{})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n := calls.Add(1)
			time.Sleep(time.Second)
			w.Header().Set("Cache-Control", "max-age=60")
			w.Header().Set("Vary", "Accept")
			w.Header().Set("Etag", `"v"`)
			_, _ = fmt.Fprint(w, n, r.Header.Get("Accept"))
		}))
		var work sync.WaitGroup
		var collapsed atomic.Int64
		bodies := make([]string, 60)
		began := time.Now()
		for i := range 60 {
			work.Go(func() {
				pairs := []string{"Accept", fmt.Sprint("t", i%3)}
				if i >= 54 {
					pairs = append(pairs, "If-None-Match", `"v"`)
				}
				w := send(h, "GET", "/", pairs...)
				if strings.Contains(w.Header().Get("Cache-Status"), "collapsed") {
					collapsed.Add(1)
				}
				if bodies[i] = w.Body.String(); i >= 54 && w.Code != 304 || i < 54 && !strings.HasSuffix(bodies[i], pairs[1]) {
					t.Errorf("request %d: got %d %q", i, w.Code, bodies[i])
				}
			})
		}
		work.Wait()
		if calls.Load() != 3 || time.Since(began) > 3*time.Second {
			t.Errorf("got %d calls for three variants, in %v; %d collapsed", calls.Load(), time.Since(began), collapsed.Load())
		}
	})
}

// Requests that wait for an answer that is not stored run the handler themselves, all at once; the next ones do not wait at all. A failure
// and a panic are the first client's.
func TestCacheFlightsOfUnstoredAnswers(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(w http.ResponseWriter)
	}{
		{"private", func(w http.ResponseWriter) { w.Header().Set("Cache-Control", "private") }},
		{"failure", func(w http.ResponseWriter) { w.WriteHeader(500) }},
		{"panic", func(http.ResponseWriter) { panic(http.ErrAbortHandler) }},
		{"exit", func(http.ResponseWriter) { runtime.Goexit() }},
		{"validated at each use", func(w http.ResponseWriter) {
			w.Header().Set("Cache-Control", "no-cache")
			w.Header().Set("Etag", `"v"`)
		}},
	} {
		synctest.Test(t, func(t *testing.T) {
			var calls atomic.Int64
			h := middleware.Cache(middleware.CacheOptions{})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				calls.Add(1)
				time.Sleep(time.Second)
				c.do(w)
			}))
			ask := func(n int) time.Duration {
				began := time.Now()
				var work sync.WaitGroup
				for range n {
					work.Add(1)
					go func() {
						defer work.Done()
						defer func() { _ = recover() }()
						send(h, "GET", "/")
					}()
				}
				work.Wait()
				return time.Since(began)
			}
			if took := ask(20); calls.Load() != 20 || took != 2*time.Second {
				t.Errorf("%s: got %d calls in %v, want 20 in 2s", c.name, calls.Load(), took)
			}
			if took := ask(20); calls.Load() != 40 || took > 2*time.Second || c.name == "private" && took != time.Second {
				t.Errorf("%s, again: got %d calls in %v", c.name, calls.Load(), took)
			}
		})
	}
}

// A client that leaves does not end the handler for the others; the last one does. MaxRun limits a handler whose client has gone.
func TestCacheClientsLeave(t *testing.T) {
	type outcome struct {
		after time.Duration
		cause error
	}
	gone := errors.New("gone")
	for _, c := range []struct {
		name   string
		leave  []time.Duration // when each client goes; 0: never
		takes  time.Duration
		want   outcome // of the handler's context; zero if it has returned before
		status []int
	}{
		{"the first of two", []time.Duration{time.Second, 0}, 3 * time.Second, outcome{}, []int{200, 200}},
		{"the second of two", []time.Duration{0, time.Second}, 3 * time.Second, outcome{}, []int{200, 503}},
		{"both", []time.Duration{time.Second, 2 * time.Second}, time.Hour, outcome{2 * time.Second, gone}, []int{200, 503}},
		{"both, the first last", []time.Duration{2 * time.Second, time.Second}, time.Hour, outcome{2 * time.Second, gone}, []int{200, 503}},
		{"the only one", []time.Duration{time.Second}, time.Hour, outcome{time.Second, gone}, []int{200}},
		{"for longer than MaxRun", []time.Duration{time.Second, 0}, time.Hour, outcome{11 * time.Second, nil}, []int{200, 200}},
	} {
		synctest.Test(t, func(t *testing.T) {
			var got outcome
			var calls atomic.Int64
			h := middleware.Cache(middleware.CacheOptions{MaxRun: 10 * time.Second})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if calls.Add(1) > 1 {
					return
				}
				began := time.Now()
				select {
				case <-r.Context().Done():
					got = outcome{time.Since(began), context.Cause(r.Context())}
				case <-time.After(c.takes):
				}
				w.Header().Set("Cache-Control", "max-age=60")
				_, _ = io.WriteString(w, "answer")
			}))
			var work sync.WaitGroup
			codes := make([]int, len(c.leave))
			for i, leave := range c.leave {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				if leave > 0 {
					time.AfterFunc(leave, func() { cancel(gone) })
				}
				work.Go(func() {
					w := httptest.NewRecorder()
					h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/", nil))
					codes[i] = w.Code
				})
				synctest.Wait()
			}
			work.Wait()
			if got.after != c.want.after || c.want.cause != nil && got.cause != c.want.cause || fmt.Sprint(codes) != fmt.Sprint(c.status) {
				t.Errorf("%s: the context ended %+v with %v, want %+v with %v", c.name, got, codes, c.want, c.status)
			}
			calls.Store(0)
			if w := send(h, "GET", "/"); (w.Body.String() == "answer" && calls.Load() == 0) != (c.want.after == 0) {
				t.Errorf("%s: afterwards got %q after %d calls", c.name, w.Body, calls.Load())
			}
		})
	}
}

// Streams and long answers pass as they are written, and the requests that wait do not wait for their end. The context of a stream ends
// with its client.
func TestCacheStreams(t *testing.T) {
	long := strings.Repeat("x", 100)
	for _, c := range []struct {
		name string
		do   func(w http.ResponseWriter)
	}{
		{"flushed", func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, "begin")
			_ = http.NewResponseController(w).Flush()
		}},
		{"too long", func(w http.ResponseWriter) { _, _ = io.WriteString(w, long) }},
		{"copied", func(w http.ResponseWriter) { _, _ = io.Copy(w, strings.NewReader(long)) }},
		{"announced too long", func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "105")
			w.WriteHeader(200)
		}},
		{"private", func(w http.ResponseWriter) {
			w.Header().Set("Cache-Control", "private")
			_, _ = io.WriteString(w, "begin")
		}},
	} {
		synctest.Test(t, func(t *testing.T) {
			var began, calls atomic.Int64
			h := middleware.Cache(middleware.CacheOptions{MaxBody: 50})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				calls.Add(1)
				w.Header().Set("Cache-Control", "max-age=60")
				c.do(w)
				began.Add(1)
				<-r.Context().Done()
				_, _ = io.WriteString(w, "end")
			}))
			var work sync.WaitGroup
			ctx, cancel := context.WithCancel(t.Context())
			w := make([]*httptest.ResponseRecorder, 3)
			for i := range 3 {
				w[i] = httptest.NewRecorder()
				work.Go(func() { h.ServeHTTP(w[i], httptest.NewRequestWithContext(ctx, "GET", "/", nil)) })
			}
			synctest.Wait()
			if began.Load() != 3 {
				t.Errorf("%s: of three requests %d have begun", c.name, began.Load())
			}
			cancel()
			work.Wait()
			for i := range w {
				if got := w[i].Body.String(); w[i].Code != 200 || !strings.HasSuffix(got, "end") || len(got) < 8 && c.name != "announced too long" {
					t.Errorf("%s: got %d %q", c.name, w[i].Code, got)
				}
			}
		})
	}
}

// An answer that has another length than it says, and one whose handler may have ended early, are not stored.
func TestCacheIncompleteAnswers(t *testing.T) {
	inner, h := newCache(middleware.CacheOptions{}, "Cache-Control", "max-age=60", "Content-Length", "100")
	for range 2 {
		wantBody(t, "too short", send(h, "GET", "/"), 200, fmt.Sprint("answer ", inner.calls))
	}
	if inner.calls != 2 {
		t.Errorf("got %d calls, want 2", inner.calls)
	}
	inner, h = newCache(middleware.CacheOptions{}, "Cache-Control", "max-age=60")
	ctx, cancel := context.WithCancel(t.Context())
	inner.do = func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "half")
		if inner.calls == 1 {
			cancel()
			<-r.Context().Done()
			return
		}
		_, _ = io.WriteString(w, " and half")
	}
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/", nil))
	wantBody(t, "after an answer that was interrupted", send(h, "GET", "/"), 200, "half and half")
}

// Headers that the handler sets after its answer has begun have no effect, as in net/http: a cookie among them neither passes nor is stored.
func TestCacheHeadersAfterBegin(t *testing.T) {
	inner, h := newCache(middleware.CacheOptions{}, "Cache-Control", "max-age=60")
	inner.do = func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(200)
		w.Header().Set("Set-Cookie", "late=1")
		w.Header().Add("Cache-Control", "private")
		_, _ = io.WriteString(w, "body")
		w.WriteHeader(500)
	}
	for range 2 {
		w := send(h, "GET", "/")
		wantBody(t, "answer", w, 200, "body")
		if got := w.Header(); got.Get("Set-Cookie") != "" || len(got["Cache-Control"]) != 1 {
			t.Errorf("got %v", got)
		}
	}
	if inner.calls != 1 {
		t.Errorf("got %d calls, want 1", inner.calls)
	}
}

// A handler that sets a header to the value that middleware outside has set means its own answer: a Vary among them counts.
func TestCacheOwnHeaders(t *testing.T) {
	inner := &origin{do: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=60")
		w.Header().Set("Vary", "Accept")
		_, _ = io.WriteString(w, r.Header.Get("Accept"))
	}}
	inside := middleware.Cache(middleware.CacheOptions{})(inner)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Vary", "Accept")
		inside.ServeHTTP(w, r)
	})
	for _, accept := range []string{"a", "b", "a"} {
		wantBody(t, accept, send(h, "GET", "/", "Accept", accept), 200, accept)
	}
}

// A media type that net/http guesses is stored.
func TestCacheGuessesMediaType(t *testing.T) {
	server := httptest.NewServer(middleware.Cache(middleware.CacheOptions{TTL: time.Minute})(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<html>page</html>")
	})))
	defer server.Close()
	for range 2 {
		resp, err := http.Get(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if got := resp.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
			t.Errorf("got %q", got)
		}
	}
}

// An unsafe method that succeeds purges the answers of its path, and of Location and Content-Location on the same host (RFC 9111, 4.4).
func TestCacheInvalidation(t *testing.T) {
	for _, c := range []struct {
		method, target string
		status         int
		answer         []string
		purged         string // of http://a/x, /x?q, /y, /z and http://b/x
	}{
		{"POST", "http://a/x", 201, nil, "x x?q"}, {"PUT", "http://a/x?other", 204, nil, "x x?q"}, {"PATCH", "http://A/x", 200, nil, "x x?q"}, {"DELETE", "http://a/x", 303, nil, "x x?q"},
		{"FROB", "http://a/x", 200, nil, "x x?q"}, {"POST", "http://a/x", 400, nil, ""}, {"POST", "http://a/x", 500, nil, ""}, {"OPTIONS", "http://a/x", 200, nil, ""}, {"QUERY", "http://a/x", 200, nil, ""},
		{"POST", "http://a/other", 201, []string{"Location", "/y"}, "y"}, {"POST", "http://a/other", 201, []string{"Location", "y?new", "Content-Location", "http://a/z"}, "y z"},
		{"POST", "http://a/other", 201, []string{"Location", "http://b/x"}, ""}, {"POST", "http://a/other", 201, []string{"Location", "https://a/y"}, ""}, {"POST", "http://a/other", 201, []string{"Location", "//b/x"}, ""}, {"POST", "http://a/other", 201, []string{"Location", "//A/y"}, "y"},
		{"POST", "http://a/other", 201, []string{"Location", "http://[bad"}, ""},
	} {
		inner, h := newCache(middleware.CacheOptions{}, "Cache-Control", "max-age=60")
		inner.do = func(w http.ResponseWriter, r *http.Request) {
			if r.Method == "GET" {
				return
			}
			for i := 0; i < len(c.answer); i += 2 {
				w.Header().Set(c.answer[i], c.answer[i+1])
			}
			w.WriteHeader(c.status)
		}
		names := []string{"x", "x?q", "y", "z"}
		targets := map[string]string{"x": "http://a/x", "x?q": "http://a/x?q", "y": "http://a/y", "z": "http://a/z", "b": "http://b/x"}
		for _, target := range targets {
			send(h, "GET", target)
		}
		send(h, c.method, c.target)
		var purged []string
		for _, name := range append(names, "b") {
			if w := send(h, "GET", targets[name]); !strings.Contains(w.Header().Get("Cache-Status"), "hit") {
				purged = append(purged, name)
			}
		}
		if got := strings.Join(purged, " "); got != c.purged {
			t.Errorf("%s %s with %d %v: purged %q, want %q", c.method, c.target, c.status, c.answer, got, c.purged)
		}
	}
}

// Purge removes answers by path, by path and host, and by the tags that handlers give; in a mounted app paths are those of the client.
func TestCachePurge(t *testing.T) {
	store := middleware.NewMemoryCache(middleware.MemoryCacheOptions{})
	api := brio.NewRouter(brio.Use(middleware.Cache(middleware.CacheOptions{Store: store, TTL: time.Minute})))
	calls := 0
	api.Get("/items/{id}", func(ctx context.Context, in struct {
		ID string `path:"id"`
	}) int {
		middleware.CacheTags(ctx, "items", "item:"+in.ID)
		calls++
		return calls
	})
	sub := brio.New()
	sub.Include(api)
	app := brio.New()
	app.Mount("/v1", sub)
	get := func() (got string) {
		for _, target := range []string{"http://a/v1/items/1", "http://a/v1/items/2", "http://b/v1/items/1", "http://a/v1/items/a%20b"} {
			got += send(app, "GET", target).Body.String() + " "
		}
		return got
	}
	for _, c := range []struct {
		purge []string
		want  string
	}{
		{nil, "1 2 3 4 "}, {[]string{"other"}, "1 2 3 4 "}, {[]string{"item:1"}, "5 2 6 4 "}, {[]string{"/v1/items/1"}, "7 2 8 4 "}, {[]string{"//a/v1/items/1"}, "9 2 8 4 "},
		{[]string{"/items/1"}, "9 2 8 4 "}, {[]string{"/v1/items/a%20b"}, "9 2 8 10 "}, {[]string{"items"}, "11 12 13 14 "}, {[]string{"item:2", "/v1/items/1"}, "15 16 17 14 "},
	} {
		if err := store.Purge(t.Context(), c.purge...); err != nil {
			t.Fatal(err)
		}
		if got := get(); got != c.want {
			t.Errorf("after the purge of %q: got %s, want %s", c.purge, got, c.want)
		}
	}
	middleware.CacheTags(t.Context(), "no cache around")
}

// An answer that was begun before a purge is not stored after it. Answers with too many or too long tags are not stored.
func TestCachePurgeDuringHandler(t *testing.T) {
	store := middleware.NewMemoryCache(middleware.MemoryCacheOptions{})
	for _, tag := range []string{"/", "items", "//example.com/"} {
		inner, h := newCache(middleware.CacheOptions{Store: store}, "Cache-Control", "max-age=60")
		inner.do = func(w http.ResponseWriter, r *http.Request) {
			if inner.calls == 1 {
				_ = store.Purge(r.Context(), tag)
			}
			middleware.CacheTags(r.Context(), "items")
		}
		for range 3 {
			send(h, "GET", "/")
		}
		if inner.calls != 2 {
			t.Errorf("%s: got %d calls, want 2", tag, inner.calls)
		}
		_ = store.Purge(t.Context(), "/")
	}
	for want, tags := range map[int][]string{1: {"a", "a"}, 2: make([]string, 40), 3: {strings.Repeat("x", 257)}} {
		for i := range tags {
			if want == 2 {
				tags[i] = fmt.Sprint(i)
			}
		}
		inner, h := newCache(middleware.CacheOptions{}, "Cache-Control", "max-age=60")
		inner.do = func(_ http.ResponseWriter, r *http.Request) {
			for _, tag := range tags {
				middleware.CacheTags(r.Context(), tag)
			}
		}
		for range 2 {
			send(h, "GET", "/")
		}
		if isStored := inner.calls == 1; isStored != (want == 1) {
			t.Errorf("%.3q: got %d calls", tags, inner.calls)
		}
	}
}

// In front of a server: a handler may take the connection, send interim answers and trailers, set deadlines and flush a complete answer.
func TestCacheOnServer(t *testing.T) {
	inner, h := newCache(middleware.CacheOptions{}, "Cache-Control", "max-age=60")
	server := httptest.NewServer(h)
	defer server.Close()
	get := func() (string, http.Header) {
		resp, err := http.Get(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		resp.Header["Trailers"] = resp.Trailer["X-Sum"]
		return string(body), resp.Header
	}
	for _, c := range []struct {
		name string
		do   func(w http.ResponseWriter, r *http.Request)
		want string // of the second answer
	}{
		{"hijacked", func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\ntaken")
			_ = conn.Close()
		}, "taken []"},
		{"interim", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Link", "</a.css>")
			w.WriteHeader(103)
			_, _ = io.WriteString(w, "hinted")
		}, "hinted [] hit"},
		{"trailer", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("x", 5000)) // net/http sends no trailers with a short body
			w.Header().Set(http.TrailerPrefix+"X-Sum", "1")
		}, strings.Repeat("x", 5000) + " [1]"},
		{"deadline and flush", func(w http.ResponseWriter, r *http.Request) {
			if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
				t.Error(err)
			}
			w.Header().Set("Content-Length", "7")
			_, _ = io.WriteString(w, "flushed")
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
			if _, err := io.WriteString(w, "more"); err != nil {
				t.Error(err)
			}
		}, "flushed [] hit"},
		{"nothing", func(w http.ResponseWriter, r *http.Request) {}, " [] hit"},
		{"empty and flushed", func(w http.ResponseWriter, r *http.Request) { w.(http.Flusher).Flush() }, " []"},
	} {
		inner.do = c.do
		get()
		body, header := get()
		got := fmt.Sprint(body, " ", header["Trailers"])
		if strings.Contains(header.Get("Cache-Status"), "hit") {
			got += " hit"
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q; %v", c.name, got, c.want, header)
		}
		inner.do = func(http.ResponseWriter, *http.Request) {}
		r, _ := http.NewRequest("DELETE", server.URL, nil)
		if resp, err := http.DefaultClient.Do(r); err != nil {
			t.Error(err)
		} else {
			_ = resp.Body.Close()
		}
	}
}

// brokenCache is a store that fails.
type brokenCache struct {
	*middleware.MemoryCache
	get, put, purge error
	value           []byte // of each key, if it is not nil
}

func (s brokenCache) Get(ctx context.Context, key string) (middleware.CacheRecord, error) {
	if s.value != nil {
		return middleware.CacheRecord{Value: s.value}, nil
	}
	r, err := s.MemoryCache.Get(ctx, key)
	return r, errors.Join(err, s.get)
}

func (s brokenCache) Put(ctx context.Context, key string, r middleware.CacheRecord) error {
	return errors.Join(s.put, s.MemoryCache.Put(ctx, key, r))
}

func (s brokenCache) Purge(ctx context.Context, tags ...string) error {
	return errors.Join(s.purge, s.MemoryCache.Purge(ctx, tags...))
}

// If the store fails, or has a record of another form, the handler answers, and the error is logged.
func TestCacheStoreFails(t *testing.T) {
	down := errors.New("down")
	for _, s := range []brokenCache{{get: down}, {put: down}, {value: []byte("other")}, {value: []byte{1, 1, 255}}, {value: []byte{1, 2, 0, 0, 0}}} {
		log := &slogRecord{}
		s.MemoryCache = middleware.NewMemoryCache(middleware.MemoryCacheOptions{})
		_, h := newCache(middleware.CacheOptions{Store: s, Logger: slog.New(log)}, "Cache-Control", "max-age=60")
		wantBody(t, fmt.Sprint(s), send(h, "GET", "/"), 200, "answer 1")
		if log.attrs["error"] == "" {
			t.Errorf("%+v: nothing was logged", s)
		}
	}
	log := &slogRecord{}
	_, h := newCache(middleware.CacheOptions{Store: brokenCache{MemoryCache: middleware.NewMemoryCache(middleware.MemoryCacheOptions{}), purge: down}, Logger: slog.New(log)})
	if wantBody(t, "purge", send(h, "POST", "/"), 200, "answer 1"); log.attrs["error"] != "down" {
		t.Errorf("got the log %v", log.attrs)
	}
}

// A GET with a body, and one that asks for another protocol, pass.
func TestCachePasses(t *testing.T) {
	inner, h := newCache(middleware.CacheOptions{}, "Cache-Control", "max-age=60")
	for range 2 {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", strings.NewReader("body")))
		send(h, "GET", "/", "Upgrade", "websocket", "Connection", "Upgrade")
	}
	if inner.calls != 4 {
		t.Errorf("got %d calls, want 4", inner.calls)
	}
}

// Around an app: errors in its format, the pattern of the route for the access log, tasks after the answer, ETags of AutoETag, a second
// Cache inside, which does nothing.
func TestCacheInApp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &slogRecord{}
		calls, tasks := 0, 0
		app := brio.New(brio.ProblemDetails(), brio.AutoETag(), brio.Use(middleware.AccessLog(slog.New(log)), middleware.Cache(middleware.CacheOptions{})))
		app.Get("/items/{id}", func(r *brio.Response, background *brio.BackgroundTasks) string {
			calls++
			r.SetHeader("Cache-Control", "max-age=10")
			background.Add(func(context.Context) error { tasks++; return nil })
			return "same"
		}, brio.Use(middleware.Cache(middleware.CacheOptions{})))
		for i := range 3 {
			w := send(app, "GET", "/items/7")
			if w.Code != 200 || w.Header().Get("Etag") == "" || w.Header().Get("Content-Length") == "" || len(w.Header()["Cache-Status"]) != 1 {
				t.Errorf("request %d: got %d %q %v", i, w.Code, w.Body, w.Header())
			}
			if log.attrs["route"] != "/items/{id}" {
				t.Errorf("request %d: the log has %v", i, log.attrs)
			}
			synctest.Wait()
		}
		if calls != 1 || tasks != 1 {
			t.Errorf("got %d calls and %d tasks, want one of each", calls, tasks)
		}
		time.Sleep(10 * time.Second)
		if w := send(app, "GET", "/items/7"); w.Code != 200 || !strings.Contains(w.Body.String(), "same") || !strings.Contains(w.Header().Get("Cache-Status"), "fwd-status=304") || calls != 2 {
			t.Errorf("validated: got %d %q %v after %d calls", w.Code, w.Body, w.Header(), calls)
		}
		if w := send(app, "GET", "/other", "Cache-Control", "only-if-cached"); w.Code != 504 || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("got %d %v", w.Code, w.Header())
		}
	})
}

// The middleware of the package around and inside of Cache.
func TestCacheWithOtherMiddleware(t *testing.T) {
	body := strings.Repeat("compressible ", 500)
	handler := func(calls *int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			*calls++
			w.Header().Set("Content-Type", "text/plain")
			w.Header().Set("Cache-Control", "max-age=60")
			w.Header().Set("Etag", `"v"`)
			_, _ = io.WriteString(w, body)
		})
	}
	cache := func() middleware.Func { return middleware.Cache(middleware.CacheOptions{}) }
	compress := middleware.Compress()
	calls := 0
	for name, h := range map[string]http.Handler{"inside": cache()(compress(handler(&calls))), "outside": compress(cache()(handler(&calls)))} {
		calls = 0
		for range 2 {
			for _, encoding := range []string{"gzip", "", "zstd", "GZIP"} {
				pairs := []string{}
				if encoding != "" {
					pairs = []string{"Accept-Encoding", encoding}
				}
				w := send(h, "GET", "/", pairs...)
				if got := w.Header().Get("Content-Encoding"); got != strings.ToLower(encoding) || !strings.Contains(strings.Join(w.Header()["Vary"], ","), "Accept-Encoding") {
					t.Errorf("Compress %s, %q: got %q, %v", name, encoding, got, w.Header())
				}
				if encoding == "" && w.Body.String() != body || encoding != "" && w.Body.Len() > 1000 {
					t.Errorf("Compress %s, %q: got %d bytes", name, encoding, w.Body.Len())
				}
				w = send(h, "GET", "/", append(pairs, "If-None-Match", `"v"`)...)
				if w.Code != 304 {
					t.Errorf("Compress %s, %q: got %d, want 304", name, encoding, w.Code)
				}
			}
		}
		if want := map[string]int{"inside": 3, "outside": 1}[name]; calls != want {
			t.Errorf("Compress %s: got %d calls, want %d", name, calls, want)
		}
	}

	digest := middleware.ContentDigest()
	for name, h := range map[string]http.Handler{"inside": cache()(digest(handler(&calls))), "outside": digest(cache()(handler(&calls)))} {
		first, second := send(h, "GET", "/"), send(h, "GET", "/")
		if d := first.Header().Get("Content-Digest"); d == "" || d != second.Header().Get("Content-Digest") || !strings.Contains(second.Header().Get("Cache-Status"), "hit") {
			t.Errorf("ContentDigest %s: got %v, then %v", name, first.Header(), second.Header())
		}
		if w := send(h, "GET", "/", "If-None-Match", `"v"`); w.Code != 304 || w.Header().Get("Content-Digest") != "" {
			t.Errorf("ContentDigest %s: got %d %v", name, w.Code, w.Header())
		}
	}

	cors := middleware.CORS(middleware.CORSOptions{AllowOrigins: []string{"https://a.example", "https://b.example"}})
	h := cors(cache()(handler(&calls)))
	calls = 0
	for _, o := range []string{"https://a.example", "https://b.example", "", "https://a.example"} {
		pairs := []string{"Origin", o}
		if o == "" {
			pairs = nil
		}
		if got := send(h, "GET", "/", pairs...).Header().Get("Access-Control-Allow-Origin"); got != o {
			t.Errorf("CORS: got %q, want %q", got, o)
		}
	}
	if calls != 1 {
		t.Errorf("CORS: got %d calls, want 1", calls)
	}
}

// With Timeout outside the answer of a handler that comes too late is lost to its client, and its context ends. With Timeout inside the 503
// is not stored.
func TestCacheWithTimeout(t *testing.T) {
	for _, isOutside := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			inner := &origin{header: headers("Cache-Control", "max-age=60")}
			var ended error
			inner.do = func(w http.ResponseWriter, r *http.Request) {
				if inner.calls == 1 {
					select {
					case <-time.After(time.Minute):
					case <-r.Context().Done():
						ended = context.Cause(r.Context())
					}
				}
				_, _ = io.WriteString(w, "answer")
			}
			timeout, cache := middleware.Timeout(time.Second), middleware.Cache(middleware.CacheOptions{})
			h := timeout(cache(inner))
			if !isOutside {
				h = cache(timeout(inner))
			}
			if w := send(h, "GET", "/"); w.Code != 503 {
				t.Errorf("outside %v: got %d, want 503", isOutside, w.Code)
			}
			synctest.Wait()
			if !errors.Is(ended, middleware.ErrTimeout) {
				t.Errorf("outside %v: the context has ended with %v", isOutside, ended)
			}
			wantBody(t, "then", send(h, "GET", "/"), 200, "answer")
		})
	}
}

// The memory store forgets what was not used for the longest time, by number and by bytes.
func TestMemoryCacheIsBounded(t *testing.T) {
	put := func(s *middleware.MemoryCache, key string, size int) {
		if err := s.Put(t.Context(), key, middleware.CacheRecord{Value: make([]byte, size), TTL: time.Hour, Tags: []string{"t" + key}}); err != nil {
			t.Fatal(err)
		}
	}
	has := func(s *middleware.MemoryCache, key string) bool {
		r, err := s.Get(t.Context(), key)
		return err == nil && r.Value != nil
	}
	s := middleware.NewMemoryCache(middleware.MemoryCacheOptions{Entries: 3})
	for _, key := range []string{"a", "b", "c"} {
		put(s, key, 1)
	}
	has(s, "a")
	if put(s, "d", 1); has(s, "b") || !has(s, "a") || !has(s, "c") || !has(s, "d") || s.Len() != 3 {
		t.Errorf("got %d values: a %v, b %v, c %v, d %v", s.Len(), has(s, "a"), has(s, "b"), has(s, "c"), has(s, "d"))
	}
	s = middleware.NewMemoryCache(middleware.MemoryCacheOptions{Bytes: 10_000})
	for i := range 100 {
		put(s, fmt.Sprint(i), 2000)
	}
	if s.Len() != 3 || !has(s, "99") || has(s, "0") {
		t.Errorf("got %d values of 2000 bytes in 10,000", s.Len())
	}
	put(s, "99", 20_000)
	if has(s, "99") {
		t.Error("a value that is longer than the store replaces nothing, and the one before is still there")
	}
	s = middleware.NewMemoryCache(middleware.MemoryCacheOptions{Entries: brio.NoLimit, Bytes: brio.NoLimit})
	for i := range 20_000 {
		put(s, fmt.Sprint(i), 1)
	}
	if s.Len() != 20_000 {
		t.Errorf("got %d values, want 20,000", s.Len())
	}
	for i := range 3000 {
		_ = s.Purge(t.Context(), fmt.Sprint("t", i))
	}
	if put(s, "new", 1); has(s, "new") || s.Len() != 17_000 { // its Mark is 0, and not all purges since are known
		t.Errorf("got %d values, new %v", s.Len(), has(s, "new"))
	}
}

func TestCacheMistakes(t *testing.T) {
	for want, o := range map[string]middleware.CacheOptions{
		"TTL is -1s":                     {TTL: -time.Second},
		"MaxTTL is 1µs":                  {MaxTTL: time.Microsecond},
		"KeepStale is -2ns":              {KeepStale: -2},
		"StaleIfError is -1s":            {StaleIfError: -time.Second},
		"StaleWhileRevalidate is -1s":    {StaleWhileRevalidate: -time.Second},
		"Reload is -1s":                  {Reload: -time.Second},
		"MaxBody is -2":                  {MaxBody: -2},
		"MaxVariants is 257":             {MaxVariants: 257},
		"MaxRun is -1s":                  {MaxRun: -time.Second},
		"MaxRefreshes is -1":             {MaxRefreshes: -1},
		`Name is "a b"`:                  {Name: "a b"},
		`header of Credentials is "a b"`: {Credentials: []string{"a b"}},
	} {
		wantMistake(t, want, middleware.Cache(o))
	}
	bad := middleware.NewMemoryCache(middleware.MemoryCacheOptions{Entries: -2})
	if err := brio.New(brio.Use(middleware.Cache(middleware.CacheOptions{Store: bad}))).Check(); err == nil || !strings.Contains(err.Error(), "Entries is -2") {
		t.Errorf("got %v", err)
	}
	if _, err := bad.Get(t.Context(), "k"); err == nil {
		t.Error("Get of a store with a mistake is no error")
	}
	if err := bad.Put(t.Context(), "k", middleware.CacheRecord{}); err == nil {
		t.Error("Put of a store with a mistake is no error")
	}
}
