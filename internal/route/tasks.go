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

// errTasksEnded is logged for tasks that were added too late.
var errTasksEnded = errors.New("they were added when the tasks of the request had run, or after an error")

// lists appends the lists of tasks of a request to dst, in the order in which they run: the injected one, that of the temporal
// Response, those of Responses that Around replaced, and that of the answer. out is nil if there is no answer.
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

// replace records Responses that are not the answer.
func (q *request) replace(list ...*answer.Answer) {
	for i, r := range list {
		if r != nil && r != q.temporal() && !slices.Contains(list[:i], r) {
			q.replaced = append(q.replaced, replaced{r, r.Tasks().Clone()})
		}
	}
}

// hasLists reports whether the request has a list of tasks, also an empty one. Few requests do. out may be nil.
func (q *request) hasLists(out *answer.Answer) bool {
	return q.Tasks() != nil || q.replaced != nil || out != nil && out.Tasks() != nil ||
		q.temporal() != nil && q.temporal().Tasks() != nil
}

// hasTasks reports whether tasks wait in a list. out may be nil.
func (q *request) hasTasks(out *answer.Answer) bool {
	return background.Waiting(q.lists(make([]*background.Tasks, 0, 4), out)...) > 0
}

// encodeJobs encodes the jobs of a request before the clean-ups of BeforeResponse commit.
func (e *endpoint) encodeJobs(q *request) error {
	if err := background.Prepare(q.Tasks(), e.queue, e.table.models.Append); err != nil {
		return fmt.Errorf("%s: %w", e.name, err)
	}
	return nil
}

// enqueueJobs gives the jobs of a request to the queue. It runs before the answer is sent, and again after tasks that add jobs.
func (e *endpoint) enqueueJobs(q *request) error {
	if err := q.Tasks().Flush(q.Context(), e.queue, e.table.models.Append); err != nil {
		return fmt.Errorf("%s: %w", e.name, err)
	}
	return nil
}

// runTasks runs the tasks after the answer was sent. The first error of a task ends the run, and the clean-ups receive it. A running
// task may add tasks to each list and make new lists.
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

// runTasks runs lists of tasks. It logs the tasks that do not run because an earlier one failed, panicked or called runtime.Goexit.
func (f *errorPolicy) runTasks(x *exchange.Exchange, parent context.Context, lists ...*background.Tasks) (err error) {
	if background.Waiting(lists...) == 0 {
		return nil
	}
	_ = x.Flush() // the client receives the answer before the tasks run
	ctx, list := f.table.lifecycle.beginTasks(parent, background.Waiting(lists...))
	err = panics.Recovered(nil) // stays if a task calls runtime.Goexit
	returns := false
	defer func() {
		list.end()
		if !returns {
			x.MarkExit() // the log has it already
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

// reportTasks logs the tasks of a request that ended in an error, and drops them, so that they are logged once.
func (e *endpoint) reportTasks(q *request, out *answer.Answer, why error) {
	if out == nil {
		out = q.produced
	}
	if n := background.Drop(q.lists(make([]*background.Tasks, 0, 4), out)...); n > 0 {
		e.logTasks(q, n, why)
	}
}

// logTasks logs n tasks that do not run.
func (e *endpoint) logTasks(q *request, n int, why error) {
	e.log(q.Exchange, slog.LevelWarn, "background tasks were not run", why,
		slog.Int("tasks", n), slog.Int("begun", 0), slog.Int("not_run", n))
}

// endTasks marks the request as ended: its lists log each task that the program adds from now on. It returns the number of tasks
// that had not run.
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

// TaskAfterEnd logs a task that the program has added after the end of its request.
func (f *errorPolicy) TaskAfterEnd() {
	f.logAfterEnd("background tasks were not run", slog.Int("tasks", 1), slog.Int("begun", 0), slog.Int("not_run", 1))
}

// JobAfterEnd logs a job that the program has added after the queue has received the jobs of its request.
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
