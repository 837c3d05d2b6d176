package exchange

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// ErrStalled means that no byte of a body arrived within the read timeout, or that the body is slower than the read rate (408).
// It comes with ErrRead.
var ErrStalled = errors.New("the client stopped sending the request body, or sends it too slowly")

// readDeadline extends the read deadline of a connection as its body arrives. Each read may wait for Limits.ReadTimeout. All
// waits together may take ReadTimeout plus the time of the received bytes at Limits.ReadRate, which ends a body that trickles.
// Time of the program between two reads does not count. The zero value sets no deadline.
type readDeadline struct {
	conn    readDeadliner
	limits  *Limits
	until   time.Time // the deadline of the connection
	arrived int64     // bytes
	waited  time.Duration
}

// readDeadliner is implemented by writers of a connection.
type readDeadliner interface{ SetReadDeadline(time.Time) error }

// readDeadline returns the deadline for this request's body. It is zero for writers without deadlines, as in tests, and under an
// http.Server with a ReadTimeout, which sets its own.
func (x *Exchange) readDeadline() readDeadline {
	if x.limits.ReadTimeout <= 0 {
		return readDeadline{}
	}
	conn := control(x.w, toReadDeadliner)
	if conn == nil {
		return readDeadline{}
	}
	if s := x.server(); s != nil && s.ReadTimeout > 0 {
		return readDeadline{}
	}
	return readDeadline{conn: conn, limits: x.limits}
}

// control finds the first writer with a method, through Unwrap, as http.ResponseController does. It returns the zero value for
// none, where http.ResponseController allocates an error. to asserts the method: the runtime caches an assertion for each place
// in the code, but not for a type parameter.
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

// read reads from the body of the connection. At io.EOF it removes the deadline: net/http then reads in the background to notice
// a client that closes, and would take a deadline for that. After a timeout the deadline stays, so that net/http does not wait
// for the rest of the body.
func (p *readDeadline) read(body io.Reader, b []byte) (int, error) {
	if p.conn == nil {
		return body.Read(b)
	}
	began, wait := time.Now(), p.nextWait()
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

// nextWait is how long the next read may wait.
func (p *readDeadline) nextWait() time.Duration {
	timeout := p.limits.ReadTimeout
	if p.limits.ReadRate <= 0 {
		return timeout
	}
	earned := float64(p.arrived) / float64(p.limits.ReadRate) * float64(time.Second)
	return time.Duration(max(min(float64(timeout), float64(timeout)+earned-float64(p.waited)), 0))
}
