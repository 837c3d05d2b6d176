package briotest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/json"
)

// Event is one event of a stream of server-sent events. An item of a stream of lines is an Event with Data alone.
type Event struct {
	ID    string        // the field id; "" if the event has none
	Name  string        // the field event; "" if the event has none
	Data  string        // the lines of the field data, with \n between them
	Retry time.Duration // the field retry, how long a client waits before it connects again; 0 if the event has none
}

// Stream is the answer of a route that writes items one after the other: server-sent events, or lines. The test receives each item when the
// app has written it. Each wait has a limit of ten seconds. At the end of the test the connection is cut, and the test fails if the request
// does not end.
type Stream struct {
	t        testing.TB
	name     string
	reader   *bufio.Reader
	network  *memoryNetwork
	response *Response
	isEvents bool
	received int
}

// Events sends the request, expects 200 and text/event-stream, and returns the stream. Otherwise the test ends.
func (r *Request) Events() *Stream {
	r.c.t.Helper()
	r.header.Set("Accept", "text/event-stream")
	s := r.open()
	s.isEvents = true
	if got := s.response.result.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/event-stream") {
		r.c.t.Fatalf("briotest: %s: Content-Type %q, want text/event-stream", s.name, got)
	}
	return s
}

// Lines sends the request, expects 200, and returns the lines of the body: JSON Lines, or text. Otherwise the test ends.
func (r *Request) Lines() *Stream {
	r.c.t.Helper()
	return r.open()
}

// open sends the request over a connection in memory, and returns when the headers of the answer are there.
func (r *Request) open() *Stream {
	t := r.c.t
	t.Helper()
	req := r.build()
	req, at := r.c.received(req)
	network := &memoryNetwork{t: t, handler: r.c.handler, like: req, open: true, served: make(chan struct{})}
	s := &Stream{t: t, name: r.method + " " + req.URL.RequestURI(), network: network}
	t.Cleanup(func() {
		t.Helper()
		s.Close()
	})
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out := req.Clone(ctx)
	out.URL.Scheme, out.URL.Host, out.RequestURI = "http", req.Host, ""
	result, err := network.RoundTrip(out)
	if err != nil {
		t.Fatalf("briotest: %s: there is no answer: %v", s.name, err)
	}
	r.c.jar.SetCookies(at, result.Cookies())
	s.response = &Response{t: t, request: req, result: result}
	if result.StatusCode != http.StatusOK {
		s.response.body, _ = io.ReadAll(io.LimitReader(result.Body, maxReceived))
		s.response.fail("status %d, want 200", result.StatusCode)
		t.FailNow()
	}
	s.reader = bufio.NewReader(result.Body)
	return s
}

// Response is the answer without its body.
func (s *Stream) Response() *Response { return s.response }

// line reads a line without its end. ok is false at the end of the stream.
func (s *Stream) line() (line string, ok bool, err error) {
	_ = s.network.client.SetReadDeadline(time.Now().Add(patience))
	line, err = s.reader.ReadString('\n')
	if err == nil || line != "" && errors.Is(err, io.EOF) {
		return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), true, nil
	}
	if errors.Is(err, io.EOF) {
		return "", false, nil
	}
	return "", false, err
}

// read reads the next item. Comments and empty events are left out, as browsers do (HTML, 9.2.6).
func (s *Stream) read() (e Event, ok bool, err error) {
	if !s.isEvents {
		e.Data, ok, err = s.line()
		return e, ok, err
	}
	var data []string
	for {
		line, ok, err := s.line()
		if !ok || err != nil {
			return e, false, err
		}
		if line == "" {
			if data == nil && e.Retry == 0 && e.ID == "" {
				e = Event{}
				continue
			}
			e.Data = strings.Join(data, "\n")
			return e, true, nil
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "data":
			data = append(data, value)
		case "event":
			e.Name = value
		case "id":
			e.ID = value
		case "retry":
			if ms, err := strconv.Atoi(value); err == nil {
				e.Retry = time.Duration(ms) * time.Millisecond
			}
		}
	}
}

// Next waits for the next item and returns it. It fails the test if there is none.
func (s *Stream) Next() Event {
	s.t.Helper()
	e, ok, err := s.read()
	if !ok {
		s.fail("no item %d: %s", s.received+1, streamEnd(err))
		return Event{}
	}
	s.received++
	return e
}

// JSON waits for the next item and decodes its data into a pointer.
func (s *Stream) JSON(into any) *Stream {
	s.t.Helper()
	e := s.Next()
	if err := json.Unmarshal([]byte(e.Data), into); err != nil {
		s.fail("item %d is no %T: %v\n%s", s.received, into, err, e.Data)
	}
	return s
}

// Expect waits for the next item and expects it to be want: an Event is compared as a whole, a string with the data byte for byte, and any
// other value with the data as JSON.
func (s *Stream) Expect(want any) *Stream {
	s.t.Helper()
	e := s.Next()
	switch w := want.(type) {
	case Event:
		if e != w {
			s.fail("item %d differs: %+v, want %+v", s.received, e, w)
		}
	case string:
		if e.Data != w {
			s.fail("item %d differs: %q, want %q", s.received, e.Data, w)
		}
	default:
		wanted, err := json.Append(nil, w)
		if err != nil {
			s.fail("the item to expect: %v", err)
		} else if lines := diffJSON([]byte(e.Data), wanted); len(lines) > 0 {
			s.fail("item %d differs:\n\t%s", s.received, strings.Join(lines, "\n\t"))
		}
	}
	return s
}

// End expects that the app ends the stream, without a further item, and waits for the end of the request.
func (s *Stream) End() {
	s.t.Helper()
	if e, ok, err := s.read(); ok {
		s.fail("item %d instead of the end: %+v", s.received+1, e)
	} else if err != nil {
		s.fail("the stream has not ended: %s", streamEnd(err))
	}
	s.Close()
}

// Close ends the connection, as a client that goes, and waits for the end of the request: clean-ups and background tasks have run then.
func (s *Stream) Close() {
	s.t.Helper()
	s.network.close()
	if !s.network.begun.Load() {
		return
	}
	select {
	case <-s.network.served:
	case <-time.After(patience):
		s.fail("the request has not ended %v after the connection", patience)
	}
}

// streamEnd says in words why there are no more items.
func streamEnd(err error) string {
	switch {
	case err == nil:
		return "the app has ended the stream"
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Sprintf("nothing has happened for %v", patience)
	}
	return err.Error()
}

func (s *Stream) fail(format string, args ...any) {
	s.t.Helper()
	s.t.Errorf("%s: %s", s.name, fmt.Sprintf(format, args...))
}
