package dependencies_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/testkit"
)

type (
	store struct{ name string }
	tx    struct{ of *store }
	index struct{ of *tx }
)

// newResolver returns a Resolver with a store, a transaction that reports its begin and end, and an index over the transaction.
func newResolver(tr *testkit.Trace) *dependencies.Resolver {
	r := dependencies.New()
	r.Supply(&store{"main"})
	r.Provide(
		func(s *store) (*tx, func(error) error, error) {
			tr.Add("begin")
			return &tx{s}, func(err error) error { tr.Add("end %v", err); return err }, nil
		},
		func(t *tx) *index { tr.Add("index"); return &index{t} })
	return r
}

// Call runs each provider once, calls the function and then the clean-ups, which receive its error.
func TestResolverCall(t *testing.T) {
	t.Parallel()
	failed := errors.New("failed")
	for caseName, want := range map[string]error{"success": nil, "error": failed} {
		t.Run(caseName, func(t *testing.T) {
			var tr testkit.Trace
			type key struct{}
			ctx := context.WithValue(t.Context(), key{}, "of the caller")
			err := newResolver(&tr).Call(ctx, func(ctx context.Context, a *tx, i *index) error {
				tr.Add("call %s %v %v", a.of.name, i.of == a, ctx.Value(key{}))
				return want
			})
			if !errors.Is(err, want) || (err == nil) != (want == nil) {
				t.Errorf("error: got %v, want %v", err, want)
			}
			tr.Want(t, fmt.Sprintf("begin, index, call main true of the caller, end %v", want))
		})
	}
}

// Each Call runs the providers anew. The wrappers hold as in an app.
func TestResolverWrappers(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	r := dependencies.New()
	r.Provide(
		dependencies.NoCache(func() *store { tr.Add("store"); return &store{} }),
		dependencies.BeforeResponse(func(*store) (*tx, func()) { return &tx{}, func() { tr.Add("end tx") } }),
		func(*tx, *store) (*index, func()) { return &index{}, func() { tr.Add("end index") } })
	err := r.Call(t.Context(), func(*index) {})
	if err == nil || !strings.Contains(err.Error(), "its clean-up runs after the response, but it needs") {
		t.Errorf("lifetimes: got %v, want that the clean-up runs too late", err)
	}
	for range 2 {
		if err := r.Call(t.Context(), func(*tx, *store) {}); err != nil {
			t.Fatal(err)
		}
		tr.Want(t, "store, store, end tx")
	}
}

// A *slog.Logger is the default one unless another one is supplied.
func TestResolverLogger(t *testing.T) {
	t.Parallel()
	get := func(r *dependencies.Resolver) (l *slog.Logger) {
		if err := r.Call(t.Context(), func(got *slog.Logger) { l = got }); err != nil {
			t.Fatal(err)
		}
		return l
	}
	r := dependencies.New()
	if got := get(r); got != slog.Default() {
		t.Error("the logger is not slog.Default")
	}
	own := slog.New(slog.DiscardHandler)
	r.Supply(own)
	if got := get(r); got != own {
		t.Error("the logger is not the supplied one")
	}
}

// A panic is a *PanicError. The clean-ups receive it.
func TestResolverPanic(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	err := newResolver(&tr).Call(t.Context(), func(*tx) { panic("canary") })
	var p *dependencies.PanicError
	if !errors.As(err, &p) || p.Value != "canary" {
		t.Errorf("got %v, want a *PanicError of canary", err)
	}
	tr.Want(t, "begin, end panic: canary")
}

// Mistakes are one error, with the place of each, and nothing is called.
func TestResolverMistakes(t *testing.T) {
	t.Parallel()
	for caseName, c := range map[string]struct {
		fn   any
		want string
	}{
		"no origin": {func(*http.Client) {}, "parameter 1 (*http.Client) has no origin: no provider in scope gives it\n\tlegal: a parameter is a context.Context, or"},
		"request":   {func(*http.Request) {}, "parameter 1 (*http.Request) needs a request, and there is none"},
		"scopes":    {func(dependencies.Scopes) {}, "parameter 1 (dependencies.Scopes) needs a request, and there is none"},
		"parameter struct": {func(struct {
			Q string `query:"q"`
		}) {
		}, "needs a request, and there is none"},
		"result":      {func() int { return 1 }, "it returns a int\n\tlegal: nothing or an error"},
		"no function": {7, "the handler is a int"},
	} {
		t.Run(caseName, func(t *testing.T) {
			var tr testkit.Trace
			err := newResolver(&tr).Call(t.Context(), c.fn)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "dependencies/resolver_test.go:") {
				t.Errorf("got %v, want %q with the place of the call", err, c.want)
			}
			tr.Want(t, "")
		})
	}
	r := dependencies.New()
	r.Supply(nil)
	r.Provide(func() {}, func() (int, int) { return 1, 2 })
	err := r.Call(t.Context(), func() {})
	for _, want := range []string{"Supply: the value is nil", "it is provided but has no result", "its results are (int, int)"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}

// Goroutines may use one Resolver. Each Call has values of its own.
func TestResolverIsConcurrent(t *testing.T) {
	t.Parallel()
	r := dependencies.New()
	r.Provide(func(ctx context.Context) *store { return &store{} })
	var seen sync.Map
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if err := r.Call(t.Context(), func(s *store) {
				s.name = "mine"
				if _, dup := seen.LoadOrStore(s, true); dup {
					t.Error("two calls share a value")
				}
			}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}
