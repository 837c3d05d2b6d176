package exchange

import (
	"io"
	"net/http"
	"strings"
	"time"
)

// The unread rest of an HTTP/1 body stands between two requests of its connection. net/http reads up to 256 KiB of it before the
// answer, without a deadline: a client that sends nothing delays the answer. This package sends the answer first and drains the body
// when the request ends. HTTP/2 bodies have streams of their own.

// maxDrain is how many bytes of an unread body Close reads to reuse the connection. It is net/http's number.
const maxDrain = 256 << 10

// drainWait is how long Close waits for the rest of an unread body. In most cases the rest has arrived before.
const drainWait = 5 * time.Millisecond

// unreadBody is the state of a request body that was not read to its end when the headers were sent.
type unreadBody struct {
	conn     readDeadliner // nil: the writer has no deadlines
	drains   bool          // Close drains the body, so that the connection can be reused
	drained  chan struct{} // closed when the goroutine of drainBeside has ended; nil: there is none
	complete bool          // the body was read to its end; valid after drained is closed
}

// fullDuplexer is implemented by net/http's writers of HTTP/1.
type fullDuplexer interface{ EnableFullDuplex() error }

func toFullDuplexer(w http.ResponseWriter) (fullDuplexer, bool) {
	d, ok := w.(fullDuplexer)
	return d, ok
}

// settle decides about the rest of the body, before the headers of the answer leave. It closes the connection after the answer if the
// rest is too large, or if the client waits for 100 Continue (RFC 9110, 10.1.1), as net/http does. In other cases the answer has a
// Content-Length and is flushed, and Close drains the rest.
func (x *Exchange) settle() {
	if !x.isHTTP1() || !x.HasBody() || x.server() == nil || x.rare.unreadBody != nil {
		return
	}
	u := &unreadBody{conn: control(x.w, toReadDeadliner)}
	x.writeRare().unreadBody = u
	duplex := control(x.w, toFullDuplexer)
	inVain := x.ContentLength() > maxDrain || len(x.header("Expect")) > 0 || x.rare.bodyErr != nil
	if inVain || u.conn == nil || duplex == nil || duplex.EnableFullDuplex() != nil {
		x.SetConnectionClose()
		return
	}
	u.drains = true
	x.forcesContentLength = true // Close flushes the answer
}

// drainBeside drains the body in a goroutine while the answer is streamed, if the handler does not read the body: net/http notices a
// client that closes only after the end of the body.
func (x *Exchange) drainBeside() {
	u := x.rare.unreadBody
	if u == nil || !u.drains || x.rare.reader != nil {
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
	if u.conn == nil || x.bodyEnded() {
		return
	}
	if u.drains {
		_ = http.NewResponseController(x.w).Flush()
		_ = u.conn.SetReadDeadline(time.Now().Add(drainWait))
		switch {
		case u.drained != nil:
			<-u.drained
		case x.rare.reader != nil:
			u.complete = drain(x.rare.reader.body) // without its readDeadline
		default:
			u.complete = drain(x.incoming())
		}
		if u.complete {
			_ = u.conn.SetReadDeadline(time.Time{})
			return
		}
		// net/http closes the connection of a body over its limit, and each body is over this one.
		_, _ = http.MaxBytesReader(innermost(x.w), io.NopCloser(strings.NewReader("x")), 0).Read(make([]byte, 1))
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
