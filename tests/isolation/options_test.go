package isolation

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/openapi/spec"
)

// TestOptionsCopyTheirLists: a program may reuse a list for the next route, without an effect on guards, middleware and filters of
// earlier routes.
func TestOptionsCopyTheirLists(t *testing.T) {
	type item struct {
		A string `json:"a"`
		B string `json:"b"`
	}
	app := newApp()
	opts, tags, paths, uses := make([]brio.Option, 1), make([]string, 1), make([]string, 1), make([]brio.Middleware, 1)
	scopes, answers := make([]string, 1), make([]spec.Response, 0)
	for _, name := range []string{"a", "b"} {
		guard := func(r *http.Request, scopes brio.Scopes) error {
			if r.Header.Get("X-Key") != name || len(scopes) != 1 || scopes[0] != name {
				return brio.Error(403, nil)
			}
			return nil
		}
		opts[0], tags[0], paths[0], scopes[0] = brio.Depends(func(r *http.Request, res *brio.Response) { res.SetHeader("X-Guard", name) }), name, name, name
		uses[0] = func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Used", name)
				next.ServeHTTP(w, r)
			})
		}
		app.Get("/"+name, func() item { return item{"1", "2"} }, brio.Options(opts...), brio.Tags(tags...), brio.ResponseExclude(paths...), brio.Use(uses...),
			brio.Security(guard, scopes...), brio.Responds[brio.NoContent](404, "none", answers...))
	}
	opts[0], tags[0], paths[0], uses[0], scopes[0] = brio.Options(), spoilt, spoilt, func(next http.Handler) http.Handler { return next }, spoilt
	for name, body := range map[string]string{"a": `{"b":"2"}`, "b": `{"a":"1"}`} {
		w := testkit.Get(app, "/"+name, "X-Key", name)
		testkit.WantStatus(t, w, 200)
		testkit.WantBody(t, w, body)
		testkit.WantHeader(t, w, "X-Guard", name)
		testkit.WantHeader(t, w, "X-Used", name)
	}
	for i, info := range app.Routes() {
		if want := []string{"a", "b"}[i]; !slices.Equal(info.Tags, []string{want}) {
			t.Errorf("route %d has the tags %q, want %q", i, info.Tags, want)
		}
	}
	changeAll(app.Routes())
	for _, info := range app.Routes() {
		if info.Tags[0] == spoilt {
			t.Error("changing what Routes returns changes the routes")
		}
	}
}

// TestLateHandlerHasOwnHeader: a handler that runs after its Timeout has its own header. Its changes are not in the 503.
func TestLateHandlerHasOwnHeader(t *testing.T) {
	late := make(chan struct{})
	app := newApp(brio.Use(middleware.SecurityHeaders(), middleware.Timeout(time.Millisecond), func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer close(late)
			h := w.Header()
			<-r.Context().Done()
			changeAll(h)
		})
	}))
	app.Get("/", func() {})
	w := testkit.Get(app, "/")
	testkit.WantStatus(t, w, 503)
	testkit.Receive(t, late, "the end of the late handler")
	for key, values := range w.Header() {
		if strings.Contains(strings.Join(values, ""), spoilt) {
			t.Errorf("%s is %q", key, values)
		}
	}
}

// TestRefusalsOwnTheirHeaders: refusals of middleware do not share header values.
func TestRefusalsOwnTheirHeaders(t *testing.T) {
	inside, leave := make(chan struct{}), make(chan struct{})
	app := newApp(brio.Use(middleware.OnStart(func(h http.Header, status int) {
		if status == http.StatusServiceUnavailable {
			if got := h.Get("Retry-After"); got != "1" {
				t.Errorf("Retry-After is %q", got)
			}
			changeAll(h)
		}
	}), middleware.ConcurrencyLimit(middleware.ConcurrencyOptions{Limit: 1})))
	app.Get("/", func() { close(inside); <-leave })
	done := make(chan struct{})
	go func() { defer close(done); testkit.Get(app, "/") }()
	testkit.Receive(t, inside, "the first request")
	for range 3 {
		if w := record(app, get("/")("x")); w.Code != 503 {
			t.Errorf("status %d", w.Code)
		}
	}
	close(leave)
	testkit.Receive(t, done, "the end of the first request")
}
