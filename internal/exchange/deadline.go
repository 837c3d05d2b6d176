package exchange

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// ErrStalled means that nothing of a body arrived for the read timeout (408). It comes with ErrRead.
var ErrStalled = errors.New("the client stopped sending the request body")

// SetReadTimeout says how long each read of the body may wait for the client; 0 or less is for ever. It is not the time of
// the body as a whole, so that long uploads pass.
func (x *Exchange) SetReadTimeout(d time.Duration) { x.timeout = d }

// patience moves the read deadline of a connection along with the progress of a body. The zero value waits for ever.
type patience struct {
	conn    deadliner
	timeout time.Duration
	until   time.Time // the deadline of the connection
}

type deadliner interface{ SetReadDeadline(time.Time) error }

// patience is that of this request. Writers that are no connection's, as in tests, have no deadlines, and an http.Server
// with a ReadTimeout has a policy of its own.
func (x *Exchange) patience() patience {
	if x.timeout <= 0 {
		return patience{}
	}
	if s, ok := x.r.Context().Value(http.ServerContextKey).(*http.Server); ok && s.ReadTimeout > 0 {
		return patience{}
	}
	// As http.ResponseController does, whose error would cost an allocation.
	for w := x.w; ; {
		switch u := w.(type) {
		case deadliner:
			return patience{conn: u, timeout: x.timeout}
		case interface{ Unwrap() http.ResponseWriter }:
			w = u.Unwrap()
		default:
			return patience{}
		}
	}
}

// read reads from the body of the connection. At its end the deadline is taken back: net/http goes on to read, to notice
// when the client leaves, and a deadline would look like that. After a stall it stays, so that net/http does not wait for
// the rest of the body either.
func (p *patience) read(body io.Reader, b []byte) (int, error) {
	if p.conn == nil {
		return body.Read(b)
	}
	if now := time.Now(); p.until.Sub(now) < p.timeout*3/4 { // not for each of many small reads
		p.until = now.Add(p.timeout)
		if p.conn.SetReadDeadline(p.until) != nil {
			p.conn = nil
		}
	}
	n, err := body.Read(b)
	if err == io.EOF && p.conn != nil {
		_ = p.conn.SetReadDeadline(time.Time{})
		p.conn = nil
	}
	return n, err
}

// unread is how much of a body that nobody wanted net/http reads before it answers, to use the connection again.
const unread = 256 << 10

// drain reads, with patience, what nobody has read: net/http would, and would wait for ever. In HTTP/2 it does not. A body that was given away is
// its reader's.
func (x *Exchange) drain() {
	if x.rest.bodyRead || x.rest.bodyGiven || x.r.ProtoMajor != 1 || !x.HasBody() || x.r.ContentLength > unread || x.r.Header.Get("Expect") != "" {
		return
	}
	x.used().bodyGiven = true
	p := x.patience()
	var b [512]byte
	for n := 0; p.conn != nil && n < unread; {
		m, err := p.read(x.r.Body, b[:])
		if n += m; err != nil {
			return
		}
	}
}
