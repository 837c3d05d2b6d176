package exchange

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// ErrStalled means that nothing of a body arrived for the read timeout, or that it arrives more slowly than the read rate
// (408). It comes with ErrRead.
var ErrStalled = errors.New("the client stopped sending the request body, or sends it too slowly")

// readDeadline moves the read deadline of a connection along with the progress of a body. Each read may wait for
// Limits.ReadTimeout. All waits together may take ReadTimeout and the time that the bytes so far take at Limits.ReadRate:
// a body that comes in drops ends. What the program does between two reads does not count. The zero value waits for ever.
type readDeadline struct {
	conn    readDeadliner
	limits  *Limits
	until   time.Time // the deadline of the connection
	arrived int64     // bytes
	waited  time.Duration
}

type readDeadliner interface{ SetReadDeadline(time.Time) error }

// readDeadline returns the deadline of this request's body. It is the zero value for writers without a connection, as in tests, and
// under an http.Server with a ReadTimeout, which sets its own deadline.
func (x *Exchange) readDeadline() readDeadline {
	limits := x.Limits()
	if limits.ReadTimeout <= 0 {
		return readDeadline{}
	}
	conn := control(x.w, toReadDeadliner)
	if conn == nil || x.serverReadTimeout() > 0 {
		return readDeadline{}
	}
	return readDeadline{conn: conn, limits: limits}
}

// server is the http.Server that has accepted the request, nil for none.
func (x *Exchange) server() *http.Server {
	s, _ := x.r.Context().Value(http.ServerContextKey).(*http.Server)
	return s
}

func (x *Exchange) serverReadTimeout() time.Duration {
	if s := x.server(); s != nil {
		return s.ReadTimeout
	}
	return 0
}

// control finds the writer that has a method, as http.ResponseController does, whose error would cost an allocation. The
// zero value stands for none. to asserts the method: the runtime remembers the outcome for each such place, but not for a
// type parameter.
func control[T any](w http.ResponseWriter, to func(http.ResponseWriter) (T, bool)) (found T) {
	for {
		if found, ok := to(w); ok {
			return found
		}
		u, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return found
		}
		w = u.Unwrap()
	}
}

func toReadDeadliner(w http.ResponseWriter) (readDeadliner, bool) {
	d, ok := w.(readDeadliner)
	return d, ok
}

// read reads from the body of the connection. At its end the deadline is taken back: net/http goes on to read, to notice
// when the client leaves, and a deadline would look like that. After a stall it stays, so that net/http does not wait for
// the rest of the body either.
func (p *readDeadline) read(body io.Reader, b []byte) (int, error) {
	if p.conn == nil {
		return body.Read(b)
	}
	began, wait := time.Now(), p.left()
	if left := p.until.Sub(began); left < wait*3/4 || left > wait { // not for each of many small reads
		p.until = began.Add(wait)
		if p.conn.SetReadDeadline(p.until) != nil {
			p.conn = nil
			return body.Read(b)
		}
	}
	n, err := body.Read(b)
	if err == io.EOF {
		_ = p.conn.SetReadDeadline(time.Time{})
		p.conn = nil
		return n, err
	}
	p.arrived += int64(n)
	p.waited += time.Since(began)
	return n, err
}

// left is how long the next read may wait.
func (p *readDeadline) left() time.Duration {
	timeout := p.limits.ReadTimeout
	if p.limits.ReadRate <= 0 {
		return timeout
	}
	earned := float64(p.arrived) / float64(p.limits.ReadRate) * float64(time.Second)
	return time.Duration(max(min(float64(timeout), float64(timeout)+earned-float64(p.waited)), 0))
}
