package brio_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
)

// lifeForms are a clean-up in each of its forms, which notes what it saw and gives the error.
func lifeForms(tr *tracer, name string, gives error) map[string]any {
	return map[string]any{
		"func()":       func() func() { return func() { tr.add("%s", name) } },
		"func() error": func() func() error { return func() error { tr.add("%s", name); return gives } },
		"func(error)":  func() func(error) { return func(err error) { tr.add("%s saw %s", name, short(err)) } },
		"func(error) error": func() func(error) error {
			return func(err error) error { tr.add("%s saw %s", name, short(err)); return gives }
		},
	}
}

// TestCleanUpBeforeTheResponse in every form: an error of it is the answer, for nothing has been sent.
func TestCleanUpBeforeTheResponse(t *testing.T) {
	for form, saw := range map[string]string{"func()": "", "func() error": "", "func(error)": " saw nil", "func(error) error": " saw nil"} {
		for _, c := range []struct {
			name   string
			gives  error
			status int
			outer  string // what clean-ups further out see
		}{
			{"nothing wrong", nil, 200, "nil"},
			{"an error", errors.New("commit failed"), 500, "clean-up of a function literal: commit failed"},
			{"an HTTP error", brio.Error(409, "conflict"), 409, "clean-up of a function literal: 409 conflict"},
		} {
			if !strings.HasSuffix(form, " error") && c.gives != nil {
				continue
			}
			t.Run(form+" "+c.name, func(t *testing.T) {
				var tr tracer
				app := brio.New(quiet(), brio.Depends(
					func() func(error) { return func(err error) { tr.add("request saw %s", short(err)) } },
					brio.BeforeResponse(func() func(error) { return func(err error) { tr.add("outer saw %s", short(err)) } }),
					brio.BeforeResponse(lifeForms(&tr, "inner", c.gives)[form])))
				app.Get("/", func() string { tr.add("handler"); return "fine" })
				w := send(app, "GET", "/", "")
				wantStatus(t, w, c.status)
				tr.want(t, fmt.Sprintf("handler, inner%s, outer saw %s, request saw %s", saw, c.outer, c.outer))
			})
		}
	}
}

// TestCleanUpsSeeAndReplaceTheError of every kind of end, last in first out, those before the response first.
func TestCleanUpsSeeAndReplaceTheError(t *testing.T) {
	type input struct {
		Page int `query:"page"`
	}
	for name, c := range map[string]struct {
		handler any
		saw     string
	}{
		"error":      {func() error { return errors.New("broken") }, "broken"},
		"HTTP error": {func() error { return brio.Error(404, "none") }, "404 none"},
		"panic":      {func() { panic("canary") }, "panic: canary"},
		"validation": {func(*input) {}, "invalid"},
		"guard":      {nil, "401 who"},
	} {
		t.Run(name, func(t *testing.T) {
			var tr tracer
			replace := func(status int, before bool) any {
				f := func() func(error) error {
					return func(err error) error { tr.add("%d saw %s", status, short(err)); return brio.Error(status, nil) }
				}
				if before {
					return brio.BeforeResponse(f)
				}
				return f
			}
			app := brio.New(quiet(), brio.Depends(replace(411, true), replace(412, false), replace(413, true), replace(414, false)))
			if c.handler == nil {
				app.Get("/", func() {}, brio.Depends(func() error { return brio.Error(401, "who") }))
			} else {
				app.Get("/", c.handler)
			}
			w := send(app, "GET", "/", "")
			tr.want(t, fmt.Sprintf("413 saw %s, 411 saw 413 Request Entity Too Large, 414 saw 411 Length Required, 412 saw 414 Request URI Too Long", c.saw))
			wantStatus(t, w, 412)
		})
	}
}

// TestCleanUpThatSwallowsOrPanics, before the response and after it.
func TestCleanUpThatSwallowsOrPanics(t *testing.T) {
	swallow := func() func(error) error { return func(error) error { return nil } }
	panics := func() func(error) { return func(error) { panic("canary") } }
	for _, c := range []struct {
		name    string
		guard   any
		handler any
		status  int
		outer   string
		log     string
	}{
		{"swallowed before", brio.BeforeResponse(swallow), func() error { return brio.Error(404, nil) }, 500, "swallowed", "swallowed the error of the request"},
		{"swallowed", swallow, func() error { return brio.Error(404, nil) }, 500, "swallowed", "swallowed the error of the request"},
		{"nothing to swallow", swallow, func() string { return "" }, 200, "nil", ""},
		{"panic before", brio.BeforeResponse(panics), func() string { return "" }, 500, "panic: canary", "panic: canary"},
		{"panic after", panics, func() string { return "" }, 200, "panic: canary", "panic: canary"},
		{"panic on an error", panics, func() error { return brio.Error(404, "none") }, 404, "404 none", "panic: canary"},
		{"panic before, on an error", brio.BeforeResponse(panics), func() error { return brio.Error(404, "none") }, 404, "404 none", "panic: canary"},
	} {
		t.Run(c.name, func(t *testing.T) {
			opt, log := logged()
			saw := ""
			app := brio.New(opt, brio.Depends(func() func(error) { return func(err error) { saw = short(err) } }, c.guard))
			app.Get("/", c.handler)
			wantStatus(t, send(app, "GET", "/", ""), c.status)
			if !strings.Contains(saw, c.outer) {
				t.Errorf("the clean-up further out saw %s, want %s", saw, c.outer)
			}
			if !strings.Contains(log.String(), c.log) || (c.log == "") != (log.Len() == 0) {
				t.Errorf("the log has %s", log)
			}
		})
	}
}

// What is asked for in TestEverythingInjectable and TestResolve.
type (
	lifeConfig      struct{ name string }
	lifeRepo[T any] struct{ name string }
	lifeStore       interface{ Name() string }
	lifeService     struct{ _ int }
)

func (r *lifeRepo[T]) Name() string                         { return r.name }
func (s *lifeService) Repo(c *lifeConfig) *lifeRepo[string] { return &lifeRepo[string]{c.name} }

func lifeRepoOf[T any](c *lifeConfig) *lifeRepo[T] {
	return &lifeRepo[T]{fmt.Sprintf("%T of %s", *new(T), c.name)}
}

// TestEverythingInjectable in dependencies, by methods, closures and generic functions, and in handlers alike.
func TestEverythingInjectable(t *testing.T) {
	service := &lifeService{}
	var log *slog.Logger = slog.New(slog.DiscardHandler)
	app := brio.New(brio.Logger(log), brio.Supply(&lifeConfig{"config"}, lifeConfig{"value"}), brio.Provide(service.Repo, lifeRepoOf[int]))
	check := func(ctx context.Context, r *http.Request, res *brio.Response, tasks *brio.BackgroundTasks, scopes brio.Scopes, l *slog.Logger, info *brio.RouteInfo,
		c *lifeConfig, v lifeConfig, byMethod *lifeRepo[string], generic *lifeRepo[int]) string {
		return strings.TrimSpace(fmt.Sprintln(ctx == r.Context(), res != nil, tasks != nil, len(scopes), l == log, info.Path, info.Method, c.name, v.name, byMethod.name, generic.name))
	}
	type told string
	app.Get("/{id}", func(s told) string { return string(s) }, brio.Provide(
		func(ctx context.Context, r *http.Request, res *brio.Response, tasks *brio.BackgroundTasks, scopes brio.Scopes, l *slog.Logger, info *brio.RouteInfo,
			c *lifeConfig, v lifeConfig, byMethod *lifeRepo[string], generic *lifeRepo[int]) told {
			return told(check(ctx, r, res, tasks, scopes, l, info, c, v, byMethod, generic))
		}))
	app.Post("/{id}", check)
	for method := range strings.SplitSeq("GET POST", " ") {
		wantBody(t, send(app, method, "/1", ""), `"true true true 0 true /{id} `+method+` config value config int of config"`)
	}
}

// TestOneHandlerWithTwoProviders: the same function, two routers, what each provides; and by an interface.
func TestOneHandlerWithTwoProviders(t *testing.T) {
	handler := func(s lifeStore) string { return s.Name() }
	app := brio.New(quiet())
	for name, provide := range map[string]any{
		"/concrete":  func() *lifeRepo[string] { return &lifeRepo[string]{"/concrete"} },
		"/interface": func() lifeStore { return &lifeRepo[string]{"/interface"} },
	} {
		r := brio.NewRouter(brio.Prefix(name), brio.Provide(provide))
		r.Get("", handler)
		app.Include(r)
	}
	for path := range strings.SplitSeq("/concrete /interface", " ") {
		wantBody(t, send(app, "GET", path, ""), `"`+path+`"`)
	}
}
