package routing

import (
	"fmt"
	"iter"
	"reflect"

	"github.com/brio-go/brio/response"
)

// streamItem reports the item type of a Go iterator: iter.Seq[T] or iter.Seq2[T, error].
func streamItem(t reflect.Type) (item reflect.Type, ok bool) {
	if t == nil || t.Kind() != reflect.Func || t.NumIn() != 1 || t.NumOut() != 0 {
		return nil, false
	}
	yield := t.In(0)
	if yield.Kind() != reflect.Func || yield.NumOut() != 1 || yield.Out(0).Kind() != reflect.Bool {
		return nil, false
	}
	switch {
	case yield.NumIn() == 1:
		return yield.In(0), true
	case yield.NumIn() == 2 && yield.In(1) == reflect.TypeFor[error]():
		return yield.In(0), true
	}
	return nil, false
}

// pull makes items and errors of an iterator's value, one at a time.
func pull(seq reflect.Value) (next func() (reflect.Value, error, bool), stop func()) {
	if seq.Type().In(0).NumIn() == 1 {
		one, stop := iter.Pull(seq.Seq())
		return func() (reflect.Value, error, bool) {
			item, ok := one()
			return item, nil, ok
		}, stop
	}
	two, stop := iter.Pull2(seq.Seq2())
	return func() (reflect.Value, error, bool) {
		item, e, ok := two()
		if !ok || e.IsNil() {
			return item, nil, ok
		}
		return item, e.Interface().(error), ok
	}, stop
}

// stream answers with JSON Lines: each item, filtered by the response model, on a line of its own that leaves at once.
// The first item is produced here, before anything has left, so that an error of it has its own status. An error later
// on ends the answer in the middle; the connection is cut, so that the client does not take it for complete.
func (e *endpoint) stream(q *request, seq reflect.Value) (*response.Response, error) {
	if seq.IsNil() {
		return nil, fmt.Errorf("%s: the handler returned a nil iterator", e.info.Name)
	}
	next, stop := pull(seq)
	q.stopStream = stop
	line := func() (bool, error) {
		item, err, ok := next()
		if err != nil || !ok {
			return false, err
		}
		if q.buf, err = e.encoder.Append(q.buf[:0], item); err != nil {
			return false, fmt.Errorf("%s: %w", e.info.Name, err)
		}
		q.buf = append(q.buf, '\n')
		return true, nil
	}
	more, err := line()
	if err != nil {
		return nil, err
	}
	q.out.BecomeStream("application/jsonl", func(write func([]byte) error) error {
		for more {
			if err := write(q.buf); err != nil {
				return err
			}
			if err := q.Context.Err(); err != nil {
				return err
			}
			var err error
			if more, err = line(); err != nil {
				return err
			}
		}
		return nil
	})
	return e.merge(q, q.out.Status(orDefault(e.status, 200))), nil
}
