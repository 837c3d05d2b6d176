package route

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/routing"
)

// errTasksEnded is why a task that was added when the tasks had run does not run.
var errTasksEnded = errors.New("they were added when the tasks of the request had run, or after an error")

// lists appends the lists of a request to dst, in the order in which they run: the request's own, that of the temporal
// Response, those of Responses that Around replaced, that of the answer. out is nil when there is none.
func (q *request) lists(dst []*background.Tasks, out *answer.Answer) []*background.Tasks {
	dst = append(dst, q.Tasks())
	if t := q.temporal(); t != nil {
		dst = append(dst, t.Tasks())
	}
	for _, r := range q.replaced {
		dst = append(dst, r.tasks)
	}
	if out != nil && out != q.temporal() {
		dst = append(dst, out.Tasks())
	}
	return dst
}

// replaced is a Response that user code has made and that is not the answer.
type replaced struct {
	*answer.Answer
	tasks *background.Tasks // a copy: the program may keep the Response
}

// replace notes Responses that are not the answer.
func (q *request) replace(list ...*answer.Answer) {
	for i, r := range list {
		if r != nil && r != q.temporal() && !slices.Contains(list[:i], r) {
			q.replaced = append(q.replaced, replaced{r, r.Tasks().Clone()})
		}
	}
}

// hasLists reports whether the request has a list of tasks, as few have. out may be nil.
func (q *request) hasLists(out *answer.Answer) bool {
	return q.Tasks() != nil || q.replaced != nil || out != nil && out.Tasks() != nil ||
		q.temporal() != nil && q.temporal().Tasks() != nil
}

// hasTasks reports whether tasks wait.
func (q *request) hasTasks(out *answer.Answer) bool {
	return background.Waiting(q.lists(make([]*background.Tasks, 0, 4), out)...) > 0
}

// encodeJobs encodes the jobs of a request that has tasks, before anything is committed.
func (e *endpoint) encodeJobs(q *request) error {
	if err := background.Prepare(q.Tasks(), e.queue, e.table.models.Append); err != nil {
		return fmt.Errorf("%s: %w", e.name, err)
	}
	return nil
}

// enqueueJobs hands the jobs of a request that has tasks to the queue, before anything is sent.
func (e *endpoint) enqueueJobs(q *request) error {
	if err := q.Tasks().Flush(q.Context(), e.queue, e.table.models.Append); err != nil {
		return fmt.Errorf("%s: %w", e.name, err)
	}
	return nil
}

// runTasks runs what was left for after the response. The first task that fails ends it, and clean-ups learn of it. A
// running task may add tasks to each of the lists, and make a list where there was none.
func (e *endpoint) runTasks(q *request, out *answer.Answer) {
	for q.hasTasks(out) || background.HasJobs(q.Tasks()) {
		q.stage = working
		err := e.policy.runTasks(q.Exchange, q.Context(), q.lists(nil, out)...)
		q.stage = delivering
		if err == nil {
			if err = e.enqueueJobs(q); err != nil {
				e.log(q.Exchange, slog.LevelError, "jobs of background tasks were not enqueued", err)
			}
		}
		if err != nil {
			e.closeAfterWrite(q, err)
			return
		}
		if q.returned == nil {
			continue
		}
		if added := background.Since(q.returned.Tasks(), q.returnedTasks); added != nil {
			q.returnedTasks += added.Len()
			out.SetTasks(added)
		}
	}
}

// work runs tasks after the response. When one ends the goroutine, those behind it are logged.
func (f *errorPolicy) runTasks(x *exchange.Exchange, parent context.Context, lists ...*background.Tasks) (err error) {
	if background.Waiting(lists...) == 0 {
		return nil
	}
	_ = x.Flush() // the client does not wait for them
	ctx, list := f.table.lifecycle.beginTasks(parent, background.Waiting(lists...))
	err = panics.Recovered(nil) // unless Run returns
	returns := false
	defer func() {
		list.end()
		if !returns {
			x.MarkExit() // logged here
		}
		if err == nil {
			return
		}
		left := background.Drop(lists...)
		counts := []slog.Attr{slog.Int("tasks", list.begun+left), slog.Int("begun", list.begun), slog.Int("not_run", left)}
		if left > 0 && errorIs(err, routing.ErrShutdown) {
			f.log(x, slog.LevelError, "background tasks were not run", err, counts...)
		} else {
			f.log(x, slog.LevelError, "a background task failed; those after it were not run", err, counts...)
		}
	}()
	_, err = background.Run(ctx, list.begin, lists...)
	returns = true
	return err
}

// reportTasks reports the tasks of a request that ended in an error, once.
func (e *endpoint) reportTasks(q *request, out *answer.Answer, why error) {
	if out == nil {
		out = q.produced
	}
	if n := background.Drop(q.lists(make([]*background.Tasks, 0, 4), out)...); n > 0 {
		e.logTasks(q, n, why)
	}
}

func (e *endpoint) logTasks(q *request, n int, why error) {
	e.log(q.Exchange, slog.LevelWarn, "background tasks were not run", why,
		slog.Int("tasks", n), slog.Int("begun", 0), slog.Int("not_run", n))
}

// endTasks says that the request has ended: what is added to its lists from now on is logged. It returns how many tasks had
// not run.
func (e *endpoint) endTasks(q *request) (n int) {
	n = background.End(&e.policy, q.Tasks())
	if t := q.temporal(); t != nil {
		n += t.End(&e.policy)
	}
	if q.produced != nil && q.produced != q.temporal() {
		n += background.End(&e.policy, q.produced.Tasks())
	}
	if q.sent != nil && q.sent != q.temporal() {
		n += background.End(&e.policy, q.sent.Tasks())
	}
	return n
}

// TaskAfterEnd logs a task that was added when its request had ended.
func (f *errorPolicy) TaskAfterEnd() {
	f.logAfterEnd("background tasks were not run", slog.Int("tasks", 1), slog.Int("begun", 0), slog.Int("not_run", 1))
}

// JobAfterEnd logs a job that was added when the request's jobs had been handed over.
func (f *errorPolicy) JobAfterEnd(name string) {
	f.logAfterEnd("a job was not enqueued", slog.String("job", name))
}

func (f *errorPolicy) logAfterEnd(msg string, attrs ...slog.Attr) {
	if f.route != nil {
		attrs = append(attrs, slog.String("route", f.route.path.Text), slog.String("handler", f.route.name), slog.String("place", f.route.route.Place))
	}
	attrs = append(attrs, slog.String("error", "added when the request had ended"))
	f.table.logger.LogAttrs(context.Background(), slog.LevelWarn, msg, attrs...)
}
