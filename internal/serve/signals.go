package serve

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// UntilSignal returns a context that ends with the first SIGINT or SIGTERM, which is its cause. A second signal ends the process, also one
// that comes at the same time. release ends the context, and gives the signals their usual effect.
//
// signal.NotifyContext is no way to do that: a signal that comes between the end of its context and the call of its stop has no effect.
func UntilSignal() (ctx context.Context, release func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		select {
		case first := <-signals:
			cancel(errors.New(first.String() + " signal received"))
		case <-ctx.Done():
		}
		signal.Stop(signals) // from here on a signal ends the process
		select {
		case second := <-signals:
			raise(second)
		default:
		}
	}()
	return ctx, func() { cancel(context.Canceled) }
}

// raise sends the process a signal that it has no handler for.
func raise(s os.Signal) {
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Signal(s)
	}
	if err != nil { // Windows sends no signals
		os.Exit(1)
	}
}
