package middleware_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
)

// postKey sends a POST with a key; headers are further names and values.
func postKey(h http.Handler, target, body, key string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// counting is a handler that counts its calls and says which one answers.
func counting(n *int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*n++
		body, err := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(http.StatusCreated)
		_, _ = fmt.Fprintf(w, "%d %s %v", *n, body, err)
	})
}

// A replay has status, headers and body of the first answer, and the headers that middleware outside sets for this request.
func TestIdempotencyReplays(t *testing.T) {
	n, outside := 0, 0
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		h := w.Header()
		h.Set("Location", "/orders/7")
		h.Set("X-Limit", "inner")
		h.Add("Vary", "Origin")
		h.Add("Set-Cookie", "a=1")
		h.Set("Content-Length", "4")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, "bo")
		_, _ = w.Write([]byte("dy"))
	})
	for _, keeps := range []bool{false, true} {
		n, outside = 0, 0
		inside := middleware.Idempotency(middleware.IdempotencyOptions{KeepCookies: keeps})(inner)
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			outside++
			w.Header().Set("X-Request", fmt.Sprint(outside))
			w.Header().Set("X-Limit", fmt.Sprint(outside))
			w.Header().Set("Vary", "Accept")
			w.Header().Set("Set-Cookie", fmt.Sprint("outside=", outside))
			inside.ServeHTTP(w, r)
		})
		for i := 1; i <= 3; i++ {
			w := postKey(h, "/orders", "x", `"k"`)
			cookie := fmt.Sprintf("[outside=%d]", i)
			if i == 1 || keeps {
				cookie = fmt.Sprintf("[outside=%d a=1]", i)
			}
			replayed := ""
			if i > 1 {
				replayed = "true"
			}
			got := fmt.Sprintln(w.Code, w.Body, w.Header()["Location"], w.Header()["X-Request"], w.Header()["X-Limit"], w.Header()["Vary"], w.Header()["Set-Cookie"], w.Header().Get(middleware.ReplayedHeader), w.Header()["Content-Length"])
			want := fmt.Sprintln(201, "body", "[/orders/7]", []string{fmt.Sprint(i)}, "[inner]", "[Accept Origin]", cookie, replayed, "[4]")
			if got != want || n != 1 {
				t.Errorf("request %d, KeepCookies %v: got %s after %d calls\nwant %s after 1", i, keeps, got, n, want)
			}
		}
	}
}

// The forms of the header: a String of RFC 9651, or the same without quotes. Both are one key.
func TestIdempotencyKeyForms(t *testing.T) {
	n := 0
	h := middleware.Idempotency(middleware.IdempotencyOptions{MaxKey: 10})(counting(&n))
	for _, c := range []struct{ key, same string }{
		{`"k1"`, `k1`}, {`k-2.x/_~+=`, `"k-2.x/_~+="`}, {` "k3" `, "\t\"k3\";a=1;b"}, {`"a \"\\b"`, `"a \"\\b"`}, {`"0123456789"`, `0123456789`}, {`", ;"`, `", ;" ;x`},
	} {
		first, second := postKey(h, "/", "", c.key), postKey(h, "/", "", c.same)
		if first.Code != 201 || second.Code != 201 || first.Body.String() != second.Body.String() || second.Header().Get(middleware.ReplayedHeader) != "true" {
			t.Errorf("%s and %s: got %d %s, %d %s; want one answer", c.key, c.same, first.Code, first.Body, second.Code, second.Body)
		}
	}
	calls := n
	for _, key := range []string{
		"\"", `""`, `" `, `"a`, `a"`, `"a"b`, `"a" "b"`, `"a", "b"`, "a b", "a,b", "a;b", `a\b`, `"a\b"`, `"a\`, "é", `"é"`, "\"\x7f\"", "\"a\tb\"", " ", `01234567890`, `"01234567890"`,
	} {
		w := postKey(h, "/", "", key)
		if w.Code != 400 || w.Body.String() != `{"detail":"The header Idempotency-Key must be one string of visible characters in quotes, of at most 10 bytes"}` {
			t.Errorf("%q: got %d %s, want 400", key, w.Code, w.Body)
		}
	}
	r := httptest.NewRequest("POST", "/", nil)
	r.Header["Idempotency-Key"] = []string{"a", "a"}
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != 400 || n != calls {
		t.Errorf("two lines: got %d after %d calls, want 400 and none", w.Code, n-calls)
	}
}

// Without a key a request passes, unless a key is required. Other methods pass in any case.
func TestIdempotencyWithoutKey(t *testing.T) {
	n := 0
	h := middleware.Idempotency(middleware.IdempotencyOptions{})(counting(&n))
	for i := 1; i <= 2; i++ {
		if w := postKey(h, "/", "x", ""); w.Code != 201 || w.Body.String() != fmt.Sprintf("%d x <nil>", i) {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
	}
	h = middleware.Idempotency(middleware.IdempotencyOptions{Required: true, Docs: "https://example.com/keys"})(counting(&n))
	w := postKey(h, "/", "x", "")
	if w.Code != 400 || w.Body.String() != `{"detail":"The header Idempotency-Key is required"}` || w.Header().Get("Link") != `<https://example.com/keys>; rel="describedby"; type="text/html"` {
		t.Errorf("got %d %s %v", w.Code, w.Body, w.Header())
	}
	for range 2 {
		w = httptest.NewRecorder()
		h.ServeHTTP(w, newRequest("PUT", "/", "Idempotency-Key", "\"malformed"))
	}
	if w.Code != 201 || n != 4 {
		t.Errorf("PUT: got %d after %d calls, want each to pass", w.Code, n)
	}
}

// The same key with another request is refused, also while the first runs. Users do not see each other's keys.
func TestIdempotencyOtherRequests(t *testing.T) {
	n := 0
	h := middleware.Idempotency(middleware.IdempotencyOptions{Methods: []string{"POST", "PUT"}})(counting(&n))
	postKey(h, "/a?x=1", "body", "k")
	for name, w := range map[string]*httptest.ResponseRecorder{
		"path": postKey(h, "/b?x=1", "body", "k"), "escaped path": postKey(h, "/%61?x=1", "body", "k"), "query": postKey(h, "/a?x=2", "body", "k"), "body": postKey(h, "/a?x=1", "bod", "k"), "no body": postKey(h, "/a?x=1", "", "k"),
		"moved bytes": postKey(h, "/a?x=", "1body", "k"),
	} {
		if w.Code != 422 || w.Body.String() != `{"detail":"The Idempotency-Key was used for another request"}` {
			t.Errorf("%s: got %d %s, want 422", name, w.Code, w.Body)
		}
	}
	r := httptest.NewRequest("PUT", "/a?x=1", strings.NewReader("body"))
	r.Header.Set("Idempotency-Key", "k")
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != 422 || n != 1 {
		t.Errorf("method: got %d after %d calls, want 422 and 1", w.Code, n)
	}
	ann, bob := postKey(h, "/c", "x", "k", "Authorization", "Bearer ann"), postKey(h, "/c", "x", "k", "Authorization", "Bearer bob")
	if ann.Body.String() == bob.Body.String() || n != 3 {
		t.Errorf("two users get %s and %s after %d calls, want two answers", ann.Body, bob.Body, n)
	}
	h = middleware.Idempotency(middleware.IdempotencyOptions{Scope: func(r *http.Request) string { return r.Header.Get("X-User") }})(counting(&n))
	one, two := postKey(h, "/c", "x", "k", "X-User", "1", "Authorization", "a"), postKey(h, "/c", "x", "k", "X-User", "1", "Authorization", "b")
	if other := postKey(h, "/c", "x", "k", "X-User", "2"); one.Body.String() != two.Body.String() || other.Body.String() == one.Body.String() {
		t.Errorf("Scope: got %s, %s and %s, want the first two to be one", one.Body, two.Body, other.Body)
	}
}

// Without Authorization the cookie of the session is the scope. A forged cookie is none.
func TestIdempotencyOfSessions(t *testing.T) {
	codec, err := cookies.NewCodec(cookies.Key{Sign: bytes.Repeat([]byte{7}, 32)})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	h := middleware.Sessions(codec, middleware.SessionOptions{})(middleware.Idempotency(middleware.IdempotencyOptions{})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/login" {
			_ = middleware.SessionFrom(r.Context()).Set("user", r.URL.RawQuery)
		}
		n++
		_, _ = fmt.Fprint(w, n)
	})))
	login := func(user string) string {
		return strings.Split(postKey(h, "/login?"+user, "", "").Header().Get("Set-Cookie"), ";")[0]
	}
	ann, bob := login("ann"), login("bob")
	n = 0
	for _, c := range []struct{ cookie, want string }{{ann, "1"}, {bob, "2"}, {ann, "1"}, {"", "3"}, {"session=forged", "3"}} {
		if w := postKey(h, "/", "", "k", "Cookie", c.cookie); w.Body.String() != c.want {
			t.Errorf("cookie %.20q: got %s, want %s", c.cookie, w.Body, c.want)
		}
	}
}

// unrenewed is a store that does not renew leases.
type unrenewed struct{ middleware.IdempotencyStore }

// While the first request runs, another is a 409; after that it has the answer. The lease of a request that runs may pass if the store does
// not renew it.
func TestIdempotencyInProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, leave := 0, make(chan struct{})
		var log bytes.Buffer
		store := unrenewed{middleware.NewMemoryIdempotency(middleware.MemoryIdempotencyOptions{})}
		h := middleware.Idempotency(middleware.IdempotencyOptions{Store: store, Lease: time.Minute, TTL: time.Hour, Logger: textLogger(&log, slog.LevelInfo)})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n++
			_, _ = fmt.Fprint(w, n)
			<-leave
		}))
		answers := make(chan *httptest.ResponseRecorder, 2)
		go func() { answers <- postKey(h, "/", "", "k") }()
		synctest.Wait()
		w := postKey(h, "/", "", "k")
		if w.Code != 409 || w.Header().Get("Retry-After") != "1" || w.Body.String() != `{"detail":"A request with this Idempotency-Key is in progress"}` {
			t.Errorf("got %d %v %s", w.Code, w.Header(), w.Body)
		}
		if w := postKey(h, "/other", "", "k"); w.Code != 422 {
			t.Errorf("another request: got %d, want 422", w.Code)
		}
		time.Sleep(61 * time.Second)
		go func() { answers <- postKey(h, "/", "", "k") }()
		synctest.Wait()
		close(leave)
		one, two := <-answers, <-answers
		if n != 2 || one.Code != 200 || two.Code != 200 || !strings.Contains(log.String(), "the lease has passed while the handler ran") {
			t.Errorf("after the lease: got %d calls, %d, %d, log %s", n, one.Code, two.Code, log.String())
		}
		kept := postKey(h, "/", "", "k").Body.String()
		time.Sleep(59 * time.Minute)
		if w := postKey(h, "/", "", "k"); w.Body.String() != kept || n != 2 {
			t.Errorf("got %s, want %s", w.Body, kept)
		}
		time.Sleep(2 * time.Minute)
		if w := postKey(h, "/", "", "k"); w.Body.String() != "3" {
			t.Errorf("after the TTL: got %s, want 3", w.Body)
		}
	})
}

// renewing is a store whose renewals fail as often as fails says, and are lost after that as often as lost says.
type renewing struct {
	*middleware.MemoryIdempotency
	calls, fails, lost int
}

func (s *renewing) Renew(ctx context.Context, c middleware.IdempotencyClaim) error {
	switch s.calls++; {
	case s.calls <= s.fails:
		return errors.New("down")
	case s.calls <= s.fails+s.lost:
		return middleware.ErrIdempotencyLost
	}
	return s.MemoryIdempotency.Renew(ctx, c)
}

// The lease is renewed each third of its time as long as the handler runs, also if the client has gone and if some renewals fail. It is not
// renewed after the answer, after a panic, and when the key is lost.
func TestIdempotencyRenews(t *testing.T) {
	for _, c := range []struct {
		name        string
		fails, lost int
		ends        string
		calls       int // of Renew
		log         string
	}{
		{"answer", 0, 0, "", 15, ""},
		{"flushed answer", 0, 0, "flush", 0, ""},
		{"panic", 0, 0, "panic", 15, ""},
		{"client has gone", 0, 0, "gone", 15, ""},
		{"two renewals fail", 2, 0, "", 15, "the lease of an idempotency key could not be renewed"},
		{"lost", 0, 1, "", 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &renewing{MemoryIdempotency: middleware.NewMemoryIdempotency(middleware.MemoryIdempotencyOptions{}), fails: c.fails, lost: c.lost}
				var log bytes.Buffer
				n := 0
				h := middleware.Idempotency(middleware.IdempotencyOptions{Store: s, Lease: time.Minute, Logger: textLogger(&log, slog.LevelInfo)})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if n++; n > 1 {
						return
					}
					if c.ends == "flush" {
						_ = http.NewResponseController(w).Flush()
					}
					time.Sleep(5*time.Minute + time.Second)
					if c.ends == "panic" {
						panic(http.ErrAbortHandler)
					}
				}))
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				go func() {
					defer func() { _ = recover() }()
					r := httptest.NewRequest("POST", "/", nil).WithContext(ctx)
					r.Header.Set("Idempotency-Key", "k")
					h.ServeHTTP(httptest.NewRecorder(), r)
				}()
				synctest.Wait()
				if c.ends == "gone" {
					cancel()
				}
				time.Sleep(4*time.Minute + time.Second/2)
				synctest.Wait()
				want := http.StatusConflict
				if c.lost > 0 {
					want = http.StatusOK
				}
				if w := postKey(h, "/", "", "k"); w.Code != want {
					t.Errorf("after four leases: got %d %s, want %d", w.Code, w.Body, want)
				}
				time.Sleep(time.Hour)
				synctest.Wait()
				if s.calls != c.calls || !strings.Contains(log.String(), c.log) {
					t.Errorf("got %d renewals, want %d; log %s", s.calls, c.calls, log.String())
				}
			})
		})
	}
}

// Which answers are stored.
func TestIdempotencyKeeps(t *testing.T) {
	for _, c := range []struct {
		status int
		keep   func(int) bool
		stored bool
	}{
		{200, nil, true}, {204, nil, true}, {303, nil, true}, {400, nil, true}, {404, nil, true}, {409, nil, true}, {422, nil, true},
		{401, nil, false}, {403, nil, false}, {408, nil, false}, {425, nil, false}, {429, nil, false}, {499, nil, false}, {500, nil, false}, {503, nil, false},
		{500, func(int) bool { return true }, true}, {200, func(int) bool { return false }, false},
	} {
		n := 0
		h := middleware.Idempotency(middleware.IdempotencyOptions{Keep: c.keep})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n++
			w.WriteHeader(c.status)
		}))
		one, two := postKey(h, "/", "", "k"), postKey(h, "/", "", "k")
		if one.Code != c.status || two.Code != c.status || (n == 1) != c.stored || (two.Header().Get(middleware.ReplayedHeader) != "") != c.stored {
			t.Errorf("%d: got %d, %d after %d calls, want stored: %v", c.status, one.Code, two.Code, n, c.stored)
		}
	}
}

// A panic, runtime.Goexit and a handler that ends because its client has gone free the key. What a handler answers for a client that has
// gone is stored.
func TestIdempotencyInterrupted(t *testing.T) {
	n := 0
	var end func(w http.ResponseWriter)
	h := middleware.Idempotency(middleware.IdempotencyOptions{})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		end(w)
	}))
	for name, f := range map[string]func(w http.ResponseWriter){
		"panic": func(w http.ResponseWriter) { w.WriteHeader(201); panic("x") }, "abort": func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, "goexit": func(http.ResponseWriter) { runtime.Goexit() },
	} {
		n, end = 0, f
		done := make(chan any)
		go func() {
			defer func() { done <- recover() }()
			postKey(h, "/", "", name)
		}()
		<-done
		end = func(w http.ResponseWriter) { w.WriteHeader(201) }
		if w := postKey(h, "/", "", name); w.Code != 201 || n != 2 {
			t.Errorf("%s: got %d after %d calls, want the handler to run again", name, w.Code, n)
		}
	}
	for _, c := range []struct {
		key    string
		end    func(w http.ResponseWriter)
		stored bool
	}{
		{"nothing", func(http.ResponseWriter) {}, false},
		{"answers", func(w http.ResponseWriter) { w.WriteHeader(201) }, true},
	} {
		n, end = 0, c.end
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		r := httptest.NewRequest("POST", "/", nil).WithContext(ctx)
		r.Header.Set("Idempotency-Key", c.key)
		h.ServeHTTP(httptest.NewRecorder(), r)
		postKey(h, "/", "", c.key)
		if (n == 1) != c.stored {
			t.Errorf("client gone, handler %s: %d calls, want stored: %v", c.key, n, c.stored)
		}
	}
}

// An answer that is flushed before its end, is too long or takes the connection is not stored, and its effect is not repeated. One that
// is complete when it is flushed is stored.
func TestIdempotencyLongAnswers(t *testing.T) {
	n := 0
	long := strings.Repeat("x", 300)
	h := middleware.Idempotency(middleware.IdempotencyOptions{MaxAnswer: 200})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		switch r.URL.Path {
		case "/stream":
			_, _ = io.WriteString(w, "one")
			w.(http.Flusher).Flush()
			_, _ = io.WriteString(w, "two")
		case "/long":
			w.WriteHeader(202)
			_, _ = io.WriteString(w, long[:150])
			_, _ = io.Copy(w, struct{ io.Reader }{strings.NewReader(long[150:])})
			_, _ = io.WriteString(w, "end")
		case "/complete":
			w.Header().Set("Content-Length", "200")
			_, _ = io.WriteString(w, long[:200])
			w.(http.Flusher).Flush()
		case "/short":
			w.Header().Set("Content-Length", "200")
			_, _ = io.WriteString(w, "x")
		case "/hints":
			w.Header().Set("Link", "</a.css>; rel=preload")
			w.WriteHeader(http.StatusEarlyHints)
			_, _ = io.WriteString(w, "hinted")
		case "/hijack":
			conn, rw, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.WriteString(rw, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
			_ = rw.Flush()
			_ = conn.Close()
		}
	}))
	server := httptest.NewServer(h)
	defer server.Close()
	for _, c := range []struct {
		path, body string
		status     int
		retry      string
	}{
		{"/stream", "onetwo", 200, `409 {"detail":"The request with this Idempotency-Key was answered with status 200, and the answer was not kept"}`},
		{"/long", long + "end", 202, `409 {"detail":"The request with this Idempotency-Key was answered with status 202, and the answer was not kept"}`},
		{"/complete", long[:200], 200, "200 " + long[:200]},
		{"/short", "x", 200, `409 {"detail":"The request with this Idempotency-Key was answered with status 200, and the answer was not kept"}`},
		{"/hints", "hinted", 200, "200 hinted"},
		{"/hijack", "hi", 200, `409 {"detail":"The request with this Idempotency-Key was answered with status 101, and the answer was not kept"}`},
	} {
		n = 0
		send := func() (int, string) {
			r, _ := http.NewRequest("POST", server.URL+c.path, nil)
			r.Header.Set("Idempotency-Key", c.path)
			res, err := server.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, _ := io.ReadAll(res.Body)
			return res.StatusCode, string(body)
		}
		if status, body := send(); status != c.status || body != c.body {
			t.Errorf("%s: got %d %.50s, want %d %.50s", c.path, status, body, c.status, c.body)
		}
		status, body := send()
		if got := fmt.Sprint(status, " ", body); got != c.retry || n != 1 {
			t.Errorf("%s, retry: got %s after %d calls\nwant %s after 1", c.path, got, n, c.retry)
		}
	}
}

// A body over the limit is a 413 before the handler runs; one that breaks off is a 400.
func TestIdempotencyLimitsBodies(t *testing.T) {
	n := 0
	h := middleware.Idempotency(middleware.IdempotencyOptions{MaxBody: 10})(counting(&n))
	if w := postKey(h, "/", "0123456789", "k"); w.Code != 201 || w.Body.String() != "1 0123456789 <nil>" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if w := postKey(h, "/", "0123456789a", "k"); w.Code != 413 || n != 1 {
		t.Errorf("got %d %s after %d calls, want 413 and 1", w.Code, w.Body, n)
	}
	r := httptest.NewRequest("POST", "/", io.MultiReader(strings.NewReader("x"), broken{}))
	r.Header.Set("Idempotency-Key", "b")
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != 400 || n != 1 {
		t.Errorf("got %d %s after %d calls, want 400 and 1", w.Code, w.Body, n)
	}
}

// broken is a body that breaks off.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// storeOf is a store of functions.
type storeOf struct {
	begin  func(c middleware.IdempotencyClaim) (*middleware.IdempotencyRecord, error)
	finish func(c middleware.IdempotencyClaim, answer []byte) error
}

func (s storeOf) Begin(_ context.Context, c middleware.IdempotencyClaim) (*middleware.IdempotencyRecord, error) {
	return s.begin(c)
}

func (s storeOf) Finish(_ context.Context, c middleware.IdempotencyClaim, answer []byte) error {
	return s.finish(c, answer)
}

// A store that fails when a request begins is a 503, or lets the request pass. One that fails later does not keep the answer back.
func TestIdempotencyStoreFails(t *testing.T) {
	n, finished := 0, 0
	down, fails := errors.New("down"), error(nil)
	s := storeOf{
		func(middleware.IdempotencyClaim) (*middleware.IdempotencyRecord, error) { return nil, fails },
		func(middleware.IdempotencyClaim, []byte) error { finished++; return down },
	}
	var log bytes.Buffer
	o := middleware.IdempotencyOptions{Store: s, Logger: textLogger(&log, slog.LevelInfo)}
	h := middleware.Idempotency(o)(counting(&n))
	if w := postKey(h, "/", "x", "k"); w.Code != 201 || finished != 3 || !strings.Contains(log.String(), "a retry after the lease runs the handler again") {
		t.Errorf("Finish fails: got %d after %d attempts, log %s; want 201 after 3", w.Code, finished, log.String())
	}
	fails = down
	if w := postKey(h, "/", "x", "k"); w.Code != 503 || n != 1 || w.Body.String() != `{"detail":"The server cannot check the Idempotency-Key"}` {
		t.Errorf("Begin fails: got %d %s after %d calls, want 503", w.Code, w.Body, n)
	}
	o.FailOpen = true
	if w := postKey(middleware.Idempotency(o)(counting(&n)), "/", "x", "k"); w.Code != 201 || w.Body.String() != "2 x <nil>" || finished != 3 {
		t.Errorf("FailOpen: got %d %s, want 201", w.Code, w.Body)
	}
	for _, bad := range []string{"", "\x02", "\x01", "\x01\xc8\x01", "\x01\xc8\x01\x01\x05", "\x01\xc8\x01\x01\x01\x7fx", "\x01\x05\x00"} {
		s.begin = func(c middleware.IdempotencyClaim) (*middleware.IdempotencyRecord, error) {
			return &middleware.IdempotencyRecord{Request: c.Request, Answer: []byte(bad)}, nil
		}
		if w := postKey(middleware.Idempotency(middleware.IdempotencyOptions{Store: s, Logger: o.Logger})(counting(&n)), "/", "x", "k"); w.Code != 503 || n != 2 {
			t.Errorf("answer %q: got %d after %d calls, want 503", bad, w.Code, n)
		}
	}
}

// transactions is a store whose transactions note what is done to them.
type transactions struct {
	*middleware.MemoryIdempotency
	mu    sync.Mutex
	notes []string
	fails error // of Commit
}

type transaction struct {
	s *transactions
	c middleware.IdempotencyClaim
}

func (s *transactions) note(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notes = append(s.notes, text)
}

type transactionKey struct{}

func (s *transactions) Open(ctx context.Context, c middleware.IdempotencyClaim) (context.Context, middleware.IdempotencyTransaction) {
	s.note("open")
	return context.WithValue(ctx, transactionKey{}, s), &transaction{s, c}
}

func (t *transaction) Commit(ctx context.Context, answer []byte) error {
	t.s.note("commit")
	if t.s.fails != nil || answer == nil {
		return t.s.fails
	}
	return t.s.Finish(ctx, t.c, answer)
}

func (t *transaction) Rollback() error {
	t.s.note("rollback")
	return nil
}

// A transaction commits with the answer if the status is below 400. Nothing is sent before.
func TestIdempotencyTransactions(t *testing.T) {
	var log bytes.Buffer
	for _, c := range []struct {
		name, key string
		status    int
		fails     error
		notes     string
		answers   []int // of the request and its retry
	}{
		{"success", "k", 201, nil, "[open commit]", []int{201, 201}},
		{"refusal that is stored", "k", 409, nil, "[open rollback]", []int{409, 409}},
		{"error", "k", 500, nil, "[open rollback open rollback]", []int{500, 500}},
		{"panic", "k", 0, nil, "[open rollback open rollback]", []int{0, 0}},
		{"no key", "", 201, nil, "[open commit open commit]", []int{201, 201}},
		{"no key, error", "", 404, nil, "[open rollback open rollback]", []int{404, 404}},
		{"lost", "k", 201, middleware.ErrIdempotencyLost, "[open commit]", []int{409, 409}},
		{"commit fails", "k", 201, errors.New("cut"), "[open commit]", []int{503, 409}},
	} {
		s := &transactions{MemoryIdempotency: middleware.NewMemoryIdempotency(middleware.MemoryIdempotencyOptions{}), fails: c.fails}
		h := middleware.Idempotency(middleware.IdempotencyOptions{Store: s, Logger: textLogger(&log, slog.LevelInfo)})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Context().Value(transactionKey{}) != s {
				t.Errorf("%s: the context of Open is not the handler's", c.name)
			}
			w.Header().Set("X-Handler", "yes")
			if c.status == 0 {
				panic("x")
			}
			w.WriteHeader(c.status)
		}))
		for _, want := range c.answers {
			w := httptest.NewRecorder()
			panicked := recovered(func() { w = postKey(h, "/", "x", c.key) })
			if (panicked != nil) != (c.status == 0) || panicked == nil && (w.Code != want || (w.Header().Get("X-Handler") != "") != (want == c.status)) {
				t.Errorf("%s: got %d %v, want %d", c.name, w.Code, w.Header(), want)
			}
		}
		if got := fmt.Sprint(s.notes); got != c.notes {
			t.Errorf("%s: got %s, want %s", c.name, got, c.notes)
		}
	}
}

// In an app: errors in its format, answers of each kind, tasks after the answer, and a second Idempotency inside.
func TestIdempotencyInApp(t *testing.T) {
	ran := make(chan struct{}, 4)
	n := 0
	once := middleware.Idempotency(middleware.IdempotencyOptions{Required: true})
	app := brio.New(brio.ProblemDetails(), brio.Use(once))
	type order struct {
		Item string `json:"item" validate:"required"`
	}
	app.Post("/orders", func(in *brio.Body[order], tasks *brio.BackgroundTasks) (int, error) {
		n++
		tasks.Add(func(context.Context) error { ran <- struct{}{}; return nil })
		return n, nil
	}, brio.Use(once))
	server := httptest.NewServer(app)
	defer server.Close()
	send := func(key, body string) string {
		r, _ := http.NewRequest("POST", server.URL+"/orders", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", key)
		res, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(bufio.NewReader(res.Body))
		return fmt.Sprint(res.StatusCode, " ", res.Header.Get("Content-Type"), " ", string(text), " ", res.Header.Get(middleware.ReplayedHeader))
	}
	for _, c := range []struct{ key, body, want string }{
		{"a", `{"item":"hat"}`, "200 application/json 1 "},
		{"a", `{"item":"hat"}`, "200 application/json 1 true"},
		{"a", `{"item":"cap"}`, `422 application/problem+json {"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"The Idempotency-Key was used for another request"} `},
		{"a b", `{"item":"cap"}`, `400 application/problem+json {"type":"about:blank","title":"Bad Request","status":400,"detail":"The header Idempotency-Key must be one string of visible characters in quotes, of at most 255 bytes"} `},
	} {
		if got := send(c.key, c.body); got != c.want {
			t.Errorf("%s %s: got %s\nwant %s", c.key, c.body, got, c.want)
		}
	}
	invalid := send("c", `{}`)
	if again := send("c", `{}`); !strings.HasPrefix(invalid, "422 ") || again != invalid+"true" || n != 1 {
		t.Errorf("got %s and %s, want one 422", invalid, again)
	}
	<-ran
	if len(ran) != 0 {
		t.Error("the task has run again")
	}
}

// With Timeout outside, the answer of a handler that ends after the 503 is stored.
func TestIdempotencyInsideTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int64
		h := middleware.Timeout(time.Second)(middleware.Idempotency(middleware.IdempotencyOptions{})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n.Add(1)
			time.Sleep(3 * time.Second)
			_, _ = io.WriteString(w, "late")
		})))
		for _, want := range []string{"503", "409", "200 late"} {
			w := postKey(h, "/", "", "k")
			if got := fmt.Sprint(w.Code, " ", w.Body); !strings.HasPrefix(got, want) || n.Load() != 1 {
				t.Errorf("got %s after %d calls, want %s", got, n.Load(), want)
			}
			time.Sleep(1500 * time.Millisecond)
		}
	})
}

// The memory store keeps to its numbers. It forgets the oldest answers, and no request that runs.
func TestMemoryIdempotencyIsBounded(t *testing.T) {
	claim := func(key string) middleware.IdempotencyClaim {
		return middleware.IdempotencyClaim{Key: key, Request: "r", Token: key, Lease: time.Hour, TTL: time.Hour}
	}
	s := middleware.NewMemoryIdempotency(middleware.MemoryIdempotencyOptions{Entries: 3, Bytes: 100})
	known := func(key string) bool {
		c := claim(key)
		c.Token = "other"
		r, _ := s.Begin(t.Context(), c)
		if r == nil {
			_ = s.Finish(t.Context(), c, nil)
		}
		return r != nil
	}
	begin := func(key string) error { _, err := s.Begin(t.Context(), claim(key)); return err }
	finish := func(key string, size int) error {
		return s.Finish(t.Context(), claim(key), bytes.Repeat([]byte{1}, size))
	}
	for _, key := range []string{"a", "b", "c"} {
		if err := begin(key); err != nil {
			t.Fatal(err)
		}
	}
	if err := begin("d"); err == nil || s.Len() != 3 {
		t.Errorf("got error %v with %d keys, want an error: three requests run", err, s.Len())
	}
	if err := errors.Join(finish("b", 60), begin("d")); err != nil || s.Len() != 3 {
		t.Errorf("got %v with %d keys, want room in the place of b", err, s.Len())
	}
	if err := errors.Join(finish("a", 60), finish("c", 60)); err != nil || known("a") || !known("c") || !known("d") {
		t.Errorf("got %v, a %v, c %v, d %v; want a forgotten: both answers have more bytes than the store", err, known("a"), known("c"), known("d"))
	}
	if err := finish("d", 101); err == nil || !known("d") {
		t.Errorf("got error %v, d known: %v; want an error, and the claim to stay", err, known("d"))
	}
	s = middleware.NewMemoryIdempotency(middleware.MemoryIdempotencyOptions{Entries: brio.NoLimit, Bytes: brio.NoLimit})
	for i := range 20_000 {
		if err := errors.Join(begin(fmt.Sprint(i)), finish(fmt.Sprint(i), 5000)); err != nil {
			t.Fatal(err)
		}
	}
	if s.Len() != 20_000 {
		t.Errorf("got %d keys without a limit, want 20000", s.Len())
	}
	if s = middleware.NewMemoryIdempotency(middleware.MemoryIdempotencyOptions{Entries: -2}); begin("a") == nil {
		t.Error("Begin works with a mistake")
	}
}

func TestIdempotencyMistakes(t *testing.T) {
	wantMistake(t, `Methods has "post"`, middleware.Idempotency(middleware.IdempotencyOptions{Methods: []string{"post"}}))
	wantMistake(t, "MaxKey is -2", middleware.Idempotency(middleware.IdempotencyOptions{MaxKey: -2}))
	wantMistake(t, "TTL is -1ns", middleware.Idempotency(middleware.IdempotencyOptions{TTL: brio.NoLimit}))
	wantMistake(t, "Lease is 1µs", middleware.Idempotency(middleware.IdempotencyOptions{Lease: time.Microsecond}))
	wantMistake(t, `Docs is "/keys"`, middleware.Idempotency(middleware.IdempotencyOptions{Docs: "/keys"}))
	wantMistake(t, `Docs is "https://example.com/>"`, middleware.Idempotency(middleware.IdempotencyOptions{Docs: "https://example.com/>"}))
	wantMistake(t, "Bytes is -3", middleware.Idempotency(middleware.IdempotencyOptions{Store: middleware.NewMemoryIdempotency(middleware.MemoryIdempotencyOptions{Bytes: -3})}))
}

// What Idempotency adds to a request that is the first of its key, and to a replay.
func BenchmarkIdempotency(b *testing.B) {
	inner := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(benchmarkBody) })
	store := middleware.NewMemoryIdempotency(middleware.MemoryIdempotencyOptions{})
	h := middleware.Idempotency(middleware.IdempotencyOptions{Store: store})(inner)
	for _, name := range []string{"first", "replay"} {
		b.Run(name, func(b *testing.B) {
			w := &sink{http.Header{}}
			r := httptest.NewRequest("POST", "/", nil)
			r.Header["Idempotency-Key"] = []string{`"replayed-replayed-replayed"`}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				clear(w.header)
				if name == "first" {
					r.Header["Idempotency-Key"][0] = fmt.Sprintf(`"first-%d"`, i)
				}
				h.ServeHTTP(w, r)
			}
		})
	}
}

// Of 64 requests at once with one key one has an effect, and all get its answer.
func TestIdempotencyDuplicates(t *testing.T) {
	var n atomic.Int64
	app := brio.New(brio.Use(middleware.Idempotency(middleware.IdempotencyOptions{})))
	app.Post("/payments", func() int64 {
		time.Sleep(30 * time.Millisecond)
		return n.Add(1)
	})
	testkit.Duplicates(t, app, func() int { return int(n.Load()) })
}
