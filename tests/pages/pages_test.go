package pages

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/contract"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

func TestMain(m *testing.M) { contract.Main(m, nil) }

// TestErrorsOfTheDocumentAreInTheAppsFormat: all errors of an app are written alike (docs/errors.md): also those of the
// document, its variants and the pages, and the app's error handlers are asked.
func TestErrorsOfTheDocumentAreInTheAppsFormat(t *testing.T) {
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
			{"changed", "GET", path, []string{"If-Match", `"other"`}, 412},
			{"changed", "HEAD", path, []string{"If-Match", `"other"`}, 412},
			{"a weak tag", "GET", path, []string{"If-Match", "W/" + etag}, 412},
			{"the same", "GET", path, []string{"If-Match", etag}, 200},
			{"known", "GET", path, []string{"If-None-Match", etag}, 304},
			{"a part", "GET", path, []string{"Range", "bytes=0-3"}, 206},
			{"a part of another", "GET", path, []string{"Range", "bytes=0-3", "If-Range", `"other"`}, 200},
			{"behind the end", "GET", path, []string{"Range", "bytes=99999999-"}, 416},
			{"another method", "POST", path, nil, 405},
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

// TestManyRangesOfTheDocumentAreIgnored: they are treated as those of a file.
func TestManyRangesOfTheDocumentAreIgnored(t *testing.T) {
	app := brio.New()
	app.Get("/x", func() string { return "x" })
	w := testkit.Get(app, "/openapi.json", "Range", "bytes="+strings.Repeat("0-0,", 5000)+"1-1")
	testkit.WantStatus(t, w, 200)
}

// TestOAuth2RedirectPage: like the other pages it has a path of its own, or none. Swagger UI is told where it is.
func TestOAuth2RedirectPage(t *testing.T) {
	for _, c := range []struct {
		opts  []brio.AppOption
		there string
		url   any // in Swagger UI's parameters, relative to the page; nil: not there
		gone  []string
	}{
		{nil, "/docs/oauth2-redirect", "docs/oauth2-redirect", nil},
		{[]brio.AppOption{brio.DocsURL("/a/b")}, "/a/b/oauth2-redirect", "b/oauth2-redirect", []string{"/docs/oauth2-redirect"}},
		{[]brio.AppOption{brio.OAuth2RedirectURL("/back")}, "/back", "back", []string{"/docs/oauth2-redirect"}},
		{[]brio.AppOption{brio.DocsURL("/a/b"), brio.OAuth2RedirectURL("/c/back")}, "/c/back", "../c/back", []string{"/a/b/oauth2-redirect"}},
		{[]brio.AppOption{brio.OAuth2RedirectURL("")}, "", nil, []string{"/docs/oauth2-redirect", "/docs/oauth2-redirect.js"}},
		{[]brio.AppOption{brio.DocsURL(""), brio.OAuth2RedirectURL("/back")}, "", nil, []string{"/back", "/docs/oauth2-redirect"}},
		{[]brio.AppOption{brio.FastAPICompat()}, "/docs/oauth2-redirect", "docs/oauth2-redirect", nil},
	} {
		app := brio.New(c.opts...)
		app.Get("/x", func() string { return "x" })
		if c.there != "" {
			w := testkit.Get(app, c.there)
			testkit.WantStatus(t, w, 200)
			testkit.WantContains(t, w.Body.String(), "oauth2-redirect.js")
		}
		for _, path := range c.gone {
			testkit.WantStatus(t, testkit.Get(app, path), 404)
		}
		docs := "/docs"
		if strings.HasPrefix(c.there, "/a") || strings.HasPrefix(c.there, "/c") {
			docs = "/a/b"
		}
		w := testkit.Get(app, docs+"/config.json")
		if w.Code != 200 {
			continue // without Swagger UI
		}
		var config struct{ Parameters map[string]any }
		if err := json.Unmarshal(w.Body.Bytes(), &config); err != nil {
			t.Fatal(err)
		}
		if got := config.Parameters["oauth2RedirectUrl"]; fmt.Sprint(got) != fmt.Sprint(c.url) {
			t.Errorf("%s: oauth2RedirectUrl is %v, want %v", docs, got, c.url)
		}
	}
	app := brio.New(brio.OAuth2RedirectURL("back"))
	if err := app.Check(); err == nil || !strings.Contains(err.Error(), `OAuth2RedirectURL("back")`) {
		t.Error(err)
	}
	app = brio.New(brio.OAuth2RedirectURL("/x"))
	app.Get("/x", func() string { return "x" })
	if err := app.Check(); err == nil || !strings.Contains(err.Error(), "OAuth2RedirectURL") {
		t.Error(err)
	}
}

// TestTitlesOfThePages are FastAPI's (fastapi/openapi/docs.py).
func TestTitlesOfThePages(t *testing.T) {
	for _, c := range []struct {
		opts []brio.AppOption
		name string
	}{
		{[]brio.AppOption{brio.Title("Shop")}, "Shop"}, {nil, "API"}, {[]brio.AppOption{brio.FastAPICompat()}, "FastAPI"},
		{[]brio.AppOption{brio.Title("S"), brio.PageAssets(brio.DocsAssets{ReferenceScript: brio.DocsAsset{URL: "https://cdn.example/redoc.js"}})}, "S"},
	} {
		app := brio.New(c.opts...)
		app.Get("/x", func() string { return "x" })
		testkit.WantContains(t, testkit.Get(app, "/docs").Body.String(), "<title>"+c.name+" - Swagger UI</title>")
		testkit.WantContains(t, testkit.Get(app, "/redoc").Body.String(), "<title>"+c.name+" - ReDoc</title>")
	}
}
