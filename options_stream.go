package brio

import (
	"time"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/declare"
)

// EventStream makes server-sent events of the items of iterators, instead of JSON Lines: each item is the data of an event. Other
// results do not change, and a handler that returns response.Events needs no option. It is off by default. The innermost level decides.
func EventStream(on ...bool) Option {
	return switched("EventStream", on, func(s *declare.Settings, on bool) { s.Stream.Events.Set(on) })
}

// EventPing is the silence after which an event stream sends a comment, 15 seconds by default, so that proxies and clients keep the
// connection. NoLimit sends none. With 0 the level outside decides.
func EventPing(after time.Duration) Option {
	return limited("EventPing", after, func(s *declare.Settings, after time.Duration) { s.Stream.Ping.Set(after) })
}

// StreamWriteTimeout limits how long a client may take to accept one chunk of a stream. The default is that of WriteTimeout, 30 seconds.
// NoLimit is no timeout. With 0 the level outside decides. A WriteTimeout of the http.Server, which is for whole answers, does not apply
// to streams.
func StreamWriteTimeout(d time.Duration) Option {
	return limited("StreamWriteTimeout", d, func(s *declare.Settings, d time.Duration) { s.Stream.WriteTimeout.Set(d) })
}

// TaskQueue receives the jobs of (*BackgroundTasks).Enqueue. The innermost level decides.
func TaskQueue(q background.Queue) Option {
	return option(func(s *declare.Settings) { s.Queue.SetIf(q != nil, q) })
}
