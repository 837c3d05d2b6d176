package exchange

import (
	"io"
	"net/http"
	"strings"
	"time"
)

// The unread rest of an HTTP/1 body stands between two requests of its connection. net/http reads up to 256 KiB of it before the
// answer, without a deadline: a client that sends nothing delays the answer. This package waits for drainWait, and the answer says whether
// the connection is reused. Else a client could send its next request into a connection that is about to be closed. A stream begins at
// once, and the rest is drained beside it. HTTP/2 bodies have streams of their own.

// maxDrain is how many bytes of an unread body are read to reuse the connection. It is net/http's number.
const maxDrain = 256 << 10

// drainWait is how long an answer waits for the rest of an unread body. In most cases the rest has arrived before.
const drainWait = 5 * time.Millisecond

// unreadBody is the state of a request body that was not read to its end when the headers were sent.
type unreadBody struct {
	conn     readDeadliner // nil: the writer has no deadlines
	streams  bool          // Close drains the body: a stream is answered
	drained  chan struct{} // closed when the goroutine of drainBeside has ended; nil: there is none
	complete bool          // the body was read to its end; valid after drained is closed
}

// fullDuplexer is implemented by net/http's writers of HTTP/1.
type fullDuplexer interface{ EnableFullDuplex() error }

func toFullDuplexer(w http.ResponseWriter) (fullDuplexer, bool) {
	d, ok := w.(fullDuplexer)
	return d, ok
}

// settle decides about the rest of the body, before the headers of an answer leave. It drains the rest. It closes the connection after the
// answer if the rest does not come in time or is too large, or if the client waits for 100 Continue (RFC 9110, 10.1.1).
func (x *Exchange) settle() {
	u, reusable := x.unread()
	if !reusable {
		return
	}
	_ = u.conn.SetReadDeadline(time.Now().Add(drainWait))
	if u.complete = drain(x.rest()); u.complete {
		_ = u.conn.SetReadDeadline(time.Time{})
		return
	}
	x.SetConnectionClose()
	x.endConnection()
}

// settleStream decides about the rest of the body, before the headers of a stream leave. Close drains the rest.
func (x *Exchange) settleStream() {
	u, reusable := x.unread()
	if !reusable {
		return
	}
	duplex := control(x.w, toFullDuplexer)
	if duplex == nil || duplex.EnableFullDuplex() != nil {
		x.SetConnectionClose()
		return
	}
	u.streams = true
	x.drainBeside(u)
}

// unread records that the body has an unread rest when the headers leave. reusable is false if there is none, and if the rest cannot be
// drained: then the answer closes the connection.
func (x *Exchange) unread() (u *unreadBody, reusable bool) {
	if !x.isHTTP1() || !x.HasBody() || x.server() == nil || x.rare.unreadBody != nil || x.bodyEnded() {
		return nil, false
	}
	u = &unreadBody{conn: control(x.w, toReadDeadliner)}
	x.writeRare().unreadBody = u
	if x.ContentLength() > maxDrain || len(x.header("Expect")) > 0 || x.rare.bodyErr != nil || u.conn == nil {
		x.SetConnectionClose()
		return u, false
	}
	return u, true
}

// rest returns the body without the deadlines of the reader that a handler has.
func (x *Exchange) rest() io.Reader {
	if x.rare.reader != nil {
		return x.rare.reader.body
	}
	return x.incoming()
}

// endConnection has net/http close the connection after the answer, and keep it open until the client can have read the answer: net/http
// does so for a body over its limit, and each body is over this one.
func (x *Exchange) endConnection() {
	_, _ = http.MaxBytesReader(innermost(x.w), io.NopCloser(strings.NewReader("x")), 0).Read(make([]byte, 1))
}

// drainBeside drains the body in a goroutine while the answer is streamed, if the handler does not read the body: net/http notices a
// client that closes only after the end of the body.
func (x *Exchange) drainBeside(u *unreadBody) {
	if x.rare.reader != nil {
		return
	}
	u.drained = make(chan struct{})
	go func(body io.Reader) {
		defer close(u.drained)
		u.complete = drain(body)
	}(x.incoming())
}

// finishBody is called by Close if the body had an unread rest when the headers left. If the rest does not end, the connection is not
// reused, and net/http reads on for the read timeout at most, so that the client can read the answer.
func (x *Exchange) finishBody(u *unreadBody) {
	if u.conn == nil || x.bodyEnded() || u.complete && !u.streams {
		return
	}
	if u.streams {
		_ = http.NewResponseController(x.w).Flush()
		_ = u.conn.SetReadDeadline(time.Now().Add(drainWait))
		if u.drained != nil {
			<-u.drained
		} else {
			u.complete = drain(x.rest())
		}
		if u.complete {
			_ = u.conn.SetReadDeadline(time.Time{})
			return
		}
		x.endConnection()
	}
	linger := x.limits.ReadTimeout
	if s := x.server(); s != nil && s.ReadTimeout > 0 {
		linger = s.ReadTimeout
	}
	if linger > 0 {
		_ = u.conn.SetReadDeadline(time.Now().Add(linger))
	}
}

// drain reads a body up to maxDrain bytes and reports whether it has ended. The caller sets a deadline.
func drain(body io.Reader) bool {
	var b [512]byte
	for n := 0; n <= maxDrain; {
		m, err := body.Read(b[:])
		if n += m; err != nil {
			return err == io.EOF
		}
	}
	return false
}
