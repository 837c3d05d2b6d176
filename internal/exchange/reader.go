package exchange

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
)

// reader is the body for those who read it as it comes: raw readers, multipart, handlers that have the *http.Request.
// It is not pooled, so that code that wrongly keeps it cannot reach another request's body.
type reader struct {
	body io.ReadCloser // an http.MaxBytesReader, or the body itself where there is no limit
	max  int64         // of body; negative: none
	err  error         // what ended it
	read int64         // bytes so far
	wait readDeadline

	ended atomic.Bool // the request has: the connection is another one's
	next  *reader     // of the same request

	allowed int64 // bytes that may still be read before errHeaders; negative: any number
}

// errHeaders ends a reader while the headers of a part are read.
var errHeaders = errors.New("the headers of a part are too long")

// errBodyEnded is what a reader answers that was kept beyond its request. To read on would set the read deadline of the
// connection, which the client's next request may be using.
var errBodyEnded = fmt.Errorf("%w: %w", ErrRead, http.ErrBodyReadAfterClose)

// endReaders makes the readers that user code may have kept useless.
func (x *Exchange) endReaders() {
	for s := x.rare.readers; s != nil; s = s.next {
		s.ended.Store(true)
	}
}

// Read reads up to the limit. One byte more is ErrTooLarge, which is an *http.MaxBytesError too; any other failure is
// ErrRead.
func (s *reader) Read(p []byte) (int, error) {
	if s.ended.Load() {
		return 0, errBodyEnded
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

// BodyReader returns the body as it arrives. Exactly limit bytes can be read; a negative limit is none. A Content-Length
// over the limit is [ErrTooLarge] at once, before the client was asked to send anything. There is one body: what one
// reader took is gone for the next.
func (x *Exchange) BodyReader(limit int64) (io.ReadCloser, error) {
	s, err := x.openBody(limit)
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (x *Exchange) openBody(limit int64) (*reader, error) {
	if limit >= 0 && x.r.ContentLength > limit {
		return nil, bodyTooLarge(limit)
	}
	return x.newReader(limit), nil
}

func (x *Exchange) newReader(limit int64) *reader {
	s := &reader{body: x.r.Body, max: limit, allowed: -1, wait: x.readDeadline(), next: x.rare.readers}
	x.writeRare().readers = s
	if s.body == nil {
		s.body = http.NoBody
	}
	if limit >= 0 {
		s.body = http.MaxBytesReader(innermost(x.w), s.body, limit)
	}
	if x.rare.reader == nil {
		x.writeRare().reader = s
	}
	return s
}

// LimitBody puts the limit on the request's own Body, for code that is given the *http.Request. Reading more than limit
// bytes from it is [ErrTooLarge]. The read timeout is the reader's, too.
func (x *Exchange) LimitBody(limit int64) {
	if (limit >= 0 || x.Limits().ReadTimeout > 0) && x.HasBody() {
		x.r.Body = x.newReader(limit)
	}
}
