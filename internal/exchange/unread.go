package exchange

import (
	"io"
	"net/http"
	"strings"
	"time"
)

// An HTTP/1 body that has not been read to its end stands between two requests of its connection. net/http reads it before
// the answer, up to 256 KiB and without a deadline: a client that sends nothing holds the answer back. Here the answer
// leaves first, and the body is looked at when the request is over. HTTP/2 has no such body.

// maxDrain is how many bytes of an unread body are read so that the connection can be used again. It is net/http's number.
const maxDrain = 256 << 10

// moment is how long Close waits for the rest of an unread body, which mostly has arrived long since.
const moment = 5 * time.Millisecond

// unreadBody is the state of a request body that was not read to its end when the headers were sent.
type unreadBody struct {
	conn     readDeadliner // nil: there are no deadlines
	drains   bool          // the connection may be used again, once the body has been drained
	drained  chan struct{} // closed when a stream has drained it beside; nil: nothing does
	complete bool          // the end was seen; after drained
}

type fullDuplexer interface{ EnableFullDuplex() error }

func toFullDuplexer(w http.ResponseWriter) (fullDuplexer, bool) {
	d, ok := w.(fullDuplexer)
	return d, ok
}

// settle decides about the rest of the body, before the headers of the answer leave. A rest that is certain to be too large,
// or that the client has not been asked for, ends the connection (RFC 9110, 10.1.1), as in net/http. For any other the
// answer has a Content-Length and is flushed; Close then drains the rest.
func (x *Exchange) settle() {
	if x.r.ProtoMajor != 1 || !x.HasBody() || x.server() == nil || x.rare.unreadBody != nil {
		return
	}
	u := &unreadBody{conn: control(x.w, toReadDeadliner)}
	x.writeRare().unreadBody = u
	duplex := control(x.w, toFullDuplexer)
	inVain := x.r.ContentLength > maxDrain || len(x.r.Header["Expect"]) > 0 || x.rare.bodyErr != nil
	if inVain || u.conn == nil || duplex == nil || duplex.EnableFullDuplex() != nil {
		x.SetConnectionClose()
		return
	}
	u.drains = true
	x.forcesContentLength = true // it is flushed
}

// drainBeside drains the body of a request whose answer is a stream and whose handler was not given the body: net/http
// notices that the client has gone only behind the end of the body.
func (x *Exchange) drainBeside() {
	u := x.rare.unreadBody
	if u == nil || !u.drains || x.rare.reader != nil {
		return
	}
	u.drained = make(chan struct{})
	go func(body io.Reader) {
		defer close(u.drained)
		u.complete = drain(body)
	}(x.r.Body)
}

// finishBody is for the end of a request whose body was unread when the headers left. Where there is no end of it, the
// connection is not used again, and net/http reads on for the read timeout at most, so that the client can read the answer.
func (x *Exchange) finishBody(u *unreadBody) {
	if u.conn == nil || x.bodyEnded() {
		return
	}
	if u.drains {
		_ = http.NewResponseController(x.w).Flush()
		_ = u.conn.SetReadDeadline(time.Now().Add(moment))
		switch {
		case u.drained != nil:
			<-u.drained
		case x.rare.reader != nil:
			u.complete = drain(x.rare.reader.body) // without its readDeadline
		default:
			u.complete = drain(x.r.Body)
		}
		if u.complete {
			_ = u.conn.SetReadDeadline(time.Time{})
			return
		}
		// A body over its limit ends the connection, and that the body is over this one is certain.
		_, _ = http.MaxBytesReader(innermost(x.w), io.NopCloser(strings.NewReader("x")), 0).Read(make([]byte, 1))
	}
	linger := x.Limits().ReadTimeout
	if d := x.serverReadTimeout(); d > 0 {
		linger = d
	}
	if linger > 0 {
		_ = u.conn.SetReadDeadline(time.Now().Add(linger))
	}
}

// bodyEnded reports whether the body has been read to its end.
func (x *Exchange) bodyEnded() bool {
	return x.rare.bodyRead && x.rare.bodyErr == nil || x.rare.reader != nil && x.rare.reader.err == io.EOF
}

// drain reads a body, up to maxDrain and the deadline that is set, and reports whether there was an end of it.
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
