package finite

import "reflect"

// maxErrors is how many errors of a tree Walk visits. A larger tree has a cycle.
const maxErrors = 1000

// Walk visits err and the errors that it wraps, depth first as errors.Is does, until visit returns true, and returns whether it
// did. inside reports whether Walk enters an error; nil enters all. Walk ends also for errors that wrap themselves.
func Walk(err error, visit func(error) bool, inside func(error) bool) bool {
	w := walker{visit, inside, maxErrors}
	return w.walk(err)
}

// walker is the state of one Walk. left is the number of errors that it may still visit.
type walker struct {
	visit, inside func(error) bool
	left          int
}

// walk visits err and the errors inside it, and reports whether visit returned true.
func (w *walker) walk(err error) bool {
	for err != nil && w.left > 0 {
		w.left--
		if w.visit(err) {
			return true
		}
		if w.inside != nil && !w.inside(err) {
			return false
		}
		switch e := err.(type) {
		case interface{ Unwrap() error }:
			err = e.Unwrap()
		case interface{ Unwrap() []error }:
			for _, err := range e.Unwrap() {
				if w.walk(err) {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
	return false
}

// Is is errors.Is for errors that may wrap themselves. It returns false when a method panics, as one of a nil pointer may.
func Is(err, target error) (is bool) {
	if err == nil || target == nil {
		return err == target
	}
	defer func() { _ = recover() }()
	comparable := reflect.TypeOf(target).Comparable()
	return Walk(err, func(err error) bool {
		if comparable && err == target {
			return true
		}
		e, ok := err.(interface{ Is(error) bool })
		return ok && e.Is(target)
	}, nil)
}

// As is errors.AsType for errors that may wrap themselves.
func As[E error](err error) (found E, ok bool) {
	ok = Walk(err, func(err error) bool {
		if e, is := err.(E); is {
			found = e
			return true
		}
		e, has := err.(interface{ As(any) bool })
		if !has {
			return false
		}
		target := new(E) // &found would cost every call an allocation
		if e.As(target) {
			found = *target
			return true
		}
		return false
	}, nil)
	return found, ok
}
