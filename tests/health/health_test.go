package health

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
)

func pass(context.Context) error { return nil }

type pool struct{ broken error }

func (p *pool) Ping(context.Context) error { return p.broken }

// newApp returns an app whose database is a value of the app that adds a check of its own.
func newApp(database error, opts ...brio.AppOption) *brio.App {
	open := func(ctx context.Context) (*pool, func(context.Context) error, error) {
		p := &pool{database}
		brio.AddHealthCheck(ctx, brio.HealthCheck{Name: "database", Check: p.Ping})
		return p, nil, nil
	}
	queue := func(ctx context.Context) (func(context.Context) error, error) {
		brio.AddHealthCheck(ctx, brio.HealthCheck{Name: "queue", Check: pass})
		return nil, nil
	}
	app := brio.New(append(opts, testkit.Quiet(), brio.SupplyFunc(open), brio.Lifespan(queue))...)
	app.Get("/", func(p *pool) string { return "home" })
	return app
}

func TestHealthIsOffByDefault(t *testing.T) {
	t.Parallel()
	app := newApp(nil)
	for _, path := range []string{"/livez", "/readyz"} {
		testkit.WantStatus(t, testkit.Get(app, path), 404)
	}
}

// The report has the checks of options, of SupplyFunc and of Lifespan.
func TestHealthReportsChecks(t *testing.T) {
	t.Parallel()
	app := newApp(nil, brio.Health(brio.HealthCheck{Name: "disk", Check: pass}))
	testkit.WantBody(t, testkit.Get(app, "/livez"), `{"status":"ok"}`)
	w := testkit.Get(app, "/readyz")
	testkit.WantStatus(t, w, 200)
	testkit.WantBody(t, w, `{"status":"ok","checks":{"database":"ok","disk":"ok","queue":"ok"}}`)
	testkit.WantHeader(t, w, "Content-Type", "application/json")
	testkit.WantHeader(t, w, "Cache-Control", "no-store")
	testkit.WantStatus(t, testkit.Do(app, http.MethodHead, "/readyz", ""), 200)
	testkit.WantStatus(t, testkit.Do(app, http.MethodPost, "/readyz", ""), 405)
	if doc := testkit.Get(app, "/openapi.json").Body.String(); strings.Contains(doc, "readyz") {
		t.Error("the document has the pages")
	}
}

// A failing check is a 503 in the format of the app, without the text of the error. Liveness does not depend on checks.
func TestHealthFailsInErrorFormat(t *testing.T) {
	t.Parallel()
	failed := errors.New("password authentication failed for user admin")
	app := newApp(failed, brio.Health())
	w := testkit.Get(app, "/readyz")
	testkit.WantStatus(t, w, 503)
	testkit.WantBody(t, w, `{"detail":{"status":"failing","checks":{"database":"failing","queue":"ok"}}}`)
	testkit.WantHeader(t, w, "Cache-Control", "no-store")
	testkit.WantStatus(t, testkit.Get(app, "/livez"), 200)

	w = testkit.Get(newApp(failed, brio.Health(), brio.ProblemDetails()), "/readyz")
	testkit.WantStatus(t, w, 503)
	testkit.WantHeader(t, w, "Content-Type", "application/problem+json")
	testkit.WantContains(t, w.Body.String(), `"status":503`, `"database":"failing"`)

	own := newApp(failed, brio.Health(), brio.OnStatus(503, func(*http.Request, error) *brio.Response { return brio.Error(503, "later").Response() }))
	testkit.WantBody(t, testkit.Get(own, "/readyz"), `{"detail":"later"}`)
}

// A test that replaces a value replaces its check too.
func TestHealthOfOverrides(t *testing.T) {
	t.Parallel()
	app := newApp(errors.New("no database in tests"), brio.Health())
	briotest.New(t, app, briotest.Supply(&pool{})).Get("/readyz").Status(200).Body(`{"status":"ok","checks":{"queue":"ok"}}`)
}

// The checks of an app that another one starts belong to both. One call serves both pages.
func TestHealthOfInnerApp(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	count := func(context.Context) error { calls.Add(1); return nil }
	inner := newApp(nil, brio.Title("Admin"), brio.Health(brio.HealthCheck{Name: "disk", Check: count, MaxAge: testkit.Patience}))
	outer := newApp(nil, brio.Health(), brio.Lifespan(func(ctx context.Context) (func(context.Context) error, error) {
		return inner.Shutdown, inner.Start(ctx)
	}))
	testkit.WantBody(t, testkit.Get(outer, "/readyz"),
		`{"status":"ok","checks":{"Admin: database":"ok","Admin: disk":"ok","Admin: queue":"ok","database":"ok","queue":"ok"}}`)
	testkit.WantBody(t, testkit.Get(inner, "/readyz"), `{"status":"ok","checks":{"database":"ok","disk":"ok","queue":"ok"}}`)
	if calls.Load() != 1 {
		t.Errorf("calls of the check: got %d, want 1", calls.Load())
	}
}

// The checks of mounted apps have the title of their app in front, once for an app that is mounted twice. Apps of one title have no names
// that tell their checks apart, so the app does not start.
func TestHealthOfMountedApps(t *testing.T) {
	t.Parallel()
	newOuter := func(titles ...string) *brio.App {
		app := newApp(nil, brio.Health())
		for i, title := range titles {
			sub := newApp(nil, brio.Title(title))
			app.Mount(fmt.Sprintf("/%d", i), sub)
			app.Mount(fmt.Sprintf("/again/%d", i), sub)
		}
		return app
	}
	testkit.WantBody(t, testkit.Get(newOuter("Admin", "Shop"), "/readyz"), `{"status":"ok","checks":{"Admin: database":"ok","Admin: queue":"ok","Shop: database":"ok","Shop: queue":"ok","database":"ok","queue":"ok"}}`)
	testkit.WantContains(t, testkit.ErrorText(newOuter("", "").Start(t.Context())), `a second health check with the name "API: database"`, "health_test.go:", "need a Title each")
}

func TestHealthURLsMovePages(t *testing.T) {
	t.Parallel()
	app := newApp(nil, brio.HealthURLs("", "/health"), brio.Health(), brio.RootPath("/api"))
	testkit.WantStatus(t, testkit.Get(app, "/livez"), 404)
	testkit.WantStatus(t, testkit.Get(app, "/readyz"), 404)
	testkit.WantStatus(t, testkit.Get(app, "/health"), 200)
	testkit.WantStatus(t, testkit.Get(app, "/api/health"), 200)
}

// Readiness is false from the beginning of the shutdown on, and liveness is not.
func TestHealthWhileDraining(t *testing.T) {
	t.Parallel()
	app := newApp(nil, brio.Health())
	testkit.WantStatus(t, testkit.Get(app, "/readyz"), 200)
	app.Drain()
	w := testkit.Get(app, "/readyz")
	testkit.WantStatus(t, w, 503)
	testkit.WantBody(t, w, `{"detail":{"status":"draining"}}`)
	testkit.WantStatus(t, testkit.Get(app, "/livez"), 200)
}

// During ShutdownDelay a server answers probes with 503 while it still serves other requests.
func TestHealthDuringShutdownDelay(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- newApp(nil, brio.Health()).Serve(ctx, l, brio.ShutdownDelay(time.Second)) }()
	url := "http://" + l.Addr().String()
	if status, _, _ := testkit.Fetch(t, url+"/readyz"); status != 200 {
		t.Errorf("before the shutdown: got %d", status)
	}
	stop()
	testkit.Eventually(t, "a readiness of 503", func() bool { status, _, _ := testkit.Fetch(t, url+"/readyz"); return status == 503 })
	if status, _, _ := testkit.Fetch(t, url+"/"); status != 200 {
		t.Errorf("a request during the delay: got %d", status)
	}
	if err := testkit.Receive(t, ended, "the end of Serve"); err != nil {
		t.Error(err)
	}
}

// Mistakes of checks keep the app from starting, also those of functions that run at the start.
func TestHealthMistakes(t *testing.T) {
	t.Parallel()
	app := newApp(nil, brio.Health(brio.HealthCheck{Name: "disk"}, brio.HealthCheck{Name: "disk", Check: pass}, brio.HealthCheck{Name: "disk", Check: pass}))
	app.Get("/livez", func() string { return "mine" })
	text := testkit.ErrorText(app.Check())
	testkit.WantContains(t, text, `the health check "disk" has no function`, `a second health check with the name "disk"`,
		`the path is that of HealthURLs("/livez") too`, "health_test.go:")

	twice := newApp(nil, brio.Health(brio.HealthCheck{Name: "database", Check: pass}))
	if err := twice.Check(); err != nil {
		t.Fatal(err)
	}
	testkit.WantContains(t, testkit.ErrorText(twice.Start(t.Context())), `a second health check with the name "database"; the first is at health/health_test.go:`)
}

// Functions that add checks can be called without an app, and without the option Health.
func TestAddHealthCheckWithoutHealth(t *testing.T) {
	t.Parallel()
	brio.AddHealthCheck(t.Context(), brio.HealthCheck{})
	testkit.WantStatus(t, testkit.Get(newApp(nil), "/"), 200)

	var kept context.Context
	late := brio.New(testkit.Quiet(), brio.Lifespan(func(ctx context.Context) (func(context.Context) error, error) { kept = ctx; return nil, nil }))
	if err := late.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a check after the start did not panic")
		}
	}()
	brio.AddHealthCheck(kept, brio.HealthCheck{Name: "late", Check: pass})
}
