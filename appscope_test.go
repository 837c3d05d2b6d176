package brio_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// scopeValue is a value of SupplyFunc that notes when it is built and ended. Each T makes a type of its own.
type scopeValue[T any] struct{ name string }

func builds[T any](tr *tracer, name string, fails error) brio.Option {
	return brio.SupplyFunc(func(context.Context) (*scopeValue[T], func(context.Context) error, error) {
		tr.add("build %s", name)
		if fails != nil {
			return nil, nil, fails
		}
		return &scopeValue[T]{name}, func(context.Context) error { tr.add("end %s", name); return errors.New(name + " ended") }, nil
	})
}

func lives(tr *tracer, name string) func(context.Context) (func(context.Context) error, error) {
	return func(context.Context) (func(context.Context) error, error) {
		tr.add("start %s", name)
		return func(context.Context) error { tr.add("stop %s", name); return nil }, nil
	}
}

// lifeOfAnApp has values and lifespans on app, include, router and route; the router is included twice.
func lifeOfAnApp(tr *tracer, more ...brio.AppOption) *brio.App {
	app := brio.New(append([]brio.AppOption{quiet(), builds[int](tr, "app 1", nil), builds[bool](tr, "app 2", nil), brio.Lifespan(lives(tr, "app"))}, more...)...)
	router := brio.NewRouter(builds[string](tr, "router", nil), brio.Lifespan(lives(tr, "router")))
	router.Get("/", func(a *scopeValue[int], b *scopeValue[string], c *scopeValue[byte]) string {
		return a.name + ", " + b.name + ", " + c.name
	}, builds[byte](tr, "route", nil))
	app.Include(router, brio.Prefix("/a"), brio.Lifespan(lives(tr, "include")), builds[rune](tr, "include", nil))
	app.Include(router, brio.Prefix("/b"))
	return app
}

const (
	lifeBuilt = "build app 1, build app 2, build include, build router, build route"
	lifeBegun = lifeBuilt + ", start app, start include, start router"
	lifeEnded = "stop router, stop include, stop app, end route, end router, end include, end app 2, end app 1"
)

// TestAppScopedValues are built once, in the order of declaration, before the lifespans, and ended in reverse; a router
// that is included twice is started once.
func TestAppScopedValues(t *testing.T) {
	var tr tracer
	app := lifeOfAnApp(&tr)
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	tr.want(t, "")
	for range 2 {
		if err := app.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	tr.want(t, lifeBegun)
	wantBody(t, send(app, "GET", "/a/", ""), `"app 1, router, route"`)
	wantBody(t, send(app, "GET", "/b/", ""), `"app 1, router, route"`)
	tr.want(t, "")
	err := app.Shutdown(t.Context())
	if err == nil || err.Error() != "route ended\nrouter ended\ninclude ended\napp 2 ended\napp 1 ended" {
		t.Error(err)
	}
	tr.want(t, lifeEnded)
	if err := app.Shutdown(t.Context()); err != nil {
		t.Error("the second Shutdown:", err)
	}
	tr.want(t, "")
}

func TestServeEndsWhatItBegan(t *testing.T) {
	var tr tracer
	inFlight, release := make(chan struct{}), make(chan struct{})
	r := serve(t, func(app *brio.App) {
		inner := brio.NewRouter(builds[int](&tr, "value", nil), brio.Lifespan(lives(&tr, "router")))
		inner.Get("/held", func() string { close(inFlight); <-release; tr.add("handler"); return "" })
		app.Include(inner)
	})
	done := make(chan struct{})
	go func() {
		defer close(done)
		if res, err := http.Get(r.url + "/held"); err == nil {
			res.Body.Close()
		}
	}()
	testkit.Receive(t, inFlight, "the request")
	r.stop()
	close(release)
	testkit.Receive(t, done, "the answer")
	if err := r.wait(t); err == nil || !strings.Contains(err.Error(), "value ended") {
		t.Error(err)
	}
	tr.want(t, "build value, start router, handler, stop router, end value")
}

// TestStartThatFails undoes what began, in reverse, and the app does not start.
func TestStartThatFails(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		opt  func(tr *tracer) brio.AppOption
		want string
		err  string
	}{
		"a value": {func(tr *tracer) brio.AppOption { return builds[uint](tr, "bad", broken) }, "build app 1, build app 2, build bad, end app 2, end app 1", "broken"},
		"a value's panic": {func(*tracer) brio.AppOption {
			return brio.SupplyFunc(func(context.Context) (*http.Client, func(context.Context) error, error) { panic("canary") })
		}, "build app 1, build app 2, end app 2, end app 1", "panic: canary"},
		"a lifespan": {func(*tracer) brio.AppOption {
			return brio.Lifespan(func(context.Context) (func(context.Context) error, error) { return nil, broken })
		}, lifeBuilt + ", start app, stop app, end route, end router, end include, end app 2, end app 1", "broken"},
	} {
		t.Run(name, func(t *testing.T) {
			var tr tracer
			app := lifeOfAnApp(&tr, c.opt(&tr))
			for range 2 {
				err := app.Start(t.Context())
				if err == nil || !strings.Contains(err.Error(), c.err) || !strings.Contains(err.Error(), "app 1 ended") {
					t.Errorf("got %v", err)
				}
			}
			tr.want(t, c.want)
			if err := app.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
			tr.want(t, "")
		})
	}
}

func TestShutdownBeforeStart(t *testing.T) {
	var tr tracer
	app := lifeOfAnApp(&tr)
	if err := app.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if err := app.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "shut down before it had started") {
		t.Error(err)
	}
	tr.want(t, "")
}

// TestResolve runs a function with the app's own providers, without a request.
func TestResolve(t *testing.T) {
	var tr tracer
	log := slog.New(slog.DiscardHandler)
	guarded := func() *scopeValue[rune] { tr.add("guard"); return &scopeValue[rune]{"guard"} }
	app := brio.New(brio.Logger(log), brio.Supply(&lifeConfig{"config"}), builds[int](&tr, "value", nil), brio.Depends(guarded),
		brio.Provide(func(v *scopeValue[int]) (*lifeRepo[int], func(error)) {
			tr.add("repo")
			return &lifeRepo[int]{v.name}, func(err error) { tr.add("repo ends: %s", short(err)) }
		}, brio.BeforeResponse(func(*lifeRepo[int]) (*lifeRepo[bool], func(error) error) {
			tr.add("tx")
			return &lifeRepo[bool]{}, func(err error) error { tr.add("tx ends: %s", short(err)); return err }
		}), func(*http.Request) *lifeRepo[string] { return nil }))
	app.Get("/", func() {})
	broken := errors.New("broken")

	if err := app.Resolve(t.Context(), func(ctx context.Context, c *lifeConfig, r *lifeRepo[int], _ *lifeRepo[bool], l *slog.Logger) error {
		tr.add("job %v %s %s %v", ctx == t.Context(), c.name, r.name, l == log)
		return nil
	}); err != nil {
		t.Error(err)
	}
	tr.want(t, "build value, repo, tx, job true config value true, tx ends: nil, repo ends: nil")

	if err := app.Resolve(t.Context(), func(*lifeRepo[bool]) error { return broken }); err != broken {
		t.Errorf("got %v, want the job's own error", err)
	}
	tr.want(t, "repo, tx, tx ends: broken, repo ends: broken")

	if err := app.Resolve(t.Context(), func(*lifeRepo[bool]) { panic("canary") }); err == nil || err.Error() != "panic: canary" {
		t.Error(err)
	}
	tr.want(t, "repo, tx, tx ends: panic: canary, repo ends: panic: canary")

	if err := app.Resolve(t.Context(), func(v *scopeValue[rune]) { tr.add("asked %s", v.name) }); err != nil {
		t.Error(err)
	}
	tr.want(t, "guard, asked guard")

	for name, c := range map[string]struct {
		job  any
		want string
	}{
		"request":           {func(*http.Request) {}, "parameter 1 (*http.Request) needs a request, and there is none"},
		"response":          {func(*brio.Response) {}, "parameter 1 (*brio.Response) needs a request"},
		"background tasks":  {func(*brio.BackgroundTasks) {}, "needs a request"},
		"scopes":            {func(brio.Scopes) {}, "needs a request"},
		"route information": {func(*brio.RouteInfo) {}, "needs a request"},
		"parameters": {func(*struct {
			Q string `query:"q"`
		}) {
		}, "needs a request"},
		"deeper":      {func(*lifeRepo[string]) {}, "a function literal: parameter 1 (*http.Request) needs a request"},
		"missing":     {func(*strings.Builder) {}, "parameter 1 (*strings.Builder) has no origin"},
		"no function": {1, "the handler is a int"},
		"a result":    {func() int { return 1 }, "it returns a int"},
	} {
		err := app.Resolve(t.Context(), c.job)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "appscope_test.go:") {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	tr.want(t, "")
}
