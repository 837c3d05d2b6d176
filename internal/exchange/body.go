package exchange

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
)

// What Body fails with. Both are wrapped with the details; test with errors.Is.
var (
	// ErrTooLarge means that the body has more bytes than the limit. The client is to blame (413).
	ErrTooLarge = errors.New("request body too large")
	// ErrRead means that the body could not be read to its end: the client went away, or its chunks are malformed.
	// It wraps the cause.
	ErrRead = errors.New("request body could not be read")
)

// HasBody reports whether the request announces a body: a Content-Length over 0, or none that is known (chunked, or
// an HTTP/2 stream that was left open). It reads nothing, so an announced body may still turn out to be empty.
func (x *Exchange) HasBody() bool {
	return x.r.ContentLength != 0 && x.r.Body != nil && x.r.Body != http.NoBody
}

// Body reads the body once and returns the same bytes on each call. They are valid until Release.
//
// Exactly limit bytes pass, one more is [ErrTooLarge]; a negative limit is none. A Content-Length over the limit
// fails before anything is read, and a later call with a higher limit may succeed; a body that turned out to be
// longer while it was read cannot be read again, and net/http closes its connection after the response. Any other
// failure is [ErrRead]. The memory grows with what arrives: a Content-Length is believed up to 64 KiB.
func (x *Exchange) Body(limit int64) ([]byte, error) {
	if !x.rare.bodyRead {
		if limit >= 0 && x.r.ContentLength > limit {
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

// maxOwnedBody is the largest body, in bytes, that UnpooledBody gives away.
const maxOwnedBody = 2 << 10

// UnpooledBody is Body for a caller that keeps what it is made of: a small body whose length is known is read into memory of
// its own, which stays valid and is never written to again; owned says so. It costs an allocation of the body's size, and
// spares one for each string that refers to it. Larger ones come from the pool, as a kept string would keep all of them.
func (x *Exchange) UnpooledBody(limit int64) (body []byte, owned bool, err error) {
	if size := x.r.ContentLength; !x.rare.bodyRead && size > 0 && size <= maxOwnedBody && (limit < 0 || size <= limit) {
		rare := x.writeRare()
		rare.spare, rare.body, rare.bodyKept = rare.body, make([]byte, 0, size+1), true
	}
	body, err = x.Body(limit)
	return body, x.rare.bodyKept && cap(x.rare.body) <= maxOwnedBody+1, err
}

// KeepBody says that user code has been given the bytes of Body, which it may keep: their memory is not used again.
func (x *Exchange) KeepBody() { x.writeRare().bodyKept = true }

// readBody appends the body to x.rare.body, reading at most one byte past the limit.
func (x *Exchange) readBody(limit int64) error {
	if x.r.Body == nil || x.r.Body == http.NoBody {
		return nil
	}
	// One byte more than announced, so that a reader that reports the end late does not make the buffer grow.
	if size := int(min(max(x.r.ContentLength+1, 512), maxPooledBody)); cap(x.rare.body) < size && !x.rare.bodyKept {
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
		n, err := wait.read(x.r.Body, free)
		x.rare.body = x.rare.body[:len(x.rare.body)+n]
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return readError(err)
		}
	}
}

// endOfBody is called with limit bytes read and fails unless they were all. http.MaxBytesReader also tells the
// server to close the connection, so it gets the server's own writer and not a middleware's around it.
func (x *Exchange) endOfBody(limit int64, wait *readDeadline) error {
	rest := http.MaxBytesReader(innermost(x.w), x.r.Body, 0)
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

// readError tells a body over the limit of an http.MaxBytesReader that a middleware put around it from one that did
// not arrive.
func readError(err error) error {
	if errors.Is(err, ErrTooLarge) || errors.Is(err, ErrRead) {
		return err // of a reader that is the request's body
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
