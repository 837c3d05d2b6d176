package browsertest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/security"
)

// serveAuthorization serves an OAuth2 authorization server until the test ends and returns its URL. It redirects people back
// at once, with a code and the state of the request, or with a forged state.
func serveAuthorization(t *testing.T, forge bool) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /authorize", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		state := q.Get("state")
		if forge {
			state = "forged"
		}
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+url.Values{"code": {"c0de"}, "state": {state}}.Encode(), http.StatusSeeOther)
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Allow-Headers", "*")
		if r.Method == http.MethodOptions {
			return
		}
		if r.FormValue("code") != "c0de" || r.FormValue("grant_type") != "authorization_code" {
			http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
			return
		}
		h.Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"access_token":"good","token_type":"bearer"}`))
	})
	return serve(t, mux)
}

// openSignIn opens /docs of an app that has the authorization code flow, and signs in.
func openSignIn(t *testing.T, forge bool) *tab {
	t.Helper()
	p := openQuietTab(t)
	server := serveAuthorization(t, forge)
	app := brio.New(
		brio.Provide(security.OAuth2AuthorizationCode(server+"/authorize", server+"/token", nil), currentUser),
		brio.SwaggerUIOAuth(map[string]any{"clientId": "docs", "usePkceWithAuthorizationCodeGrant": true}),
	)
	app.Get("/users/me", readMe)
	p.navigate(serve(t, app) + "/docs")
	p.click(".auth-wrapper .authorize")
	p.click(".auth-btn-wrapper .authorize")
	return p
}

// TestSwaggerUISignsInWithOAuth2: the authorization code flow ends on the page, whose requests then have the token.
func TestSwaggerUISignsInWithOAuth2(t *testing.T) {
	p := openSignIn(t, false)
	if text := p.text(".auth-container h6"); text != "Authorized" {
		t.Errorf("the dialog: got %q, want Authorized", text)
	}
	p.click(".auth-btn-wrapper .btn-done")
	p.waitGone(".modal-ux")
	p.tryOut(".opblock-get")
	if status := p.text(".live-responses-table tbody .response-col_status"); !strings.HasPrefix(status, "200") {
		t.Errorf("GET /users/me: got %q, want 200", status)
	}
	p.screenshot("answer")
}

// TestSwaggerUIRefusesForgedState: a redirect with another state than the page's own is an attack (RFC 6749, 10.12).
func TestSwaggerUIRefusesForgedState(t *testing.T) {
	p := openSignIn(t, true)
	if text := p.text(".auth-container .errors"); !strings.Contains(text, "another state") {
		t.Errorf("the dialog: got %q, want another state", text)
	}
	p.screenshot("refused")
}
