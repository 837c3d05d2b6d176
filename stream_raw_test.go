package brio_test

import (
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

func bytesOf(parts ...string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for _, p := range parts {
			if !yield([]byte(p)) {
				return
			}
		}
	}
}

func withErrors[T any](seq iter.Seq[T], end error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v := range seq {
			if !yield(v, nil) {
				return
			}
		}
		if end != nil {
			var none T
			yield(none, end)
		}
	}
}

type chunk string

func TestRawStreams(t *testing.T) {
	csv := brio.ResponseClass(response.StreamOf("text/csv"))
	app := brio.New(quiet())
	app.Get("/seq", func() *brio.Response { return response.Stream("text/csv", bytesOf("a,", "b\n")) })
	app.Get("/seq2", func() *brio.Response { return response.Stream("text/csv", withErrors(bytesOf("a,", "b\n"), nil)) })
	app.Get("/func", func() *brio.Response {
		return response.Stream("text/csv", func(y func([]byte) bool) { _ = y([]byte("a,")) && y([]byte("b\n")) })
	})
	app.Get("/reader", func() *brio.Response {
		return response.Reader("text/csv", iotest.OneByteReader(strings.NewReader("a,b\n")))
	})
	app.Get("/strings", func() iter.Seq[string] { return slices.Values([]string{"a,", "b\n"}) }, csv)
	app.Get("/named", func() iter.Seq[chunk] { return slices.Values([]chunk{"a,", "b\n"}) }, csv)
	app.Get("/bytes", func() iter.Seq2[[]byte, error] { return withErrors(bytesOf("a,", "b\n"), nil) }, csv)
	app.Get("/any", func() any { return slices.Values([]string{"a,", "b\n"}) }, csv)
	for _, path := range []string{"/seq", "/seq2", "/func", "/reader", "/strings", "/named", "/bytes", "/any"} {
		w := send(app, "GET", path, "")
		wantStatus(t, w, 200)
		wantBody(t, w, "a,b\n")
		wantHeader(t, w, "Content-Type", "text/csv")
		w = send(app, "HEAD", path, "")
		wantStatus(t, w, 200)
		wantBody(t, w, "")
	}
	app = brio.New(quiet())
	app.Get("/", func() iter.Seq[string] { return slices.Values([]string{"<p>"}) }, brio.ResponseClass(response.StreamClass))
	wantHeader(t, send(app, "GET", "/", ""), "Content-Type")
}

// An iterator or reader may belong to the request that it was made in. So a stream is sent once, and the next request gets a
// 500 with the reason in the log, never a part of the body or an empty one.
func TestKeptStreamIsSentOnce(t *testing.T) {
	for name, kept := range map[string]*brio.Response{
		"iterator": response.Stream("a/b", bytesOf("1", "2")),
		"reader":   response.Reader("a/b", strings.NewReader("12")),
	} {
		book := &logbook{}
		app := brio.New(book.option())
		app.Get("/", func() *brio.Response { return kept })
		wantBody(t, send(app, "GET", "/", ""), "12")
		for range 2 {
			w := send(app, "GET", "/", "")
			wantStatus(t, w, 500)
			wantBody(t, w, `{"detail":"Internal Server Error"}`)
		}
		if !strings.Contains(book.String(), "a stream can be sent once") {
			t.Errorf("%s: log %s", name, book)
		}
	}
}

func TestErrorsOfRawStreams(t *testing.T) {
	s := newStage(t, func(app *brio.App) {
		app.Get("/first", func() *brio.Response { return response.Stream("a/b", withErrors(bytesOf(), brio.Error(409, "no"))) })
		app.Get("/later", func() *brio.Response { return response.Stream("a/b", withErrors(bytesOf("x"), errCanary)) })
		app.Get("/reader", func() *brio.Response {
			return response.Reader("a/b", io.MultiReader(strings.NewReader("x"), iotest.ErrReader(errCanary)))
		})
		app.Get("/reader/first", func() *brio.Response { return response.Reader("a/b", iotest.ErrReader(brio.Error(409, "no"))) })
		app.Get("/nil", func() *brio.Response { return response.Stream("a/b", iter.Seq[[]byte](nil)) })
		app.Get("/nil/reader", func() *brio.Response { return response.Reader("a/b", nil) })
	})
	for path, want := range map[string]struct {
		status int
		whole  bool
	}{"/first": {409, true}, "/later": {200, false}, "/reader": {200, false}, "/reader/first": {409, true}, "/nil": {500, true}, "/nil/reader": {500, true}} {
		res, body, whole := s.all(path)
		if res.StatusCode != want.status || whole != want.whole || !whole && body != "x" {
			t.Errorf("%s: %d %q, whole %v", path, res.StatusCode, body, whole)
		}
	}
	s.wantLog("canary", `"route":"/later"`)
	s.wantLog("canary", `"route":"/reader"`)
}

// closable counts how often it was closed.
type closable struct {
	io.Reader
	closed int
}

func (c *closable) Close() error { c.closed++; return nil }

func TestReaderIsClosedOnceWhateverHappens(t *testing.T) {
	for name, c := range map[string]struct {
		method string
		make   func(*closable) *brio.Response
		opts   []brio.RouteOption
		fails  bool
	}{
		"read to the end": {"GET", func(c *closable) *brio.Response { return response.Reader("a/b", c) }, nil, false},
		"HEAD":            {"HEAD", func(c *closable) *brio.Response { return response.Reader("a/b", c) }, nil, false},
		"without a body":  {"GET", func(c *closable) *brio.Response { return response.Reader("a/b", c).Status(204) }, nil, false},
		"a failing reader": {"GET", func(c *closable) *brio.Response {
			c.Reader = iotest.ErrReader(errCanary)
			return response.Reader("a/b", c)
		}, nil, true},
		"a failing commit": {"GET", func(c *closable) *brio.Response { return response.Reader("a/b", c) },
			[]brio.RouteOption{brio.Depends(brio.BeforeResponse(func() func() error { return func() error { return errCanary } }))}, true},
	} {
		r := &closable{Reader: strings.NewReader("x")}
		app := brio.New(quiet())
		app.Handle([]string{c.method}, "/", func() *brio.Response { return c.make(r) }, c.opts...)
		w := send(app, c.method, "/", "")
		if r.closed != 1 || (w.Code == 500) != c.fails {
			t.Errorf("%s: closed %d times, status %d", name, r.closed, w.Code)
		}
	}
}

func TestIteratorsAreEndedWithTheirDeferredCalls(t *testing.T) {
	ended := make(chan string, 2)
	app := brio.New(quiet())
	app.Get("/", func() iter.Seq2[int, error] {
		return func(y func(int, error) bool) {
			defer func() { ended <- "iterator" }()
			y(1, errors.New("first"))
		}
	}, brio.Depends(func() func() { return func() { ended <- "clean-up" } }))
	wantStatus(t, send(app, "GET", "/", ""), 500)
	if first, second := testkit.Receive(t, ended, "the first end"), testkit.Receive(t, ended, "the second end"); first != "iterator" || second != "clean-up" {
		t.Errorf("%s before %s", first, second)
	}
}
