package exchangetest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/exchange"
)

// Server is a way of serving that has begun.
type Server struct {
	URL    string // scheme and host, without a slash at the end
	Client *http.Client

	// Dial opens a connection on which the test writes HTTP/1.1. nil: clients cannot have one.
	Dial func() (net.Conn, error)
	// IsRecorded means that an answer is seen after the handler has returned: there is no connection, and no client that goes away.
	IsRecorded bool
	// HasHijack means that a handler can take the connection.
	HasHijack bool
	// ReadsEnd means that a server learns of the end of a request by reading its body: a request without a body and without
	// Content-Length has an unknown length. HTTP/3 is so.
	ReadsEnd bool
}

// Serve serves a handler until the test ends.
type Serve func(t *testing.T, h http.Handler) *Server

// wait is how long a case waits for the other side. It is long, because the machines of tests are slow.
const wait = 20 * time.Second

// Run holds a way of serving to the contract.
func Run(t *testing.T, serve Serve) {
	for _, group := range []struct {
		name  string
		cases []contractCase
	}{{"request", requestCases}, {"body", bodyCases}, {"answer", answerCases}, {"stream", streamCases}, {"connection", connectionCases}} {
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.cases {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					c.run(&bench{T: t, serve: serve})
				})
			}
		})
	}
}

// contractCase is one promise.
type contractCase struct {
	name string
	run  func(b *bench)
}

// bench is what a case has: the test, and the server once it has been started.
type bench struct {
	*testing.T
	*Server
	serve Serve
}

// start serves a handler that gets an Exchange for each request.
func (b *bench) start(handle func(x *exchange.Exchange)) {
	b.Helper()
	started := make(chan struct{})
	defer close(started)
	b.Server = b.serve(b.T, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-started // handlers read what start writes, and a connection over UDP orders nothing for the race detector
		x := exchange.Acquire(w, r)
		defer x.Release()
		handle(x)
	}))
}

// need skips the case if the way of serving has not what it is about.
func (b *bench) need(has bool, what string) {
	b.Helper()
	if !has {
		b.Skip("this way of serving has no " + what)
	}
}

// request makes a request. body is nil, a string or an io.Reader; the length of a reader is unknown.
func (b *bench) request(method, target string, body any, headers ...string) *http.Request {
	b.Helper()
	var from io.Reader
	switch body := body.(type) {
	case string:
		from = strings.NewReader(body)
	case io.Reader:
		from = struct{ io.Reader }{body} // no type whose length net/http knows
	}
	ctx, cancel := context.WithTimeout(b.Context(), wait)
	b.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, method, b.URL+target, from)
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header[headers[i]] = append(r.Header[headers[i]], headers[i+1])
	}
	return r
}

// answer is an answer that was read completely.
type answer struct {
	*http.Response
	body string
	err  error // of the body
}

// do sends a request and reads its answer. Without an answer the case has failed, and the answer is empty.
func (b *bench) do(r *http.Request) answer {
	b.Helper()
	res, err := b.Client.Do(r)
	if err != nil {
		b.Errorf("%s %s: %v", r.Method, r.URL, err)
		return answer{&http.Response{Header: http.Header{}}, "", nil}
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	return answer{res, string(body), err}
}

// ask starts a server for one handler and sends one request.
func (b *bench) ask(method, target string, body any, handle func(x *exchange.Exchange), headers ...string) answer {
	b.Helper()
	b.start(handle)
	a := b.do(b.request(method, target, body, headers...))
	if a.err != nil {
		b.Errorf("the body of the answer: %v", a.err)
	}
	return a
}

// equal compares what a case has got, as text.
func (b *bench) equal(what string, got, want any) {
	b.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		b.Errorf("%s: got %s, want %s", what, g, w)
	}
}

// join writes values with a space between each two.
func join(values ...any) string { return strings.TrimSuffix(fmt.Sprintln(values...), "\n") }

// ok fails the case for an error. It may be called in the goroutine of a handler.
func (b *bench) ok(what string, err error) {
	b.Helper()
	if err != nil {
		b.Errorf("%s: %v", what, err)
	}
}

// dial opens a raw connection for the time of the case.
func (b *bench) dial() (net.Conn, *bufio.Reader) {
	b.Helper()
	c, err := b.Dial()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(wait))
	return c, bufio.NewReader(c)
}

// write writes text to a raw connection.
func (b *bench) write(c net.Conn, text string) {
	b.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		b.Fatal(err)
	}
}

// read reads an answer from a raw connection.
func (b *bench) read(from *bufio.Reader) answer {
	b.Helper()
	res, err := http.ReadResponse(from, nil)
	if err != nil {
		b.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	return answer{res, string(body), err}
}

// text answers 200 with a text.
func text(x *exchange.Exchange, s string) error {
	return x.Send(http.StatusOK, nil, exchange.ContentTypeOf("text/plain; charset=utf-8"), []byte(s))
}

// receive waits for a value of another goroutine.
func receive[T any](b *bench, what string, from <-chan T) (v T) {
	b.Helper()
	select {
	case v = <-from:
	case <-time.After(wait):
		b.Fatalf("%s: nothing in %v", what, wait)
	}
	return v
}
