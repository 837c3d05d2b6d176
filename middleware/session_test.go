package middleware_test

import (
	"bytes"
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/middleware"
)

func sessionCodec(t testing.TB, seeds ...byte) *cookies.Codec {
	var keys []cookies.Key
	for _, b := range seeds {
		keys = append(keys, cookies.Key{Sign: bytes.Repeat([]byte{b}, 32), Encrypt: bytes.Repeat([]byte{b}, 32)})
	}
	c, err := cookies.NewCodec(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// visit calls use with the session of a client that has a jar of one cookie, "" for none, and returns the answer.
func visit(f middleware.Func, jar *string, use func(*middleware.Session), change ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "/", nil)
	if *jar != "" {
		r.Header.Set("Cookie", *jar)
	}
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	f(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { use(middleware.SessionFrom(r.Context())) })).ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		*jar = c.Name + "=" + c.Value
		if c.MaxAge < 0 {
			*jar = ""
		}
	}
	return w
}

func TestSessionsKeepValues(t *testing.T) {
	f := middleware.Sessions(sessionCodec(t, 1), middleware.SessionOptions{})
	jar := ""
	w := visit(f, &jar, func(*middleware.Session) {})
	if len(w.Header()) != 0 {
		t.Errorf("unused, but: %v", w.Header())
	}
	w = visit(f, &jar, func(s *middleware.Session) {
		var n int
		if s.Get("n", &n) || len(s.Keys()) != 0 {
			t.Error("a new session has values")
		}
	})
	if w.Header().Get("Set-Cookie") != "" || w.Header().Get("Vary") != "Cookie" {
		t.Errorf("read, and: %v", w.Header())
	}
	w = visit(f, &jar, func(s *middleware.Session) {
		if err := s.Set("user", struct{ Name string }{"Ann"}); err != nil {
			t.Error(err)
		}
		_ = s.Set("n", 1)
	})
	if got := w.Header().Get("Set-Cookie"); !strings.HasPrefix(got, "session=") || !strings.HasSuffix(got, "; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax") || strings.Contains(got, "Ann") {
		t.Errorf("set: %s", got)
	}
	w = visit(f, &jar, func(s *middleware.Session) {
		var user struct{ Name string }
		var n int
		var wrong []int
		if !s.Get("user", &user) || user.Name != "Ann" || !s.Get("n", &n) || n != 1 || s.Get("n", &wrong) || s.Get("none", &n) {
			t.Errorf("got %v %d", user, n)
		}
		s.Delete("none")
	})
	if w.Header().Get("Set-Cookie") != "" {
		t.Error("unchanged, but set")
	}
	before := jar
	visit(f, &jar, func(s *middleware.Session) { s.Delete("n") })
	if jar == before {
		t.Error("changed, but not set")
	}
	w = visit(f, &jar, func(s *middleware.Session) { s.Clear() })
	if got := w.Header().Get("Set-Cookie"); jar != "" || got != "session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; SameSite=Lax" {
		t.Errorf("cleared: %s", got)
	}
	if w = visit(f, &jar, func(s *middleware.Session) { s.Clear() }); w.Header().Get("Set-Cookie") != "" {
		t.Error("cleared twice, and set")
	}
}

func TestSessionsDoNotBelieveClients(t *testing.T) {
	jar := ""
	f := middleware.Sessions(sessionCodec(t, 1), middleware.SessionOptions{})
	visit(f, &jar, func(s *middleware.Session) { _ = s.Set("admin", true) })
	name, value, _ := strings.Cut(jar, "=")
	for what, forged := range map[string]string{
		"changed": name + "=" + value[:len(value)-2] + "AA", "cut": jar[:len(jar)-5], "empty": name + "=", "noise": name + "=%%%",
	} {
		w := visit(f, &forged, func(s *middleware.Session) {
			if len(s.Keys()) != 0 {
				t.Errorf("%s: believed", what)
			}
			s.Clear()
		})
		if !strings.Contains(w.Header().Get("Set-Cookie"), "Max-Age=0") {
			t.Errorf("%s: a cookie that is worth nothing is not deleted", what)
		}
	}
	other := jar
	visit(middleware.Sessions(sessionCodec(t, 2), middleware.SessionOptions{}), &other, func(s *middleware.Session) {
		if len(s.Keys()) != 0 {
			t.Error("another key's session is believed")
		}
	})
	both := "session=forged; " + jar
	visit(f, &both, func(s *middleware.Session) {
		if len(s.Keys()) != 1 {
			t.Error("a second cookie of that name hides the session")
		}
	})
	visit(middleware.Sessions(sessionCodec(t, 2, 1), middleware.SessionOptions{}), &jar, func(s *middleware.Session) {
		if len(s.Keys()) != 1 {
			t.Error("an old key is not read after a rotation")
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := middleware.Sessions(sessionCodec(t, 1), middleware.SessionOptions{MaxAge: time.Hour, RenewAfter: 10 * time.Minute})
		jar := ""
		keys := func() (n int) {
			visit(f, &jar, func(s *middleware.Session) { n = len(s.Keys()) })
			return n
		}
		visit(f, &jar, func(s *middleware.Session) { _ = s.Set("a", 1) })
		first := jar
		time.Sleep(5 * time.Minute)
		if keys() != 1 || jar != first {
			t.Error("renewed early")
		}
		for range 6 { // used every 15 minutes, it goes on
			time.Sleep(15 * time.Minute)
			before := jar
			if keys() != 1 || jar == before {
				t.Fatal("not renewed")
			}
		}
		time.Sleep(61 * time.Minute)
		if keys() != 0 {
			t.Error("it has not ended")
		}
	})
}

func TestSessionRenew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := middleware.Sessions(sessionCodec(t, 1), middleware.SessionOptions{})
		jar := ""
		visit(f, &jar, func(s *middleware.Session) { s.Renew() })
		if jar != "" {
			t.Error("an empty session was sent")
		}
		visit(f, &jar, func(s *middleware.Session) { _ = s.Set("a", 1) })
		before := jar
		time.Sleep(time.Minute)
		visit(f, &jar, func(s *middleware.Session) { s.Renew() })
		if jar == before {
			t.Error("not renewed")
		}
	})
}

// TestSessionCookieFromBeforeStaysAnonymous: an attacker who has given a visitor a cookie of their own is not signed in when the visitor signs
// in, because the session is in the cookie that the visitor then gets (session fixation).
func TestSessionCookieFromBeforeStaysAnonymous(t *testing.T) {
	f := middleware.Sessions(sessionCodec(t, 1), middleware.SessionOptions{})
	attacker := ""
	visit(f, &attacker, func(s *middleware.Session) { _ = s.Set("cart", 1) })
	visitor := attacker
	visit(f, &visitor, func(s *middleware.Session) { _ = s.Set("user", "ann"); s.Renew() })
	user := ""
	visit(f, &attacker, func(s *middleware.Session) { _ = s.Get("user", &user) })
	if user != "" {
		t.Errorf("the cookie from before the sign-in is now that of %q", user)
	}
	visit(f, &visitor, func(s *middleware.Session) { _ = s.Get("user", &user) })
	if user != "ann" {
		t.Errorf("the visitor is %q after the sign-in", user)
	}
}

func TestSessionThatIsTooLarge(t *testing.T) {
	f := middleware.Sessions(sessionCodec(t, 1), middleware.SessionOptions{Cookie: strings.Repeat("n", 100)})
	jar := ""
	visit(f, &jar, func(s *middleware.Session) {
		if err := s.Set("key", strings.Repeat("x", 2050)); err == nil || !strings.Contains(err.Error(), "2055 bytes") {
			t.Errorf("%v", err)
		}
		if err := s.Set("key", strings.Repeat("x", 2043)); err != nil {
			t.Error(err)
		}
		if err := s.Set("k", "x"); err == nil {
			t.Error("the sum is not counted")
		}
		if err := s.Set("f", func() {}); err == nil {
			t.Error("a function was kept")
		}
	})
	if jar == "" {
		t.Error("what Set takes does not fit into the cookie")
	}
}

func TestSessionIsSetTooLate(t *testing.T) {
	w := httptest.NewRecorder()
	middleware.Sessions(sessionCodec(t, 1), middleware.SessionOptions{})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200)
		if err := middleware.SessionFrom(r.Context()).Set("a", 1); err == nil || !strings.Contains(err.Error(), "the answer has begun") {
			t.Errorf("%v", err)
		}
	})).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
}

func TestSessionOfLateHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := middleware.Sessions(sessionCodec(t, 1), middleware.SessionOptions{})
		w := httptest.NewRecorder()
		f(middleware.Timeout(time.Second)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			s := middleware.SessionFrom(r.Context())
			_ = s.Set("a", 1)
			<-r.Context().Done()
			for i := range 100 { // while the 503 is written
				_ = s.Set("a", i)
			}
		}))).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if w.Code != 503 || len(w.Result().Cookies()) != 1 {
			t.Errorf("%d %v", w.Code, w.Header())
		}
	})
}

func TestSessionCookieAttributes(t *testing.T) {
	set := func(s *middleware.Session) { _ = s.Set("a", 1) }
	jar := ""
	w := visit(middleware.Sessions(sessionCodec(t, 1), middleware.SessionOptions{}), &jar, set, func(r *http.Request) { r.TLS = &tls.ConnectionState{} })
	if !strings.Contains(w.Header().Get("Set-Cookie"), "; Secure") {
		t.Errorf("by https: %s", w.Header().Get("Set-Cookie"))
	}
	w = visit(middleware.Sessions(sessionCodec(t, 1), middleware.SessionOptions{Cookie: "__Host-s", Attributes: []cookies.Option{cookies.Secure(), cookies.SameSite(http.SameSiteStrictMode)}}), &jar, set)
	if got := w.Header().Get("Set-Cookie"); !strings.HasPrefix(got, "__Host-s=") || !strings.Contains(got, "; Secure; SameSite=Strict") {
		t.Errorf("own attributes: %s", got)
	}
	wantMistake(t, "Sessions: the Codec is nil", middleware.Sessions(nil, middleware.SessionOptions{}))
	wantMistake(t, "Sessions: MaxAge is -1s", middleware.Sessions(sessionCodec(t, 1), middleware.SessionOptions{MaxAge: -time.Second}))
	wantMistake(t, "Sessions: RenewAfter is 2h0m0s, MaxAge 1h0m0s", middleware.Sessions(sessionCodec(t, 1), middleware.SessionOptions{MaxAge: time.Hour, RenewAfter: 2 * time.Hour}))
	wantMistake(t, "Attributes has a nil option", middleware.Sessions(sessionCodec(t, 1), middleware.SessionOptions{Attributes: []cookies.Option{nil}}))
	wantMistake(t, "Secure has 2 arguments", middleware.Sessions(sessionCodec(t, 1), middleware.SessionOptions{Attributes: []cookies.Option{cookies.Secure(true, false)}}))
	wantMistake(t, "__Host-", middleware.Sessions(sessionCodec(t, 1), middleware.SessionOptions{Cookie: "__Host-s", Attributes: []cookies.Option{cookies.Path("/p")}}))
	if middleware.SessionFrom(t.Context()) != nil {
		t.Error("a session without Sessions")
	}
}

func BenchmarkSessions(b *testing.B) {
	f := middleware.Sessions(sessionCodec(b, 1), middleware.SessionOptions{})
	b.Run("unused", func(b *testing.B) { benchmark(b, f) })
	jar := ""
	visit(f, &jar, func(s *middleware.Session) { _ = s.Set("user", 1) })
	b.Run("read", func(b *testing.B) {
		read := func(next http.Handler) http.Handler {
			return f(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var n int
				if !middleware.SessionFrom(r.Context()).Get("user", &n) {
					b.Fatal("no session")
				}
				next.ServeHTTP(w, r)
			}))
		}
		benchmark(b, read, func(r *http.Request) { r.Header.Set("Cookie", jar) })
	})
}
