package security_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

func quiet(opts ...brio.AppOption) *brio.App {
	return brio.New(append(opts, brio.Logger(slog.New(slog.DiscardHandler)))...)
}

// send is a request with headers in pairs.
func send(h http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// want compares an answer: its status, its body and its challenges.
func want(t *testing.T, w *httptest.ResponseRecorder, status int, body string, challenges ...string) {
	t.Helper()
	if got := w.Body.String(); w.Code != status || got != body {
		t.Errorf("%d %s, want %d %s", w.Code, got, status, body)
	}
	if got := w.Header().Values("WWW-Authenticate"); len(got) != len(challenges) || len(got) > 0 && !reflect.DeepEqual(got, challenges) {
		t.Errorf("challenges %q, want %q", got, challenges)
	}
}

const notAuthenticated = `{"detail":"Not authenticated"}`

type item struct {
	Name string `json:"name"`
}

func createItem(in *brio.Body[item]) *item { return &in.Value }

func TestAuthenticationPrecedesBodyAndFollowsRouting(t *testing.T) {
	app := quiet(brio.Depends(security.HTTPBearer()), brio.MaxBody(64))
	app.Post("/items/{id}", createItem)
	for name, body := range map[string]string{"malformed": "{", "too large": strings.Repeat(" ", 65), "well formed": `{"name":"a"}`, "not there": ""} {
		t.Run(name, func(t *testing.T) {
			want(t, send(app, "POST", "/items/1", body), 401, notAuthenticated, "Bearer")
		})
	}
	unread := &countingReader{}
	r := httptest.NewRequest("POST", "/items/1", unread)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	want(t, w, 401, notAuthenticated, "Bearer")
	if unread.n != 0 {
		t.Errorf("%d reads of the body of an unauthenticated request", unread.n)
	}
	want(t, send(app, "GET", "/unknown", ""), 404, `{"detail":"Not Found"}`)
	want(t, send(app, "GET", "/items/1", ""), 405, `{"detail":"Method Not Allowed"}`)
	want(t, send(app, "POST", "/items/1", `{"name":"a"}`, "Authorization", "Bearer x"), 200, `{"name":"a"}`)
	if w := send(app, "POST", "/items/1", `{`, "Authorization", "Bearer x"); w.Code != 422 {
		t.Errorf("authenticated and malformed: %d %s", w.Code, w.Body)
	}
}

type countingReader struct{ n int }

func (r *countingReader) Read([]byte) (int, error) { r.n++; return 0, errors.New("read") }

func TestAPIKeys(t *testing.T) {
	app := quiet()
	app.Get("/query", given[security.APIKey], brio.Provide(security.APIKeyQuery("api key")))
	app.Get("/header", given[security.APIKey], brio.Provide(security.APIKeyHeader("x-api-key", security.Realm("r"))))
	app.Get("/cookie", given[security.APIKey], brio.Provide(security.APIKeyCookie("key")))
	app.Get("/optional", given[security.APIKey], brio.Provide(security.APIKeyHeader("X-Optional", security.Optional(), security.Name("Optional"))), brio.ResponseModel[any]())
	for _, c := range []struct {
		target  string
		headers []string
		want    string // the key; "": 401
	}{
		{"/query", nil, ""},
		{"/query?api+key=", nil, ""},
		{"/query?API+key=a", nil, ""},
		{"/query?api%20key=a", nil, "a"},
		{"/query?api+key=%c3%a4", nil, "ä"},
		{"/query?api+key=a&api+key=b", nil, "b"},
		{"/query?api+key=a&api+key=", nil, ""},
		{"/query", []string{"X-Api-Key", "a"}, ""},
		{"/header", nil, ""},
		{"/header", []string{"X-API-KEY", ""}, ""},
		{"/header", []string{"X-API-KEY", "a"}, "a"},
		{"/header", []string{"X-API-KEY", "a", "X-Api-Key", "b"}, "a"},
		{"/header", []string{"X-API-KEY", "", "X-Api-Key", "b"}, ""},
		{"/header?x-api-key=a", nil, ""},
		{"/cookie", nil, ""},
		{"/cookie", []string{"Cookie", "key="}, ""},
		{"/cookie", []string{"Cookie", "Key=a"}, ""},
		{"/cookie", []string{"Cookie", "other=b; key=a"}, "a"},
		{"/cookie", []string{"Cookie", "key=a; key=b"}, "b"},
	} {
		w := send(app, "GET", c.target, "", c.headers...)
		switch {
		case c.want != "":
			want(t, w, 200, fmt.Sprintf(`{"value":%q}`, c.want))
		case strings.HasPrefix(c.target, "/header"):
			want(t, w, 401, notAuthenticated, `APIKey realm="r"`)
		default:
			want(t, w, 401, notAuthenticated, "APIKey")
		}
		if t.Failed() {
			t.Fatalf("%s %q", c.target, c.headers)
		}
	}
	want(t, send(app, "GET", "/optional", "", "X-Optional", ""), 200, "null")
	want(t, send(app, "GET", "/optional", "", "X-Optional", "a"), 200, `{"value":"a"}`)
}

type (
	adminKey security.APIKey
	caller   struct {
		Token *security.Token
		Key   *adminKey
	}
)

func TestAlternatives(t *testing.T) {
	bearer := security.HTTPBearer(security.Realm("api"))
	admin := security.As[adminKey](security.APIKeyHeader("X-Admin"))
	app := quiet()
	app.Get("/any", func(c *security.Credentials) any { return fmt.Sprintf("%s %T", c.Scheme, c.Value) }, brio.Provide(security.AnyOf(bearer, admin)))
	app.Get("/typed", func(c *caller) any { return []bool{c.Token != nil, c.Key != nil} }, brio.Provide(security.As[caller](security.AnyOf(admin, bearer))))
	app.Get("/guard", func() string { return "in" }, brio.Depends(security.AnyOf(security.HTTPBasic(), bearer)))
	for _, c := range []struct {
		target, header, value, body string
	}{
		{"/any", "Authorization", "Bearer x", `"HTTPBearer *security.Token"`},
		{"/any", "X-Admin", "x", `"adminKey *security_test.adminKey"`},
		{"/typed", "Authorization", "Bearer x", `[true,false]`},
		{"/typed", "X-Admin", "x", `[false,true]`},
		{"/guard", "Authorization", "Bearer x", `"in"`},
	} {
		want(t, send(app, "GET", c.target, "", c.header, c.value), 200, c.body)
	}
	want(t, send(app, "GET", "/any", ""), 401, notAuthenticated, `Bearer realm="api"`, "APIKey")
	want(t, send(app, "GET", "/typed", ""), 401, notAuthenticated, "APIKey", `Bearer realm="api"`)
	want(t, send(app, "GET", "/guard", "", "Authorization", "Basic !"), 401, notAuthenticated, "Basic", `Bearer realm="api"`)
	// What is malformed for one does not stand in the way of another.
	want(t, send(app, "GET", "/any", "", "Authorization", "Bearer", "X-Admin", "x"), 200, `"adminKey *security_test.adminKey"`)
	// Both: the first in order.
	want(t, send(app, "GET", "/typed", "", "Authorization", "Bearer x", "X-Admin", "x"), 200, `[false,true]`)
}

func TestOptionalAlternatives(t *testing.T) {
	app := quiet()
	app.Get("/", func(c *security.Credentials) any { return c != nil }, brio.Provide(
		security.AnyOf(security.HTTPBearer(security.Optional()), security.APIKeyHeader("X-Key", security.Status(403)))))
	want(t, send(app, "GET", "/", ""), 200, "false")
	want(t, send(app, "GET", "/", "", "X-Key", "a"), 200, "true")
	want(t, send(app, "GET", "/", "", "Authorization", "Bearer "), 401, notAuthenticated, "Bearer", "APIKey")
}

// Several guards are all enforced, whether or not anybody asks for their credentials, each with its own challenge.
func TestCombinations(t *testing.T) {
	app := quiet(brio.Depends(security.HTTPBearer()))
	app.Get("/", func(k *security.APIKey) string { return k.Value }, brio.Depends(security.APIKeyHeader("X-Key")))
	want(t, send(app, "GET", "/", ""), 401, notAuthenticated, "Bearer")
	want(t, send(app, "GET", "/", "", "X-Key", "k"), 401, notAuthenticated, "Bearer")
	want(t, send(app, "GET", "/", "", "Authorization", "Bearer x"), 401, notAuthenticated, "APIKey")
	want(t, send(app, "GET", "/", "", "Authorization", "Bearer x", "X-Key", "k"), 200, `"k"`)
}

func TestTwoSchemesOfOneKind(t *testing.T) {
	type user security.APIKey
	app := quiet(brio.Provide(security.As[adminKey](security.APIKeyHeader("X-Admin")), security.As[user](security.APIKeyHeader("X-User", security.Optional()))))
	app.Get("/", func(a *adminKey, u *user) any { return []any{a.Value, u != nil} })
	want(t, send(app, "GET", "/", "", "X-Admin", "a"), 200, `["a",false]`)
	want(t, send(app, "GET", "/", "", "X-Admin", "a", "X-User", "u"), 200, `["a",true]`)
	want(t, send(app, "GET", "/", "", "X-User", "u"), 401, notAuthenticated, "APIKey")
}

type account struct{ Scopes []string }

func TestScopes(t *testing.T) {
	bearer := security.HTTPBearer(security.Realm("api"))
	runs := 0
	user := func(token *security.Token) (*account, error) {
		runs++
		if token.Value == "bad" {
			return nil, security.InvalidToken(`the token's "time" is over`, bearer)
		}
		return &account{strings.Split(token.Value, ",")}, nil
	}
	check := security.RequireScopes(func(a *account) []string { return a.Scopes }, bearer)
	app := quiet(brio.Provide(bearer, user))
	app.Post("/items", createItem, brio.Security(check, "items:read", "items:write"))
	app.Get("/me", func(a *account, scopes security.Scopes) any { return len(scopes) }, brio.Depends(check))
	router := brio.NewRouter(brio.Security(check, "admin"))
	router.Get("/admin", func() {}, brio.Security(check, "more"))
	app.Include(router)

	insufficient := func(scope string) string {
		return `Bearer realm="api", error="insufficient_scope", error_description="Not enough permissions", scope="` + scope + `"`
	}
	const notEnough = `{"detail":"Not enough permissions"}`
	want(t, send(app, "POST", "/items", "{"), 401, notAuthenticated, `Bearer realm="api"`)
	want(t, send(app, "POST", "/items", "{", "Authorization", "Bearer items:read"), 403, notEnough, insufficient("items:read items:write"))
	want(t, send(app, "POST", "/items", "{", "Authorization", "Bearer bad"), 401, `{"detail":"the token's \"time\" is over"}`,
		`Bearer realm="api", error="invalid_token", error_description="the token's time is over"`)
	want(t, send(app, "POST", "/items", `{"name":"a"}`, "Authorization", "Bearer items:write,items:read"), 200, `{"name":"a"}`)
	want(t, send(app, "GET", "/me", "", "Authorization", "Bearer x"), 200, "0")
	want(t, send(app, "GET", "/admin", "", "Authorization", "Bearer more"), 403, notEnough, insufficient("admin"))
	want(t, send(app, "GET", "/admin", "", "Authorization", "Bearer admin"), 403, notEnough, insufficient("more"))
	runs = 0
	want(t, send(app, "GET", "/admin", "", "Authorization", "Bearer admin,more"), 204, "")
	if runs != 1 {
		t.Errorf("the user was looked up %d times, though it does not look at scopes", runs)
	}
}

func TestErrorsOfProgram(t *testing.T) {
	basic := security.HTTPBasic(security.Realm("r"))
	key := security.APIKeyHeader("X")
	dpop := security.HTTPScheme("DPoP")
	for _, c := range []struct {
		err        *response.HTTPError
		status     int
		detail     any
		challenges []string
	}{
		{security.NotAuthenticated("no"), 401, "no", []string{"Bearer"}},
		{security.NotAuthenticated(nil, basic), 401, "Unauthorized", []string{`Basic realm="r"`}},
		{security.NotAuthenticated("no", basic, key, basic), 401, "no", []string{`Basic realm="r"`, "APIKey"}},
		{security.NotAuthenticated("no", nil), 401, "no", []string{"Bearer"}},
		{security.InvalidToken("old"), 401, "old", []string{`Bearer error="invalid_token", error_description="old"`}},
		{security.InvalidToken("old", basic, dpop), 401, "old", []string{`Basic realm="r"`, `Dpop error="invalid_token", error_description="old"`}},
		{security.InvalidToken("old", security.AnyOf(key, security.HTTPBearer())), 401, "old", []string{"APIKey", `Bearer error="invalid_token", error_description="old"`}},
		{security.InsufficientScope(security.Scopes{"a", "b"}), 403, "Not enough permissions", []string{`Bearer error="insufficient_scope", error_description="Not enough permissions", scope="a b"`}},
		{security.InsufficientScope(security.Scopes{"a"}, key), 403, "Not enough permissions", nil},
	} {
		if got := c.err.Headers.Values("WWW-Authenticate"); c.err.Status != c.status || c.err.Detail != c.detail || len(got) != len(c.challenges) || len(got) > 0 && !reflect.DeepEqual(got, c.challenges) {
			t.Errorf("%d %v %q, want %d %v %q", c.err.Status, c.err.Detail, got, c.status, c.detail, c.challenges)
		}
	}
}

func TestChallengesAreQuoted(t *testing.T) {
	for want, c := range map[string]security.Challenge{
		`Bearer`: {},
		`Basic realm="a \"b\" \\c", charset="UTF-8"`:            {Scheme: "Basic", Realm: `a "b" \c`, Charset: "UTF-8"},
		`Bearer realm="aSet-Cookie: b"`:                         {Realm: "a\r\nSet-Cookie: b\x00\x7f"},
		`Bearer realm="ä"`:                                      {Realm: "ä"},
		"Bearer realm=\"a\tb~\"":                                {Realm: "a\tb~\x1f"}, // RFC 9110, 5.6.4: a tab may stand in a quoted string
		`Bearer error="e~"`:                                     {Error: "\te~\x7f"},  // RFC 6750, 3: neither a tab nor DEL
		`Bearer error="e", error_description="dx=1", scope="s"`: {Error: "e", ErrorDescription: "d\"x=1\\\nä", Scope: "\"s\""},
		`Bearer scope="me items"`:                               {Scope: security.Scopes{"me", "items"}.String()},
		`Bearer resource_metadata="https://x/y"`:                {ResourceMetadata: "https://x/y"},
	} {
		if got := c.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestUnauthorizedSaysEverything(t *testing.T) {
	app := quiet()
	app.Get("/own", func() {}, brio.Depends(security.HTTPBearer(security.Unauthorized(func() error { return brio.Error(418, "no tea") }))))
	app.Get("/nil", func() {}, brio.Depends(security.HTTPBearer(security.Unauthorized(func() error { return nil }))))
	app.Get("/status", func() {}, brio.Depends(security.HTTPBearer(security.Status(404), security.Realm("r"))))
	want(t, send(app, "GET", "/own", ""), 418, `{"detail":"no tea"}`)
	want(t, send(app, "GET", "/nil", ""), 401, notAuthenticated, "Bearer")
	want(t, send(app, "GET", "/status", ""), 404, notAuthenticated)
}

func TestPasswordForms(t *testing.T) {
	app := quiet()
	app.Post("/token", func(f *security.PasswordForm) any {
		return []any{f.Username, f.Password, f.Scopes(), f.GrantType == nil, f.ClientID}
	})
	app.Post("/strict", func(f *security.PasswordFormStrict) any { return f.Scopes() })
	app.Post("/embedded", func(f *struct {
		security.PasswordForm
		OTP string `form:"otp"`
	}) any {
		return f.OTP + f.Username
	})
	for _, c := range []struct {
		path, form string
		status     int
		body       string
	}{
		{"/token", "username=ann&password=s3&scope=+a++b+", 200, `["ann","s3",["a","b"],true,null]`},
		{"/token", "username=ann&password=s3&grant_type=password&client_id=c", 200, `["ann","s3",[],false,"c"]`},
		{"/token", "grant_type=other&username=a", 422, `{"detail":[` +
			`{"type":"string_pattern_mismatch","loc":["body","grant_type"],"msg":"String should match pattern '^password$'","input":"other","ctx":{"pattern":"^password$"}},` +
			`{"type":"missing","loc":["body","password"],"msg":"Field required","input":null}]}`},
		{"/strict", "username=a&password=b", 422, `{"detail":[{"type":"missing","loc":["body","grant_type"],"msg":"Field required","input":null}]}`},
		{"/strict", "grant_type=password&username=a&password=b&scope=x", 200, `["x"]`},
		{"/embedded", "username=ann&password=b&otp=7", 200, `"7ann"`},
	} {
		r := httptest.NewRequest("POST", c.path, strings.NewReader(c.form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		want(t, w, c.status, c.body)
	}
}

func TestEqual(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{{"", "", true}, {"a", "a", true}, {"a", "b", false}, {"a", "aa", false}, {"ä", "ä", true}, {"ä", "a\u0308", false}, {strings.Repeat("a", 1000), strings.Repeat("a", 1000), true}} {
		if security.Equal(c.a, c.b) != c.want || security.Equal([]byte(c.a), c.b) != c.want || security.EqualAny(c.a, "zz", c.b) != c.want {
			t.Errorf("Equal(%q, %q) is not %t", c.a, c.b, c.want)
		}
	}
	for _, c := range []struct {
		keys []string
		want bool
	}{
		{nil, false}, {[]string{"a"}, true}, {[]string{"b"}, false}, {[]string{""}, false}, {[]string{"b", "c"}, false},
		{[]string{"a", "b"}, true}, {[]string{"b", "a"}, true}, {[]string{"b", "a", "c"}, true}, {[]string{"a", "a"}, true}, {[]string{"a", "b", "a"}, true},
	} {
		if security.EqualAny("a", c.keys...) != c.want || security.EqualAny([]byte("a"), c.keys...) != c.want {
			t.Errorf("EqualAny of a and %q is not %t", c.keys, c.want)
		}
	}
	c := &security.BasicCredentials{Username: "ann", Password: "secret"}
	if !c.Matches("ann", "secret") || c.Matches("ann", "") || c.Matches("", "secret") || c.Matches("bob", "other") {
		t.Error("Matches is wrong")
	}
}

func TestCredentialsDoNotPrintSecrets(t *testing.T) {
	const canary = "canary-7c3d"
	for _, v := range []any{
		&security.Token{Scheme: "Bearer", Value: canary}, &security.APIKey{Value: canary},
		&security.Authorization{Scheme: "Digest", Credentials: canary}, &security.BasicCredentials{Username: "ann", Password: canary},
		&security.Credentials{Scheme: "HTTPBearer", Value: &security.Token{Value: canary}},
	} {
		var b strings.Builder
		slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "v", v, "in", map[string]any{"v": fmt.Sprint(v)})
		slog.New(slog.NewTextHandler(&b, nil)).Info("x", "v", v)
		fmt.Fprintf(&b, "%v %+v %#v %s %q %x %d", v, v, v, v, v, v, reflect.ValueOf(v).Elem().Interface())
		if strings.Contains(b.String(), canary) || strings.Contains(b.String(), fmt.Sprintf("%x", canary)) {
			t.Errorf("%T prints its secret: %s", v, b.String())
		}
	}
}

// What is not secret is printed and logged: without it a log line does not say whose request it was.
func TestCredentialsPrintWhatIsNotSecret(t *testing.T) {
	for want, v := range map[string]interface {
		fmt.Formatter
		slog.LogValuer
	}{
		`"Bearer …"`: security.Token{Scheme: "Bearer", Value: "x"},
		`…`:          security.APIKey{Value: "x"},
		`"Digest …"`: security.Authorization{Scheme: "Digest", Credentials: "x"},
		`"ann:…"`:    security.BasicCredentials{Username: "ann", Password: "x"},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if got := fmt.Sprintf(verb, v); got != want {
				t.Errorf("%T with %s: %s, want %s", v, verb, got, want)
			}
		}
		if got := v.LogValue().String(); got != strings.Trim(want, `"`) {
			t.Errorf("%T is logged as %s, want %s", v, got, want)
		}
	}
	if got := (security.Credentials{Scheme: "HTTPBearer", Value: &security.Token{Value: "x"}}).LogValue().String(); got != "HTTPBearer …" {
		t.Errorf("Credentials are logged as %s", got)
	}
}

// The name of a scheme is compared in any case (RFC 9110, 11.1), as ASCII: letters that fold to it are others.
func TestSchemesFoldOnlyASCII(t *testing.T) {
	app := quiet()
	app.Get("/token", func() string { return "in" }, brio.Depends(security.HTTPScheme("Token")))
	app.Get("/basic", func() string { return "in" }, brio.Depends(security.HTTPBasic()))
	for _, scheme := range []string{"Token", "token", "TOKEN"} {
		want(t, send(app, "GET", "/token", "", "Authorization", scheme+" x"), 200, `"in"`)
	}
	want(t, send(app, "GET", "/token", "", "Authorization", "To\u212aen x"), 401, notAuthenticated, "Token")
	want(t, send(app, "GET", "/token", "", "Authorization", "Tokens x"), 401, notAuthenticated, "Token")
	want(t, send(app, "GET", "/basic", "", "Authorization", "Ba\u017fic "+base64Of("a:b")), 401, notAuthenticated, "Basic")
	want(t, send(app, "GET", "/basic", "", "Authorization", "BASIC "+base64Of("a:b")), 200, `"in"`)
	for _, control := range []string{"\x00", "\t", "\x1f", "\x7f"} { // RFC 7617, 2
		want(t, send(app, "GET", "/basic", "", "Authorization", "Basic "+base64Of("a:b"+control)), 401, notAuthenticated, "Basic")
	}
	long := strings.Repeat("p", 300)
	want(t, send(app, "GET", "/basic", "", "Authorization", "Basic "+base64Of("a:"+long)), 200, `"in"`)
}

// The challenge of HTTPScheme is the name as Python's str.title writes it.
func TestChallengeInTitleCase(t *testing.T) {
	for name, title := range map[string]string{"dPoP": "Dpop", "zed": "Zed", "a-b1c~d2zZ": "A-B1C~D2Zz", "x|y": "X|Y", "`a": "`A", "AWS4-HMAC": "Aws4-Hmac"} {
		app := quiet()
		app.Get("/", func() {}, brio.Depends(security.HTTPScheme(name)))
		want(t, send(app, "GET", "/", ""), 401, notAuthenticated, title)
	}
}

// The refusal of AnyOf has the status and the error that the options of its first scheme say.
func TestAnyOfRefusesAsItsFirstScheme(t *testing.T) {
	teapot := security.Unauthorized(func() error { return brio.Error(418, "no tea") })
	key := security.APIKeyHeader("X-Key")
	app := quiet()
	app.Get("/status", func() {}, brio.Depends(security.AnyOf(security.HTTPBearer(security.Status(403)), key)))
	app.Get("/error", func() {}, brio.Depends(security.AnyOf(security.HTTPBearer(teapot), key)))
	app.Get("/second", func() {}, brio.Depends(security.AnyOf(key, security.HTTPBearer(teapot, security.Status(403)))))
	app.Get("/nested", func() {}, brio.Depends(security.AnyOf(security.AnyOf(security.HTTPBearer(security.Status(403)), key), security.HTTPBasic())))
	want(t, send(app, "GET", "/status", ""), 403, notAuthenticated)
	want(t, send(app, "GET", "/error", ""), 418, `{"detail":"no tea"}`)
	want(t, send(app, "GET", "/second", ""), 401, notAuthenticated, "APIKey", "Bearer")
	want(t, send(app, "GET", "/nested", ""), 403, notAuthenticated)
}

// TestSchemesAllocateCredentialsOnly reads schemes as requests do.
func TestSchemesAllocateCredentialsOnly(t *testing.T) {
	type own security.Token
	for _, c := range []struct {
		name   string
		scheme security.Scheme
		header string
		want   float64
	}{
		{"bearer", security.HTTPBearer(), "Bearer abc", 1},
		{"absent", security.HTTPBearer(security.Optional()), "", 0},
		{"basic: the text and its parts", security.HTTPBasic(), "Basic " + base64Of("ann:secret"), 2},
		{"of an own type", security.As[own](security.HTTPBearer()), "Bearer abc", 1},
		{"alternatives", security.AnyOf(security.HTTPBasic(), security.HTTPBearer()), "Bearer abc", 2},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", c.header)
		x := exchange.Acquire(httptest.NewRecorder(), r)
		read := func() (err error) {
			switch f := c.scheme.ProviderFunc().(type) {
			case func(*exchange.Exchange) (*security.Token, error):
				_, err = f(x)
			case func(*exchange.Exchange) (*security.BasicCredentials, error):
				_, err = f(x)
			case func(*exchange.Exchange) (*security.Credentials, error):
				_, err = f(x)
			case func(*exchange.Exchange) (*own, error):
				_, err = f(x)
			default:
				err = fmt.Errorf("a %T", f)
			}
			return err
		}
		if err := read(); err != nil {
			t.Fatal(c.name, err)
		}
		if got := testing.AllocsPerRun(100, func() { _ = read() }); got != c.want && !raceEnabled {
			t.Errorf("%s: %v allocations, want %v", c.name, got, c.want)
		}
		x.Release()
	}
}

// TestUTF8IsTakenBack: UTF8(false) takes away what UTF8 has said.
func TestUTF8IsTakenBack(t *testing.T) {
	app := quiet(brio.Provide(security.HTTPBasic(security.Realm("club"), security.UTF8(), security.UTF8(false))))
	app.Get("/", func(*security.BasicCredentials) {})
	want(t, send(app, "GET", "/", ""), 401, notAuthenticated, `Basic realm="club"`)
}
