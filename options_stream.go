package brio

import (
	"net/http"
	"time"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/declare"
)

// EventStream makes server-sent events of what iterators yield, instead of JSON Lines: each item is the data of one. A
// handler that returns response.Events needs no option. Other results are not affected.
func EventStream() Option { return option(func(s *declare.Settings) { s.Stream.Events = true }) }

// EventPing is the silence after which an event stream sends a comment, so that proxies and clients do not take it for
// dead; 15 seconds by default, 0 for never.
func EventPing(after time.Duration) Option {
	return option(func(s *declare.Settings) { s.Stream.Ping.Set(after) })
}

// StreamWriteTimeout is how long a client may take to accept one chunk of a stream; without it WriteTimeout is, 30 seconds
// by default. 0 is no limit. The server's WriteTimeout, which is for whole answers, does not apply to streams.
func StreamWriteTimeout(d time.Duration) Option {
	return option(func(s *declare.Settings) { s.Stream.WriteTimeout.Set(d) })
}

// Around wraps the endpoint of every route in scope: binding, dependencies, handler and response model, before anything
// is sent. f calls next at most once; it may change what that returns, answer with a Response of its own or turn errors
// into others. A panic is an error here. Those of the app are outermost. Clean-ups run afterwards, also those before the
// response: they see what Around has made of an error. Plain middleware wraps the whole exchange instead.
//
// What next returns is a copy that f may keep and return to later requests, also at once, unless it is a stream: that is sent
// once, and a 500 when it is returned again. The copy costs two allocations and the size of the body.
func Around(f func(r *http.Request, next func() (*Response, error)) (*Response, error)) Option {
	return option(func(s *declare.Settings) { s.Around = append(s.Around, f) })
}

// TaskQueue is where (*BackgroundTasks).Enqueue hands jobs to. The innermost wins.
func TaskQueue(q background.Queue) Option {
	return option(func(s *declare.Settings) { s.Queue.SetIf(q != nil, q) })
}
