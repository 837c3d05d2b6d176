package answer

import (
	"errors"

	"github.com/brio-go/brio/internal/exchange"
)

// Encode is a function that appends the JSON of v to dst.
type Encode = func(dst []byte, v any) ([]byte, error)

var errNoFormat = errors.New("an error was to be encoded without an error format")

// Encode encodes the value of the Answer into buf. It returns the buffer, which may have grown, for the next use; the Answer
// refers to it until it is sent. For a Served it checks that there is something to serve. Other Answers have nothing to encode.
// After Encode only the connection can make Send fail.
func (a *Answer) Encode(buf []byte, encode Encode) ([]byte, error) {
	switch a.content {
	case encoded:
	case failed:
		return buf, errNoFormat
	case served:
		return buf, a.servedBody().Check()
	default:
		return buf, nil
	}
	out, err := encode(buf[:0], a.value)
	if err != nil {
		return buf, err
	}
	a.content, a.body, a.value = raw, out, nil
	return out, nil
}

// Send writes status, headers and body. It is called once. An error that a Served returns before anything was written is the
// answer to send instead: the file does not meet a condition or a range of the request. Any other error returned before
// anything was written is one that Check reports.
func (a *Answer) Send(x *exchange.Exchange) error {
	mediaType := a.mediaType
	switch a.content {
	case streamed:
		return a.sendStream(x)
	case served:
		opened, err := a.OpenServed(x)
		if err != nil {
			return err
		}
		return opened.Send(a, x)
	case none:
		mediaType = nil
	}
	if a.rare != nil && a.rare.tasks.Len() > 0 {
		x.ForceContentLength() // the answer is flushed before the tasks run
	}
	return x.Send(a.FinalStatus(), a.finalHeaders(), mediaType, a.body)
}

// SendPlain is Send for an Answer that IsPlain.
func (a *Answer) SendPlain(x *exchange.Exchange) error {
	return x.SendPlain(int(a.status), a.mediaType, a.body)
}

// Served is a body that a function serves, such as a file. It does not change: Answers share it.
type Served interface {
	// Check checks that it can be opened, before anything is sent.
	Check() error
	// Open opens it for a request and may set headers of a. It returns every error that is known before the answer begins.
	Open(a *Answer, x *exchange.Exchange) (Opened, error)
}

// Opened is an open Served.
type Opened interface {
	// Send sends it with [Answer.ServeContent], and closes it.
	Send(a *Answer, x *exchange.Exchange) error
	// Close closes one that is not sent.
	Close() error
}

// SetServed makes s the body.
func (a *Answer) SetServed(mediaType string, s Served) {
	a.content, a.plain, a.mediaType, a.value = served, false, exchange.ContentTypeOf(mediaType), s
}

// IsServed reports whether SetServed set the body.
func (a *Answer) IsServed() bool { return a.content == served }

// IsBody reports whether SetServed made s the body.
func (a *Answer) IsBody(s Served) bool { return a.content == served && a.value == any(s) }

func (a *Answer) servedBody() Served {
	s, _ := a.value.(Served)
	return s
}

// OpenServed opens the body of SetServed. The caller sends or closes it.
func (a *Answer) OpenServed(x *exchange.Exchange) (Opened, error) { return a.servedBody().Open(a, x) }

// ServeContent writes status and headers, and content as the body: see [exchange.Exchange.ServeContent].
func (a *Answer) ServeContent(x *exchange.Exchange, c exchange.Content) error {
	return x.ServeContent(a.FinalStatus(), a.finalHeaders(), a.mediaType, c)
}

// SetStream makes the chunks of a source the body, each flushed at once. open is called at most once for a and all of its
// copies together.
func (a *Answer) SetStream(mediaType string, open func() exchange.Source) {
	a.content, a.plain, a.mediaType, a.body, a.value = streamed, false, exchange.ContentTypeOf(mediaType), nil, exchange.NewFlow(open)
}

// SetStreamOf is SetStream for a source that uses memory of x's request. No other request can open the stream.
func (a *Answer) SetStreamOf(x *exchange.Exchange, mediaType string, open func() exchange.Source) {
	a.SetStream(mediaType, open)
	a.flow().Bind(x)
}

// IsStream reports whether the body is a stream.
func (a *Answer) IsStream() bool { return a.content == streamed }

func (a *Answer) flow() *exchange.Flow {
	flow, _ := a.value.(*exchange.Flow)
	return flow
}

// OpenStream opens the source of a stream and returns its Flow, which Send will run and the caller must stop. Of all copies of an
// Answer one can be opened, once; OpenStream fails for all others.
func (a *Answer) OpenStream(x *exchange.Exchange) (*exchange.Flow, error) {
	flow := a.flow()
	if err := flow.Open(x); err != nil {
		return nil, err
	}
	a.opened = true
	return flow, nil
}

// DropStream ends a stream that is not sent. It closes the source, such as an io.Closer.
func (a *Answer) DropStream() error { return a.flow().Drop() }

// BeginStream sends status and headers of a stream. body is true if chunks may follow: not for HEAD, 204 and 304.
func (a *Answer) BeginStream(x *exchange.Exchange) (body bool, err error) {
	return x.Begin(a.FinalStatus(), a.finalHeaders(), a.mediaType)
}

// sendStream sends the chunks. It opens the stream first unless OpenStream has.
func (a *Answer) sendStream(x *exchange.Exchange) (err error) {
	flow := a.flow()
	if !a.opened {
		if err := flow.Open(x); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, flow.Stop()) }()
		if err := flow.First(); err != nil {
			return err
		}
	}
	return flow.Run(func() (bool, error) { return a.BeginStream(x) })
}
