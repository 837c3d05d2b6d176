package pages

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// TestPagesLoadFromOwnServer: a page has no inline script or style, and its Content-Security-Policy allows none. What it
// loads is on the page's own server, under a relative link, and may be cached for ever.
func TestPagesLoadFromOwnServer(t *testing.T) {
	t.Parallel()
	app := newPagesApp(brio.RoutesURL("/docs/routes"))
	links := regexp.MustCompile(`(?:src|href|data-config)="([^"#]*)"`)
	for _, path := range []string{"/docs", "/docs/oauth2-redirect", "/redoc", "/docs/routes"} {
		w := testkit.Get(app, path)
		testkit.WantStatus(t, w, 200)
		testkit.WantHeader(t, w, "Content-Type", "text/html; charset=utf-8")
		testkit.WantHeader(t, w, "X-Content-Type-Options", "nosniff")
		testkit.WantHeader(t, w, "Cache-Control", "no-cache")
		policy := w.Header().Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'; ") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
			t.Errorf("%s: Content-Security-Policy: got %s", path, policy)
		}
		if path != "/docs" && path != "/docs/oauth2-redirect" && strings.Contains(policy, "script-src") {
			t.Errorf("%s allows scripts: %s", path, policy)
		}
		html := w.Body.String()
		if regexp.MustCompile(`<style|<script>| style=| on[a-z]+=|//`).MatchString(strings.ReplaceAll(html, "http://www.w3.org", "")) {
			t.Errorf("%s has a style, a script or a link elsewhere:\n%s", path, html)
		}
		if strings.Contains(html, "<b>") {
			t.Errorf("%s does not escape the title:\n%s", path, html)
		}
		found := links.FindAllStringSubmatch(html, -1)
		if len(found) == 0 {
			t.Errorf("%s loads nothing", path)
		}
		for _, link := range found {
			target, err := httptest.NewRequest("GET", "http://example.com"+path, nil).URL.Parse(link[1])
			if err != nil || strings.HasPrefix(link[1], "/") {
				t.Fatalf("%s: the link %q: %v", path, link[1], err)
			}
			w := testkit.Get(app, target.RequestURI())
			testkit.WantStatus(t, w, 200)
			if strings.Contains(target.RawQuery, "v=") {
				testkit.WantHeader(t, w, "Cache-Control", "public, max-age=31536000, immutable")
			}
		}
	}
}

// TestPagesAnswerConditionalRequests: pages and their files are compressed when the client accepts gzip, each encoding has
// its own ETag, and If-None-Match and HEAD are answered by RFC 9110.
func TestPagesAnswerConditionalRequests(t *testing.T) {
	t.Parallel()
	app := newPagesApp()
	for _, path := range []string{"/docs", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/config.json", "/redoc"} {
		plain := testkit.Get(app, path)
		zipped := testkit.Get(app, path, "Accept-Encoding", "br, gzip")
		refused := testkit.Get(app, path, "Accept-Encoding", "gzip;q=0")
		testkit.WantHeader(t, plain, "Content-Encoding")
		testkit.WantHeader(t, refused, "Content-Encoding")
		testkit.WantHeader(t, zipped, "Content-Encoding", "gzip")
		testkit.WantHeader(t, plain, "Vary", "Accept-Encoding")
		if zipped.Body.Len() >= plain.Body.Len() && plain.Body.Len() > 500 {
			t.Errorf("%s: %d bytes, compressed %d", path, plain.Body.Len(), zipped.Body.Len())
		}
		if plain.Header().Get("ETag") == zipped.Header().Get("ETag") {
			t.Errorf("%s: one ETag for both encodings", path)
		}
		again := testkit.Get(app, path, "Accept-Encoding", "gzip", "If-None-Match", `"x", `+zipped.Header().Get("ETag"))
		testkit.WantStatus(t, again, http.StatusNotModified)
		if again.Body.Len() > 0 {
			t.Errorf("%s: 304 with a body", path)
		}
		testkit.WantStatus(t, testkit.Get(app, path, "If-None-Match", zipped.Header().Get("ETag")), 200)
		head := testkit.Do(app, "HEAD", path, "")
		testkit.WantStatus(t, head, 200)
		testkit.WantHeader(t, head, "Content-Length", plain.Header().Get("Content-Length"))
		if head.Body.Len() > 0 {
			t.Errorf("%s: HEAD with a body", path)
		}
	}
}

// TestDocumentErrorsHaveAppFormat: errors of the document, of its variants and of the pages are written in the app's error
// format and go through its error handlers (docs/errors.md).
func TestDocumentErrorsHaveAppFormat(t *testing.T) {
	t.Parallel()
	app := brio.New(brio.ProblemDetails(), brio.Document("/v1.json"), brio.Debug(true), brio.OnStatus(416, func(_ *http.Request, err error) *brio.Response {
		return response.Text("own").SetHeader("X-Own", "1")
	}))
	app.Get("/x", func() string { return "x" })
	for _, path := range []string{"/openapi.json", "/openapi.yaml", "/v1.json", "/openapi.json?version=3.0.3", "/openapi.yaml?version=3.2.0"} {
		etag := testkit.Get(app, path).Header().Get("ETag")
		for _, c := range []struct {
			name, method, path string
			headers            []string
			status             int
		}{
			{"other etag", "GET", path, []string{"If-Match", `"other"`}, 412},
			{"other etag", "HEAD", path, []string{"If-Match", `"other"`}, 412},
			{"weak etag", "GET", path, []string{"If-Match", "W/" + etag}, 412},
			{"current etag", "GET", path, []string{"If-Match", etag}, 200},
			{"known etag", "GET", path, []string{"If-None-Match", etag}, 304},
			{"range", "GET", path, []string{"Range", "bytes=0-3"}, 206},
			{"range of another etag", "GET", path, []string{"Range", "bytes=0-3", "If-Range", `"other"`}, 200},
			{"range behind the end", "GET", path, []string{"Range", "bytes=99999999-"}, 416},
			{"post", "POST", path, nil, 405},
		} {
			w := testkit.Do(app, c.method, c.path, "", c.headers...)
			if w.Code != c.status {
				t.Errorf("%s: %s: %d %s", path, c.name, w.Code, w.Body)
			}
			switch {
			case c.status == 416:
				if w.Body.String() != "own" || w.Header().Get("X-Own") != "1" {
					t.Errorf("%s: %s: %v %s", path, c.name, w.Header(), w.Body)
				}
			case c.status >= 400:
				var problem struct{ Status int }
				if c.method != "HEAD" {
					if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil || problem.Status != c.status {
						t.Errorf("%s: %s: %v %s", path, c.name, err, w.Body)
					}
				}
				if got := w.Header().Get("Content-Type"); got != "application/problem+json" || w.Header().Get("ETag") != "" {
					t.Errorf("%s: %s: %v", path, c.name, w.Header())
				}
			case c.status < 300 && (w.Header().Get("Cache-Control") != "no-cache" || w.Header().Get("ETag") != etag):
				t.Errorf("%s: %s: %v", path, c.name, w.Header())
			}
		}
	}
	plain := brio.New(brio.ProblemDetails())
	w := testkit.Get(plain, "/openapi.json", "Range", "bytes=99999999-")
	if got := w.Header(); w.Code != 416 || got.Get("Content-Type") != "application/problem+json" || !strings.HasPrefix(got.Get("Content-Range"), "bytes */") || got.Get("ETag") != "" {
		t.Errorf("%d %v", w.Code, got)
	}
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/openapi.json?version=2.0", 400}, {"GET", "/openapi.yaml?version=x", 400}, {"GET", "/v1.json?version=4", 400},
		{"PUT", "/docs", 405}, {"POST", "/redoc", 405}, {"DELETE", "/docs/routes", 405}, {"POST", "/docs/config.json", 405}, {"GET", "/docs/nothing.js", 404}, {"GET", "/openapi.toml", 404},
	} {
		w := testkit.Do(app, c.method, c.path, "")
		testkit.WantStatus(t, w, c.status)
		testkit.WantHeader(t, w, "Content-Type", "application/problem+json")
	}
}

// TestDocumentIgnoresManyRanges: a Range header with thousands of ranges is ignored, as for a file. Otherwise it would be a
// cheap attack (RFC 9110, 14.2).
func TestDocumentIgnoresManyRanges(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Get("/x", func() string { return "x" })
	w := testkit.Get(app, "/openapi.json", "Range", "bytes="+strings.Repeat("0-0,", 5000)+"1-1")
	testkit.WantStatus(t, w, 200)
}
