package dependencies_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// scopeValue is a value of SupplyFunc. Each T makes another type.
type scopeValue[T any] struct{ name string }

// builds supplies a scopeValue and adds steps when it is built and ended. Its end returns an error, which Shutdown must report.
func builds[T any](tr *testkit.Trace, name string, fails error) brio.Option {
	return brio.SupplyFunc(func(context.Context) (*scopeValue[T], func(context.Context) error, error) {
		tr.Add("build %s", name)
		if fails != nil {
			return nil, nil, fails
		}
		return &scopeValue[T]{name}, func(context.Context) error { tr.Add("end %s", name); return errors.New(name + " ended") }, nil
	})
}

// lives is a lifespan that adds steps when it starts and stops.
func lives(tr *testkit.Trace, name string) func(context.Context) (func(context.Context) error, error) {
	return func(context.Context) (func(context.Context) error, error) {
		tr.Add("start %s", name)
		return func(context.Context) error { tr.Add("stop %s", name); return nil }, nil
	}
}

// newLifeApp returns an app with values and lifespans on app, include, router and route. The router is included twice.
func newLifeApp(tr *testkit.Trace, more ...brio.AppOption) *brio.App {
	app := brio.New(append([]brio.AppOption{testkit.Quiet(), builds[int](tr, "app 1", nil), builds[bool](tr, "app 2", nil), brio.Lifespan(lives(tr, "app"))}, more...)...)
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

// Values of SupplyFunc are built once, in the order of declaration, before the lifespans start, and ended in reverse. A
// router that is included twice starts once.
func TestSupplyFuncBuildsOncePerApp(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	app := newLifeApp(&tr)
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	tr.Want(t, "")
	for range 2 {
		if err := app.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	tr.Want(t, lifeBegun)
	testkit.WantBody(t, testkit.Get(app, "/a/"), `"app 1, router, route"`)
	testkit.WantBody(t, testkit.Get(app, "/b/"), `"app 1, router, route"`)
	tr.Want(t, "")
	err := app.Shutdown(t.Context())
	var ends []string // each error names the value, and where it is declared
	for line := range strings.Lines(fmt.Sprint(err)) {
		ends = append(ends, line[strings.LastIndex(line, ": ")+2:])
	}
	if got := strings.Join(ends, ""); got != "route ended\nrouter ended\ninclude ended\napp 2 ended\napp 1 ended" {
		t.Errorf("Shutdown: got %v, want the error of each end", err)
	}
	tr.Want(t, lifeEnded)
	if err := app.Shutdown(t.Context()); err != nil {
		t.Error("the second Shutdown:", err)
	}
	tr.Want(t, "")
}

// Serve stops the lifespans and ends the values after the last request, and returns their errors.
func TestServeEndsValuesAfterRequests(t *testing.T) {
	var tr testkit.Trace
	inFlight, release := make(chan struct{}), make(chan struct{})
	s := testkit.NewStage(t, func(app *brio.App) {
		inner := brio.NewRouter(builds[int](&tr, "value", nil), brio.Lifespan(lives(&tr, "router")))
		inner.Get("/held", func() string { close(inFlight); <-release; tr.Add("handler"); return "" })
		app.Include(inner)
	})
	done := make(chan struct{})
	go func() {
		defer close(done)
		if res, err := http.Get(s.URL + "/held"); err == nil {
			res.Body.Close()
		}
	}()
	testkit.Receive(t, inFlight, "the request")
	s.BeginShutdown()
	close(release)
	testkit.Receive(t, done, "the answer")
	if err := s.Stop(); err == nil || !strings.Contains(err.Error(), "value ended") {
		t.Errorf("Serve: got %v, want the error of the value's end", err)
	}
	tr.Want(t, "build value, start router, handler, stop router, end value")
}

// A start that fails ends in reverse what has begun, and the app does not start. Each further Start returns the error and
// builds nothing.
func TestStartFailureUndoesWhatBegan(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		opt  func(tr *testkit.Trace) brio.AppOption
		want string
		err  string
	}{
		"value error": {func(tr *testkit.Trace) brio.AppOption { return builds[uint](tr, "bad", broken) }, "build app 1, build app 2, build bad, end app 2, end app 1", "broken"},
		"value panic": {func(*testkit.Trace) brio.AppOption {
			return brio.SupplyFunc(func(context.Context) (*http.Client, func(context.Context) error, error) { panic("canary") })
		}, "build app 1, build app 2, end app 2, end app 1", "panic: canary"},
		"lifespan error": {func(*testkit.Trace) brio.AppOption {
			return brio.Lifespan(func(context.Context) (func(context.Context) error, error) { return nil, broken })
		}, lifeBuilt + ", start app, stop app, end route, end router, end include, end app 2, end app 1", "broken"},
	} {
		t.Run(name, func(t *testing.T) {
			var tr testkit.Trace
			app := newLifeApp(&tr, c.opt(&tr))
			for range 2 {
				err := app.Start(t.Context())
				if err == nil || !strings.Contains(err.Error(), c.err) || !strings.Contains(err.Error(), "app 1 ended") {
					t.Errorf("got %v", err)
				}
			}
			tr.Want(t, c.want)
			if err := app.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
			tr.Want(t, "")
		})
	}
}

// An app that was shut down before its start builds nothing and cannot start.
func TestShutdownBeforeStart(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	app := newLifeApp(&tr)
	if err := app.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if err := app.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "shut down before it had started") {
		t.Error(err)
	}
	tr.Want(t, "")
}

// Resolve calls a function with the app's providers, without a request. Clean-ups run at its end and see its error, and what
// needs a request is a mistake.
func TestResolveRunsWithoutRequest(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	log := slog.New(slog.DiscardHandler)
	guarded := func() *scopeValue[rune] { tr.Add("guard"); return &scopeValue[rune]{"guard"} }
	app := brio.New(brio.Logger(log), brio.Supply(&lifeConfig{"config"}), builds[int](&tr, "value", nil), brio.Depends(guarded),
		brio.Provide(func(v *scopeValue[int]) (*lifeRepo[int], func(error)) {
			tr.Add("repo")
			return &lifeRepo[int]{v.name}, func(err error) { tr.Add("repo ends: %s", testkit.ErrorText(err)) }
		}, brio.BeforeResponse(func(*lifeRepo[int]) (*lifeRepo[bool], func(error) error) {
			tr.Add("tx")
			return &lifeRepo[bool]{}, func(err error) error { tr.Add("tx ends: %s", testkit.ErrorText(err)); return err }
		}), func(*http.Request) *lifeRepo[string] { return nil }))
	app.Get("/", func() {})
	broken := errors.New("broken")

	if err := app.Resolve(t.Context(), func(ctx context.Context, c *lifeConfig, r *lifeRepo[int], _ *lifeRepo[bool], l *slog.Logger) error {
		tr.Add("job %v %s %s %v", ctx == t.Context(), c.name, r.name, l == log)
		return nil
	}); err != nil {
		t.Error(err)
	}
	tr.Want(t, "build value, repo, tx, job true config value true, tx ends: nil, repo ends: nil")

	if err := app.Resolve(t.Context(), func(*lifeRepo[bool]) error { return broken }); err != broken {
		t.Errorf("got %v, want the job's own error", err)
	}
	tr.Want(t, "repo, tx, tx ends: broken, repo ends: broken")

	if err := app.Resolve(t.Context(), func(*lifeRepo[bool]) { panic("canary") }); err == nil || err.Error() != "panic: canary" {
		t.Error(err)
	}
	tr.Want(t, "repo, tx, tx ends: panic: canary, repo ends: panic: canary")

	if err := app.Resolve(t.Context(), func(v *scopeValue[rune]) { tr.Add("asked %s", v.name) }); err != nil {
		t.Error(err)
	}
	tr.Want(t, "guard, asked guard")

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
		"request of a provider": {func(*lifeRepo[string]) {}, "a function literal: parameter 1 (*http.Request) needs a request"},
		"no provider":           {func(*strings.Builder) {}, "parameter 1 (*strings.Builder) has no origin"},
		"no function":           {1, "the handler is a int"},
		"result":                {func() int { return 1 }, "it returns a int"},
	} {
		err := app.Resolve(t.Context(), c.job)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "appscope_test.go:") {
			t.Errorf("%s: got %v, want %s in it, and the place", name, err, c.want)
		}
	}
	tr.Want(t, "")
}
