package exchange

import (
	"io"
	"math"
	"net"
	"net/http"
	"time"
)

// piece is the number of bytes of an answer for which the client has one write timeout. A body of up to piece bytes has no deadline: it
// costs little memory while it waits, and fits into the socket buffers of most systems. 64 KiB in 30 seconds are 17 kbit/s.
const piece = 64 << 10

// Pace extends the write deadline of a connection as the client reads the answer, so that a client that stops reading ends it. The
// zero value sets no deadline.
type Pace struct {
	conn    writeDeadliner
	timeout time.Duration // for each piece
	until   time.Time     // the deadline of the connection
}

// writeDeadliner is implemented by writers of a connection.
type writeDeadliner interface{ SetWriteDeadline(time.Time) error }

func toWriteDeadliner(w http.ResponseWriter) (writeDeadliner, bool) {
	d, ok := w.(writeDeadliner)
	return d, ok
}

// newPace returns the pace of an answer. It is zero for writers without a connection, as in tests.
func newPace(w http.ResponseWriter, timeout time.Duration) Pace {
	if timeout <= 0 {
		return Pace{}
	}
	return Pace{conn: control(w, toWriteDeadliner), timeout: timeout}
}

// pace returns the pace of a complete answer or a file. It is zero under an http.Server with a WriteTimeout, which limits complete
// answers itself.
func (x *Exchange) pace() Pace {
	if s := x.server(); s != nil && s.WriteTimeout > 0 {
		return Pace{}
	}
	return newPace(x.w, x.limits.WriteTimeout)
}

// Advance gives the client the time for one more piece.
func (p *Pace) Advance() {
	if p.conn == nil {
		return
	}
	if now := time.Now(); p.until.Sub(now) < p.timeout*3/4 { // not for each of many pieces that leave at once
		p.until = now.Add(p.timeout)
		_ = p.conn.SetWriteDeadline(p.until)
	}
}

// End removes the deadline, which would otherwise hold for the next answer of the connection. After an error it is not called: net/http
// then does not wait for the client either.
func (p *Pace) End() {
	if p.conn != nil {
		_ = p.conn.SetWriteDeadline(time.Time{})
	}
}

// writeLarge writes a body of more than one piece.
func (x *Exchange) writeLarge(body []byte) error {
	p := x.pace()
	for len(body) > 0 {
		n := len(body)
		if p.conn != nil && n >= 2*piece { // the last piece is not short: net/http would hold it back until the deadline is gone
			n = piece
		}
		p.Advance()
		if _, err := x.w.Write(body[:n]); err != nil {
			return err
		}
		body = body[n:]
	}
	p.End()
	return nil
}

// copyPieces is io.Copy at a pace. Each piece is an io.LimitedReader around the reader in r, which sendfile needs.
func (p *Pace) copyPieces(w io.Writer, r io.Reader) (written int64, err error) {
	if p.conn == nil {
		return io.Copy(w, r)
	}
	from, ok := r.(*io.LimitedReader)
	if !ok {
		from = &io.LimitedReader{R: r, N: math.MaxInt64}
	}
	for from.N > 0 {
		p.Advance()
		part := io.LimitedReader{R: from.R, N: min(from.N, piece)}
		size := part.N
		n, err := io.Copy(w, &part)
		written, from.N = written+n, from.N-n
		if err != nil || n < size {
			return written, err
		}
	}
	return written, nil
}

// NewPace returns the Pace of the writes to a connection that a handler has taken. The zero Pace, for a timeout of 0 or less, sets no
// deadline.
func NewPace(conn net.Conn, timeout time.Duration) Pace {
	if timeout <= 0 {
		return Pace{}
	}
	return Pace{conn: conn, timeout: timeout}
}
