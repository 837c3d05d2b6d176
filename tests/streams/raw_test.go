package streams_test

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

// bytesOf is the sequence of the parts.
func bytesOf(parts ...string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for _, p := range parts {
			if !yield([]byte(p)) {
				return
			}
		}
	}
}

type chunk string

// A raw stream sends bytes or text as they are, with the class's media type, from each kind of source. Without a media type
// the answer has no Content-Type.
func TestRawStreamSendsBytes(t *testing.T) {
	t.Parallel()
	csv := brio.ResponseClass(response.StreamOf("text/csv"))
	app := brio.New(testkit.Quiet())
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
		w := testkit.Get(app, path)
		testkit.WantStatus(t, w, 200)
		testkit.WantBody(t, w, "a,b\n")
		testkit.WantHeader(t, w, "Content-Type", "text/csv")
		w = testkit.Do(app, "HEAD", path, "")
		testkit.WantStatus(t, w, 200)
		testkit.WantBody(t, w, "")
	}
	app = brio.New(testkit.Quiet())
	app.Get("/", func() iter.Seq[string] { return slices.Values([]string{"<p>"}) }, brio.ResponseClass(response.StreamClass))
	testkit.WantHeader(t, testkit.Get(app, "/"), "Content-Type")
}

// An iterator or reader may belong to the request that it was made in. So a stream is sent once, and the next request gets a
// 500 with the reason in the log, never a part of the body or an empty one.
func TestRawStreamIsSentOnce(t *testing.T) {
	t.Parallel()
	for name, kept := range map[string]*brio.Response{
		"iterator": response.Stream("a/b", bytesOf("1", "2")),
		"reader":   response.Reader("a/b", strings.NewReader("12")),
	} {
		t.Run(name, func(t *testing.T) {
			log := &testkit.Log{}
			app := brio.New(brio.Logger(log.Logger()))
			app.Get("/", func() *brio.Response { return kept })
			testkit.WantBody(t, testkit.Get(app, "/"), "12")
			for range 2 {
				testkit.WantInternalError(t, testkit.Get(app, "/"), log, "a stream can be sent once")
			}
		})
	}
}

// An error of the first part is an answer of its own. A later one cuts the connection and is logged.
func TestRawStreamErrors(t *testing.T) {
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
		status   int
		complete bool
	}{"/first": {409, true}, "/later": {200, false}, "/reader": {200, false}, "/reader/first": {409, true}, "/nil": {500, true}, "/nil/reader": {500, true}} {
		res, body, complete := s.ReadAll(path)
		if res.StatusCode != want.status || complete != want.complete || !complete && body != "x" {
			t.Errorf("%s: got %d %q, complete %v; want %d, complete %v", path, res.StatusCode, body, complete, want.status, want.complete)
		}
	}
	s.WantLog("canary", `"route":"/later"`)
	s.WantLog("canary", `"route":"/reader"`)
}

// closable counts how often it was closed.
type closable struct {
	io.Reader
	closed int
}

func (c *closable) Close() error { c.closed++; return nil }

// Reader closes its io.Closer once, also where the body is not sent.
func TestReaderIsClosedOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method string
		make   func(*closable) *brio.Response
		opts   []brio.RouteOption
		fails  bool
	}{
		"read to the end": {"GET", func(c *closable) *brio.Response { return response.Reader("a/b", c) }, nil, false},
		"HEAD":            {"HEAD", func(c *closable) *brio.Response { return response.Reader("a/b", c) }, nil, false},
		"without a body":  {"GET", func(c *closable) *brio.Response { return response.Reader("a/b", c).Status(204) }, nil, false},
		"failing reader": {"GET", func(c *closable) *brio.Response {
			c.Reader = iotest.ErrReader(errCanary)
			return response.Reader("a/b", c)
		}, nil, true},
		"failing commit": {"GET", func(c *closable) *brio.Response { return response.Reader("a/b", c) },
			[]brio.RouteOption{brio.Depends(brio.BeforeResponse(func() func() error { return func() error { return errCanary } }))}, true},
	} {
		r := &closable{Reader: strings.NewReader("x")}
		app := brio.New(testkit.Quiet())
		app.Handle([]string{c.method}, "/", func() *brio.Response { return c.make(r) }, c.opts...)
		w := testkit.Do(app, c.method, "/", "")
		if r.closed != 1 || (w.Code == 500) != c.fails {
			t.Errorf("%s: got closed %d times, status %d; want once, a 500: %v", name, r.closed, w.Code, c.fails)
		}
	}
}

// The deferred calls of an iterator run before the clean-ups, whose values it may use.
func TestIteratorEndsBeforeCleanUps(t *testing.T) {
	t.Parallel()
	ended := make(chan string, 2)
	app := brio.New(testkit.Quiet())
	app.Get("/", func() iter.Seq2[int, error] {
		return func(y func(int, error) bool) {
			defer func() { ended <- "iterator" }()
			y(1, errors.New("first"))
		}
	}, brio.Depends(func() func() { return func() { ended <- "clean-up" } }))
	testkit.WantStatus(t, testkit.Get(app, "/"), 500)
	if first, second := testkit.Receive(t, ended, "the first end"), testkit.Receive(t, ended, "the second end"); first != "iterator" || second != "clean-up" {
		t.Errorf("got %s before %s, want the iterator first", first, second)
	}
}
