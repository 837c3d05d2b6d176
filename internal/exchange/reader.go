package exchange

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
)

// reader is the body for code that reads it as it arrives: raw readers, multipart, handlers with the *http.Request. It is not pooled:
// code that wrongly keeps it cannot reach the body of another request.
type reader struct {
	body io.ReadCloser // an http.MaxBytesReader, or without a limit the body itself
	max  int64         // of body; negative: none
	err  error         // the error that ended it; io.EOF at the end of the body
	read int64         // bytes so far
	wait readDeadline

	ended atomic.Bool // the request has ended; the connection may serve the next one
	next  *reader     // of the same request

	allowed int64 // bytes that may still be read before errHeaders; negative: any number
}

// errHeaders ends a reader inside of the headers of a part that exceed their limit.
var errHeaders = errors.New("the headers of a part are too long")

// errRequestEnded is the error of a reader that user code has kept after its request. A read would set the read deadline of the
// connection, which may serve the client's next request.
var errRequestEnded = fmt.Errorf("%w: %w", ErrRead, http.ErrBodyReadAfterClose)

// endReaders ends the readers that user code may have kept.
func (x *Exchange) endReaders() {
	for s := x.rare.readers; s != nil; s = s.next {
		s.ended.Store(true)
	}
}

// Read reads up to the limit. One byte more is ErrTooLarge, which is also an *http.MaxBytesError. Any other failure is ErrRead.
func (s *reader) Read(p []byte) (int, error) {
	if s.ended.Load() {
		return 0, errRequestEnded
	}
	if s.err != nil || len(p) == 0 {
		return 0, s.err
	}
	if s.allowed >= 0 {
		if s.allowed == 0 {
			s.err = errHeaders
			return 0, s.err
		}
		p = p[:min(int64(len(p)), s.allowed)]
	}
	n, err := s.wait.read(s.body, p)
	s.read += int64(n)
	if s.allowed >= 0 {
		s.allowed -= int64(n)
	}
	switch over, ok := errors.AsType[*http.MaxBytesError](err); {
	case err == nil, err == io.EOF, errors.Is(err, ErrTooLarge), errors.Is(err, ErrRead):
	case ok && over.Limit == s.max:
		err = &readerLimitError{bodyTooLarge(s.max), over}
	default:
		err = readError(err)
	}
	s.err = err
	return n, err
}

// readerLimitError is a LimitError that code with the http.Request finds as an *http.MaxBytesError, too.
type readerLimitError struct {
	*LimitError
	over *http.MaxBytesError
}

func (e *readerLimitError) Unwrap() []error { return []error{e.LimitError, e.over} }

// Close closes the body.
func (s *reader) Close() error { return s.body.Close() }

// BodyReader returns the body as it arrives. Up to limit bytes can be read; a negative limit means no limit. A Content-Length over
// the limit is [ErrTooLarge] at once, before the server asks the client for the body. All readers of a request read the same body: the
// next one continues where the one before has stopped.
func (x *Exchange) BodyReader(limit int64) (io.ReadCloser, error) {
	s, err := x.openBody(limit)
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (x *Exchange) openBody(limit int64) (*reader, error) {
	if limit >= 0 && x.ContentLength() > limit {
		return nil, bodyTooLarge(limit)
	}
	return x.newReader(limit), nil
}

// newReader returns a reader of the body. It ends with the request.
func (x *Exchange) newReader(limit int64) *reader {
	s := &reader{body: x.incoming(), max: limit, allowed: -1, wait: x.readDeadline(), next: x.rare.readers}
	x.writeRare().readers = s
	if limit >= 0 {
		s.body = http.MaxBytesReader(innermost(x.w), s.body, limit)
	}
	if x.rare.reader == nil {
		x.writeRare().reader = s
	}
	return s
}

// LimitBody puts the limit and the read timeout on the Body of the *http.Request, for code that receives the request. A read of more
// than limit bytes is [ErrTooLarge].
func (x *Exchange) LimitBody(limit int64) {
	if (limit >= 0 || x.limits.ReadTimeout > 0) && x.HasBody() {
		x.setIncoming(x.newReader(limit))
	}
}
