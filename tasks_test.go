package brio_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
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

func TestTasksRunInOrderBeforeCleanUps(t *testing.T) {
	var order []string
	note := func(s string) background.Task {
		return func(context.Context) error { order = append(order, s); return nil }
	}
	app := brio.New(quiet())
	app.Get("/", func(tasks *brio.BackgroundTasks, res *brio.Response) *brio.Response {
		tasks.Add(note("handler"))
		res.Background(note("temporal"))
		return response.Text("x").Background(note("direct"))
	}, brio.Depends(func(tasks *brio.BackgroundTasks) func() {
		tasks.Add(note("dependency"))
		return func() { order = append(order, "clean-up") }
	}))
	wantStatus(t, send(app, "GET", "/", ""), 200)
	if want := []string{"dependency", "handler", "temporal", "direct", "clean-up"}; !slices.Equal(order, want) {
		t.Errorf("order %q, want %q", order, want)
	}
}

func TestFailingTaskStopsTheRestAndIsLoggedWithCounts(t *testing.T) {
	for name, fail := range map[string]background.Task{
		"error": func(context.Context) error { return errCanary },
		"panic": func(context.Context) error { panic(errCanary) },
	} {
		t.Run(name, func(t *testing.T) {
			book, ran, seen := &logbook{}, 0, error(nil)
			app := brio.New(book.option())
			app.Get("/", func(tasks *brio.BackgroundTasks) {
				tasks.Add(func(context.Context) error { ran++; return nil })
				tasks.Add(fail)
				tasks.Add(func(context.Context) error { ran++; return nil })
			}, brio.Depends(func() func(error) { return func(err error) { seen = err } }))
			wantStatus(t, send(app, "GET", "/", ""), 204)
			if ran != 1 || seen == nil {
				t.Errorf("%d tasks ran, the clean-up saw %v", ran, seen)
			}
			if !containsAll(book.String(), []string{"canary", `"tasks":3`, `"begun":2`, `"not_run":1`}) {
				t.Errorf("log: %s", book)
			}
		})
	}
}

func TestTasksOfARequestThatFailsAreReported(t *testing.T) {
	book := &logbook{}
	app := brio.New(book.option())
	app.Get("/", func(tasks *brio.BackgroundTasks) error {
		tasks.Add(func(context.Context) error { t.Error("it ran"); return nil })
		return brio.Error(409, "no")
	})
	wantStatus(t, send(app, "GET", "/", ""), 409)
	if !containsAll(book.String(), []string{"background tasks were not run", `"not_run":1`}) {
		t.Errorf("log: %s", book)
	}
}

func TestContextOfTasksSurvivesTheRequest(t *testing.T) {
	type key struct{}
	read := make(chan bool)
	seen := make(chan any, 2)
	s := newStage(t, func(app *brio.App) {
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
	res, r := s.open("/")
	if body, err := io.ReadAll(r); err != nil || string(body) != `"x"` || !res.Close {
		t.Errorf("%q, %v, close %v: the client must not wait for tasks, nor its next request on this connection", body, err, res.Close)
	}
	_ = res.Body.Close()
	close(read)
	if v, err := testkit.Receive(t, seen, "the value"), testkit.Receive(t, seen, "the error"); v != "kept" || err != nil {
		t.Errorf("value %v, err %v", v, err)
	}
}

func TestShutdownWaitsForTasksUntilItsDeadline(t *testing.T) {
	cause := make(chan error, 1)
	s := newStage(t, func(app *brio.App) {
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
	if _, body, _ := s.all("/"); body != `"x"` {
		t.Fatal(body)
	}
	if err := s.end(); err == nil {
		t.Error("Serve says that nothing was cut off")
	}
	if err := testkit.Receive(t, cause, "the end of the context"); !errors.Is(err, brio.ErrShutdown) {
		t.Errorf("the context ended because of %v", err)
	}
	s.wantLog(`"not_run":1`, `"begun":1`)
}

func TestTasksThatDoNotEndAreReported(t *testing.T) {
	release := make(chan bool)
	s := newStage(t, func(app *brio.App) {
		app.Get("/", func(tasks *brio.BackgroundTasks) string {
			tasks.Add(func(context.Context) error { <-release; return nil })
			tasks.Add(func(context.Context) error { return nil })
			return "x"
		})
	}, brio.ShutdownTimeout(10*time.Millisecond))
	_, _, _ = s.all("/")
	_ = s.end()
	s.wantLog("left behind by the shutdown", `"not_returned":1`, `"not_run":1`)
	close(release)
	s.wantLog("background tasks were not run", `"not_run":1`)
}

// TestEveryTaskRanOnceOrIsReported means to add 20,000 tasks, some of which panic, and stops the app after the first
// 10,000.
func TestEveryTaskRanOnceOrIsReported(t *testing.T) {
	const requests, each = 2000, 10
	var runs [requests * each]atomic.Int32
	var added, slow atomic.Int64
	s := newStage(t, func(app *brio.App) {
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
				if res, err := http.Get(fmt.Sprint(s.url, "/", n)); err == nil {
					_, _ = io.Copy(io.Discard, res.Body)
					_ = res.Body.Close()
				}
			}
		})
	}
	testkit.Receive(t, half, "half of the requests")
	_ = s.end()
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
	eventually(t, func() bool {
		missing = 0
		for line := range strings.Lines(s.log.String()) {
			var entry struct {
				NotRun int64  `json:"not_run"`
				Route  string `json:"route"` // not the summary of the shutdown
			}
			if json.Unmarshal([]byte(line), &entry) == nil && entry.Route != "" {
				missing += entry.NotRun
			}
		}
		return ran+missing == added.Load()
	}, func() string { return fmt.Sprintf("%d added, %d ran, %d reported", added.Load(), ran, missing) })
	t.Logf("%d added, %d ran, %d reported as not run", added.Load(), ran, missing)
	if ran == 0 || missing == 0 || added.Load() < requests/2*each*9/10 {
		t.Errorf("%d added, %d ran, %d reported: the test has tested nothing", added.Load(), ran, missing)
	}
}

func TestJobsAreEnqueuedBetweenTheCommitAndTheAnswer(t *testing.T) {
	var order []string
	queue := background.QueueFunc(func(_ context.Context, j background.Job) error {
		order = append(order, j.Name+" "+string(j.Payload))
		if j.Name == "full" {
			return brio.Error(503, "queue is full")
		}
		return nil
	})
	app := brio.New(quiet(), brio.TaskQueue(queue), brio.Depends(brio.BeforeResponse(func() func() error {
		return func() error { order = append(order, "commit"); return nil }
	})))
	enqueue := func(name string, err error) func(*brio.BackgroundTasks) (int, error) {
		return func(tasks *brio.BackgroundTasks) (int, error) {
			tasks.Enqueue(name, map[string]int{"id": 7})
			tasks.Add(func(context.Context) error { order = append(order, "task"); return nil })
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
		{"/error", 409, `commit`}, // its clean-up, that is: told of the error
	} {
		order = nil
		wantStatus(t, send(app, "GET", c.path, ""), c.status)
		if got := strings.Join(order, ", "); got != c.order {
			t.Errorf("%s: %s; want %s", c.path, got, c.order)
		}
	}
	book := &logbook{}
	app = brio.New(book.option())
	app.Get("/", enqueue("mail", nil))
	wantStatus(t, send(app, "GET", "/", ""), 500)
	if !strings.Contains(book.String(), "TaskQueue") {
		t.Errorf("log: %s", book)
	}
}
