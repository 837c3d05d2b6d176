package middleware_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/tests/internal/contract"
)

// TestTrustProxiesDecidesClientAndLinks: the X-Forwarded headers of a trusted address decide the client's address, the links
// and the redirects. Those of another address are ignored.
func TestTrustProxiesDecidesClientAndLinks(t *testing.T) {
	t.Parallel()
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
			r := newRequest("GET", path, "X-Forwarded-For", "6.6.6.6, 1.2.3.4", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "pub.com")
			r.RemoteAddr, r.Host = remote, "a.com"
			w := httptest.NewRecorder()
			contract.Serve(app, w, r)
			return w
		}
		if got := get("/here").Body.String() + " " + get("/here/?a=1").Header().Get("Location"); got != want {
			t.Errorf("from %s: got\n%s\nwant\n%s", remote, got, want)
		}
	}
}

// TestTrustProxiesReportsWrongAddress: Check names the argument that is no address, and the line of the option.
func TestTrustProxiesReportsWrongAddress(t *testing.T) {
	t.Parallel()
	err := brio.New(brio.TrustProxies("10.0.0.0/8", "loadbalancer")).Check()
	if err == nil || !strings.Contains(err.Error(), `TrustProxies: the trusted proxy "loadbalancer" is no address`) || !strings.Contains(err.Error(), "proxy_test.go:") {
		t.Errorf("got %v, want the proxy and the line of TrustProxies", err)
	}
}
