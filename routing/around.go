package routing

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/response"
)

// Around wraps what happens before anything is sent.
type Around = func(r *http.Request, next func() (*response.Response, error)) (*response.Response, error)

// respond is what happens before anything is sent: inside of what was declared as Around, the endpoint itself. Then the
// clean-ups that belong before the response, and the jobs for the queue.
func (e *endpoint) respond(q *request) (out *response.Response, err error) {
	if !e.wrapped {
		out, err = e.answer(q)
	} else {
		out, err = e.inside(q)
	}
	if err != nil {
		return nil, err
	}
	if gone := q.Context().Err(); gone != nil && errors.Is(gone, context.Canceled) && !q.ended() {
		return nil, gone // nobody to answer; clean-ups learn of it
	}
	if err := q.BeforeResponse(); err != nil {
		return nil, err
	}
	if q.Tasks() == nil {
		return out, nil
	}
	return out, e.enqueue(q)
}

// answer solves, calls and encodes. What the client accepts is known first: a 406 has done nothing.
func (e *endpoint) answer(q *request) (*response.Response, error) {
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
		return nil, err
	}
	out, err := e.encode(q, result)
	if out != nil {
		q.made = out
	}
	return out, err
}

// inside calls the functions of Around, the first outermost, with the endpoint in the middle. Each gets from next a copy of
// what the function inside of it has returned, which either may keep and return to later requests. A Response of their own
// is treated as one that the handler returned.
func (e *endpoint) inside(q *request) (*response.Response, error) {
	var given *response.Response   // what the last call of next has returned; nil: none was made, or it failed
	made := false                  // given is the endpoint's own answer, which functions may have changed
	var replaced *background.Tasks // of Responses that a function has put another in the place of; nobody else knows of them
	next := once(func() (*response.Response, error) {
		out, err := e.recovered(q)
		if err != nil {
			return nil, err
		}
		given, made = out.Clone(q.buf), true
		return given, nil
	})
	for i, f := range slices.Backward(e.around) {
		inner := next
		next = once(func() (*response.Response, error) {
			given, made = nil, false
			out, err := f(q.Exchange.Request(), inner)
			switch {
			case err != nil:
				return nil, err
			case out == nil:
				return nil, fmt.Errorf("%s: a function of Around returned neither a Response nor an error", e.name)
			case out != given && given != nil:
				replaced = given.Tasks().After(replaced)
			}
			made = made && out == given
			if given = out; i > 0 {
				given = out.Clone(nil)
			}
			return given, nil
		})
	}
	out, err := next()
	if err != nil {
		return nil, err
	}
	if made {
		q.out().CopyOpened(out)
		out, err = e.finish(q, q.out())
	} else {
		if err := q.endStream(); err != nil {
			return nil, err
		}
		if q.flow != nil {
			q.unbind()
			q.flow = nil
		}
		out, err = e.direct(q, out)
	}
	if err == nil && replaced != nil {
		out.SetTasks(out.Tasks().After(replaced))
	}
	return out, err
}

// recovered is answer with a panic as an error, so that functions of Around see it.
func (e *endpoint) recovered(q *request) (out *response.Response, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = dependencies.Recovered(v)
		}
	}()
	return e.answer(q)
}

var errTwice = errors.New("brio: next was called twice by a function of Around; a request is answered once")

// once makes a second call of next an error.
func once(next func() (*response.Response, error)) func() (*response.Response, error) {
	called := false
	return func() (*response.Response, error) {
		if called {
			return nil, errTwice
		}
		called = true
		return next()
	}
}
