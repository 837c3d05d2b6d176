package main

import (
	"net/url"
	"strings"
	"testing"
)

func TestSignInAndOut(t *testing.T) {
	url, _ := shop(t)
	b := newBrowser(t, url)
	const bobSelf = `{"id":2,"name":"Bob","email":"bob@example.com","joined_at":"2026-01-02T09:00:00Z"}`

	b.get("/api/users/me").want(401, `{"detail":"Sign in first"}`).wantHeader("Www-Authenticate", "Session")

	a := b.do("POST", "/api/session", `{"email":"BOB@example.com","password":"hunter-two-2"}`).want(200, bobSelf)
	set := a.header.Values("Set-Cookie")
	if len(set) != 1 || !strings.HasPrefix(set[0], "session=") || !strings.HasSuffix(set[0], "; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax") {
		t.Errorf("Set-Cookie: %q", set)
	}
	b.get("/api/users/me").want(200, bobSelf).wantHeader("Set-Cookie")

	b.do("DELETE", "/api/session", "").want(204, "").wantHeader("Content-Type").wantHeader("Content-Length").
		wantHeader("Set-Cookie", "session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; SameSite=Lax")
	b.get("/api/users/me").want(401, "")
}

func TestForgedSessions(t *testing.T) {
	shopURL, _ := shop(t)
	b := bob(t, shopURL)
	u, err := url.Parse(shopURL)
	if err != nil {
		t.Fatal(err)
	}
	value := b.client.Jar.Cookies(u)[0].Value
	for name, forged := range map[string]string{
		"changed": value[:len(value)-2] + "xx", "other name": "other=" + value, "empty": "", "plain": `{"user_id":1}`,
	} {
		cookie := "session=" + forged
		if name == "other name" {
			cookie = forged
		}
		newBrowser(t, shopURL).do("GET", "/api/users/me", "", "Cookie", cookie).want(401, `{"detail":"Sign in first"}`)
	}
	newBrowser(t, shopURL).do("GET", "/api/users/me", "", "Cookie", "session="+value).want(200, "")
}

// MergeAlways: what the guard set on the Response goes out with errors, too.
func TestTooManyTries(t *testing.T) {
	url, _ := shop(t)
	b := newBrowser(t, url)
	for _, left := range []string{"4", "3", "2"} {
		b.do("POST", "/api/session", `{"email":"bob@example.com","password":"a guess"}`).
			want(401, `{"detail":"Wrong address or password"}`).
			wantHeader("X-Tries-Left", left).wantHeader("Set-Cookie").wantHeader("Www-Authenticate", "Session")
	}
	b.do("POST", "/api/session", `{"email":"nobody@example.com","password":"a guess"}`).
		want(401, `{"detail":"Wrong address or password"}`).wantHeader("X-Tries-Left", "1")
	// The password is secret, so it is not echoed, nor the object that holds it.
	b.do("POST", "/api/session", `{"password":["secret"]}`).wantHeader("X-Tries-Left", "0").
		want(422, `{"detail":[{"type":"missing","loc":["body","email"],"msg":"Field required","input":null},`+
			`{"type":"string_type","loc":["body","password"],"msg":"Input should be a valid string","input":null}]}`)
	a := b.do("POST", "/api/session", `{"email":"bob@example.com","password":"hunter-two-2"}`).
		want(429, `{"detail":"Too many tries"}`).wantHeader("X-Tries-Left", "0").wantHeader("Set-Cookie")
	if a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

// A guard that refuses does so before parameters and body are looked at.
func TestGuards(t *testing.T) {
	url, _ := shop(t)
	nobody, bob, ada := newBrowser(t, url), bob(t, url), ada(t, url)
	bearer := []string{"Authorization", "Bearer " + testWarehouseKey}
	tests := []struct {
		name         string
		b            *browser
		method, path string
		headers      []string
		status       int
		body         string
		challenge    string
	}{
		{"nobody", nobody, "PATCH", "/api/admin/items/nonsense", nil, 401, `{"detail":"Sign in first"}`, "Session"},
		{"not an administrator", bob, "PATCH", "/api/admin/items/nonsense", nil, 403, `{"detail":"For administrators only"}`, ""},
		{"administrator", ada, "PATCH", "/api/admin/items/nonsense", nil, 422, "", ""},
		{"no token", ada, "PUT", "/api/warehouse/nonsense", nil, 401, `{"detail":"Not authenticated"}`, "Bearer"},
		{"empty token", ada, "PUT", "/api/warehouse/nonsense", []string{"Authorization", "Bearer "}, 401, `{"detail":"Not authenticated"}`, "Bearer"},
		{"wrong token", nobody, "PUT", "/api/warehouse/nonsense", []string{"Authorization", "Bearer x"}, 401, `{"detail":"Unknown token"}`, `Bearer error="invalid_token", error_description="Unknown token"`},
		{"token", nobody, "PUT", "/api/warehouse/nonsense", bearer, 422, "", ""},
		{"a provider that refuses", nobody, "POST", "/api/orders", nil, 401, `{"detail":"Sign in first"}`, "Session"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := tt.b.do(tt.method, tt.path, "nonsense", tt.headers...).want(tt.status, tt.body)
			if got := a.header.Get("WWW-Authenticate"); got != tt.challenge {
				t.Errorf("WWW-Authenticate is %q, want %q", got, tt.challenge)
			}
		})
	}
	nobody.do("PUT", "/api/warehouse/TEA-001", `{"stock":40}`, bearer...).want(200, `{"sku":"TEA-001","stock":40}`)
}

func TestAudit(t *testing.T) {
	url, store := shop(t)
	a := ada(t, url)
	a.do("DELETE", "/api/admin/items/POT-001", "").want(204, "")
	a.do("DELETE", "/api/admin/items/POT-001", "").want(404, `{"detail":"There is no item POT-001"}`)
	bob(t, url).get("/api/admin/audit").want(403, "")
	a.get("/api/admin/audit?limit=2").want(200, "").wantContains(`"total":2`)
	var got []string
	for _, e := range store.Audit() {
		got = append(got, e.Who+" "+e.What+": "+e.Outcome)
	}
	want := []string{
		"Ada GET /api/admin/audit: done",
		"Ada DELETE /api/admin/items/POT-001: 404 There is no item POT-001",
		"Ada DELETE /api/admin/items/POT-001: done",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestRegister(t *testing.T) {
	url, store := shop(t)
	b := newBrowser(t, url)
	a := b.do("POST", "/api/users", `{"name":"Cy","email":"cy@example.com","password":"long enough","admin":true}`).
		want(201, "").wantHeader("Location", "/api/users/3").wantNot("pbkdf2", "assword")
	a.wantContains(`{"id":3,"name":"Cy","email":"cy@example.com","joined_at":"`)
	if u := store.User(3); u.Admin || !strings.HasPrefix(u.PasswordHash, "pbkdf2-sha256$2$") {
		t.Errorf("%+v", u)
	}
	b.get("/api/users/3").want(200, `{"id":3,"name":"Cy"}`)
	b.get("/api/users/99").want(404, `{"detail":"There is no such user"}`)
	b.do("POST", "/api/users", `{"name":"Cy","email":"CY@example.com","password":"long enough"}`).want(409, `{"detail":"The address is taken"}`)
	b.do("POST", "/api/users", `{"name":"C","email":"c","password":"short"}`).want(422, `{"detail":[`+
		`{"type":"string_too_short","loc":["body","name"],"msg":"String should have at least 2 characters","input":"C","ctx":{"min_length":2}},`+
		`{"type":"value_error","loc":["body","email"],"msg":"value is not a valid email address: An email address must have an @-sign.","input":"c","ctx":{"reason":"An email address must have an @-sign."}},`+
		`{"type":"string_too_short","loc":["body","password"],"msg":"String should have at least 8 characters","input":null,"ctx":{"min_length":8}}]}`)
	signedIn(t, url, "cy@example.com", "long enough").get("/api/users/me").want(200, "")
	ada(t, url).get("/api/admin/users?limit=1&offset=2").want(200, "").wantContains(`{"items":[{"id":3,`, `"total":3}`)
}

func TestPasswords(t *testing.T) {
	p := newPasswords(2)
	one, err1 := p.Hash("secret")
	two, err2 := p.Hash("secret")
	if err1 != nil || err2 != nil || one == two {
		t.Errorf("no salt: %s %s (%v %v)", one, two, err1, err2)
	}
	u := &User{PasswordHash: one}
	if !newPasswords(3).Matches(u, "secret") {
		t.Error("the right password does not match")
	}
	for _, hash := range []string{"", "x", "md5$2$AA$AA", "pbkdf2-sha256$x$AA$AA", "pbkdf2-sha256$2$*$AA", "pbkdf2-sha256$2$AA$*", "pbkdf2-sha256$2$$", two} {
		if (p.Matches(&User{PasswordHash: hash}, "wrong")) {
			t.Errorf("%q matches", hash)
		}
	}
	if p.Matches(nil, "secret") || p.Matches(u, "Secret") || p.Matches(u, "") {
		t.Error("a wrong password matches")
	}
}
