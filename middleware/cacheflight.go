package middleware

import (
	"context"
	"errors"
	"sync"
	"time"
)

// errRunTime is the context.Cause of a handler that has run for MaxRun without the client that began it.
var errRunTime = errors.New("brio/middleware: the handler runs longer than MaxRun of the cache without its client")

// missTime is how long no request waits for an URL whose answer was not stored, and maxMisses how many of these the cache remembers, at
// about 200 bytes each.
const (
	missTime  = 10 * time.Second
	maxMisses = 4096
)

// flights are the handlers that run for requests that share their answers. The zero value has none.
type flights struct {
	mu     sync.Mutex
	inside map[string]*flight
	misses map[string]time.Time // by key: until when requests do not wait
}

// flight is one handler that runs, and the clients that wait for its answer.
type flight struct {
	all          *flights
	key          string
	isBackground bool          // no client began it
	done         chan struct{} // closed when value is set
	value        []byte        // the encoded entry; nil if the answer cannot be shared

	// Guarded by all.mu:
	clients int // that wait, with the one that began it
	isEnded bool
	isAlone bool                    // the client that began it has gone
	cancel  context.CancelCauseFunc // ends the context of the handler
	timer   *time.Timer             // calls cancel after MaxRun; nil until isAlone
}

// join returns the flight of a key. isFirst is true for the request that has to run the handler and to call end. The flight is nil if
// requests for the key do not wait for each other.
func (a *flights) join(key string) (f *flight, isFirst bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if f = a.inside[key]; f != nil {
		f.clients++
		return f, false
	}
	if until, ok := a.misses[key]; ok {
		if time.Now().Before(until) {
			return nil, false
		}
		delete(a.misses, key)
	}
	return a.begin(key), true
}

// background begins a flight without a client, nil if there is one.
func (a *flights) background(key string) *flight {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.inside[key] != nil {
		return nil
	}
	f := a.begin(key)
	f.clients, f.isBackground = 0, true
	return f
}

// begin adds a flight. The caller holds the lock.
func (a *flights) begin(key string) *flight {
	if a.inside == nil {
		a.inside, a.misses = map[string]*flight{}, map[string]time.Time{}
	}
	f := &flight{all: a, key: key, done: make(chan struct{}), clients: 1}
	a.inside[key] = f
	return f
}

// run returns the context of the handler: with the values of that of the client, without its end. It ends when no client waits any more,
// and maxRun after the client has gone that began the flight. After end it ends with that client. stop frees what the context has.
func (f *flight) run(client context.Context, maxRun time.Duration) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(client))
	f.all.mu.Lock()
	f.cancel = cancel
	f.all.mu.Unlock()
	free := context.AfterFunc(client, func() {
		f.all.mu.Lock()
		defer f.all.mu.Unlock()
		f.clients--
		f.isAlone = true
		if f.isEnded || f.clients == 0 {
			f.remove()
			cancel(context.Cause(client))
			return
		}
		f.timer = time.AfterFunc(maxRun, func() { cancel(errRunTime) })
	})
	return ctx, func() {
		free()
		cancel(nil)
	}
}

// wait returns the answer of the flight, nil if it cannot be shared. ok is false if the client has gone before.
func (f *flight) wait(client context.Context) (value []byte, ok bool) {
	select {
	case <-f.done:
		return f.value, true
	case <-client.Done():
	}
	f.all.mu.Lock()
	defer f.all.mu.Unlock()
	if f.clients--; f.clients == 0 && !f.isEnded && !f.isBackground {
		f.remove()
		f.cancel(context.Cause(client)) // set: the client that began the flight has gone after run
	}
	return nil, false
}

// end gives the clients that wait the encoded answer, or tells them by nil to run the handler themselves. isMiss keeps further requests
// from waiting for a while. Only the first call counts.
func (f *flight) end(value []byte, isMiss bool) {
	f.all.mu.Lock()
	defer f.all.mu.Unlock()
	if f.isEnded {
		return
	}
	f.isEnded, f.value = true, value
	close(f.done)
	f.remove()
	f.all.note(f.key, isMiss)
	if f.timer != nil {
		f.timer.Stop()
	}
	if f.isAlone {
		f.cancel(context.Canceled)
	}
}

// remove makes further requests begin a flight of their own. The caller holds the lock.
func (f *flight) remove() {
	if f.all.inside[f.key] == f {
		delete(f.all.inside, f.key)
	}
}

// note remembers that the answer of a key was not stored, or that it was. The caller holds the lock.
func (a *flights) note(key string, isMiss bool) {
	if !isMiss {
		delete(a.misses, key)
		return
	}
	if len(a.misses) >= maxMisses {
		clear(a.misses)
	}
	a.misses[key] = time.Now().Add(missTime)
}

// settle is end for a handler without a flight: it only notes the outcome.
func (a *flights) settle(key string, isMiss bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.misses != nil {
		a.note(key, isMiss)
	}
}
