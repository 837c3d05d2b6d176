package brio

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// lifetime starts an app once and stops it. The zero value has not started. It is safe for concurrent use.
type lifetime struct {
	Running atomic.Pointer[instance] // nil until Start succeeds

	start  sync.Once
	failed error
}

// Start compiles and starts an app. A second call returns the error of the first.
func (l *lifetime) Start(ctx context.Context, compile func() (*instance, error)) error {
	l.start.Do(func() {
		l.failed = errNotStarted // stands when a function of the app calls runtime.Goexit
		in, err := compile()
		if err == nil {
			err = in.Start(ctx)
		}
		if err != nil {
			l.failed = err
			return
		}
		in.Seal()
		in.warn()
		l.failed = nil
		l.Running.Store(in)
	})
	return l.failed
}

// Stop stops the app. An app that has not started has nothing to stop, and no longer starts.
func (l *lifetime) Stop(ctx context.Context) error {
	l.start.Do(func() { l.failed = errShutDown })
	if l.failed != nil {
		return nil
	}
	return l.Running.Load().Stop(ctx)
}

var errNotStarted = errors.New("brio: the app has not started: a lifespan, or what builds a value, called runtime.Goexit")

var errShutDown = errors.New("brio: the app was shut down before it had started")
