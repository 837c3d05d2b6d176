package ends_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// world is one app with a transaction that ends before the response, a session that ends after it, and two tasks. One
// function of it, the one at place, ends in a way of its own.
type world struct {
	place, end string
	log        testkit.Log
	returned   chan bool // closed when the request's function has ended

	mu     sync.Mutex
	noted  []string
	cancel context.CancelFunc // of the request's context
}

func (w *world) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.noted = append(w.noted, fmt.Sprintf(format, args...))
}

// at ends the function at a place.
func (w *world) at(place string) error {
	if place != w.place {
		return nil
	}
	return testkit.End(w.end, w.cancel)
}

type worldKey struct{}

type (
	tx      struct{}
	session struct{}
	breaker struct{}
	input   struct {
		Q string `query:"q"`
	}
	item struct {
		w *world
		n int
	}
	format struct{ w *world }
)

func (in *input) Validate(ctx context.Context) error {
	return ctx.Value(worldKey{}).(*world).at("Validate")
}

func (i item) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, "%d", i.n), i.w.at("marshaler")
}

func (format) MediaType() string      { return "application/json" }
func (format) Model(int) reflect.Type { return reflect.TypeFor[map[string]any]() }
func (f format) Body(e *brio.ErrorInfo) any {
	if e.Status == http.StatusTeapot {
		if err := f.w.at("error format"); err != nil {
			return func() {} // cannot be encoded
		}
	}
	return map[string]any{"status": e.Status}
}

// outcome is what a clean-up saw.
func outcome(err error) string {
	switch {
	case err == nil:
		return "nil"
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, http.ErrAbortHandler):
		return "abort"
	case strings.Contains(err.Error(), "Goexit"):
		return "Goexit"
	case strings.Contains(err.Error(), "panic"):
		return "panic"
	}
	return "error"
}

func (w *world) app(stream bool) *brio.App {
	openTx := func() (*tx, func(error) error, error) {
		return &tx{}, func(err error) error {
			if err == nil {
				w.note("commit")
			} else {
				w.note("rollback %s", outcome(err))
			}
			return err
		}, nil
	}
	openSession := func() (*session, func(error), error) {
		return &session{}, func(err error) { w.note("session %s", outcome(err)) }, nil
	}
	breaks := func(place string) func() error { return func() error { return w.at(place) } }
	app := brio.New(
		brio.Logger(w.log.Logger()),
		brio.FormatErrors(format{w}),
		brio.Use(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				defer close(w.returned)
				ctx, cancel := context.WithCancel(context.WithValue(r.Context(), worldKey{}, w))
				defer cancel()
				w.cancel = cancel
				next.ServeHTTP(rw, r.WithContext(ctx))
			})
		}, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if err := w.at("middleware"); err != nil {
					brio.WriteError(rw, r, err)
					return
				}
				next.ServeHTTP(rw, r)
			})
		}),
		brio.OnError(func(_ *http.Request, err *brio.HTTPError) *brio.Response {
			if w.place != "error handler" || err.Status != http.StatusTeapot {
				return nil
			}
			if err := w.at("error handler"); err != nil {
				return response.Text("x").SetHeader("X-A", "\n") // cannot be sent
			}
			return response.Text("handled").Status(http.StatusTeapot)
		}),
		brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
			out, err := next()
			if err == nil {
				err = w.at("Around")
			}
			return out, err
		}),
		brio.Provide(brio.BeforeResponse(openTx), openSession),
		brio.Depends(breaks("guard"),
			func(*session) func() error { return breaks("clean-up after") },
			brio.BeforeResponse(func(*tx) func() error { return breaks("clean-up before") })),
		brio.Provide(func(*tx, *session) (*breaker, error) { return &breaker{}, w.at("dependency") }),
	)
	begin := func(tasks *brio.BackgroundTasks) error {
		tasks.Add(func(context.Context) error { w.note("task"); return w.at("task") })
		tasks.Add(func(context.Context) error { w.note("last task"); return nil })
		if w.place == "error handler" || w.place == "error format" {
			return brio.Error(http.StatusTeapot, nil)
		}
		return w.at("handler")
	}
	if !stream {
		app.Get("/", func(_ *breaker, _ *input, tasks *brio.BackgroundTasks) (item, error) {
			return item{w, 1}, begin(tasks)
		})
		return app
	}
	app.Get("/", func(_ *breaker, _ *input, tasks *brio.BackgroundTasks) (iter.Seq2[item, error], error) {
		return func(yield func(item, error) bool) {
			defer w.note("iterator ends")
			for i, place := range []string{"first item", "later item"} {
				err := w.at(place)
				if !yield(item{w, i + 1}, err) {
					return
				}
			}
		}, begin(tasks)
	})
	return app
}

// run sends one request over a socket and says what the client saw, what happened in which order, and what was logged.
func (w *world) run(t *testing.T, stream bool) string {
	server := httptest.NewUnstartedServer(w.app(stream))
	server.Config.ErrorLog = nil
	server.Start()
	defer server.Close()
	saw := "cut"
	if res, err := server.Client().Get(server.URL + "/?q=1"); err == nil {
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		saw = fmt.Sprint(res.StatusCode, " ", strings.ReplaceAll(string(body), "\n", " "))
		if err != nil {
			saw += "cut"
		}
	}
	testkit.Receive(t, w.returned, "the end of the request")
	return strings.TrimSpace(saw) + " | " + strings.Join(w.noted, ", ") + " | " + strings.Join(w.messages(), ", ")
}

// messages are the messages of the log, in order.
func (w *world) messages() (out []string) {
	for line := range strings.Lines(w.log.String()) {
		_, line, _ = strings.Cut(line, "msg=")
		message, _, _ := strings.Cut(line, " method=")
		message, _, _ = strings.Cut(message, " error_handler=")
		out = append(out, strings.ReplaceAll(message, `"`, ""))
	}
	return out
}

// TestEndsOfUserCode holds the table: every way in which user code can end, in every place where it runs. A line says what the
// client saw; what clean-ups saw and which tasks ran, in order; and what was logged.
func TestEndsOfUserCode(t *testing.T) {
	for _, stream := range []bool{false, true} {
		want := wantValue
		places := []string{"middleware", "guard", "dependency", "Validate", "handler", "marshaler", "Around", "clean-up before", "error handler", "error format", "task", "clean-up after"}
		if stream {
			want = wantStream
			places = []string{"dependency", "handler", "Around", "clean-up before", "first item", "marshaler", "later item", "task", "clean-up after"}
		}
		for _, place := range places {
			for _, end := range testkit.Ends {
				name := place + ", " + end
				t.Run(fmt.Sprintf("stream=%t/%s", stream, name), func(t *testing.T) {
					w := &world{place: place, end: end, returned: make(chan bool)}
					got := w.run(t, stream)
					if got != want[name] {
						t.Errorf("got  %s\nwant %s\n%s", got, want[name], &w.log)
					}
				})
			}
		}
		for name := range want {
			place, _, _ := strings.Cut(name, ",")
			if !slices.Contains(places, place) {
				t.Errorf("the table has the unknown place %q", place)
			}
		}
	}
}
