package routing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/response"
)

// tasks are the lists of a request in the order in which they run: the request's own, that of the temporal Response,
// that of a returned one. out is nil when there is none.
func (q *request) tasks(out *response.Response) (lists [3]*background.Tasks, n int) {
	lists[0] = q.Tasks()
	if t := q.Temporal(); t != nil {
		lists[1] = t.Tasks()
	}
	if out != nil && out != q.Temporal() {
		lists[2] = out.Tasks()
	}
	return lists, lists[0].Len() + lists[1].Len() + lists[2].Len()
}

// hasTasks reports whether there are any.
func (q *request) hasTasks(out *response.Response) bool {
	if q.Tasks() == nil && q.Temporal() == nil && out.Tasks().Len() == 0 {
		return false // as nearly always
	}
	_, n := q.tasks(out)
	return n > 0
}

// enqueue hands the jobs of a request that has tasks to the queue, before anything is sent.
func (e *endpoint) enqueue(q *request) error {
	if err := q.Tasks().Flush(q.Context(), e.queue, e.table.models.Append); err != nil {
		return fmt.Errorf("%s: %w", e.name, err)
	}
	return nil
}

// background runs what was left for after the response. The first task that fails ends it, and clean-ups learn of it.
func (e *endpoint) background(q *request, out *response.Response) {
	lists, _ := q.tasks(out)
	if err := e.failing.work(q.Exchange, q.Context(), lists[:]...); err != nil {
		e.settle(q, err)
	}
}

// work runs tasks after the response.
func (f *failing) work(x *exchange.Exchange, parent context.Context, lists ...*background.Tasks) error {
	n := 0
	for _, l := range lists {
		n += l.Len()
	}
	if n == 0 {
		return nil
	}
	_ = x.Flush() // the client does not wait for them
	ctx, begin, end := f.table.life.work(parent, n)
	begun, err := background.Run(ctx, begin, lists...)
	end()
	if err == nil {
		return nil
	}
	counts := []slog.Attr{slog.Int("tasks", n), slog.Int("begun", begun), slog.Int("not_run", n-begun)}
	if begun < n && errors.Is(err, ErrShutdown) {
		f.log(x, slog.LevelError, "background tasks were not run", err, counts...)
	} else {
		f.log(x, slog.LevelError, "a background task failed; those after it were not run", err, counts...)
	}
	return err
}

// notRun reports the tasks of a request that ended in an error.
func (e *endpoint) notRun(q *request, out *response.Response, why error) {
	if out == nil {
		out = q.made
	}
	if _, n := q.tasks(out); n > 0 {
		e.log(q.Exchange, slog.LevelWarn, "background tasks were not run", why,
			slog.Int("tasks", n), slog.Int("begun", 0), slog.Int("not_run", n))
	}
}
