package tasks_test

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

// task returns a task that adds its name to a trace and ends with err.
func task(tr *testkit.Trace, name string, err error) func(context.Context) error {
	return func(context.Context) error { tr.Add("%s", name); return err }
}

// The order of tasks, for every kind of answer: those of dependencies, of the handler, of the temporal Response, of a
// returned one.
func TestTasksRunInOrder(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		handler func(tr *testkit.Trace) any
		want    string
	}{
		"value": {func(tr *testkit.Trace) any {
			return func(tasks *brio.BackgroundTasks, res *brio.Response) string {
				res.Background(task(tr, "temporal", nil))
				tasks.Add(task(tr, "handler", nil))
				return ""
			}
		}, "dependency, handler, temporal"},
		"returned": {func(tr *testkit.Trace) any {
			return func(tasks *brio.BackgroundTasks, res *brio.Response) *brio.Response {
				res.Background(task(tr, "temporal", nil))
				tasks.Add(task(tr, "handler", nil))
				return response.Text("").Background(task(tr, "returned 1", nil)).Background(task(tr, "returned 2", nil))
			}
		}, "dependency, handler, temporal, returned 1, returned 2"},
		"temporal returned": {func(tr *testkit.Trace) any {
			return func(tasks *brio.BackgroundTasks, res *brio.Response) *brio.Response {
				tasks.Add(task(tr, "handler", nil))
				return res.Background(task(tr, "temporal", nil))
			}
		}, "dependency, handler, temporal"},
		"no body": {func(tr *testkit.Trace) any {
			return func(tasks *brio.BackgroundTasks) { tasks.Add(task(tr, "handler", nil)) }
		}, "dependency, handler"},
	} {
		t.Run(name, func(t *testing.T) {
			var tr testkit.Trace
			app := brio.New(testkit.Quiet(), brio.Depends(func(tasks *brio.BackgroundTasks) { tasks.Add(task(&tr, "dependency", nil)) }))
			app.Get("/", c.handler(&tr))
			testkit.Get(app, "/")
			tr.Want(t, c.want)
		})
	}
}

// A request that ends in an error runs no task, as in FastAPI.
func TestTasksDoNotRunOnErrors(t *testing.T) {
	t.Parallel()
	type tx struct{}
	for name, handler := range map[string]any{
		"HTTP error": func() error { return brio.Error(404, nil) },
		"error":      func() error { return errors.New("broken") },
		"panic":      func() { panic("canary") },
		"validation": func(*struct {
			Q string `query:"q"`
		}) {
		},
		"unencodable": func() any { return func() {} },
		"commit":      func(*tx) string { return "" },
	} {
		t.Run(name, func(t *testing.T) {
			var tr testkit.Trace
			app := brio.New(testkit.Quiet(), brio.Depends(func(tasks *brio.BackgroundTasks, res *brio.Response) {
				tasks.Add(task(&tr, "task", nil))
				res.Background(task(&tr, "temporal", nil))
			}), brio.Provide(brio.BeforeResponse(func() (*tx, func() error) { return nil, func() error { return errors.New("commit") } })))
			app.Get("/", handler)
			if w := testkit.Get(app, "/"); w.Code < 400 {
				t.Errorf("status: got %d, want an error", w.Code)
			}
			tr.Want(t, "")
		})
	}
}

// A task that fails ends the tasks after it, is logged, and its error is what the clean-ups see. The client has its answer.
func TestTaskFailureReachesCleanUps(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]func(context.Context) error{
		"error": func(context.Context) error { return errors.New("canary") },
		"panic": func(context.Context) error { panic("canary") },
	} {
		t.Run(name, func(t *testing.T) {
			var tr testkit.Trace
			log := &testkit.Log{}
			app := brio.New(brio.Logger(log.Logger()), brio.Depends(func() func(error) {
				return func(err error) { first, _, _ := strings.Cut(err.Error(), "\n"); tr.Add("clean-up saw %s", first) }
			}))
			app.Get("/", func(tasks *brio.BackgroundTasks) (string, error) {
				tasks.Add(task(&tr, "first", nil))
				tasks.Add(fails)
				tasks.Add(task(&tr, "third", nil))
				return "fine", nil
			})
			w := testkit.Get(app, "/")
			testkit.WantStatus(t, w, 200)
			testkit.WantBody(t, w, `"fine"`)
			tr.Want(t, "first, clean-up saw background task 2 of 3: "+map[string]string{"panic": "panic: "}[name]+"canary")
			testkit.WantContains(t, log.String(), "a background task failed", "canary")
		})
	}
}

// The client has the whole body while the task still runs, and the task's context outlives the connection.
func TestTaskDoesNotDelayAnswer(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("x", 100<<10)
	for name, answer := range map[string]any{
		"value":    func() string { return body },
		"returned": func() *brio.Response { return response.Text(body) },
	} {
		t.Run(name, func(t *testing.T) {
			release, ended := make(chan struct{}), make(chan error, 1)
			app := brio.New(testkit.Quiet(), brio.Depends(func(tasks *brio.BackgroundTasks) {
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
				t.Fatalf("body: got %d bytes, %v; want %d", len(got), err, len(body))
			}
			res.Body.Close()
			select {
			case <-ended:
				t.Error("the task has ended before it was released")
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
