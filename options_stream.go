package brio

import (
	"time"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/declare"
)

// EventStream makes server-sent events of what iterators yield, instead of JSON Lines: each item is the data of one. A
// handler that returns response.Events needs no option. Other results are not affected. EventStream(false) takes it
// back for a router or route.
func EventStream(on ...bool) Option {
	return switched("EventStream", on, func(s *declare.Settings, on bool) { s.Stream.Events.Set(on) })
}

// EventPing is the silence after which an event stream sends a comment, so that proxies and clients do not take it for
// dead; 15 seconds by default. NoLimit is never, 0 leaves it to the level outside.
func EventPing(after time.Duration) Option {
	return limited("EventPing", after, func(s *declare.Settings, after time.Duration) { s.Stream.Ping.Set(after) })
}

// StreamWriteTimeout is how long a client may take to accept one chunk of a stream; without it WriteTimeout is, 30 seconds
// by default. NoLimit is none, 0 leaves it to the level outside. The server's WriteTimeout, which is for whole answers, does not apply to streams.
func StreamWriteTimeout(d time.Duration) Option {
	return limited("StreamWriteTimeout", d, func(s *declare.Settings, d time.Duration) { s.Stream.WriteTimeout.Set(d) })
}

// TaskQueue is where (*BackgroundTasks).Enqueue hands jobs to. The innermost wins.
func TaskQueue(q background.Queue) Option {
	return option(func(s *declare.Settings) { s.Queue.SetIf(q != nil, q) })
}
