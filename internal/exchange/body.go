package exchange

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
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
