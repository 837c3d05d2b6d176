package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/injectables"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/internal/startup"
	"github.com/brio-go/brio/jobs"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

// work is the jobs of an app: it encodes and checks arguments, runs jobs, and follows the schedules. A nil work is that of an app without
// jobs. After compile it is safe for concurrent use.
type work struct {
	declared *jobs.Declared
	in       *Instance
	models   *encode.Compiler
	settings *bind.Settings
	byName   map[string]*kind
	byType   map[reflect.Type]*kind // of the arguments
	used     map[any]bool           // identities of the providers that jobs need

	running  context.Context // its end ends the contexts of all jobs
	end      context.CancelCauseFunc
	draining context.Context // its end ends the schedules, and the taking of jobs
	quiesce  context.CancelFunc
	stopped  chan error // has the result of the engine's stop
	isBegun  atomic.Bool
}

// kind is a compiled kind of job.
type kind struct {
	*jobs.Kind
	plan      *inject.Plan
	job       reflect.Type   // *jobs.Job[T]; nil: it has no arguments
	body      reflect.Type   // a parameter struct with a T as its field
	document  *bind.Document // reads body
	scheduled []byte         // the payload of schedules
}

func newWork(in *Instance, models *encode.Compiler) *work {
	w := &work{
		declared: &in.config.Jobs, in: in, models: models, byName: map[string]*kind{}, byType: map[reflect.Type]*kind{}, used: map[any]bool{},
		settings: &bind.Settings{JSON: json.Limits{}.Effective()}, stopped: make(chan error, 1),
	}
	w.running, w.end = context.WithCancelCause(context.Background())
	draining, drain := context.WithCancel(context.Background())
	w.draining, w.quiesce = draining, drain
	return w
}

// compileJobs compiles the kinds of jobs.
func (in *Instance) compileJobs() (report routing.Report) {
	report = routing.ReportOf(in.config.Jobs.Mistakes)
	if in.work == nil {
		return report
	}
	scope := in.scope
	scope.Rows = in.table.InjectablesOfJobs()
	for _, k := range in.config.Jobs.Kinds {
		for _, m := range in.work.compile(k, scope) {
			if m.Place == "" {
				m.Func, m.Place = inject.FuncName(k.Handler), k.Place
			}
			report = append(report, routing.ReportOf([]startup.Mistake{m})...)
		}
	}
	return report
}

// compile compiles one kind, and returns its mistakes.
func (w *work) compile(declared *jobs.Kind, scope inject.Scope) (mistakes []startup.Mistake) {
	k := &kind{Kind: declared, scheduled: []byte("null")}
	fail := func(found, legal string) { mistakes = append(mistakes, startup.Mistake{Found: found, Legal: legal}) }
	if other := w.byName[k.Name]; other != nil {
		fail(fmt.Sprintf("the kind of job %q is declared twice, the first time at %s", k.Name, other.Place), "one function for each kind")
		return mistakes
	}
	w.byName[k.Name] = k
	k.plan, mistakes = inject.Compile(scope, k.Handler)
	if len(mistakes) > 0 {
		return mistakes
	}
	if k.plan.Result != nil {
		fail(fmt.Sprintf("it returns a %s", k.plan.Result), "nothing or an error")
	}
	for _, p := range k.plan.Used() {
		w.used[p.Identity()] = true
	}
	fn := reflect.TypeOf(k.Handler)
	for i := range fn.NumIn() {
		args, ok := jobs.TypeOf(fn.In(i))
		switch {
		case !ok:
			continue
		case k.job != nil:
			fail("it takes two *jobs.Job", "one, with all arguments")
			return mistakes
		}
		k.job = fn.In(i)
		if other := w.byType[args]; other != nil {
			fail(fmt.Sprintf("the arguments %s belong to the kind of job %q already, declared at %s", args, other.Name, other.Place), "a type of its own for each kind: the type decides the kind when a job is enqueued")
			return mistakes
		}
		w.byType[args] = k
		k.body = reflect.StructOf([]reflect.StructField{{Name: "Value", Type: args, Tag: `body:""`}})
		document, err := bind.NewDocument(scope.Reader, k.body)
		if err != nil {
			fail(fmt.Sprintf("arguments of type %s: %v", args, err), "a type that a JSON body can have (docs/parameters.md)")
			return mistakes
		}
		k.document = document
		_, problems := w.models.Compile(args, args, encode.Options{})
		for _, p := range problems {
			fail(fmt.Sprintf("arguments of type %s: %s", args, p), "a type whose values have a JSON form (docs/responses.md)")
		}
	}
	switch {
	case k.job == nil && len(k.Schedules) == 0:
		fail("it takes no *jobs.Job[T], so nothing can enqueue it", "a *jobs.Job[T] with its arguments, or a schedule: jobs.Cron")
	case k.job != nil && len(k.Schedules) > 0:
		k.scheduled = []byte("{}")
		if _, err := w.read(context.Background(), k, k.scheduled); err != nil {
			fail(fmt.Sprintf("it has a schedule, and the document {} does not fit its arguments: %v", err), "defaults for all arguments that are required, or no *jobs.Job")
		}
	}
	return mistakes
}

// uses reports whether a job needs a provider.
func (w *work) uses(p *inject.Provider) bool { return w != nil && w.used[p.Identity()] }

// read reads and checks arguments. It returns the parameter struct of the kind.
func (w *work) read(ctx context.Context, k *kind, payload []byte) (reflect.Value, error) {
	body := reflect.New(k.body).Elem()
	err := k.document.Read(ctx, payload, w.settings, body)
	if err == nil {
		return body, nil
	}
	wrong := &jobs.ArgsError{Kind: k.Name}
	if invalid, ok := finite.As[*params.ValidationError](err); ok {
		wrong.Errors = invalid.Errors
	} else {
		detail := response.ErrorDetail{Type: "value_error", Loc: []any{"body"}, Msg: finite.Text(err)}
		wrong.Errors = []response.ErrorDetail{detail}
	}
	return body, wrong
}

// Prepare implements jobs.Backend.
func (w *work) Prepare(ctx context.Context, args any) (e jobs.Entry, err error) {
	v := reflect.ValueOf(args)
	if v.Kind() == reflect.Pointer && w.byType[v.Type()] == nil {
		if v.IsNil() {
			return e, fmt.Errorf("jobs: the arguments are a nil %T", args)
		}
		v = v.Elem()
	}
	if !v.IsValid() || w.byType[v.Type()] == nil {
		return e, fmt.Errorf("jobs: no kind of job has arguments of type %T; declare one with jobs.Handle and a function that takes a *jobs.Job of that type", args)
	}
	k := w.byType[v.Type()]
	e.Kind, e.Attempts = k.Name, k.Attempts
	if e.Payload, err = w.models.Append(nil, v.Interface()); err != nil {
		return e, fmt.Errorf("jobs: the arguments of a job %q: %w", k.Name, err)
	}
	if n := len(e.Payload); n > jobs.MaxPayload {
		return e, fmt.Errorf("jobs: the arguments of a job %q have %d bytes of JSON; legal are %d: store what is large, and enqueue where it is", k.Name, n, jobs.MaxPayload)
	}
	_, err = w.read(ctx, k, e.Payload)
	return e, err
}

// Send implements jobs.Backend.
func (w *work) Send(ctx context.Context, e jobs.Entry) error {
	stored, err := w.declared.Engine.Enqueue(ctx, e)
	if err != nil {
		return fmt.Errorf("a job %q was not enqueued: %w", e.Kind, err)
	}
	if stored.IsDuplicate {
		w.logger().LogAttrs(ctx, slog.LevelDebug, "a unique job was left out", slog.String("job", e.Kind), slog.String("key", e.Key))
	}
	return nil
}

func (w *work) logger() *slog.Logger { return w.in.config.LoggerOrDefault() }

// start begins to run jobs, and returns the function that ends it.
func (w *work) start(ctx context.Context) (stop func(context.Context) error, err error) {
	if w == nil || w.declared.EnqueueOnly || len(w.declared.Kinds) == 0 {
		return nil, nil
	}
	names, longest := []string{}, time.Duration(0)
	for _, k := range w.declared.Kinds {
		names = append(names, k.Name)
		if longest >= 0 {
			longest = max(longest, k.Timeout)
		}
		if k.Timeout < 0 {
			longest = -1
		}
	}
	stopEngine, err := w.declared.Engine.Work(ctx, jobs.Worker{
		Kinds: names, Concurrency: w.declared.Workers, Longest: longest, Log: w.logger(), Run: w.run,
	})
	if err != nil {
		return nil, err
	}
	var schedules sync.WaitGroup
	for _, k := range w.declared.Kinds {
		for _, s := range k.Schedules {
			schedules.Go(func() { w.follow(w.byName[k.Name], s) })
		}
	}
	w.isBegun.Store(true)
	stopping, cancel := context.WithCancel(context.Background())
	context.AfterFunc(w.draining, func() {
		schedules.Wait()
		w.stopped <- stopEngine(stopping)
	})
	return func(ctx context.Context) error {
		defer cancel()
		w.quiesce()
		return w.finish(ctx)
	}, nil
}

// drain takes no further jobs.
func (w *work) drain() {
	if w != nil {
		w.quiesce()
	}
}

// jobExitWait is how long the shutdown waits for jobs to return after it has ended their contexts.
const jobExitWait = time.Second

// finish waits for the jobs that run until ctx ends. Then it ends their contexts, and waits for jobExitWait.
func (w *work) finish(ctx context.Context) error {
	select {
	case err := <-w.stopped:
		w.end(routing.ErrShutdown)
		return err
	case <-ctx.Done():
	}
	w.end(routing.ErrShutdown)
	timer := time.NewTimer(jobExitWait)
	defer timer.Stop()
	select {
	case err := <-w.stopped:
		return err
	case <-timer.C:
		return errors.New("jobs are left behind by the shutdown: their functions do not watch their contexts")
	}
}

// follow enqueues a job for each time of a schedule. Processes with the same schedule enqueue with the same key, so one of them succeeds.
func (w *work) follow(k *kind, s *jobs.Schedule) {
	for at := s.Next(time.Now()); !at.IsZero(); at = s.Next(at) {
		if !w.sleepUntil(at) {
			return
		}
		if now := time.Now(); s.Next(at).Before(now) { // the clock has leapt, or the process slept
			continue
		}
		e := jobs.Entry{Kind: k.Name, Payload: k.scheduled, Attempts: k.Attempts, Once: true, Key: "schedule " + s.String() + " " + at.Format(time.RFC3339)}
		if len(e.Key) > jobs.MaxKey {
			e.Key = e.Key[len(e.Key)-jobs.MaxKey:]
		}
		for pause := time.Second; ; pause = min(2*pause, time.Minute) {
			ctx, cancel := context.WithTimeout(w.draining, time.Minute)
			err := w.Send(ctx, e)
			cancel()
			if err == nil || w.draining.Err() != nil {
				break
			}
			w.logger().Error("a schedule could not enqueue its job", "job", k.Name, "schedule", s.String(), "error", err)
			if next := time.Now().Add(pause); !next.Before(s.Next(at)) || !w.sleepUntil(next) {
				break
			}
		}
	}
}

// sleepUntil waits for a time by the clock. It returns false at the shutdown.
func (w *work) sleepUntil(at time.Time) bool {
	for {
		d := time.Until(at.Round(0))
		if d <= 0 {
			return w.draining.Err() == nil
		}
		timer := time.NewTimer(min(d, time.Minute)) // the clock may be set
		select {
		case <-timer.C:
		case <-w.draining.Done():
			timer.Stop()
			return false
		}
	}
}

// errEnded is the failure of a job that was begun as often as it may, and never came to an end.
var errEnded = errors.New("the process ended during each attempt")

// againIn is when a job is tried again that the process has no function for.
const againIn = 10 * time.Second

// run runs a job: it implements jobs.Worker.Run.
func (w *work) run(ctx context.Context, d jobs.Delivery) (r jobs.Result) {
	k := w.byName[d.Kind]
	if k == nil {
		w.logger().Warn("a job has a kind that the app does not declare", "job", d.Kind, "job_id", d.ID)
		return jobs.Result{Outcome: jobs.Again, After: againIn, Err: "the program that took the job does not declare its kind"}
	}
	begun := time.Now()
	err := errEnded
	if d.Attempt > k.Attempts {
		r = jobs.Result{Outcome: jobs.Dead, Err: err.Error()}
	} else {
		returned := make(chan error, 1)
		go func() { // a goroutine of its own: a function may call runtime.Goexit
			err := error(panics.Recovered(nil))
			defer func() { returned <- err }()
			err = w.call(ctx, k, d)
		}()
		err = <-returned
		switch {
		case err == nil:
			r = jobs.Result{Outcome: jobs.Done}
		case w.running.Err() != nil:
			r = jobs.Result{Outcome: jobs.Again, Err: "interrupted by the shutdown: " + k.Next(d.Attempt, err).Err}
		default:
			r = k.Next(d.Attempt, err)
		}
	}
	w.report(ctx, jobs.Event{Info: d.Info, Outcome: r.Outcome, Err: err, After: r.After, Waited: max(begun.Sub(d.EnqueuedAt), 0), Took: time.Since(begun)})
	return r
}

// call calls the function of a job with its dependencies, and then their clean-ups.
func (w *work) call(ctx context.Context, k *kind, d jobs.Delivery) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(w.running, func() { cancel(routing.ErrShutdown) })()
	if k.Timeout > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, k.Timeout)
		defer stop()
	}
	job := &injectables.Job{Info: d.Info}
	if k.job != nil {
		body, err := w.read(ctx, k, d.Payload)
		if err != nil {
			return err
		}
		job.Job = jobs.New(k.job, d.Info, body.Field(0))
	}
	return k.plan.RunOutside(ctx, job)
}

// report logs a run and tells the observers.
func (w *work) report(ctx context.Context, e jobs.Event) {
	attrs := []slog.Attr{
		slog.String("job", e.Kind), slog.String("job_id", e.ID), slog.Int("attempt", e.Attempt), slog.String("outcome", string(e.Outcome)),
		slog.Duration("waited", e.Waited), slog.Duration("duration", e.Took),
	}
	if e.Traceparent != "" {
		attrs = append(attrs, slog.String("traceparent", e.Traceparent))
	}
	if e.RequestID != "" {
		attrs = append(attrs, slog.String("request_id", e.RequestID))
	}
	level := slog.LevelInfo
	if e.Err != nil {
		attrs = append(attrs, slog.String("error", finite.Text(e.Err)))
		if p := panics.PanicOf(e.Err); p != nil {
			attrs = append(attrs, slog.String("stack", string(p.Stack)))
		}
		switch e.Outcome {
		case jobs.Dead:
			level = slog.LevelError
		case jobs.Retry:
			attrs = append(attrs, slog.Duration("again_in", e.After))
			level = slog.LevelWarn
		}
	}
	w.logger().LogAttrs(ctx, level, "job", attrs...)
	for _, f := range w.declared.Observers {
		func() {
			defer func() {
				if v := recover(); v != nil {
					w.logger().Error("an observer of jobs panicked", "job", e.Kind, "error", panics.Recovered(v))
				}
			}()
			f(ctx, e)
		}()
	}
}
