package browsertest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/security"
)

// authorizationServer sends people straight back, with a code and the state that it was given, or another one.
func authorizationServer(t *testing.T, honest bool) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /authorize", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		state := q.Get("state")
		if !honest {
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
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// signIn opens /docs of an app that has the authorization code flow, and signs in.
func signIn(t *testing.T, honest bool) *page {
	t.Helper()
	p := open(t)
	server := authorizationServer(t, honest)
	app := brio.New(
		brio.Provide(security.OAuth2AuthorizationCode(server.URL+"/authorize", server.URL+"/token", nil), currentUser),
		brio.SwaggerUIOAuth(map[string]any{"clientId": "docs", "usePkceWithAuthorizationCodeGrant": true}),
	)
	app.Get("/users/me", readMe)
	s := httptest.NewServer(app)
	t.Cleanup(s.Close)
	p.do("open /docs", chromedp.Navigate(s.URL+"/docs"))
	p.click(".auth-wrapper .authorize")
	p.click(".auth-btn-wrapper .authorize")
	return p
}

func TestOAuth2(t *testing.T) {
	p := signIn(t, true)
	if text := p.text(".auth-container h6"); text != "Authorized" {
		t.Errorf("it says %q", text)
	}
	p.click(".auth-btn-wrapper .btn-done")
	p.gone(".modal-ux")
	p.tryOut(".opblock-get")
	if status := p.text(".live-responses-table tbody .response-col_status"); !strings.HasPrefix(status, "200") {
		t.Errorf("GET /users/me: %q", status)
	}
	p.shot("answer")
}

func TestOAuth2RefusesAForgedState(t *testing.T) {
	p := signIn(t, false)
	if text := p.text(".auth-container .errors"); !strings.Contains(text, "another state") {
		t.Errorf("it says %q", text)
	}
	p.shot("refused")
}
