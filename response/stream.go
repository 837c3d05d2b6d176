package response

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"

	"github.com/brio-go/brio/internal/exchange"
)

// Stream answers with chunks of an iterator, iter.Seq[[]byte] or iter.Seq2[[]byte, error], unchanged. Each leaves at
// once. The first is produced before the headers leave, so that an error of it has its own status; an error or panic
// later on cuts the connection and is logged. It can be sent once, like every stream: a Response that is returned again is a
// 500, and the log says why.
func Stream[S ~func(func([]byte) bool) | ~func(func([]byte, error) bool)](mediaType string, chunks S) *Response {
	v := reflect.ValueOf(chunks)
	r := &Response{}
	if v.IsNil() {
		r.fail(errors.New("response: Stream was given a nil iterator"))
		return r
	}
	r.BecomeStream(mediaType, func() exchange.Source {
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

// sourceOf is the Source of chunks that are pulled.
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

// Reader answers with what r has, as it comes, in chunks of up to 32 KiB. It can be sent once; returned again, to
// whichever request, it is a 500, and the log says why. A Reader that is an
// io.Closer is closed in the end, also when nothing of it was sent. What waits in Read is interrupted by nobody: a
// Reader that may wait for long should know the request's context.
func Reader(mediaType string, r io.Reader) *Response {
	out := &Response{}
	if r == nil {
		out.fail(errors.New("response: Reader was given a nil io.Reader"))
		return out
	}
	out.BecomeStream(mediaType, func() exchange.Source {
		var buf []byte
		var after error // what came with the last bytes
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

// StreamClass is StreamOf without a media type: answers have no Content-Type unless one is set.
var StreamClass = StreamOf("")

// StreamOf is the class of handlers that return an iterator, iter.Seq[T] or iter.Seq2[T, error], of string or []byte:
// the chunks go out unchanged, as those of Stream do.
func StreamOf(mediaType string) Class {
	return &class{mediaType: mediaType, status: 200, chunks: true, build: func(v any) (*Response, error) {
		seq := reflect.ValueOf(v)
		if !seq.IsValid() || !IsChunks(seq.Type()) || seq.IsNil() {
			return nil, fmt.Errorf("response: a stream was given a %T; it takes %s", v, LegalChunks)
		}
		r := &Response{}
		r.BecomeStream(mediaType, func() exchange.Source {
			next, stop := exchange.Pull(seq)
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
		return r, nil
	}}
}

// LegalChunks says what a class of StreamOf takes.
const LegalChunks = "an iter.Seq[T] or iter.Seq2[T, error] of string or []byte, which is not nil"

// IsChunks reports whether t is an iterator of strings or bytes.
func IsChunks(t reflect.Type) bool {
	item, ok := exchange.ItemOf(t)
	return ok && (item.Kind() == reflect.String || item.Kind() == reflect.Slice && item.Elem().Kind() == reflect.Uint8)
}

// ClassStreams reports whether a class is one of StreamOf, whose handlers return iterators of strings or bytes.
func ClassStreams(c Class) bool { return c.class().chunks }

// ClassEvents reports whether a class makes events of what handlers yield.
func ClassEvents(c Class) bool { return c.class().events }

// BecomeStream makes r an answer whose body is what a source yields while it is sent. Every chunk leaves at once. open is
// called once, whatever copies there are of r.
func (r *Response) BecomeStream(mediaType string, open func() exchange.Source) {
	r.content, r.mediaType, r.body, r.value = streamed, exchange.ContentTypeOf(mediaType), nil, exchange.NewFlow(open)
}

// IsFile reports whether r was made of a file.
func (r *Response) IsFile() bool { return r.content == fromFile }

// BecomeStreamOf is BecomeStream with a source that uses memory of the request that x is: no other request can open it.
func (r *Response) BecomeStreamOf(x *exchange.Exchange, mediaType string, open func() exchange.Source) {
	r.BecomeStream(mediaType, open)
	flow, _ := r.value.(*exchange.Flow)
	flow.Bind(x)
}

// Streams reports whether r has a body that is produced while it is sent.
func (r *Response) Streams() bool { return r.content == streamed }

// Open makes the source of a streaming Response, whose Flow Send will run. The Flow must be stopped in the end. Of all copies
// of a Response one can be opened, once; all others fail.
func (r *Response) Open(x *exchange.Exchange) (*exchange.Flow, error) {
	flow, _ := r.value.(*exchange.Flow)
	if err := flow.Open(x); err != nil {
		return nil, err
	}
	r.opened = true
	return flow, nil
}

// Drop ends a streaming Response that is not sent: what the source holds, such as the io.Closer of Reader, is closed.
func (r *Response) Drop() error {
	flow, _ := r.value.(*exchange.Flow)
	return flow.Drop()
}

// Begin sends status and headers of a streaming Response; body says whether chunks may follow.
func (r *Response) Begin(x *exchange.Exchange) (body bool, err error) {
	return x.Begin(r.finalStatus(), r.finalHeaders(), r.mediaType)
}

// sendStream sends a body of chunks.
func (r *Response) sendStream(x *exchange.Exchange) (err error) {
	flow, _ := r.value.(*exchange.Flow)
	if !r.opened {
		if err := flow.Open(x); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, flow.Stop()) }()
		if err := flow.First(); err != nil {
			return err
		}
	}
	return flow.Run(func() (bool, error) { return r.Begin(x) })
}
