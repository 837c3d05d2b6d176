package route

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

// respond does everything that happens before the answer is sent. The functions of Around wrap the endpoint. Then the clean-ups of
// BeforeResponse run, and the jobs go to the queue.
func (e *endpoint) respond(q *request) (out *answer.Answer, err error) {
	if !e.hasAround {
		out, err = e.answer(q)
	} else {
		out, err = e.withAround(q)
	}
	if err != nil {
		return nil, err
	}
	if gone := q.Context().Err(); gone != nil && errors.Is(gone, context.Canceled) && !q.isEndedByApp() {
		return nil, canceled(q.Context()) // no client waits; clean-ups learn of it
	}
	if out == nil && q.Tasks() == nil {
		return nil, q.BeforeResponse()
	}
	if out != nil {
		if err := e.ready(q, out); err != nil {
			return nil, err
		}
	}
	if q.Tasks() != nil {
		if err := e.encodeJobs(q); err != nil {
			return nil, err
		}
	}
	if err := q.BeforeResponse(); err != nil {
		return nil, err
	}
	if q.Tasks() != nil {
		if err := e.enqueueJobs(q); err != nil {
			return nil, err
		}
	}
	if out != nil && out.IsStream() {
		return out, e.open(q, out)
	}
	return out, nil
}

// ready checks everything that can refuse an answer, before clean-ups of BeforeResponse commit: status, headers and media type,
// the file, whether a stream was sent before, the shutdown. After it only the connection and the first item of a stream can fail.
func (e *endpoint) ready(q *request, out *answer.Answer) (err error) {
	switch {
	case out.Check() != nil:
		err = out.Check()
	case out.IsServed():
		q.file, err = out.OpenServed(q.Exchange.Request())
	case out.IsStream():
		if q.flow, err = out.OpenStream(q.Exchange); err == nil && !q.flow.Events() && !isBodiless(out.Status()) && e.table.lifecycle.draining.Err() != nil {
			return routing.ErrShutdown
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", e.name, err)
	}
	return nil
}

// canceled returns the error of a cancelled context, with the cause if the context has one of its own.
func canceled(ctx context.Context) error {
	err := ctx.Err()
	if cause := context.Cause(ctx); cause != nil && !errorIs(cause, context.Canceled) {
		err = fmt.Errorf("%w: %w", err, cause)
	}
	return err
}

// answer solves, calls and encodes. It negotiates the media type first, so a request that ends in 406 has no effects.
func (e *endpoint) answer(q *request) (*answer.Answer, error) {
	if e.negotiates {
		if err := e.negotiate(q); err != nil {
			return nil, err
		}
	}
	if err := e.solve(q); err != nil {
		return nil, err
	}
	result, err := e.call(q)
	if err != nil {
		if result != nil && (e.kind == direct || e.kind == dynamic) {
			e.dropReturned(q, result)
		}
		return nil, err
	}
	out, err := e.encode(q, result)
	if out != nil {
		q.produced = out
	}
	return out, err
}

// dropReturned records a Response that the handler returned beside an error: its tasks do not run, and its stream is ended.
func (e *endpoint) dropReturned(q *request, result *invoke.Value) {
	if r, ok := result.Reflect(e.plan.Result).Interface().(*response.Response); ok {
		q.replace(response.AnswerOf(r))
	}
}

// withAround calls the functions of Around, the first outermost, with the endpoint innermost. next returns a copy of the Response
// of the function inside, so both may keep theirs and return it to later requests. A Response that a function of Around makes is
// treated as one that the handler returned.
func (e *endpoint) withAround(q *request) (*answer.Answer, error) {
	var given *response.Response // what the last call of next has returned; nil: none was made, or it failed
	made := false                // given is the endpoint's own answer, which functions may have changed
	next := callOnce(func() (*response.Response, error) {
		out, err := e.recoverPanic(q)
		if err != nil {
			return nil, err
		}
		given, made = response.Of(out, q.buf), true
		out.SetTasks(nil) // given has them
		return given, nil
	})
	for i, f := range slices.Backward(e.around) {
		inner := next
		next = callOnce(func() (*response.Response, error) {
			given, made = nil, false
			out, err := f(q.Exchange.Request(), inner)
			switch {
			case err != nil:
				q.replace(response.AnswerOf(given), response.AnswerOf(out))
				return nil, err
			case out == nil:
				q.replace(response.AnswerOf(given))
				return nil, fmt.Errorf("%s: a function of Around returned neither a Response nor an error", e.name)
			case out != given:
				q.replace(response.AnswerOf(given))
			}
			made = made && out == given
			if given = out; i > 0 {
				given = response.Of(response.AnswerOf(out), nil)
			}
			return given, nil
		})
	}
	out, err := next()
	switch {
	case q.exited != nil:
		return nil, q.exited
	case err != nil:
		return nil, err
	case made:
		q.out().Copy(response.AnswerOf(out))
		return e.encodeBody(q, q.out())
	}
	return e.encodeDirect(q, response.AnswerOf(out))
}

// recoverPanic calls answer and turns a panic into an error, so that functions of Around see it. A function of Around may call it
// in another goroutine than the request's. runtime.Goexit then ends only that goroutine, and the request still fails.
func (e *endpoint) recoverPanic(q *request) (out *answer.Answer, err error) {
	returns := false
	defer func() {
		if v := recover(); v != nil {
			err = panics.Recovered(v)
		} else if !returns {
			q.exited = panics.Recovered(nil)
		}
	}()
	out, err = e.answer(q)
	returns = true
	return out, err
}

var errTwice = errors.New("brio: next was called twice by a function of Around; a request is answered once")

// callOnce makes a second call of next an error.
func callOnce(next func() (*response.Response, error)) func() (*response.Response, error) {
	called := false
	return func() (*response.Response, error) {
		if called {
			return nil, errTwice
		}
		called = true
		return next()
	}
}
