package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/jobs"
)

type invoice struct {
	Order int64  `json:"order" validate:"min=1"`
	Note  string `json:"note,omitempty" validate:"max=10"`
}

// tally records lines. It is safe for concurrent use.
type tally struct {
	mu    sync.Mutex
	lines []string
}

func (t *tally) add(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = append(t.lines, fmt.Sprintf(format, args...))
}

// want fails unless the lines are these, and forgets them.
func (t *tally) want(test *testing.T, lines ...string) {
	test.Helper()
	t.mu.Lock()
	defer t.mu.Unlock()
	if got, want := strings.Join(t.lines, "\n"), strings.Join(lines, "\n"); got != want {
		test.Errorf("got\n%s\nwant\n%s", got, want)
	}
	t.lines = nil
}

// buffer is a log. It is safe for concurrent use.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

// A job runs after its request, with its arguments, its dependencies and the trace of the request; its clean-ups run after it, and it is run
// again after a failure. A request that ends in an error, and arguments that do not fit, enqueue nothing.
func TestJobsRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, log := &tally{}, &buffer{}
		app := brio.New(
			brio.Logger(slog.New(slog.NewTextHandler(log, nil))),
			brio.Supply(out),
			brio.Provide(func(info *jobs.Info, out *tally) (int, func(error)) {
				return info.Attempt, func(err error) { out.add("clean-up %v", err) }
			}),
			brio.Jobs(jobs.NewMemory(), jobs.Handle("invoice", func(ctx context.Context, job *jobs.Job[invoice], attempt int, out *tally, l *slog.Logger) error {
				l.Info("here")
				out.add("%s %d attempt %d %d %s", job.Kind, job.Args.Order, attempt, job.Attempt, job.Traceparent)
				if job.Attempt < 3 {
					return errors.New("busy")
				}
				return nil
			}, jobs.Backoff(time.Minute, time.Hour)),
				jobs.Observe(func(_ context.Context, e jobs.Event) { out.add("%s %v", e.Outcome, e.Err) }),
				jobs.Observe(func(context.Context, jobs.Event) { panic("observer") }),
			),
		)
		app.Post("/", func(ctx context.Context, queue *jobs.Queue, in *struct {
			Order int64 `query:"order"`
			Fail  bool  `query:"fail" default:"false"`
		}) error {
			if err := queue.Enqueue(ctx, invoice{Order: in.Order}); err != nil {
				return err
			}
			if in.Fail {
				return brio.Error(409, "no")
			}
			return nil
		})
		post := func(query string) int {
			r := httptest.NewRequest("POST", "/?"+query, nil)
			r.Header.Set("Traceparent", traceparent)
			w := httptest.NewRecorder()
			app.ServeHTTP(w, r)
			return w.Code
		}
		if a, b, c := post("order=7"), post("order=8&fail=true"), post("order=0"); a != 204 || b != 409 || c != 500 {
			t.Errorf("got %d, %d, %d", a, b, c)
		}
		time.Sleep(time.Hour)
		if err := app.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		out.want(t,
			"invoice 7 attempt 1 1 "+traceparent, "clean-up busy", "retry busy",
			"invoice 7 attempt 2 2 "+traceparent, "clean-up busy", "retry busy",
			"invoice 7 attempt 3 3 "+traceparent, "clean-up <nil>", "done <nil>",
		)
		for _, want := range []string{
			`level=WARN msg="jobs are kept in memory and are lost when the process ends"`,
			`level=INFO msg=here job=invoice job_id=1`,
			`level=WARN msg=job job=invoice job_id=1 attempt=1 outcome=retry waited=0s duration=0s traceparent=` + traceparent + ` error=busy again_in=`,
			`level=INFO msg=job job=invoice job_id=1 attempt=3 outcome=done`,
			`level=ERROR msg="an observer of jobs panicked" job=invoice error="panic: observer"`,
			`arguments of a job \"invoice\": 1 validation error; [body order]: Input should be greater than or equal to 1`,
		} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log lacks %s:\n%s", want, log)
			}
		}
	})
}

type slow struct {
	How string `json:"how"`
}

// Panics, Goexit, the timeout and the last attempt are failures; Permanent ends a job at once, and RetryAfter says when it is run again.
func TestJobsFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, engine := &tally{}, jobs.NewMemory()
		begun := time.Now()
		app := brio.New(
			brio.Logger(slog.New(slog.DiscardHandler)),
			brio.Jobs(engine, jobs.Handle("slow", func(ctx context.Context, job *jobs.Job[slow]) error {
				switch job.Args.How {
				case "panic":
					panic("boom")
				case "goexit":
					runtime.Goexit()
				case "timeout":
					<-ctx.Done()
					return context.Cause(ctx)
				case "permanent":
					return fmt.Errorf("wrapped: %w", jobs.Permanent(errors.New("never")))
				case "later":
					return jobs.RetryAfter(errors.New("later"), 40*time.Minute)
				}
				return nil
			}, jobs.Attempts(2), jobs.Backoff(10*time.Second, time.Minute), jobs.Timeout(time.Minute)),
				jobs.Observe(func(_ context.Context, e jobs.Event) {
					out.add("%d %s %.40q after %v", e.Attempt, e.Outcome, fmt.Sprint(e.Err), time.Since(begun).Round(10*time.Second))
				}),
			),
		)
		enqueue := func(how string) {
			t.Helper()
			if err := app.Resolve(t.Context(), func(ctx context.Context, queue *jobs.Queue) error { return queue.Enqueue(ctx, &slow{how}) }); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Hour)
			synctest.Wait()
			begun = time.Now()
		}
		enqueue("panic")
		out.want(t, `1 retry "panic: boom" after 0s`, `2 dead "panic: boom" after 10s`)
		enqueue("goexit")
		out.want(t, `1 retry "runtime.Goexit was called" after 0s`, `2 dead "runtime.Goexit was called" after 10s`)
		enqueue("timeout")
		out.want(t, `1 retry "context deadline exceeded" after 1m0s`, `2 dead "context deadline exceeded" after 2m10s`)
		enqueue("permanent")
		out.want(t, `1 dead "wrapped: never" after 0s`)
		enqueue("later")
		out.want(t, `1 retry "later" after 0s`, `2 dead "later" after 40m0s`)
		dead, err := engine.List(t.Context(), jobs.Filter{State: jobs.StateDead, Limit: 10})
		if err != nil || len(dead) != 5 || dead[0].Err != "later" || dead[4].Err != "panic: boom" {
			t.Errorf("got %+v, %v", dead, err)
		}
		if err := app.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// Clock work runs once for each time, though two apps follow the schedule; a kind with a Job has the defaults as its arguments.
func TestCron(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the clock begins at midnight of 1 January 2000
		type report struct {
			Days int `json:"days" default:"7"`
		}
		out, engine := &tally{}, jobs.NewMemory()
		newApp := func() *brio.App {
			return brio.New(brio.Logger(slog.New(slog.DiscardHandler)), brio.Jobs(engine,
				jobs.Handle("sweep", func() { out.add("sweep %s", time.Now().UTC().Format("15:04")) }, jobs.Cron("*/20 1 * * *"), jobs.Cron("@daily")),
				jobs.Handle("report", func(job *jobs.Job[report]) { out.add("report %d", job.Args.Days) }, jobs.Cron("TZ=Europe/Berlin 30 2 * * *")),
			))
		}
		a, b := newApp(), newApp()
		for _, app := range []*brio.App{a, b} {
			if err := app.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(25*time.Hour + time.Minute)
		for _, app := range []*brio.App{a, b} {
			if err := app.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
		}
		time.Sleep(48 * time.Hour)
		out.want(t, "sweep 01:00", "sweep 01:20", "report 7", "sweep 01:40", "sweep 00:00", "sweep 01:00")
	})
}

// The shutdown waits for a job that runs, and interrupts it when the time is up: the attempt does not count.
func TestShutdownOfJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, engine, log := &tally{}, jobs.NewMemory(), &buffer{}
		newApp := func() *brio.App {
			return brio.New(brio.Logger(slog.New(slog.NewTextHandler(log, nil))), brio.Jobs(engine,
				jobs.Workers(1),
				jobs.Handle("slow", func(ctx context.Context, job *jobs.Job[slow]) error {
					select {
					case <-time.After(30 * time.Second):
						out.add("%s attempt %d", job.Args.How, job.Attempt)
						return nil
					case <-ctx.Done():
						out.add("%v", errors.Is(context.Cause(ctx), brio.ErrShutdown))
						return ctx.Err()
					}
				}),
			))
		}
		app := newApp()
		for _, how := range []string{"first", "second", "third"} {
			if err := app.Resolve(t.Context(), func(ctx context.Context, queue *jobs.Queue) error { return queue.Enqueue(ctx, slow{how}) }); err != nil {
				t.Error(err)
			}
		}
		time.Sleep(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := app.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		out.want(t, "first attempt 1")
		if !strings.Contains(log.String(), `msg="jobs in memory are lost" waiting=2`) {
			t.Error(log)
		}
		app = newApp()
		if err := app.Start(t.Context()); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Second)
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := app.Shutdown(short); err != nil {
			t.Error(err)
		}
		out.want(t, "true")
		app = newApp()
		_ = app.Start(t.Context())
		time.Sleep(time.Hour)
		_ = app.Shutdown(t.Context())
		out.want(t, "third attempt 1", "second attempt 1")
	})
}

// Jobs enqueue jobs, which have the origin of the request; a process that only enqueues runs none.
func TestEnqueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type first struct{ N int }
		type second struct{ N int }
		out, engine := &tally{}, jobs.NewMemory()
		log := brio.Logger(slog.New(slog.DiscardHandler))
		kinds := []jobs.Declaration{
			jobs.Handle("first", func(ctx context.Context, job *jobs.Job[first], queue *jobs.Queue) error {
				out.add("first %d", job.Args.N)
				return queue.Enqueue(ctx, second{job.Args.N + 1}, jobs.Delay(time.Minute))
			}),
			jobs.Handle("second", func(job *jobs.Job[second]) {
				out.add("second %d %s key %q", job.Args.N, job.Traceparent, job.Key)
			}),
		}
		web := brio.New(log, brio.Jobs(engine, append(kinds, jobs.EnqueueOnly())...))
		worker := brio.New(log, brio.Jobs(engine, kinds[0], jobs.Workers(1)), brio.Jobs(engine, kinds[1]))
		web.Get("/", func(ctx context.Context, queue *jobs.Queue, tasks *brio.BackgroundTasks) error {
			tasks.Add(func(ctx context.Context) error { return queue.Enqueue(ctx, second{100}) })
			for range 2 {
				if err := queue.Enqueue(ctx, second{7}, jobs.Unique("u"), jobs.At(time.Now().Add(2*time.Minute))); err != nil {
					return err
				}
			}
			return queue.Enqueue(ctx, first{1})
		})
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Traceparent", traceparent)
		web.ServeHTTP(httptest.NewRecorder(), r)
		time.Sleep(10 * time.Minute)
		out.want(t)
		if err := worker.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		out.want(t, "first 1", "second 100 "+traceparent+` key ""`, "second 7 "+traceparent+` key "u"`, "second 2 "+traceparent+` key ""`)
		err := worker.Resolve(t.Context(), func(ctx context.Context, queue *jobs.Queue) error {
			for name, enqueue := range map[string]func() error{
				"other type": func() error { return queue.Enqueue(ctx, 7) },
				"nil":        func() error { return queue.Enqueue(ctx, nil) },
				"nil args":   func() error { return queue.Enqueue(ctx, (*first)(nil)) },
				"no key":     func() error { return queue.Enqueue(ctx, first{}, jobs.Unique("")) },
				"long key":   func() error { return queue.Enqueue(ctx, first{}, jobs.Once(strings.Repeat("k", jobs.MaxKey+1))) },
				"no app":     func() error { return new(jobs.Queue).Enqueue(ctx, first{}) },
			} {
				if enqueue() == nil {
					t.Errorf("%s: got no error", name)
				}
			}
			return queue.Enqueue(ctx, first{5}, jobs.Now())
		})
		if err != nil {
			t.Error(err)
		}
		time.Sleep(time.Second)
		out.want(t, "first 5")
		_, _ = web.Shutdown(t.Context()), worker.Shutdown(t.Context())
	})
}

// Arguments are validated again before they run: a job of an older program may have others. It dies at once.
func TestRunValidates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		engine := jobs.NewMemory()
		app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)), brio.Jobs(engine, jobs.Handle("invoice", func(*jobs.Job[invoice]) { t.Error("it ran") })))
		for _, payload := range []string{`{"order":0}`, `{}`, `[`, ``, `null`, `{"order":1,"note":"12345678901"}`} {
			if _, err := engine.Enqueue(t.Context(), jobs.Entry{Kind: "invoice", Payload: []byte(payload)}); err != nil {
				t.Fatal(err)
			}
		}
		_ = app.Start(t.Context())
		if err := engine.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		dead, _ := engine.List(t.Context(), jobs.Filter{State: jobs.StateDead, Limit: 10})
		for _, r := range dead {
			if r.Attempt != 1 || !strings.Contains(r.Err, `jobs: the arguments of a job "invoice": 1 validation error`) {
				t.Errorf("%s: %+v", r.Payload, r)
			}
		}
		if len(dead) != 6 {
			t.Errorf("%d are dead, want 6", len(dead))
		}
		_ = app.Shutdown(t.Context())
	})
}

func TestJobsMistakes(t *testing.T) {
	type args struct {
		N int `json:"n" validate:"min=1"`
	}
	ok := func(*jobs.Job[args]) {}
	for _, c := range []struct {
		option brio.AppOption
		want   string
	}{
		{brio.Jobs(nil), "the engine of brio.Jobs is nil"},
		{brio.Options(), ""},
		{brio.Jobs(jobs.NewMemory(), nil), "a declaration of brio.Jobs is nil"},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("", ok)), `the kind is ""`},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("a", ok)), `the kind is "a"`},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("-a", ok)), `the kind is "-a"`},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("a.b", ok)), `the kind is "a.b"`},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("a\xffb", ok)), `the kind is "a\xffb"`},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle(strings.Repeat("k", 64), ok)), "the kind is"},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("aa", ok, nil)), "option 1 of jobs.Handle is nil"},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("aa", ok, jobs.Attempts(0))), "jobs.Attempts is 0"},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("aa", ok, jobs.Backoff(0, 1))), "jobs.Backoff is 0s, 1ns"},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("aa", ok, jobs.Timeout(-2))), "jobs.Timeout is -2ns"},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("aa", ok, jobs.Cron("61 * * * *"))), `jobs.Cron: the schedule "61 * * * *": the minute is "61"`},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("aa", ok, jobs.Cron("@daily"))), "it has a schedule, and the document {} does not fit its arguments"},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("aa", func() {})), "it takes no *jobs.Job[T], so nothing can enqueue it"},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("aa", nil)), "nil"},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("aa", func(*jobs.Job[args]) int { return 0 })), "it returns a int"},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("aa", func(*jobs.Job[args], *brio.Response) {})), "parameter 2 (*brio.Response) needs a request, and there is none"},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("aa", func(*jobs.Job[args], *brio.Body[args]) {})), "needs a request, and there is none"},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("aa", func(*jobs.Job[args], *tally) {})), "parameter 2 (*jobs_test.tally) has no origin"},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("aa", func(*jobs.Job[args], *jobs.Job[int]) {})), "it takes two *jobs.Job"},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("aa", func(*jobs.Job[func()]) {})), "arguments of type func()"},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("aa", ok), jobs.Handle("aa", func(*jobs.Job[int]) {})), `the kind of job "aa" is declared twice, the first time at`},
		{brio.Jobs(jobs.NewMemory(), jobs.Handle("aa", ok), jobs.Handle("bb", ok)), `the arguments jobs_test.args belong to the kind of job "aa" already`},
		{brio.Jobs(jobs.NewMemory(), jobs.Workers(0)), "jobs.Workers is 0"},
		{brio.Jobs(jobs.NewMemory(), jobs.EnqueueOnly(true, false)), "jobs.EnqueueOnly has 2 arguments"},
		{brio.Jobs(jobs.NewMemory(), jobs.Observe(nil)), "the function of jobs.Observe is nil"},
	} {
		err := brio.New(c.option).Check()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "jobs_test.go:") || !strings.Contains(err.Error(), "legal: ")) {
			t.Errorf("got %v, want %s with its place and what is legal", err, c.want)
		}
	}
	two := brio.New(brio.Jobs(jobs.NewMemory()), brio.Jobs(jobs.NewMemory()))
	if err := two.Check(); err == nil || !strings.Contains(err.Error(), "two options brio.Jobs have different engines") {
		t.Errorf("got %v", err)
	}
	for want, handler := range map[string]any{
		"it takes a *jobs.Queue, and the app has no jobs":     func(*jobs.Queue) {},
		"is of a job, and the function is called without one": func(*jobs.Job[args]) {},
		"parameter 1 (*jobs.Info) is of a job":                func(*jobs.Info) {},
		"the queue is injected as *jobs.Queue":                func(jobs.Queue) {},
	} {
		app := brio.New()
		app.Get("/", handler)
		if err := app.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A Memory refuses jobs beyond its limit.
func TestMemoryIsBounded(t *testing.T) {
	m := jobs.NewMemory()
	for i := range 100_001 {
		_, err := m.Enqueue(t.Context(), jobs.Entry{Kind: "a", Payload: []byte("1")})
		if full := errors.Is(err, jobs.ErrFull); full != (i == 100_000) || err != nil && !full {
			t.Fatalf("job %d: %v", i, err)
		}
	}
}
