package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/jobs"
)

// faulty is a Memory whose methods do first what a test says.
type faulty struct {
	*jobs.Memory
	enqueue func(e jobs.Entry) error
	work    func(w jobs.Worker) error
}

func (f *faulty) Enqueue(ctx context.Context, e jobs.Entry) (jobs.Stored, error) {
	if f.enqueue != nil {
		if err := f.enqueue(e); err != nil {
			return jobs.Stored{}, err
		}
	}
	return f.Memory.Enqueue(ctx, e)
}

func (f *faulty) Work(ctx context.Context, w jobs.Worker) (func(context.Context) error, error) {
	if f.work != nil {
		if err := f.work(w); err != nil {
			return nil, err
		}
	}
	return f.Memory.Work(ctx, w)
}

// An engine that cannot begin ends the start, and one that stores nothing is the error of Enqueue.
func TestEngineFails(t *testing.T) {
	away := errors.New("the server is away")
	app := func(engine jobs.Engine) *brio.App {
		return brio.New(brio.Logger(slog.New(slog.DiscardHandler)), brio.Jobs(engine, jobs.Handle("slow", func(*jobs.Job[slow]) {})))
	}
	err := app(&faulty{jobs.NewMemory(), nil, func(jobs.Worker) error { return away }}).Start(t.Context())
	if !errors.Is(err, away) || !strings.Contains(err.Error(), "the engine of jobs: ") {
		t.Errorf("start: got %v", err)
	}
	a := app(&faulty{jobs.NewMemory(), func(jobs.Entry) error { return away }, nil})
	err = a.Resolve(t.Context(), func(ctx context.Context, queue *jobs.Queue) error { return queue.Enqueue(ctx, slow{}) })
	if !errors.Is(err, away) || !strings.Contains(err.Error(), `a job "slow" was not enqueued: `) {
		t.Errorf("enqueue: got %v", err)
	}
	if err := a.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// unwritable has no JSON form when it is No.
type unwritable struct{ No bool }

func (u unwritable) MarshalJSON() ([]byte, error) {
	if u.No {
		return nil, errors.New("no form")
	}
	return []byte(`{}`), nil
}

func (u *unwritable) UnmarshalJSON([]byte) error { return nil }

// Arguments that have no JSON form, or too long a one, are refused when they are enqueued.
func TestArgumentsAreRefused(t *testing.T) {
	engine := jobs.NewMemory()
	app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)), brio.Jobs(engine, jobs.EnqueueOnly(),
		jobs.Handle("slow", func(*jobs.Job[slow]) {}), jobs.Handle("unwritable", func(*jobs.Job[unwritable]) {})))
	err := app.Resolve(t.Context(), func(ctx context.Context, queue *jobs.Queue) error {
		fits := jobs.MaxPayload - len(`{"how":""}`)
		for _, c := range []struct {
			args any
			want string
		}{
			{slow{strings.Repeat("x", fits)}, ""},
			{slow{strings.Repeat("x", fits+1)}, `the arguments of a job "slow" have 256001 bytes of JSON; legal are 256000`},
			{unwritable{}, ""},
			{unwritable{No: true}, `the arguments of a job "unwritable": `},
		} {
			if err := queue.Enqueue(ctx, c.args); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if count, err := engine.Count(t.Context()); err != nil || count[jobs.StateWaiting] != 2 {
		t.Errorf("got %v, %v", count, err)
	}
	if err := app.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// A job of a kind that the program lacks is left for another program, and one that was begun too often without an end dies. The log
// has the request that a job comes from.
func TestDeliveriesOutOfTurn(t *testing.T) {
	var worker jobs.Worker
	out, log := &tally{}, &buffer{}
	app := brio.New(brio.Logger(slog.New(slog.NewTextHandler(log, nil))), brio.Jobs(&faulty{jobs.NewMemory(), nil, func(w jobs.Worker) error { worker = w; return nil }},
		jobs.Handle("slow", func(job *jobs.Job[slow]) { out.add("%s %s", job.Args.How, job.RequestID) }, jobs.Attempts(3), jobs.Timeout(brio.NoLimit)),
		jobs.Handle("invoice", func(*jobs.Job[invoice]) {}),
	))
	if err := app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if worker.Longest >= 0 {
		t.Errorf("one kind has no timeout, and the longest is %v", worker.Longest)
	}
	run := func(kind string, attempt int) jobs.Result {
		info := jobs.Info{ID: "1", Kind: kind, Attempt: attempt, EnqueuedAt: time.Now(), Origin: jobs.Origin{RequestID: "r7"}}
		return worker.Run(t.Context(), jobs.Delivery{Info: info, Payload: []byte(`{"how":"it ran"}`)})
	}
	if r := run("other", 1); r.Outcome != jobs.Again || r.After <= 0 || r.Err == "" {
		t.Errorf("another kind: got %+v", r)
	}
	if r := run("slow", 4); r.Outcome != jobs.Dead || r.Err != "the process ended during each attempt" {
		t.Errorf("attempt 4 of 3: got %+v", r)
	}
	out.want(t)
	if r := run("slow", 3); r.Outcome != jobs.Done {
		t.Errorf("attempt 3 of 3: got %+v", r)
	}
	out.want(t, "it ran r7")
	for _, want := range []string{`msg="a job has a kind that the app does not declare" job=other job_id=1`, `attempt=4 outcome=dead`, `request_id=r7`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, log)
		}
	}
	if err := app.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// A schedule tries again when the engine fails, until the next time comes; it leaves out the times that pass while an engine is slow. Its
// key fits, however long the schedule is.
func TestScheduleOfFaultyEngine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the clock begins at midnight of 1 January 2000
		every := strings.TrimSuffix(strings.Repeat("0,", 150), ",") + " * * * *" // each hour
		out, log, begun := &tally{}, &buffer{}, time.Now()
		var calls atomic.Int64
		engine := &faulty{Memory: jobs.NewMemory(), enqueue: func(e jobs.Entry) error {
			if len(e.Key) > jobs.MaxKey || !strings.HasSuffix(e.Key, time.Now().UTC().Format(" 2006-01-02T15:")+"00:00Z") {
				t.Errorf("%v: the key is %q", time.Now(), e.Key)
			}
			switch hour := time.Since(begun).Truncate(time.Hour); {
			case hour == time.Hour && calls.Add(1) < 3, hour == 2*time.Hour:
				return errors.New("away")
			case hour == 4*time.Hour:
				time.Sleep(150 * time.Minute)
			}
			return nil
		}}
		app := brio.New(brio.Logger(slog.New(slog.NewTextHandler(log, nil))), brio.Jobs(engine,
			jobs.Handle("tick", func() { out.add("%v", time.Since(begun)) }, jobs.Cron(every))))
		if err := app.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(8*time.Hour + time.Minute)
		if err := app.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		out.want(t, "1h0m3s", "3h0m0s", "6h30m0s", "7h0m0s", "8h0m0s")
		if !strings.Contains(log.String(), `msg="a schedule could not enqueue its job" job=tick schedule=`) {
			t.Error(log)
		}
	})
}

// A job that does not watch its context is left behind: the shutdown says so, and ends.
func TestShutdownLeavesJobsBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		engine, begun := jobs.NewMemory(), time.Now()
		app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)), brio.Jobs(engine, jobs.Handle("slow", func(*jobs.Job[slow]) { time.Sleep(time.Hour) })))
		if err := app.Resolve(t.Context(), func(ctx context.Context, queue *jobs.Queue) error { return queue.Enqueue(ctx, slow{}) }); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := app.Shutdown(ctx)
		if err == nil || !strings.Contains(err.Error(), "jobs are left behind by the shutdown") || time.Since(begun) > 2*time.Minute {
			t.Errorf("got %v after %v", err, time.Since(begun))
		}
		time.Sleep(time.Hour)
	})
}
