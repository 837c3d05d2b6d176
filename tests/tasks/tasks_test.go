package tasks_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// Tasks run in the order of dependency, handler, temporal Response and returned Response, and before the clean-ups, whose
// values they may use.
func TestTasksRunBeforeCleanUps(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	app := brio.New(testkit.Quiet())
	app.Get("/", func(tasks *brio.BackgroundTasks, res *brio.Response) *brio.Response {
		tasks.Add(task(&tr, "handler", nil))
		res.Background(task(&tr, "temporal", nil))
		return response.Text("x").Background(task(&tr, "direct", nil))
	}, brio.Depends(func(tasks *brio.BackgroundTasks) func() {
		tasks.Add(task(&tr, "dependency", nil))
		return func() { tr.Add("clean-up") }
	}))
	testkit.WantStatus(t, testkit.Get(app, "/"), 200)
	tr.Want(t, "dependency, handler, temporal, direct, clean-up")
}

// A task that fails ends the tasks after it. The log says how many have begun and how many have not run.
func TestTaskFailureLogsCounts(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]background.Task{
		"error": func(context.Context) error { return errors.New("canary") },
		"panic": func(context.Context) error { panic(errors.New("canary")) },
	} {
		t.Run(name, func(t *testing.T) {
			log, ran, seen := &testkit.Log{}, 0, error(nil)
			app := brio.New(brio.Logger(log.Logger()))
			app.Get("/", func(tasks *brio.BackgroundTasks) {
				tasks.Add(func(context.Context) error { ran++; return nil })
				tasks.Add(fail)
				tasks.Add(func(context.Context) error { ran++; return nil })
			}, brio.Depends(func() func(error) { return func(err error) { seen = err } }))
			testkit.WantStatus(t, testkit.Get(app, "/"), 204)
			if ran != 1 || seen == nil {
				t.Errorf("got %d tasks run, error %v in the clean-up; want 1 and an error", ran, seen)
			}
			testkit.WantContains(t, log.String(), "canary", "tasks=3", "begun=2", "not_run=1")
		})
	}
}

// Tasks of a request that fails do not run, and the log says so.
func TestTasksOfFailedRequestAreReported(t *testing.T) {
	t.Parallel()
	log := &testkit.Log{}
	app := brio.New(brio.Logger(log.Logger()))
	app.Get("/", func(tasks *brio.BackgroundTasks) error {
		tasks.Add(func(context.Context) error { t.Error("it ran"); return nil })
		return brio.Error(409, "no")
	})
	testkit.WantStatus(t, testkit.Get(app, "/"), 409)
	testkit.WantContains(t, log.String(), "background tasks were not run", "not_run=1")
}

// A task that is added after the request is in the log, also when it is added to a copy of the temporal Response.
func TestTaskAfterRequestIsReported(t *testing.T) {
	t.Parallel()
	log := &testkit.Log{}
	app := brio.New(brio.Logger(log.Logger()))
	var kept []*brio.Response
	app.Get("/", func(res *brio.Response) int {
		value := *res
		kept = append(kept, res, &value)
		return 1
	})
	testkit.WantStatus(t, testkit.Get(app, "/"), 200)
	for _, r := range kept {
		r.Background(func(context.Context) error { t.Error("it ran"); return nil })
	}
	if n := strings.Count(log.String(), "background tasks were not run"); n != 2 {
		t.Errorf("got %d lines, want 2:\n%s", n, log)
	}
}

// The context of a task keeps the values of the request's context, and does not end with the request. The client gets its
// answer before the task has ended.
func TestTaskContextOutlivesRequest(t *testing.T) {
	type key struct{}
	read := make(chan bool)
	seen := make(chan any, 2)
	s := testkit.NewStage(t, func(app *brio.App) {
		app.Use(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, "kept")))
			})
		})
		app.Get("/", func(tasks *brio.BackgroundTasks) string {
			tasks.Add(func(ctx context.Context) error {
				<-read
				seen <- ctx.Value(key{})
				seen <- ctx.Err()
				return nil
			})
			return "x"
		})
	})
	res, r := s.Open("/")
	if body, err := io.ReadAll(r); err != nil || string(body) != `"x"` || !res.Close {
		t.Errorf("got %q, %v, Connection: close %v; want the body, and the connection closed for the next request", body, err, res.Close)
	}
	_ = res.Body.Close()
	close(read)
	if v, err := testkit.Receive(t, seen, "the value"), testkit.Receive(t, seen, "the error"); v != "kept" || err != nil {
		t.Errorf("context: got value %v, error %v; want kept, nil", v, err)
	}
}

// After ShutdownTimeout the context of tasks ends with ErrShutdown, and Serve returns an error.
func TestShutdownTimeoutEndsTasks(t *testing.T) {
	cause := make(chan error, 1)
	s := testkit.NewStage(t, func(app *brio.App) {
		app.Get("/", func(tasks *brio.BackgroundTasks) string {
			tasks.Add(func(ctx context.Context) error {
				<-ctx.Done()
				cause <- context.Cause(ctx)
				return ctx.Err()
			})
			tasks.Add(func(context.Context) error { return nil })
			return "x"
		})
	}, brio.ShutdownTimeout(50*time.Millisecond))
	if _, body, _ := s.ReadAll("/"); body != `"x"` {
		t.Fatal(body)
	}
	if err := s.Stop(); err == nil {
		t.Error("Serve returned nil, want an error of the tasks that were cut off")
	}
	if err := testkit.Receive(t, cause, "the end of the context"); !errors.Is(err, brio.ErrShutdown) {
		t.Errorf("the context ended because of %v", err)
	}
	s.WantLog(`"not_run":1`, `"begun":1`)
}

// A task that ignores its context does not hold up the shutdown: the log counts it.
func TestShutdownReportsTasksLeftBehind(t *testing.T) {
	release := make(chan bool)
	s := testkit.NewStage(t, func(app *brio.App) {
		app.Get("/", func(tasks *brio.BackgroundTasks) string {
			tasks.Add(func(context.Context) error { <-release; return nil })
			tasks.Add(func(context.Context) error { return nil })
			return "x"
		})
	}, brio.ShutdownTimeout(10*time.Millisecond))
	_, _, _ = s.ReadAll("/")
	_ = s.Stop()
	s.WantLog("left behind by the shutdown", `"not_returned":1`, `"not_run":1`)
	close(release)
	s.WantLog("background tasks were not run", `"not_run":1`)
}

// Each task runs once or is in the log as not run: no task vanishes in a shutdown. The test means to add 20,000 tasks, some
// of which panic, and stops the app after the first 10,000.
func TestEveryTaskRunsOrIsReported(t *testing.T) {
	const requests, each = 2000, 10
	var runs [requests * each]atomic.Int32
	var added, slow atomic.Int64
	s := testkit.NewStage(t, func(app *brio.App) {
		app.Get("/{n}", func(in *struct {
			N int `path:"n"`
		}, tasks *brio.BackgroundTasks) int {
			for i := range each {
				added.Add(1)
				tasks.Add(func(ctx context.Context) error {
					runs[in.N*each+i].Add(1)
					switch rand.IntN(50) {
					case 0:
						panic("canary")
					case 1:
						slow.Add(1)
						select {
						case <-ctx.Done():
						case <-time.After(time.Millisecond):
						}
					}
					return nil
				})
			}
			return in.N
		})
	}, brio.ShutdownTimeout(100*time.Millisecond))
	var wg sync.WaitGroup
	var next atomic.Int64
	half := make(chan bool)
	for range 8 {
		wg.Go(func() {
			for n := next.Add(1) - 1; n < requests; n = next.Add(1) - 1 {
				if n == requests/2 {
					close(half)
				}
				if res, err := http.Get(fmt.Sprint(s.URL, "/", n)); err == nil {
					_, _ = io.Copy(io.Discard, res.Body)
					_ = res.Body.Close()
				}
			}
		})
	}
	testkit.Receive(t, half, "half of the requests")
	_ = s.Stop()
	testkit.Wait(t, &wg, "the requests")
	var ran, missing int64
	for i := range runs {
		switch n := runs[i].Load(); {
		case n > 1:
			t.Fatalf("task %d ran %d times", i, n)
		case n == 1:
			ran++
		}
	}
	testkit.Eventually(t, "each task ran or is reported", func() bool {
		missing = 0
		for line := range strings.Lines(s.Log.String()) {
			var entry struct {
				NotRun int64  `json:"not_run"`
				Route  string `json:"route"` // not the summary of the shutdown
			}
			if json.Unmarshal([]byte(line), &entry) == nil && entry.Route != "" {
				missing += entry.NotRun
			}
		}
		return ran+missing == added.Load()
	})
	t.Logf("%d added, %d ran, %d reported as not run", added.Load(), ran, missing)
	if ran == 0 || missing == 0 || added.Load() < requests/2*each*9/10 {
		t.Errorf("%d added, %d ran, %d reported: want many of each", added.Load(), ran, missing)
	}
}

// Jobs go to the queue after the clean-ups of BeforeResponse and before the answer, so a queue that is full is the client's
// error. A failed request enqueues none. Without a TaskQueue, Enqueue is a 500.
func TestJobsAreEnqueuedAfterCommit(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	queue := background.QueueFunc(func(_ context.Context, j background.Job) error {
		tr.Add("%s %s", j.Name, j.Payload)
		if j.Name == "full" {
			return brio.Error(503, "queue is full")
		}
		return nil
	})
	app := brio.New(testkit.Quiet(), brio.TaskQueue(queue), brio.Depends(brio.BeforeResponse(func() func() error {
		return func() error { tr.Add("commit"); return nil }
	})))
	enqueue := func(name string, err error) func(*brio.BackgroundTasks) (int, error) {
		return func(tasks *brio.BackgroundTasks) (int, error) {
			tasks.Enqueue(name, map[string]int{"id": 7})
			tasks.Add(task(&tr, "task", nil))
			return 1, err
		}
	}
	app.Get("/mail", enqueue("mail", nil))
	app.Get("/full", enqueue("full", nil))
	app.Get("/error", enqueue("never", brio.Error(409, "no")))
	for _, c := range []struct {
		path   string
		status int
		order  string
	}{
		{"/mail", 200, `commit, mail {"id":7}, task`},
		{"/full", 503, `commit, full {"id":7}`},
		{"/error", 409, `commit`}, // the clean-up runs and sees the error
	} {

		testkit.WantStatus(t, testkit.Get(app, c.path), c.status)
		tr.Want(t, c.order)
	}
	log := &testkit.Log{}
	app = brio.New(brio.Logger(log.Logger()))
	app.Get("/", enqueue("mail", nil))
	testkit.WantInternalError(t, testkit.Get(app, "/"), log, "TaskQueue")
}
