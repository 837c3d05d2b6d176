package brio_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

func task(tr *tracer, name string, err error) func(context.Context) error {
	return func(context.Context) error { tr.add("%s", name); return err }
}

// TestBackgroundTasksRunInOrder: the dependencies', the handler's, those of the temporal Response, those of a returned
// one, for every kind of answer.
func TestBackgroundTasksRunInOrder(t *testing.T) {
	for name, c := range map[string]struct {
		handler func(tr *tracer) any
		want    string
	}{
		"value": {func(tr *tracer) any {
			return func(tasks *brio.BackgroundTasks, res *brio.Response) string {
				res.Background(task(tr, "temporal", nil))
				tasks.Add(task(tr, "handler", nil))
				return ""
			}
		}, "dependency, handler, temporal"},
		"returned": {func(tr *tracer) any {
			return func(tasks *brio.BackgroundTasks, res *brio.Response) *brio.Response {
				res.Background(task(tr, "temporal", nil))
				tasks.Add(task(tr, "handler", nil))
				return response.Text("").Background(task(tr, "returned 1", nil)).Background(task(tr, "returned 2", nil))
			}
		}, "dependency, handler, temporal, returned 1, returned 2"},
		"the temporal one returned": {func(tr *tracer) any {
			return func(tasks *brio.BackgroundTasks, res *brio.Response) *brio.Response {
				tasks.Add(task(tr, "handler", nil))
				return res.Background(task(tr, "temporal", nil))
			}
		}, "dependency, handler, temporal"},
		"no body": {func(tr *tracer) any {
			return func(tasks *brio.BackgroundTasks) { tasks.Add(task(tr, "handler", nil)) }
		}, "dependency, handler"},
	} {
		t.Run(name, func(t *testing.T) {
			var tr tracer
			app := brio.New(quiet(), brio.Depends(func(tasks *brio.BackgroundTasks) { tasks.Add(task(&tr, "dependency", nil)) }))
			app.Get("/", c.handler(&tr))
			send(app, "GET", "/", "")
			tr.want(t, c.want)
		})
	}
}

// TestBackgroundTasksAreNotRunOnErrors of any kind.
func TestBackgroundTasksAreNotRunOnErrors(t *testing.T) {
	for name, handler := range map[string]any{
		"HTTP error": func() error { return brio.Error(404, nil) },
		"error":      func() error { return errors.New("broken") },
		"panic":      func() { panic("canary") },
		"validation": func(*struct {
			Q string `query:"q"`
		}) {
		},
		"unencodable": func() any { return func() {} },
		"commit":      func(*depA) string { return "" },
	} {
		t.Run(name, func(t *testing.T) {
			var tr tracer
			app := brio.New(quiet(), brio.Depends(func(tasks *brio.BackgroundTasks, res *brio.Response) {
				tasks.Add(task(&tr, "task", nil))
				res.Background(task(&tr, "temporal", nil))
			}), brio.Provide(brio.BeforeResponse(func() (*depA, func() error) { return nil, func() error { return errors.New("commit") } })))
			app.Get("/", handler)
			if w := send(app, "GET", "/", ""); w.Code < 400 {
				t.Errorf("status %d", w.Code)
			}
			tr.want(t, "")
		})
	}
}

// TestBackgroundTaskThatFails stops the rest, is logged, and is seen by the clean-ups; the client has its answer.
func TestBackgroundTaskThatFails(t *testing.T) {
	for name, fails := range map[string]func(context.Context) error{
		"error": func(context.Context) error { return errors.New("canary") },
		"panic": func(context.Context) error { panic("canary") },
	} {
		t.Run(name, func(t *testing.T) {
			var tr tracer
			opt, log := logged()
			app := brio.New(opt, brio.Depends(func() func(error) {
				return func(err error) { first, _, _ := strings.Cut(err.Error(), "\n"); tr.add("clean-up saw %s", first) }
			}))
			app.Get("/", func(tasks *brio.BackgroundTasks) (string, error) {
				tasks.Add(task(&tr, "first", nil))
				tasks.Add(fails)
				tasks.Add(task(&tr, "third", nil))
				return "fine", nil
			})
			w := send(app, "GET", "/", "")
			wantStatus(t, w, 200)
			wantBody(t, w, `"fine"`)
			tr.want(t, "first, clean-up saw background task 2 of 3: "+map[string]string{"panic": "panic: "}[name]+"canary")
			if !strings.Contains(log.String(), "a background task failed") || !strings.Contains(log.String(), "canary") {
				t.Errorf("the log has %s", log)
			}
		})
	}
}

// TestBackgroundTaskDoesNotKeepTheClient: over a real connection the whole body is there while the task is still
// blocked, and its context outlives the request's.
func TestBackgroundTaskDoesNotKeepTheClient(t *testing.T) {
	body := strings.Repeat("x", 100<<10)
	for name, answer := range map[string]any{
		"value":    func() string { return body },
		"returned": func() *brio.Response { return response.Text(body) },
	} {
		t.Run(name, func(t *testing.T) {
			release, ended := make(chan struct{}), make(chan error, 1)
			app := brio.New(quiet(), brio.Depends(func(tasks *brio.BackgroundTasks) {
				tasks.Add(func(ctx context.Context) error { <-release; ended <- ctx.Err(); return nil })
			}))
			app.Get("/", answer)
			server := httptest.NewServer(app)
			defer server.Close()
			res, err := http.Get(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(res.Body)
			if err != nil || !strings.Contains(string(got), body) {
				t.Fatalf("%d bytes, %v", len(got), err)
			}
			res.Body.Close()
			select {
			case <-ended:
				t.Error("the task did not wait")
			default:
			}
			server.CloseClientConnections()
			close(release)
			if err := testkit.Receive(t, ended, "the task"); err != nil {
				t.Errorf("the task's context has ended: %v", err)
			}
		})
	}
}
