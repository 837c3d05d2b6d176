package brio

import (
	"fmt"
	"slices"
	"time"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/httptext"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/jobs"
)

// EventStream makes server-sent events of the items of iterators, instead of JSON Lines: each item is the data of an event. Other
// results do not change, and a handler that returns response.Events needs no option. It is off by default. The innermost level decides.
//
//go:noinline
func EventStream(on ...bool) Option {
	return switched("EventStream", on, func(s *declare.Settings, on bool) { s.Stream.Events.Set(on) })
}

// EventPing is the silence after which an event stream sends a comment, 15 seconds by default, so that proxies and clients keep the
// connection. It is also the time between two pings of a WebSocket, and the time that the client has to answer one: a connection whose
// client does not answer ends. NoLimit sends none. With 0 the level outside decides.
//
//go:noinline
func EventPing(after time.Duration) Option {
	return limited("EventPing", after, func(s *declare.Settings, after time.Duration) { s.Stream.Ping.Set(after) })
}

// StreamWriteTimeout limits how long a client may take to accept one chunk of a stream. The default is that of WriteTimeout, 30 seconds.
// NoLimit is no timeout. With 0 the level outside decides. A WriteTimeout of the http.Server, which is for whole answers, does not apply
// to streams. For a WebSocket it is the time for each 64 KiB of messages: a client that does not read ends its connection.
//
//go:noinline
func StreamWriteTimeout(d time.Duration) Option {
	return limited("StreamWriteTimeout", d, func(s *declare.Settings, d time.Duration) { s.Stream.WriteTimeout.Set(d) })
}

// MessageRate limits what a client sends over a WebSocket: n messages at once, and n more in each per. One more closes the connection with
// 1008. The default is no limit, and NoLimit removes one of a level outside; with 0 that level decides. Pings and pongs of the client
// always have a limit, 256 at once and 16 in a second.
//
//go:noinline
func MessageRate(n int, per time.Duration) Option {
	if per <= 0 && n != NoLimit {
		return refused(fmt.Sprintf("MessageRate(%d, %v)", n, per), "a positive number and a positive time: MessageRate(100, time.Minute)")
	}
	return limited("MessageRate", n, func(s *declare.Settings, n int) { s.Socket.Rate.Set(declare.Rate{N: n, Per: per}) })
}

// IdleTimeout closes a WebSocket with 1001 when neither side has sent a message for so long. Pings are no messages. The default is no
// limit, and NoLimit removes one of a level outside; with 0 that level decides.
//
//go:noinline
func IdleTimeout(d time.Duration) Option {
	return limited("IdleTimeout", d, func(s *declare.Settings, d time.Duration) { s.Socket.Idle.Set(d) })
}

// CompressMessages compresses the messages of WebSockets from 512 bytes on, for clients that offer permessage-deflate (RFC 7692). No
// context is kept between messages, so an idle connection needs no more memory. It is off by default: it costs much more time than the
// bytes for most messages. MaxBody limits what a message is after decompression. The innermost level decides.
//
//go:noinline
func CompressMessages(on ...bool) Option {
	return switched("CompressMessages", on, func(s *declare.Settings, on bool) { s.Socket.Compress.Set(on) })
}

// AnswerBadMessages answers a message that does not fit the In of a websocket.Conn with its errors, as a 422 has them, and waits for the
// next message. It is off by default: Read returns the errors then, and a handler that returns them closes the connection with 1008. The
// innermost level decides.
//
//go:noinline
func AnswerBadMessages(on ...bool) Option {
	return switched("AnswerBadMessages", on, func(s *declare.Settings, on bool) { s.Socket.Answers.Set(on) })
}

// Subprotocols are the subprotocols of a WebSocket route, the preferred first. The first that the client offers too is agreed on; if there
// is none, the connection has no subprotocol, and browsers close it (RFC 6455, 4.2.2). The innermost level decides.
//
//go:noinline
func Subprotocols(names ...string) Option {
	for _, name := range names {
		if !httptext.IsToken(name) {
			return refused(fmt.Sprintf("Subprotocols has %q", name), `a token (RFC 9110, 5.6.2), as in Subprotocols("chat.v2", "chat.v1")`)
		}
	}
	names = slices.Clone(names)
	return option(func(s *declare.Settings) { s.Socket.Subprotocols.Set(names) })
}

// AllowOrigins lets pages of other origins open WebSockets: "https://app.example.com", "https://*.example.com" for all subdomains of
// example.com, or "*" for any. Pages of the host that the request is for may always. So may the origins that middleware.CORS lists, and pages of
// hosts that middleware.TrustedHost lists; the "*" of CORS counts only with AllowCredentials, because browsers send cookies with
// WebSockets. All others get 403. Clients that are no browsers send no Origin, and are not refused. Levels add up.
//
//go:noinline
func AllowOrigins(origins ...string) Option {
	var fits []func(string) bool
	for _, pattern := range origins {
		f, ok := origin.Pattern(pattern)
		if !ok {
			return refused(fmt.Sprintf("AllowOrigins has %q", pattern), `an origin as browsers send it, in lower case, without a path and without a scheme's own port, as in "https://app.example.com"; "https://*.example.com"; or "*"`)
		}
		fits = append(fits, f)
	}
	return option(func(s *declare.Settings) { s.Socket.Origins = append(s.Socket.Origins, fits...) })
}

// Jobs gives the app an engine that keeps jobs and runs them, and declares the kinds of jobs.
//
//	app := brio.New(brio.Jobs(jobs.NewMemory(), jobs.Handle("send-invoice", sendInvoice)))
//
// Functions enqueue with a *jobs.Queue. Jobs are run from the end of the app's start on, after the lifespans, until its shutdown begins. Jobs
// that run then have the time of ShutdownTimeout. Several of these options with one engine add up.
//
//go:noinline
func Jobs(e jobs.Engine, declarations ...jobs.Declaration) AppOption {
	place, list := funcname.Caller(1), slices.Clone(declarations)
	return appOption(func(a *appSettings) { a.Jobs.Add(e, place, list) })
}

// TaskQueue receives the jobs of (*BackgroundTasks).Enqueue. The innermost level decides.
//
//go:noinline
func TaskQueue(q background.Queue) Option {
	return option(func(s *declare.Settings) { s.Queue.SetIf(q != nil, q) })
}
