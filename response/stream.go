package response

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"

	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/iterate"
)

// Stream answers with the chunks of an iterator, iter.Seq[[]byte] or iter.Seq2[[]byte, error]. Each chunk is flushed at once.
// The first is produced before the headers are sent, so that its error has its own status. A later error or panic closes the
// connection and is logged. A stream can be sent once: if the program returns the Response again, the answer is a 500 and
// the log has the reason.
func Stream[S ~func(func([]byte) bool) | ~func(func([]byte, error) bool)](mediaType string, chunks S) *Response {
	v := reflect.ValueOf(chunks)
	r := &Response{}
	if v.IsNil() {
		r.answer.Fail(errors.New("response: Stream was given a nil iterator"))
		return r
	}
	r.answer.SetStream(mediaType, func() exchange.Source {
		if one := reflect.TypeFor[func(func([]byte) bool)](); v.CanConvert(one) {
			next, stop := iter.Pull(v.Convert(one).Interface().(func(func([]byte) bool)))
			return sourceOf(func() ([]byte, error, bool) {
				b, ok := next()
				return b, nil, ok
			}, stop)
		}
		two := reflect.TypeFor[func(func([]byte, error) bool)]()
		return sourceOf(iter.Pull2(v.Convert(two).Interface().(func(func([]byte, error) bool))))
	})
	return r
}

// sourceOf makes a Source of a pull iterator.
func sourceOf(next func() ([]byte, error, bool), stop func()) exchange.Source {
	return exchange.Source{
		Next: func() ([]byte, error) {
			b, err, ok := next()
			if !ok {
				return nil, io.EOF
			}
			return b, err
		},
		Stop: func() error { stop(); return nil },
	}
}

// Reader answers with the content of r, in chunks of up to 32 KiB, each flushed when Read returns it. It can be sent once: if
// the program returns the Response again, the answer is a 500 and the log has the reason. An r that is an io.Closer is always
// closed, also if nothing was sent. The framework cannot interrupt a Read: an r that may wait for long must watch the
// request's context.
func Reader(mediaType string, r io.Reader) *Response {
	out := &Response{}
	if r == nil {
		out.answer.Fail(errors.New("response: Reader was given a nil io.Reader"))
		return out
	}
	out.answer.SetStream(mediaType, func() exchange.Source {
		var buf []byte
		var after error // the error that Read returned with the last bytes
		return exchange.Source{
			Next: func() ([]byte, error) {
				if after != nil {
					return nil, after
				}
				if buf == nil {
					buf = make([]byte, 32<<10)
				}
				for range 100 {
					n, err := r.Read(buf)
					if n > 0 {
						after = err
						return buf[:n], nil
					}
					if err != nil {
						return nil, err
					}
				}
				return nil, io.ErrNoProgress
			},
			Stop: func() error {
				if c, ok := r.(io.Closer); ok {
					return c.Close()
				}
				return nil
			},
		}
	})
	return out
}

// StreamClass is StreamOf without a media type: answers have no Content-Type unless the handler sets one.
var StreamClass = StreamOf("")

// StreamOf makes a class for handlers that return an iterator of string or []byte, iter.Seq[T] or iter.Seq2[T, error]. The
// chunks are sent unchanged, as Stream sends them.
func StreamOf(mediaType string) Class {
	return &class{MediaType: mediaType, Status: 200, Chunks: true, Render: func(v any) (*answer.Answer, error) {
		seq := reflect.ValueOf(v)
		if !seq.IsValid() || !answer.IsChunks(seq.Type()) || seq.IsNil() {
			return nil, fmt.Errorf("response: a stream was given a %T; it takes %s", v, answer.LegalChunks)
		}
		a := &answer.Answer{}
		a.SetStream(mediaType, func() exchange.Source {
			next, stop := iterate.Pull(seq)
			return sourceOf(func() ([]byte, error, bool) {
				item, err, ok := next()
				if err != nil || !ok {
					return nil, err, ok
				}
				if item.Kind() == reflect.String {
					return []byte(item.String()), nil, true
				}
				return item.Bytes(), nil, true
			}, stop)
		})
		return a, nil
	}}
}
