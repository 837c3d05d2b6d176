package middleware_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/routing"
)

// mistaken has a call of every constructor of the package, with an illegal option where one can be illegal.
var mistaken = map[string]middleware.Func{
	"AccessLog":           nil,
	"AccessLogWith":       nil,
	"BodyDump":            middleware.BodyDump(middleware.BodyDumpOptions{MaxBytes: -2}),
	"CORS":                middleware.CORS(middleware.CORSOptions{AllowOrigins: []string{"example.com"}}),
	"CSRF":                middleware.CSRF("example.com"),
	"CSRFWith":            middleware.CSRFWith(middleware.CSRFOptions{Bypass: []string{"/{"}}),
	"Cache":               middleware.Cache(middleware.CacheOptions{MaxBody: -2}),
	"Compress":            nil,
	"CompressWith":        middleware.CompressWith(middleware.CompressOptions{Level: 10}),
	"ConcurrencyLimit":    middleware.ConcurrencyLimit(middleware.ConcurrencyOptions{}),
	"ContentDigest":       nil,
	"ContentDigestWith":   middleware.ContentDigestWith(middleware.ContentDigestOptions{MaxBytes: -2}),
	"GZip":                middleware.GZip(-1, 9),
	"HTTPSRedirect":       nil,
	"Idempotency":         middleware.Idempotency(middleware.IdempotencyOptions{MaxBody: -2}),
	"MethodOverride":      nil,
	"MethodOverrideWith":  middleware.MethodOverrideWith(middleware.MethodOverrideOptions{Header: "a b"}),
	"OnStart":             middleware.OnStart(nil),
	"ProxyHeaders":        middleware.ProxyHeaders("example.com"),
	"ProxyHeadersWith":    middleware.ProxyHeadersWith(middleware.ProxyOptions{}),
	"RateLimit":           middleware.RateLimit(middleware.RateLimitOptions{Limit: 1}),
	"RequestID":           nil,
	"RequestIDWith":       middleware.RequestIDWith(middleware.RequestIDOptions{Header: "a b"}),
	"SecurityHeaders":     nil,
	"SecurityHeadersWith": middleware.SecurityHeadersWith(middleware.SecurityHeadersOptions{FrameOptions: "a\nb"}),
	"ServerSessions":      middleware.ServerSessions(middleware.ServerSessionOptions{MaxAge: brio.NoLimit, Idle: brio.NoLimit}),
	"Sessions":            middleware.Sessions(nil, middleware.SessionOptions{}),
	"Timeout":             middleware.Timeout(-time.Second),
	"TrustedHost":         middleware.TrustedHost("https://example.com"),
	"TrustedHostWith":     middleware.TrustedHostWith(middleware.TrustedHostOptions{}),
}

// An app reports the mistakes of all its middleware at once, each with the constructor, the place of its call, and what is legal. They
// are made here when the program starts, which is no panic.
func TestConstructorsReportMistakes(t *testing.T) {
	var bad []middleware.Func
	for name, f := range mistaken {
		if f != nil {
			bad = append(bad, f)
			if got := fmt.Sprint(recovered(func() { f(http.NotFoundHandler()) })); !strings.Contains(got, ": middleware."+name+": ") || !strings.Contains(got, "\n\tlegal: ") {
				t.Errorf("%s outside of an app: got panic %q, want the mistake", name, got)
			}
		}
	}
	report := reportOf(t, brio.New(brio.Use(bad...)))
	if len(report) != len(bad) {
		t.Errorf("got %d mistakes, want %d:\n%v", len(report), len(bad), report)
	}
	seen := map[string]bool{}
	for _, m := range report {
		name := strings.TrimPrefix(m.Func, "middleware.")
		if mistaken[name] == nil || seen[name] {
			t.Errorf("got a mistake of %q, want one of each constructor", m.Func)
		}
		seen[name] = true
		if !strings.HasPrefix(m.Place, "middleware/mistakes_test.go:") || m.Legal == "" {
			t.Errorf("%s: got place %q, legal %q; want this file, and a cure", name, m.Place, m.Legal)
		}
	}
}

// The table above has all constructors of the package.
func TestMistakenHasAllConstructors(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			d, ok := d.(*ast.FuncDecl)
			if !ok || d.Recv != nil || !d.Name.IsExported() || d.Type.Results == nil {
				continue
			}
			if result, ok := d.Type.Results.List[0].Type.(*ast.Ident); !ok || result.Name != "Func" {
				continue
			}
			known[d.Name.Name] = true
			if _, ok := mistaken[d.Name.Name]; !ok {
				t.Errorf("%s has no case in mistaken", d.Name.Name)
			}
		}
	}
	for name := range mistaken {
		if !known[name] {
			t.Errorf("%s is no constructor of the package", name)
		}
	}
}

// Middleware of every level is checked. A middleware that several levels use is reported once, and one with two illegal options twice.
func TestMistakesOfAllLevels(t *testing.T) {
	shared := middleware.GZip(-1, 0)
	router := brio.NewRouter(brio.Use(shared, middleware.GZip(-2, 1)))
	router.Get("/", func() {}, brio.Use(shared, middleware.GZip(-3, 1)))
	app := brio.New(brio.Use(shared, middleware.GZip(-4, 1)))
	app.Include(router, brio.Use(shared, middleware.GZip(-5, 1)))
	app.Get("/own", func() {}, brio.Use(middleware.GZip(-6, 1)), brio.Status(1))
	report := reportOf(t, app)
	for _, want := range []string{
		"the minimum size is -1", "the level is 0", "the minimum size is -2", "the minimum size is -3", "the minimum size is -4",
		"the minimum size is -5", "the minimum size is -6", "Status(1)",
	} {
		n := 0
		for _, m := range report {
			if m.Found == want {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s: got %d times, want once in\n%v", want, n, report)
		}
	}
	if len(report) != 8 {
		t.Errorf("got %d mistakes, want 8:\n%v", len(report), report)
	}
	if err := app.Start(t.Context()); err == nil {
		t.Error("the app started")
	}
}

// NoLimit takes a limit away, and middleware that has no other purpose does nothing.
func TestNoLimit(t *testing.T) {
	for name, f := range map[string]middleware.Func{
		"ConcurrencyLimit": middleware.ConcurrencyLimit(middleware.ConcurrencyOptions{Limit: brio.NoLimit}),
		"RateLimit":        middleware.RateLimit(middleware.RateLimitOptions{Limit: brio.NoLimit}),
		"Timeout":          middleware.Timeout(brio.NoLimit),
	} {
		if err := brio.New(brio.Use(f)).Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for range 3 {
			w := httptest.NewRecorder()
			f(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
			if w.Code != http.StatusNoContent || len(w.Header()) > 0 {
				t.Errorf("%s: got %d %v, want the handler's answer alone", name, w.Code, w.Header())
			}
		}
	}
	store := middleware.NewMemoryStore(brio.NoLimit)
	for i := range 5000 {
		if d, err := store.Take(t.Context(), fmt.Sprint(i), middleware.Policy{Interval: time.Hour, Burst: 1}); err != nil || !d.Allowed {
			t.Fatalf("key %d: got %+v, %v", i, d, err)
		}
	}
	if got := store.Len(); got != 5000 {
		t.Errorf("got %d keys, want 5000: without a limit none is removed", got)
	}
}

// With NoLimit for Queue and MaxWait every request waits for a place, until its client has gone.
func TestConcurrencyLimitWaitsWithoutLimit(t *testing.T) {
	inside, leave := make(chan struct{}, 20), make(chan struct{})
	h := middleware.ConcurrencyLimit(middleware.ConcurrencyOptions{Limit: 1, Queue: brio.NoLimit, MaxWait: brio.NoLimit})(
		http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside <- struct{}{}; <-leave }))
	codes := make(chan int, 20)
	for range 20 {
		go func() {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
			codes <- w.Code
		}()
	}
	<-inside
	close(leave)
	for range 20 {
		if code := <-codes; code != http.StatusOK {
			t.Errorf("got %d, want 200", code)
		}
	}
}

// reportOf returns the report of an app with mistakes.
func reportOf(t *testing.T, app *brio.App) routing.Report {
	t.Helper()
	var report routing.Report
	if err := app.Check(); !errors.As(err, &report) {
		t.Fatalf("got error %v of type %v, want a Report", err, reflect.TypeOf(err))
	}
	return report
}

// recovered returns the panic of f.
func recovered(f func()) (v any) {
	defer func() { v = recover() }()
	f()
	return nil
}
