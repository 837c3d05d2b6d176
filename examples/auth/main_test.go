package main

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/golang-jwt/jwt/v5"
)

// service is the program behind a real TLS connection, with a clock that the test sets and a client like a browser.
type service struct {
	*client
	app    *brio.App
	config Config
	server *httptest.Server
	skew   atomic.Int64 // nanoseconds that the service's clock is ahead
}

var testKeys = "new:" + key("n") + ",old:" + key("o")

func key(letter string) string {
	return base64.StdEncoding.EncodeToString([]byte(strings.Repeat(letter, 32)))
}

func newService(t *testing.T) *service {
	t.Helper()
	s := &service{}
	keys, err := ParseKeys(testKeys)
	if err != nil {
		t.Fatal(err)
	}
	s.config = Config{filepath.Join(t.TempDir(), "test.db"), keys, NewPasswords(Cost{1, 64}), func() time.Time { return time.Now().Add(time.Duration(s.skew.Load())) }, 100}
	s.app = newApp(s.config, brio.Logger(slog.New(slog.DiscardHandler)))
	s.server = httptest.NewTLSServer(s.app)
	t.Cleanup(func() {
		s.server.Close()
		if err := s.app.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	s.client = s.browser(t)
	s.send("POST", "/users", `{"name":"ann","password":"correct horse"}`, "").want(201, `{"name":"ann","scopes":["me","notes:read","notes:write"]}`)
	return s
}

func (s *service) later(d time.Duration) { s.skew.Add(int64(d)) }

// client keeps cookies.
type client struct {
	t    *testing.T
	base string
	http *http.Client
}

// browser is a client with cookies of its own.
func (s *service) browser(t *testing.T) *client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := *s.server.Client()
	c.Jar = jar
	return &client{t, s.server.URL, &c}
}

type answer struct {
	t      *testing.T
	what   string
	status int
	header http.Header
	body   string
}

// send is a request with a JSON body, or a form where the body does not begin with a brace, and an access token.
func (c *client) send(method, path, body, token string, headers ...string) *answer {
	c.t.Helper()
	r, err := http.NewRequest(method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	switch {
	case strings.HasPrefix(body, "{"):
		r.Header.Set("Content-Type", "application/json")
	case body != "":
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return &answer{c.t, method + " " + path, res.StatusCode, res.Header, string(got)}
}

// want compares an answer; body "" is not compared.
func (a *answer) want(status int, body string, challenge ...string) *answer {
	a.t.Helper()
	if a.status != status || body != "" && a.body != body || a.header.Get("WWW-Authenticate") != strings.Join(challenge, "") {
		a.t.Errorf("%s: %d %s %q, want %d %s %q", a.what, a.status, a.body, a.header.Get("WWW-Authenticate"), status, body, challenge)
	}
	return a
}

const (
	refusal   = `{"detail":"Could not validate credentials"}`
	challenge = `Bearer error="invalid_token", error_description="Could not validate credentials"`
)

// token is the access token of an answer of /token.
func (a *answer) token() string {
	a.t.Helper()
	a.want(200, "")
	var token Token
	if err := json.Unmarshal([]byte(a.body), &token); err != nil || token.AccessToken == "" {
		a.t.Fatalf("%s: %s (%v)", a.what, a.body, err)
	}
	return token.AccessToken
}

func (c *client) signIn(scopes string) string {
	c.t.Helper()
	return c.send("POST", "/token", url.Values{"username": {"ann"}, "password": {"correct horse"}, "scope": {scopes}}.Encode(), "").token()
}

func (c *client) refresh() *answer { c.t.Helper(); return c.send("POST", "/token/refresh", "", "") }

func (c *client) cookie() string {
	u, _ := url.Parse(c.base)
	for _, cookie := range c.http.Jar.Cookies(u) {
		if cookie.Name == refreshCookie {
			return cookie.Value
		}
	}
	return ""
}

func TestSignIn(t *testing.T) {
	s := newService(t)
	a := s.send("POST", "/token", "username=ann&password=correct+horse", "")
	var token Token
	if err := json.Unmarshal([]byte(a.want(200, "").body), &token); err != nil {
		t.Fatal(err)
	}
	if token.TokenType != "bearer" || token.ExpiresIn != 600 || token.Scope != "me notes:read notes:write" {
		t.Errorf("%+v", token)
	}
	if got := a.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control: %q", got)
	}
	got := strings.Replace(a.header.Get("Set-Cookie"), s.cookie(), "VALUE", 1)
	if want := "__Host-refresh=VALUE; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict"; got != want || s.cookie() == "" {
		t.Errorf("the cookie is %s, want %s", got, want)
	}
	s.send("GET", "/users/me", "", token.AccessToken).want(200, `{"name":"ann","scopes":["me","notes:read","notes:write"]}`)
	s.send("POST", "/notes", `{"text":"buy milk"}`, token.AccessToken).want(201, `{"id":1,"text":"buy milk"}`)
	s.send("GET", "/notes", "", token.AccessToken).want(200, `[{"id":1,"text":"buy milk"}]`)
}

func TestSignInIsRefused(t *testing.T) {
	s := newService(t)
	const incorrect = `{"detail":"Incorrect username or password"}`
	s.send("POST", "/token", "username=ann&password=wrong", "").want(401, incorrect, "Bearer")
	s.send("POST", "/token", "username=bob&password=correct+horse", "").want(401, incorrect, "Bearer")
	s.send("POST", "/token", "username=ann", "").want(422, "")
	s.send("POST", "/users", `{"name":"ann","password":"another one"}`, "").want(409, `{"detail":"The name is taken"}`)
	a := s.send("POST", "/users", `{"name":"bob","password":"secret"}`, "").want(422, "")
	if strings.Contains(a.body, `"secret"`) {
		t.Errorf("the password is sent back: %s", a.body)
	}
	if s.cookie() != "" {
		t.Error("there is a cookie")
	}
}

// TestAccessTokens: whatever is wrong with a token, the answer is the same.
func TestAccessTokens(t *testing.T) {
	s := newService(t)
	good := s.signIn("")
	claims := func(change func(jwt.MapClaims)) jwt.MapClaims {
		c := jwt.MapClaims{}
		if _, _, err := jwt.NewParser().ParseUnverified(good, c); err != nil {
			t.Fatal(err)
		}
		if change != nil {
			change(c)
		}
		return c
	}
	sign := func(method jwt.SigningMethod, kid any, key any, c jwt.MapClaims) string {
		token := jwt.NewWithClaims(method, c)
		if kid != nil {
			token.Header["kid"] = kid
		}
		text, err := token.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	newKey, oldKey := []byte(strings.Repeat("n", 32)), []byte(strings.Repeat("o", 32))
	with := func(name string, value any) jwt.MapClaims {
		return claims(func(c jwt.MapClaims) { c[name] = value })
	}
	without := func(name string) jwt.MapClaims { return claims(func(c jwt.MapClaims) { delete(c, name) }) }
	parts := strings.Split(good, ".")
	hour := func(n int) int64 { return time.Now().Add(time.Duration(n) * time.Hour).Unix() }
	for name, token := range map[string]string{
		"no JWT":                      "abc",
		"tampered claims":             parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"sid":"x"}`)) + "." + parts[2],
		"no signature":                parts[0] + "." + parts[1] + ".",
		"alg none":                    sign(jwt.SigningMethodNone, "new", jwt.UnsafeAllowNoneSignatureType, claims(nil)),
		"another algorithm":           sign(jwt.SigningMethodHS512, "new", newKey, claims(nil)),
		"unknown kid":                 sign(jwt.SigningMethodHS256, "newer", newKey, claims(nil)),
		"no kid":                      sign(jwt.SigningMethodHS256, nil, newKey, claims(nil)),
		"a kid that is no string":     sign(jwt.SigningMethodHS256, 1, newKey, claims(nil)),
		"the key of another kid":      sign(jwt.SigningMethodHS256, "new", oldKey, claims(nil)),
		"expired":                     sign(jwt.SigningMethodHS256, "new", newKey, with("exp", hour(-1))),
		"without expiry":              sign(jwt.SigningMethodHS256, "new", newKey, without("exp")),
		"issued in the future":        sign(jwt.SigningMethodHS256, "new", newKey, with("iat", hour(1))),
		"not valid yet":               sign(jwt.SigningMethodHS256, "new", newKey, with("nbf", hour(1))),
		"another issuer":              sign(jwt.SigningMethodHS256, "new", newKey, with("iss", "other")),
		"no issuer":                   sign(jwt.SigningMethodHS256, "new", newKey, without("iss")),
		"a session that is not there": sign(jwt.SigningMethodHS256, "new", newKey, with("sid", "other")),
		"no session":                  sign(jwt.SigningMethodHS256, "new", newKey, without("sid")),
	} {
		t.Run(name, func(t *testing.T) {
			c := s.browser(t)
			c.send("GET", "/users/me", "", token).want(401, refusal, challenge)
		})
	}
	s.send("GET", "/users/me", "", "").want(401, `{"detail":"Not authenticated"}`, "Bearer")
	s.send("POST", "/notes", "{", "").want(401, `{"detail":"Not authenticated"}`, "Bearer")
	// What makes the difference is what was changed: signed by either key as it was, the token is good.
	s.send("GET", "/users/me", "", sign(jwt.SigningMethodHS256, "new", newKey, claims(nil))).want(200, "")
	s.send("GET", "/users/me", "", sign(jwt.SigningMethodHS256, "old", oldKey, claims(nil))).want(200, "")
	s.later(accessLife + time.Second)
	s.send("GET", "/users/me", "", good).want(401, refusal, challenge)
}

func TestScopes(t *testing.T) {
	s := newService(t)
	token := s.signIn("notes:read admin unknown")
	insufficient := func(scope string) string {
		return `Bearer error="insufficient_scope", error_description="Not enough permissions", scope="` + scope + `"`
	}
	const detail = `{"detail":"Not enough permissions"}`
	s.send("GET", "/notes", "", token).want(200, "[]")
	s.send("POST", "/notes", `{"text":"x"}`, token).want(403, detail, insufficient("notes:write"))
	s.send("POST", "/notes", `{`, token).want(403, detail, insufficient("notes:write"))
	s.send("GET", "/users/me", "", token).want(403, detail, insufficient("me"))
	s.send("PUT", "/users/ann/disabled", `{"disabled":true}`, token).want(403, detail, insufficient("admin"))
	// The session's scopes outlive the access token, and what the user loses is lost at once.
	token = s.refresh().token()
	s.send("GET", "/notes", "", token).want(200, "[]")
	s.exec(`update users set scopes = 'me'`)
	s.send("GET", "/notes", "", token).want(403, detail, insufficient("notes:read"))
}

// TestOldSessionsAreForgotten: the database does not grow for ever.
func TestOldSessionsAreForgotten(t *testing.T) {
	s := newService(t)
	count := func() (sessions, tokens int) {
		t.Helper()
		if err := s.app.Resolve(context.Background(), func(ctx context.Context, db *sql.DB) error {
			return db.QueryRowContext(ctx, `select (select count(*) from sessions), (select count(*) from refresh_tokens)`).Scan(&sessions, &tokens)
		}); err != nil {
			t.Fatal(err)
		}
		return sessions, tokens
	}
	s.signIn("")
	s.refresh().token()
	s.signIn("")
	if sessions, tokens := count(); sessions != 2 || tokens != 3 {
		t.Errorf("%d sessions and %d tokens", sessions, tokens)
	}
	s.later(sessionLife + time.Minute)
	s.signIn("")
	if sessions, tokens := count(); sessions != 1 || tokens != 1 {
		t.Errorf("%d sessions and %d tokens after their time", sessions, tokens)
	}
}

// exec changes the database behind the service's back.
func (s *service) exec(query string, args ...any) {
	s.t.Helper()
	if err := s.app.Resolve(context.Background(), func(ctx context.Context, db *sql.DB) error {
		_, err := db.ExecContext(ctx, query, args...)
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
}

func TestRefresh(t *testing.T) {
	s := newService(t)
	s.refresh().want(401, refusal, challenge)
	s.signIn("me")
	first := s.cookie()
	a := s.refresh()
	s.send("GET", "/users/me", "", a.token()).want(200, "")
	if second := s.cookie(); second == first || second == "" {
		t.Errorf("the refresh token was not changed: %q", second)
	}
	s.later(sessionLife - time.Minute)
	token := s.refresh().token()
	s.later(2 * time.Minute) // the session does not grow by being used
	s.send("GET", "/users/me", "", token).want(401, refusal, challenge)
	s.refresh().want(401, refusal, challenge)
}

// TestReuse: somebody has taken a refresh token, and it is used twice. Both have to sign in again.
func TestReuse(t *testing.T) {
	s := newService(t)
	s.signIn("")
	thief := s.browser(t)
	u, _ := url.Parse(s.base)
	stolen := []*http.Cookie{{Name: refreshCookie, Value: s.cookie(), Path: "/", Secure: true}}
	thief.http.Jar.SetCookies(u, stolen)
	token := s.refresh().token() // the owner is first
	s.send("GET", "/users/me", "", token).want(200, "")
	a := thief.refresh().want(401, refusal, challenge)
	if got := a.header.Get("Set-Cookie"); !strings.HasPrefix(got, "__Host-refresh=; Path=/; Expires=Thu, 01 Jan 1970") {
		t.Errorf("the cookie is not deleted: %q", got)
	}
	s.send("GET", "/users/me", "", token).want(401, refusal, challenge)
	s.refresh().want(401, refusal, challenge)
	other := s.browser(t)
	other.refreshAs("never given").want(401, refusal, challenge)
	s.signIn("")
	s.refresh().token() // another session is not touched
}

func (c *client) refreshAs(value string) *answer {
	return c.send("POST", "/token/refresh", "", "", "Cookie", refreshCookie+"="+value)
}

func TestLogout(t *testing.T) {
	s := newService(t)
	other := s.browser(t)
	otherToken := other.signIn("")
	token := s.signIn("")
	kept := s.cookie()
	s.send("POST", "/logout", "", "").want(204, "")
	if s.cookie() != "" {
		t.Error("the browser still has the cookie")
	}
	s.send("GET", "/users/me", "", token).want(401, refusal, challenge)
	s.browser(t).refreshAs(kept).want(401, refusal, challenge)
	s.send("POST", "/logout", "", "").want(204, "") // again
	other.send("GET", "/users/me", "", otherToken).want(200, "")
}

func TestDisabledUser(t *testing.T) {
	s := newService(t)
	token := s.signIn("")
	admin := s.browser(t)
	admin.send("POST", "/users", `{"name":"root","password":"correct horse"}`, "").want(201, "")
	s.exec(`update users set scopes = 'admin' where name = 'root'`)
	adminToken := admin.send("POST", "/token", "username=root&password=correct+horse", "").token()
	admin.send("PUT", "/users/ann/disabled", `{"disabled":true}`, adminToken).want(204, "")
	admin.send("PUT", "/users/nobody/disabled", `{"disabled":true}`, adminToken).want(404, `{"detail":"No such user"}`)
	s.send("GET", "/users/me", "", token).want(401, refusal, challenge)
	s.refresh().want(401, refusal, challenge)
	s.send("POST", "/token", "username=ann&password=correct+horse", "").want(403, `{"detail":"Inactive user"}`)
	s.send("POST", "/token", "username=ann&password=wrong", "").want(401, "", "Bearer") // who does not know the password learns nothing
}

// TestOtherOrigins: pages of others cannot use the cookie that the browser would send.
func TestOtherOrigins(t *testing.T) {
	s := newService(t)
	s.signIn("")
	for _, path := range []string{"/token/refresh", "/logout"} {
		s.send("POST", path, "", "", "Origin", "https://evil.example").want(403, `{"detail":"Cross-origin request refused"}`)
		s.send("POST", path, "", "", "Sec-Fetch-Site", "cross-site").want(403, "")
	}
	s.refresh().token()
}

func TestSignInsAreLimited(t *testing.T) {
	s := newService(t)
	config := s.config
	config.SignIns = 2
	app := newApp(config, brio.Logger(slog.New(slog.DiscardHandler)))
	defer app.Shutdown(context.Background())
	for i, status := range []int{401, 401, 429} {
		r := httptest.NewRequest("POST", "/token", strings.NewReader("username=ann&password=guess"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		if app.ServeHTTP(w, r); w.Code != status || (w.Header().Get("Retry-After") != "") != (status == 429) {
			t.Errorf("try %d: %d %s, want %d", i+1, w.Code, w.Body, status)
		}
	}
}

func TestKeys(t *testing.T) {
	for _, bad := range []string{"", "abc", "a:!", "a:" + base64.StdEncoding.EncodeToString([]byte("short")), ":" + key("x"), "a:" + key("x") + ",a:" + key("y")} {
		if keys, err := ParseKeys(bad); err == nil {
			t.Errorf("%q gives %v", bad, keys)
		}
	}
	// A rotation: the service starts again with a new key in front, and then without the old one.
	s := newService(t)
	token := s.signIn("")
	for _, step := range []struct {
		keys   string
		status int
	}{{"newest:" + key("w") + "," + testKeys, 200}, {"newest:" + key("w"), 401}} {
		keys, err := ParseKeys(step.keys)
		if err != nil {
			t.Fatal(err)
		}
		config := s.config
		config.Keys = keys
		app := newApp(config, brio.Logger(slog.New(slog.DiscardHandler)))
		r := httptest.NewRequest("GET", "/users/me", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		if w.Code != step.status {
			t.Errorf("%s: %d %s, want %d", step.keys, w.Code, w.Body, step.status)
		}
		if err := app.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

func TestPasswords(t *testing.T) {
	p := NewPasswords(Cost{1, 64})
	a, b := p.Hash("secret"), p.Hash("secret")
	if a == b || !strings.HasPrefix(a, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("%s and %s", a, b)
	}
	user := &User{Password: a}
	if !p.Matches(user, "secret") || p.Matches(user, "Secret") || p.Matches(user, "") || p.Matches(nil, "secret") {
		t.Error("a password does not match, or another one does")
	}
	if dearer := NewPasswords(Cost{2, 128}); !dearer.Matches(user, "secret") || dearer.Matches(user, "other") {
		t.Error("a hash of another cost is not compared")
	}
	for _, broken := range []string{"", "secret", "$argon2id$v=19$m=64,t=1,p=1$!$!"} {
		if p.Matches(&User{Password: broken}, "secret") {
			t.Errorf("%q matches", broken)
		}
	}
}

// TestDatabaseKeepsNoSecrets looks for what was sent in every table.
func TestDatabaseKeepsNoSecrets(t *testing.T) {
	s := newService(t)
	s.signIn("")
	var dump []string
	err := s.app.Resolve(context.Background(), func(ctx context.Context, db *sql.DB) error {
		for _, query := range []string{`select password from users`, `select hex(hash) || hash from refresh_tokens`, `select id || scopes from sessions`} {
			rows, err := db.QueryContext(ctx, query)
			if err != nil {
				return err
			}
			for rows.Next() {
				var text string
				if err := rows.Scan(&text); err != nil {
					return err
				}
				dump = append(dump, text)
			}
			if err := rows.Close(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(dump) != 3 {
		t.Fatal(err, dump)
	}
	for _, secret := range []string{"correct horse", s.cookie()} {
		if strings.Contains(strings.Join(dump, " "), secret) {
			t.Errorf("%q is in the database", secret)
		}
	}
	if reflect.DeepEqual(hash(s.cookie()), []byte(s.cookie())) {
		t.Error("the hash is none")
	}
}
