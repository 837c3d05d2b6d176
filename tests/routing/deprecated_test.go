package routing_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

const changes = "https://example.com/changes"

// TestDeprecatedSinceIsOnEachAnswer: results, errors of handlers, of validation and of middleware, and panics have the headers, and
// the Link of the handler stays.
func TestDeprecatedSinceIsOnEachAnswer(t *testing.T) {
	t.Parallel()
	since, sunset := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 3, 31, 1, 0, 0, 0, time.FixedZone("", 3600))
	refuse := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { brio.WriteError(w, r, brio.Error(403, "no")) })
	}
	app := brio.New()
	old := brio.NewRouter(brio.Prefix("/old"), brio.DeprecatedSince(since, sunset, changes))
	old.Get("/fine", func(resp *brio.Response) string { resp.SetHeader("Link", `</2>; rel="next"`); return "x" })
	old.Get("/fails", func() (string, error) { return "", brio.Error(404, "none") })
	old.Get("/panics", func() string { panic("x") })
	old.Get("/items/{id}", func(struct {
		ID int `path:"id"`
	}) string {
		return ""
	})
	old.Get("/refused", func() string { return "" }, brio.Use(refuse))
	old.Get("/open", func() string { return "" }, brio.DeprecatedSince(since.Add(time.Second), time.Time{}, ""))
	app.Include(old)
	app.Get("/new", func() string { return "" })
	link := "<" + changes + `>; rel="deprecation", <` + changes + `>; rel="sunset"`
	for path, want := range map[string]int{"/old/fine": 200, "/old/fails": 404, "/old/panics": 500, "/old/items/x": 422, "/old/refused": 403} {
		w := testkit.Get(app, path)
		if h := w.Header(); w.Code != want || h.Get("Deprecation") != "@1767225600" || h.Get("Sunset") != "Wed, 31 Mar 2027 00:00:00 GMT" || h.Values("Link")[0] != link {
			t.Errorf("%s: %d %v", path, w.Code, h)
		}
	}
	if got := testkit.Get(app, "/old/fine").Header().Values("Link"); !slices.Equal(got, []string{link, `</2>; rel="next"`}) {
		t.Errorf("Link %q", got)
	}
	if h := testkit.Get(app, "/old/open").Header(); h.Get("Deprecation") != "@1767225601" || h["Sunset"] != nil || h["Link"] != nil {
		t.Errorf("without an end: %v", h)
	}
	if h := testkit.Get(app, "/new").Header(); h["Deprecation"] != nil {
		t.Errorf("another route: %v", h)
	}
	if x := app.Explain("GET", "/old/fine"); !strings.Contains(x, "DeprecatedSince") {
		t.Error(x)
	}
}

// TestGoneAfterSunset: the operation answers until the second of its sunset, and is a 410 in the app's format from then on, which passes
// through the middleware of the route.
func TestGoneAfterSunset(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sunset := time.Now().Add(time.Hour)
		calls, counted := 0, []string{}
		app := brio.New(brio.ProblemDetails(), brio.GoneAfterSunset(), brio.OnDeprecated(func(r *http.Request, route brio.RouteInfo) {
			counted = append(counted, r.UserAgent()+" "+route.Method+" "+route.Path+" "+route.Name)
		}))
		stamp := func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Stamp", "1"); next.ServeHTTP(w, r) })
		}
		app.Get("/old/{id}", func() string { calls++; return "x" }, brio.Name("old"), brio.DeprecatedSince(sunset.Add(-2*time.Hour), sunset, changes), brio.Use(stamp))
		app.Get("/kept", func() string { return "x" }, brio.DeprecatedSince(sunset, sunset, ""), brio.GoneAfterSunset(false))
		app.Get("/endless", func() string { return "x" }, brio.DeprecatedSince(sunset, time.Time{}, ""))
		get := func(method, path string) *httptest.ResponseRecorder {
			w, r := httptest.NewRecorder(), httptest.NewRequest(method, path, nil)
			r.Header.Set("User-Agent", "shop")
			app.ServeHTTP(w, r)
			return w
		}
		if w := get("HEAD", "/old/1"); w.Code != 200 {
			t.Errorf("before: %d", w.Code)
		}
		time.Sleep(time.Hour - 1)
		if w := get("GET", "/old/1"); w.Code != 200 {
			t.Errorf("a nanosecond before: %d", w.Code)
		}
		time.Sleep(time.Nanosecond)
		w := get("GET", "/old/1")
		if w.Code != 410 || w.Header().Get("Stamp") != "1" || w.Header().Get("Content-Type") != "application/problem+json" || w.Header().Get("Deprecation") == "" ||
			!strings.Contains(w.Body.String(), changes) || calls != 2 {
			t.Errorf("after: %d %v %s, %d calls", w.Code, w.Header(), w.Body, calls)
		}
		for _, path := range []string{"/kept", "/endless"} {
			if w := get("GET", path); w.Code != 200 {
				t.Errorf("%s: %d", path, w.Code)
			}
		}
		if want := "shop GET /old/{id} old"; len(counted) != 5 || counted[0] != want || counted[2] != want {
			t.Errorf("counted %q", counted)
		}
	})
}

// TestDeprecatedSinceIsInDocument: dates, link and 410.
func TestDeprecatedSinceIsInDocument(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	app := brio.New(brio.GoneAfterSunset())
	app.Get("/a", func() string { return "" }, brio.Description("Reads."), brio.DeprecatedSince(since, since.AddDate(1, 0, 0), changes))
	app.Get("/b", func() string { return "" }, brio.DeprecatedSince(since, time.Time{}, ""))
	for path, want := range map[string]string{
		"/a": "Reads.\n\nDeprecated since 2026-01-01, until 2027-01-01. See <https://example.com/changes>.", "/b": "Deprecated since 2026-01-01.",
	} {
		op := app.OpenAPI().Paths[path].Operations["get"]
		text, _ := json.Marshal(op.Extra)
		if !op.Deprecated || op.Description != want || op.Extra["x-deprecated-since"] != "2026-01-01" || (path == "/a") != (op.Responses["410"] != nil) || (path == "/a") != (op.Extra["x-sunset"] == "2027-01-01") {
			t.Errorf("%s: %t %q %s 410: %v", path, op.Deprecated, op.Description, text, op.Responses["410"])
		}
	}
}

// TestDeprecatedSinceMistakes: each is reported with the line of its call.
func TestDeprecatedSinceMistakes(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for want, o := range map[string]brio.Option{
		"DeprecatedSince has no date":                     brio.DeprecatedSince(time.Time{}, day, ""),
		"the year of the date is 10000":                   brio.DeprecatedSince(day.AddDate(7974, 0, 0), time.Time{}, ""),
		"the year of the sunset is 12026":                 brio.DeprecatedSince(day, day.AddDate(10000, 0, 0), ""),
		"is before the date":                              brio.DeprecatedSince(day, day.Add(-1), ""),
		`the link is "https://example.com/>; rel=\"next"`: brio.DeprecatedSince(day, day, `https://example.com/>; rel="next`),
		`the link is "a\r\nb"`:                            brio.DeprecatedSince(day, day, "a\r\nb"),
		"OnDeprecated has no function":                    brio.OnDeprecated(nil),
	} {
		app := brio.New()
		app.Get("/", func() string { return "" }, o)
		if err := app.Check(); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "deprecated_test.go:") || !strings.Contains(err.Error(), "legal:") {
			t.Errorf("%s: %v", want, errors.Unwrap(err))
		}
	}
}
