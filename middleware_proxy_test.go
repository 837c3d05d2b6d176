package brio_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio"
)

func TestTrustedProxiesDecideWhatTheClientIs(t *testing.T) {
	app := brio.New(brio.TrustProxies("10.0.0.0/8"), brio.AbsoluteRedirects(true))
	app.Get("/here", func(r *http.Request, u *brio.URLs) (string, error) {
		link, err := u.For("here")
		return brio.ClientHost(r) + " " + link, err
	}, brio.Name("here"))
	for remote, want := range map[string]string{
		"10.0.0.1:80":    `"1.2.3.4 https://pub.com/here" https://pub.com/here?a=1`,
		"203.0.113.1:80": `"203.0.113.1 http://a.com/here" http://a.com/here?a=1`,
	} {
		get := func(path string) *httptest.ResponseRecorder {
			r := httptest.NewRequest("GET", path, nil)
			r.RemoteAddr, r.Host = remote, "a.com"
			r.Header.Set("X-Forwarded-For", "6.6.6.6, 1.2.3.4")
			r.Header.Set("X-Forwarded-Proto", "https")
			r.Header.Set("X-Forwarded-Host", "pub.com")
			w := httptest.NewRecorder()
			app.ServeHTTP(w, r)
			return w
		}
		if got := get("/here").Body.String() + " " + get("/here/?a=1").Header().Get("Location"); got != want {
			t.Errorf("from %s\ngot  %s\nwant %s", remote, got, want)
		}
	}
}

func TestCheckReportsProxiesThatAreNoAddresses(t *testing.T) {
	err := brio.New(brio.TrustProxies("10.0.0.0/8", "loadbalancer")).Check()
	if err == nil || !strings.Contains(err.Error(), `TrustProxies: the trusted proxy "loadbalancer" is no address`) || !strings.Contains(err.Error(), "middleware_proxy_test.go:") {
		t.Errorf("%v", err)
	}
}
