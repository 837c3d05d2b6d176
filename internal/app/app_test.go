package app

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"testing"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/origin"
)

// newConfig returns the declarations of an app with one route, GET /items/{id}, called item, and the Lifespans.
func newConfig(handler any, lifespans ...declare.Lifespan) *Config {
	r := &declare.Router{Entries: []declare.Entry{{Route: &declare.Route{
		Methods: []string{http.MethodGet}, Path: "/items/{id}", Handler: handler, Function: "item",
	}}}}
	r.Settings.Lifespans = lifespans
	return &Config{Router: r, Webhooks: &declare.Router{}, Logger: slog.New(slog.DiscardHandler)}
}

func ok() string { return "ok" }

// start compiles and starts an app.
func start(t *testing.T, c *Config) *Instance {
	t.Helper()
	in, err := Compile(c, nil)
	if err == nil {
		err = in.Start(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = in.Stop(context.Background()) })
	return in
}

// TestConfigIsCompiledAgain: a Config is not changed by an app made of it, so a test can compile it with other providers.
func TestConfigIsCompiledAgain(t *testing.T) {
	c := newConfig(ok)
	for range 2 {
		in := start(t, c)
		w := httptest.NewRecorder()
		in.Handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/items/1", nil))
		if w.Code != http.StatusOK || w.Body.String() != `"ok"` {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
		if link, err := in.Link("item", "id", 1); err != nil || link.Path != "/items/1" || link.Host != "" {
			t.Errorf("Link: %+v, %v", link, err)
		}
	}
}

// TestLifetimeStartsOnce: the second Start compiles nothing, and returns the error of the first.
func TestLifetimeStartsOnce(t *testing.T) {
	wrong := errors.New("wrong")
	for name, want := range map[string]error{"success": nil, "failure": wrong} {
		t.Run(name, func(t *testing.T) {
			var l Lifetime
			compiled := 0
			compile := func() (*Instance, error) {
				compiled++
				if want != nil {
					return nil, want
				}
				return Compile(newConfig(ok), nil)
			}
			for range 2 {
				if err := l.Start(t.Context(), compile); err != want {
					t.Errorf("got %v, want %v", err, want)
				}
			}
			if compiled != 1 || (l.Running.Load() != nil) != (want == nil) {
				t.Errorf("compiled %d times, running %t", compiled, l.Running.Load() != nil)
			}
			if _, err := l.Stop(t.Context()); err != nil {
				t.Errorf("Stop: %v", err)
			}
		})
	}
}

// TestStoppedLifetimeDoesNotStartAgain: its values have ended.
func TestStoppedLifetimeDoesNotStartAgain(t *testing.T) {
	var l Lifetime
	compile := func() (*Instance, error) { return Compile(newConfig(ok), nil) }
	if err := l.Start(t.Context(), compile); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := l.Start(t.Context(), compile); err != errStopped {
		t.Errorf("got %v, want %v", err, errStopped)
	}
}

// TestStoppedLifetimeDoesNotStart: a server that is told to stop before its first request must not build what nothing would end.
func TestStoppedLifetimeDoesNotStart(t *testing.T) {
	var l Lifetime
	if _, err := l.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := l.Start(t.Context(), func() (*Instance, error) { t.Error("it is compiled"); return nil, nil })
	if err != errShutDown {
		t.Errorf("got %v, want %v", err, errShutDown)
	}
}

// TestFailedStartStopsWhatHasStarted, in reverse order: after an error, a panic and runtime.Goexit.
func TestFailedStartStopsWhatHasStarted(t *testing.T) {
	for name, fail := range map[string]func() error{
		"error":  func() error { return errors.New("wrong") },
		"panic":  func() error { panic("wrong") },
		"Goexit": func() error { runtime.Goexit(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			var stopped []int
			lifespan := func(n int) declare.Lifespan {
				return func(context.Context) (func(context.Context) error, error) {
					return func(context.Context) error { stopped = append(stopped, n); return nil }, nil
				}
			}
			var l Lifetime
			done := make(chan bool)
			go func() {
				defer close(done)
				_ = l.Start(t.Context(), func() (*Instance, error) {
					return Compile(newConfig(ok, lifespan(1), lifespan(2), func(context.Context) (func(context.Context) error, error) { return nil, fail() }), nil)
				})
			}()
			<-done
			if !slices.Equal(stopped, []int{2, 1}) {
				t.Errorf("stopped %v, want [2 1]", stopped)
			}
			if err := l.Start(t.Context(), nil); err == nil || l.Running.Load() != nil {
				t.Errorf("error %v, running %t; want an error, and false", err, l.Running.Load() != nil)
			}
		})
	}
}

// TestRequestsKnowTheirInstance: a handler that takes the request finds the URL function of the Instance that serves it, also inside of
// another app. Requests of the App's own server stay as they are.
func TestRequestsKnowTheirInstance(t *testing.T) {
	var got *http.Request
	c := newConfig(func(r *http.Request) { got = r })
	c.Handler = &handler{}
	in := start(t, c)
	serve := func(r *http.Request) (linkOf origin.LinkFunc, same bool) {
		in.Handler.ServeHTTP(httptest.NewRecorder(), r)
		linkOf, _ = LinkOf(got)
		return linkOf, got.Context() == r.Context()
	}
	r := httptest.NewRequest(http.MethodGet, "/items/1", nil)
	linkOf, _ := serve(r)
	if linkOf == nil {
		t.Fatal("the handler does not find the Instance")
	}
	if link, err := linkOf("item", "id", 1); err != nil || link.Path != "/items/1" {
		t.Errorf("Link: %+v, %v", link, err)
	}
	if _, same := serve(got); !same {
		t.Error("a request that knows the Instance is changed")
	}
	other := start(t, newConfig(ok))
	if linkOf, same := serve(other.withURLs(r)); linkOf == nil || same {
		t.Error("a request of another app does not find this Instance")
	}
	server := &http.Server{Handler: c.Handler}
	if linkOf, same := serve(r.WithContext(context.WithValue(r.Context(), http.ServerContextKey, server))); linkOf != nil || !same {
		t.Error("a request of the App's own server is changed")
	}
}

// TestNotesNameWhatIsSlow: the notes are the warnings, and ValidateResponses where the app has it on.
func TestNotesNameWhatIsSlow(t *testing.T) {
	for _, on := range []*bool{nil, new(false), new(true)} {
		c := newConfig(ok)
		c.ValidateResponses, c.Warnings = on, []Warning{{Text: "unsafe"}}
		want := []string{"unsafe"}
		if on != nil && *on {
			want = append(want, "ValidateResponses: each result is checked against its model, which is slower")
		}
		if got := start(t, c).Notes(); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// handler has an address, as an App has.
type handler struct{ http.ServeMux }
