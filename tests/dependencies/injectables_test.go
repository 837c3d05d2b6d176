package dependencies_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// The types of parameters in these tests and those of Resolve.
type (
	lifeConfig      struct{ name string }
	lifeRepo[T any] struct{ name string }
	lifeStore       interface{ Name() string }
	lifeService     struct{ _ int }
)

func (r *lifeRepo[T]) Name() string                         { return r.name }
func (s *lifeService) Repo(c *lifeConfig) *lifeRepo[string] { return &lifeRepo[string]{c.name} }

// lifeRepoOf is a generic provider: each T makes another function.
func lifeRepoOf[T any](c *lifeConfig) *lifeRepo[T] {
	return &lifeRepo[T]{fmt.Sprintf("%T of %s", *new(T), c.name)}
}

// Every framework type, and values of methods, closures and generic functions, reach dependencies and handlers alike.
func TestEveryInjectableType(t *testing.T) {
	t.Parallel()
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
		testkit.WantBody(t, testkit.Do(app, method, "/1", ""), `"true true true 0 true /{id} `+method+` config value config int of config"`)
	}
}

// One handler function on two routers gets the values of each, also by an interface.
func TestHandlerOnTwoRoutersGetsEachProvider(t *testing.T) {
	t.Parallel()
	handler := func(s lifeStore) string { return s.Name() }
	app := brio.New(testkit.Quiet())
	for name, provide := range map[string]any{
		"/concrete":  func() *lifeRepo[string] { return &lifeRepo[string]{"/concrete"} },
		"/interface": func() lifeStore { return &lifeRepo[string]{"/interface"} },
	} {
		r := brio.NewRouter(brio.Prefix(name), brio.Provide(provide))
		r.Get("", handler)
		app.Include(r)
	}
	for path := range strings.SplitSeq("/concrete /interface", " ") {
		testkit.WantBody(t, testkit.Get(app, path), `"`+path+`"`)
	}
}
