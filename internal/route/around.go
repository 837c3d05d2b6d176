package route

import (
	"errors"
	"fmt"
	"slices"

	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/response"
)

// withAround calls the functions of Around, the first outermost, with the endpoint innermost. next returns a copy of the Response
// of the function inside, so both may keep theirs and return it to later requests. A Response that a function of Around makes is
// treated as one that the handler returned. produce runs the steps that the functions wrap.
func (e *endpoint) withAround(q *request, produce func(*endpoint, *request) error) error {
	var given *response.Response // what the last call of next has returned; nil: none was made, or it failed
	made := false                // given is the endpoint's own answer, which functions may have changed
	next := callOnce(func() (*response.Response, error) {
		if err := e.recoverPanic(q, produce); err != nil {
			return nil, err
		}
		given, made = response.Of(&q.answer, q.buf), true
		q.answer.SetTasks(nil) // given has them
		return given, nil
	})
	for i, f := range slices.Backward(e.around) {
		inner := next
		next = callOnce(func() (*response.Response, error) {
			given, made = nil, false
			out, err := f(q.exchange.Request(), inner)
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
	case q.rare.exited != nil:
		return q.rare.exited
	case q.origin == taken && err == nil:
		q.replace(response.AnswerOf(out)) // a handler of net/http has answered
		return nil
	case err != nil:
		return err
	case made:
		q.answer.Copy(response.AnswerOf(out))
		q.origin = merged
		return e.encodeBody(q)
	}
	if err := e.encodeReturned(q, response.AnswerOf(out)); err != nil {
		return err
	}
	return e.merge(q)
}

// recoverPanic calls produce and turns a panic into an error, so that functions of Around see it. A function of Around may call
// it in another goroutine than the request's. runtime.Goexit then ends only that goroutine, and the request still fails.
func (e *endpoint) recoverPanic(q *request, produce func(*endpoint, *request) error) (err error) {
	returns := false
	defer func() {
		if v := recover(); v != nil {
			err = panics.Recovered(v)
		} else if !returns {
			q.writeRare().exited = panics.Recovered(nil)
		}
	}()
	err = produce(e, q)
	returns = true
	return err
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
