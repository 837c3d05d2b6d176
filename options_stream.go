package brio

import (
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

// TaskQueue is where (*BackgroundTasks).Enqueue hands jobs to. The innermost wins.
func TaskQueue(q background.Queue) Option {
	return option(func(s *declare.Settings) { s.Queue.SetIf(q != nil, q) })
}
