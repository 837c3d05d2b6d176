package exchange

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// The errors of Body. They come wrapped with the details; test with errors.Is.
var (
	// ErrTooLarge means that the body has more bytes than the limit. The client is to blame (413).
	ErrTooLarge = errors.New("request body too large")
	// ErrRead means that the body could not be read to its end: the client went away, or its chunks are malformed.
	// It wraps the cause.
	ErrRead = errors.New("request body could not be read")
)

// Body reads the body once and returns the same bytes on each call. They are valid until Release.
//
// A body of exactly limit bytes passes; one byte more is [ErrTooLarge]. A negative limit means no limit. A Content-Length over
// the limit fails before anything is read, and a later call with a higher limit may succeed. A body that exceeds the limit while
// it is read cannot be read again, and net/http closes its connection after the response. Any other failure is [ErrRead]. The
// buffer grows with the bytes that arrive; a Content-Length alone allocates 64 KiB at most.
func (x *Exchange) Body(limit int64) ([]byte, error) {
	if !x.rare.bodyRead {
		if limit >= 0 && x.ContentLength() > limit {
			return nil, bodyTooLarge(limit)
		}
		x.writeRare().bodyRead = true
		x.rare.bodyErr = x.readBody(limit)
	}
	if x.rare.bodyErr != nil {
		return nil, x.rare.bodyErr
	}
	if limit >= 0 && int64(len(x.rare.body)) > limit {
		return nil, bodyTooLarge(limit)
	}
	return x.rare.body[:len(x.rare.body):len(x.rare.body)], nil
}

// maxOwnedBody is the largest body, in bytes, that UnpooledBody reads into memory of its own.
const maxOwnedBody = 2 << 10

// UnpooledBody is Body for a caller that keeps references into the bytes. It reads a body of up to 2 KiB with a known length into
// new memory, which stays valid and is never written to again; owned is then true. This costs one allocation of the body's size
// and saves one for each string that refers to it. Larger bodies come from the pool, because one string would keep all of it.
func (x *Exchange) UnpooledBody(limit int64) (body []byte, owned bool, err error) {
	if size := x.ContentLength(); !x.rare.bodyRead && size > 0 && size <= maxOwnedBody && (limit < 0 || size <= limit) {
		rare := x.writeRare()
		rare.spare, rare.body, rare.bodyKept = rare.body, make([]byte, 0, size+1), true
	}
	body, err = x.Body(limit)
	return body, x.rare.bodyKept && cap(x.rare.body) <= maxOwnedBody+1, err
}

// KeepBody excludes the bytes of Body from the pool, because user code that received them may keep them.
func (x *Exchange) KeepBody() { x.writeRare().bodyKept = true }

// readBody appends the body to x.rare.body, reading at most one byte past the limit.
func (x *Exchange) readBody(limit int64) error {
	body := x.incoming()
	if body == http.NoBody {
		return nil
	}
	// One byte more than Content-Length: a reader that reports io.EOF with a later call does not make the buffer grow.
	if size := int(min(max(x.ContentLength()+1, 512), maxPooledBody)); cap(x.rare.body) < size && !x.rare.bodyKept {
		x.rare.body = make([]byte, 0, size)
	}
	wait := x.readDeadline()
	for {
		if limit >= 0 && int64(len(x.rare.body)) == limit {
			return x.endOfBody(limit, &wait)
		}
		if len(x.rare.body) == cap(x.rare.body) {
			x.rare.body = append(x.rare.body, 0)[:len(x.rare.body)]
		}
		free := x.rare.body[len(x.rare.body):cap(x.rare.body)]
		if limit >= 0 && int64(len(free)) > limit-int64(len(x.rare.body)) {
			free = free[:limit-int64(len(x.rare.body))]
		}
		n, err := wait.read(body, free)
		x.rare.body = x.rare.body[:len(x.rare.body)+n]
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return readError(err)
		}
	}
}

// bodyEnded reports whether the body has been read to its end.
func (x *Exchange) bodyEnded() bool {
	return x.rare.bodyRead && x.rare.bodyErr == nil || x.rare.reader != nil && x.rare.reader.err == io.EOF
}

// endOfBody is called after limit bytes and fails unless the body ends there. http.MaxBytesReader also tells the server to close
// the connection, so it gets the server's own writer and not a middleware's.
func (x *Exchange) endOfBody(limit int64, wait *readDeadline) error {
	rest := http.MaxBytesReader(innermost(x.w), x.incoming(), 0)
	var one [1]byte
	for {
		_, err := wait.read(rest, one[:])
		if err == io.EOF {
			return nil
		}
		if over, ok := errors.AsType[*http.MaxBytesError](err); ok && over.Limit == 0 {
			return bodyTooLarge(limit)
		}
		if err != nil {
			return readError(err)
		}
	}
}

// readError maps an error of the body to ErrTooLarge, if an http.MaxBytesReader of a middleware has refused it, or to ErrRead.
func readError(err error) error {
	if errors.Is(err, ErrTooLarge) || errors.Is(err, ErrRead) {
		return err // the request's body is a reader of this package
	}
	if over, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return bodyTooLarge(over.Limit) // of a middleware
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("%w: %w: %w", ErrRead, ErrStalled, err)
	}
	return fmt.Errorf("%w: %w", ErrRead, err)
}

// innermost unwraps as http.ResponseController does.
func innermost(w http.ResponseWriter) http.ResponseWriter {
	for {
		u, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return w
		}
		w = u.Unwrap()
	}
}

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
