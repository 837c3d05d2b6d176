package route

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/routing"
)

// errTasksEnded is logged for tasks that were added too late.
var errTasksEnded = errors.New("they were added when the tasks of the request had run, or after an error")

// taskLists appends the lists of tasks of a request to dst, in the order in which they run: the injected one, that of the temporal
// Response, those of Responses that are not the answer, and that of the answer.
func (q *request) taskLists(dst []*background.Tasks) []*background.Tasks {
	dst = append(dst, q.Tasks())
	if t := q.temporal(); t != nil {
		dst = append(dst, t.Tasks())
	}
	return append(append(dst, q.rare.lists...), q.answer.Tasks())
}

// replace records Responses that are not the answer.
func (q *request) replace(list ...*answer.Answer) {
	rare := q.writeRare()
	for i, r := range list {
		if r != nil && r != q.temporal() && !slices.Contains(list[:i], r) {
			rare.others = append(rare.others, r)
			rare.lists = append(rare.lists, r.Tasks().Clone()) // a copy: the program may keep the Response
		}
	}
}

// hasTasks reports whether tasks wait in a list.
func (q *request) hasTasks() bool {
	return background.Waiting(q.taskLists(make([]*background.Tasks, 0, 4))...) > 0
}

// encodeJobs encodes the jobs of a request before the clean-ups of BeforeResponse commit.
func (e *endpoint) encodeJobs(q *request) error {
	return e.named(background.Prepare(q.Tasks(), e.queue, e.table.models.Append))
}

// enqueueJobs gives the jobs of a request to the queue. It runs before the answer is sent, and again after tasks that add jobs.
func (e *endpoint) enqueueJobs(q *request) error {
	return e.named(q.Tasks().Flush(q.Context(), e.queue, e.table.models.Append))
}

// runTasks runs the tasks after the answer was sent. The first error of a task ends the run, and the clean-ups receive it. A running
// task may add tasks to each list and make new lists. After an error only the tasks of the error handler's Response run.
func (e *endpoint) runTasks(q *request) {
	if q.origin == failed {
		q.stage = working
		_ = e.runLists(q, q.answer.Tasks())
		q.stage = delivering
		return
	}
	for q.hasTasks() || background.HasJobs(q.Tasks()) {
		q.stage = working
		err := e.runLists(q, q.taskLists(nil)...)
		q.stage = delivering
		if err == nil {
			if err = e.enqueueJobs(q); err != nil {
				e.log(&q.exchange, slog.LevelError, "jobs of background tasks were not enqueued", err)
			}
		}
		if err != nil {
			e.closeAfterWrite(q, err)
			return
		}
		if q.rare.returned == nil {
			continue
		}
		if added := background.Since(q.rare.returned.Tasks(), q.rare.returnedTasks); added != nil {
			q.writeRare().returnedTasks += added.Len()
			q.answer.SetTasks(added)
		}
	}
}

// runLists runs lists of tasks. It logs the tasks that do not run because an earlier one failed, panicked or called runtime.Goexit.
func (e *endpoint) runLists(q *request, lists ...*background.Tasks) (err error) {
	if background.Waiting(lists...) == 0 {
		return nil
	}
	_ = q.exchange.Flush() // the client receives the answer before the tasks run
	ctx, list := e.table.lifecycle.beginTasks(q.Context(), background.Waiting(lists...))
	err = panics.Recovered(nil) // stays if a task calls runtime.Goexit
	returns := false
	defer func() {
		list.end()
		if !returns {
			q.exchange.MarkExit() // the log has it already
		}
		if err == nil {
			return
		}
		left := background.Drop(lists...)
		counts := []slog.Attr{slog.Int("tasks", list.begun+left), slog.Int("begun", list.begun), slog.Int("not_run", left)}
		if left > 0 && errorIs(err, routing.ErrShutdown) {
			e.log(&q.exchange, slog.LevelError, "background tasks were not run", err, counts...)
		} else {
			e.log(&q.exchange, slog.LevelError, "a background task failed; those after it were not run", err, counts...)
		}
	}()
	_, err = background.Run(ctx, list.begin, lists...)
	returns = true
	return err
}

// reportTasks logs the tasks of a request that ended in an error, and drops them, so that they are logged once.
func (e *endpoint) reportTasks(q *request, why error) {
	if n := background.Drop(q.taskLists(make([]*background.Tasks, 0, 4))...); n > 0 {
		e.logTasks(q, n, why)
	}
}

// logTasks logs n tasks that do not run.
func (e *endpoint) logTasks(q *request, n int, why error) {
	e.log(&q.exchange, slog.LevelWarn, "background tasks were not run", why,
		slog.Int("tasks", n), slog.Int("begun", 0), slog.Int("not_run", n))
}

// endTasks marks the request as ended: its lists log each task that the program adds from now on. It returns the number of tasks
// that had not run.
func (e *endpoint) endTasks(q *request) (n int) {
	n = background.End(e, q.Tasks())
	if q.temporal() != nil {
		n += q.EndTemporal(e)
	}
	for _, list := range q.rare.lists {
		n += background.End(e, list)
	}
	return n + background.End(e, q.answer.Tasks())
}

// TaskAfterEnd logs a task that the program has added after the end of its request.
func (e *endpoint) TaskAfterEnd() {
	e.logAfterEnd("background tasks were not run", slog.Int("tasks", 1), slog.Int("begun", 0), slog.Int("not_run", 1))
}

// JobAfterEnd logs a job that the program has added after the queue has received the jobs of its request.
func (e *endpoint) JobAfterEnd(name string) {
	e.logAfterEnd("a job was not enqueued", slog.String("job", name))
}

func (e *endpoint) logAfterEnd(msg string, attrs ...slog.Attr) {
	if e.name != "" {
		attrs = append(attrs, e.logRoute("")...)
	}
	attrs = append(attrs, slog.String("error", "added when the request had ended"))
	e.table.logger.LogAttrs(context.Background(), slog.LevelWarn, msg, attrs...)
}
