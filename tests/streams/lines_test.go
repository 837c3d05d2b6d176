package streams_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// account has a field that publicAccount, its model, does not declare.
type account struct {
	Name     string `json:"name"`
	Password string `json:"password"`
}

type publicAccount struct {
	Name string `json:"name"`
}

// accounts is the sequence of n accounts, each with a secret, and of end after them unless it is nil.
func accounts(n int, end error) iter.Seq2[account, error] {
	return func(yield func(account, error) bool) {
		for i := range n {
			if !yield(account{fmt.Sprint("a", i), "canary"}, nil) {
				return
			}
		}
		if end != nil {
			yield(account{}, end)
		}
	}
}

// The response model filters each item of an iterator, whatever the item is typed as, as FastAPI filters a value.
func TestLinesFilterItemsByModel(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	model := brio.ResponseModel[publicAccount]()
	app.Get("/seq2", func() iter.Seq2[account, error] { return accounts(2, nil) }, model)
	app.Get("/seq", func() iter.Seq[*account] {
		return func(yield func(*account) bool) {
			_ = yield(&account{"a0", "canary"}) && yield(&account{"a1", "canary"})
		}
	}, model)
	app.Get("/any", func() iter.Seq[any] {
		return func(yield func(any) bool) {
			_ = yield(account{"a0", "canary"}) && yield(map[string]any{"name": "a1", "password": "canary"})
		}
	}, model)
	app.Get("/exclude", func() iter.Seq2[account, error] { return accounts(2, nil) }, brio.ResponseExclude("password"))
	for _, path := range []string{"/seq2", "/seq", "/any", "/exclude"} {
		w := testkit.Get(app, path)
		testkit.WantStatus(t, w, 200)
		testkit.WantBody(t, w, "{\"name\":\"a0\"}\n{\"name\":\"a1\"}\n")
		testkit.WantHeader(t, w, "Content-Type", "application/jsonl")
		testkit.WantHeader(t, w, "Content-Length")
	}
}

// Each item is one line of JSON. A class may change the media type; a stream without items has an empty body.
func TestLinesTakeAnyItem(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Get("/", func() iter.Seq[any] {
		return func(yield func(any) bool) {
			_ = yield(1) && yield("two") && yield(nil) && yield(publicAccount{"four"}) && yield([]int{5})
		}
	})
	app.Get("/none", func() iter.Seq[int] { return func(func(int) bool) {} })
	app.Get("/media", func() iter.Seq[int] { return func(y func(int) bool) { y(1) } }, brio.ResponseClass(response.NewClass("application/x-ndjson", nil)))
	testkit.WantBody(t, testkit.Get(app, "/"), "1\n\"two\"\nnull\n{\"name\":\"four\"}\n[5]\n")
	w := testkit.Get(app, "/none")
	testkit.WantStatus(t, w, 200)
	testkit.WantBody(t, w, "")
	testkit.WantHeader(t, testkit.Get(app, "/media"), "Content-Type", "application/x-ndjson")
}

// The first item is produced before the headers are sent. So an error of it has a status of its own, and the iterator may
// still set headers. After that, headers that it sets are not sent.
func TestStreamProducesFirstItemBeforeHeaders(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Get("/error", func() iter.Seq2[int, error] { return func(y func(int, error) bool) { y(0, brio.Error(409, "no")) } })
	app.Get("/panic", func() iter.Seq[int] { return func(func(int) bool) { panic("canary") } })
	app.Get("/unfit", func() iter.Seq[any] { return func(y func(any) bool) { y(func() {}) } })
	app.Get("/nil", func() iter.Seq[int] { return nil })
	app.Get("/set", func(res *brio.Response) iter.Seq[int] {
		return func(y func(int) bool) {
			res.Status(201).SetCookie(cookies.New("seen", "yes")).SetHeader("X-A", "1")
			y(1)
			res.SetHeader("X-A", "late")
		}
	})
	for path, want := range map[string]int{"/error": 409, "/panic": 500, "/unfit": 500, "/nil": 500, "/set": 201} {
		w := testkit.Get(app, path)
		testkit.WantStatus(t, w, want)
		if strings.Contains(w.Body.String(), "canary") {
			t.Errorf("%s: %s", path, w.Body)
		}
	}
	w := testkit.Get(app, "/set")
	testkit.WantHeader(t, w, "Set-Cookie", "seen=yes; Path=/; SameSite=Lax")
	testkit.WantHeader(t, w, "X-A", "1")
}

// Answers to HEAD and answers with status 204 or 304 have no content (RFC 9110, sections 9.3.2, 15.3.5 and 15.4.5). The
// iterator is stopped, even one without an end.
func TestStreamWithoutBodyStopsIterator(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	stopped := 0
	forever := func(y func(int) bool) {
		defer func() { stopped++ }()
		for y(1) {
		}
	}
	app.Get("/204", func(res *brio.Response) iter.Seq[int] { res.Status(204); return forever })
	app.Get("/304", func(res *brio.Response) iter.Seq[int] {
		return func(y func(int) bool) { res.Status(304); forever(y) }
	})
	app.Get("/head", func() iter.Seq[int] { return forever })
	for _, c := range []struct {
		method, path string
		status       int
	}{{"GET", "/204", 204}, {"GET", "/304", 304}, {"HEAD", "/head", 200}} {
		w := testkit.Do(app, c.method, c.path, "")
		testkit.WantStatus(t, w, c.status)
		testkit.WantBody(t, w, "")
		if c.status != 200 {
			testkit.WantHeader(t, w, "Content-Type")
		}
	}
	if stopped != 2 { // the iterator of /204 is never called
		t.Errorf("stopped iterators: got %d, want 2", stopped)
	}
}

// An error or panic after the first item cuts the connection, so the client sees that the body is incomplete (RFC 9112,
// section 8). The clean-ups and the log have the error.
func TestStreamErrorCutsConnection(t *testing.T) {
	for name, end := range map[string]func(y func(int, error) bool){
		"error": func(y func(int, error) bool) { y(0, errCanary) },
		"panic": func(func(int, error) bool) { panic(errCanary) },
	} {
		t.Run(name, func(t *testing.T) {
			seen := make(chan error, 1)
			s := newStage(t, func(app *brio.App) {
				app.Get("/", func() iter.Seq2[int, error] {
					return func(y func(int, error) bool) { _ = y(1, nil) && y(2, nil); end(y) }
				}, brio.Depends(func() func(error) { return func(err error) { seen <- err } }))
			})
			_, body, complete := s.ReadAll("/")
			if complete || body != "1\n2\n" {
				t.Errorf("body: got %q, complete %v; want two lines and a cut", body, complete)
			}
			if err := testkit.Receive(t, seen, "the clean-up"); !errors.Is(err, errCanary) {
				t.Errorf("the clean-up saw %v", err)
			}
			s.WantLog("canary", `"level":"ERROR"`, `"route":"/"`)
		})
	}
}

// The server's WriteTimeout does not end a stream: each write has its own deadline.
func TestStreamsOutliveWriteTimeout(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(app *brio.App) {
		app.Get("/", func() iter.Seq[int] {
			return func(y func(int) bool) {
				if y(1) {
					time.Sleep(writeTimeout + 100*time.Millisecond)
					y(2)
				}
			}
		})
		app.Get("/late", func() iter.Seq[int] {
			return func(y func(int) bool) {
				time.Sleep(writeTimeout + 100*time.Millisecond)
				y(1)
			}
		})
		app.Get("/plain", func() int { return 3 })
	})
	for path, want := range map[string]string{"/": "1\n2\n", "/late": "1\n", "/plain": "3"} {
		if _, body, complete := s.ReadAll(path); !complete || body != want {
			t.Errorf("%s: got %q, complete %v; want %q", path, body, complete, want)
		}
	}
}

// The context of an iterator ends when the client closes the connection. The clean-up sees context.Canceled, and the log
// does not report a failure.
func TestStreamEndsWithClient(t *testing.T) {
	ended := make(chan error, 1)
	s := newStage(t, func(app *brio.App) {
		app.Get("/", func(ctx context.Context) iter.Seq[int] {
			return func(y func(int) bool) {
				y(1)
				<-ctx.Done()
			}
		}, brio.Depends(func() func(error) { return func(err error) { ended <- err } }))
	})
	res, r := s.Open("/")
	wantLine(t, r, "1")
	_ = res.Body.Close()
	if err := testkit.Receive(t, ended, "the clean-up"); !errors.Is(err, context.Canceled) {
		t.Errorf("the clean-up saw %v", err)
	}
	if strings.Contains(s.Log.String(), "ERROR") {
		t.Errorf("the log reports a failure: %s", s.Log)
	}
}

// StreamWriteTimeout ends the stream of a client that does not read.
func TestStreamWriteTimeoutEndsStream(t *testing.T) {
	ended := make(chan error, 1)
	s := newStage(t, func(app *brio.App) {
		app.Get("/", func() iter.Seq[[]byte] {
			return func(y func([]byte) bool) {
				for y(make([]byte, 1<<20)) {
				}
			}
		}, brio.ResponseClass(response.StreamOf("a/b")), brio.StreamWriteTimeout(20*time.Millisecond), brio.Depends(func() func(error) { return func(err error) { ended <- err } }))
	})
	conn, err := net.Dial("tcp", s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	if err := testkit.Receive(t, ended, "the end of the stream"); err == nil {
		t.Error("the clean-up saw no error")
	}
}

// At shutdown the context of iterators ends with ErrShutdown, or yield returns false. The connections are cut, because the
// bodies are incomplete.
func TestStreamsEndWithApp(t *testing.T) {
	seen := make(chan error, 2)
	s := newStage(t, func(app *brio.App) {
		app.Get("/waits", func(ctx context.Context) iter.Seq[int] {
			return func(y func(int) bool) { y(1); <-ctx.Done(); seen <- context.Cause(ctx) }
		})
		app.Get("/yields", func() iter.Seq[int] {
			return func(y func(int) bool) {
				for y(1) {
					time.Sleep(time.Millisecond)
				}
				seen <- brio.ErrShutdown
			}
		})
	}, brio.ShutdownTimeout(time.Minute))
	var cut []func() bool
	for _, path := range []string{"/waits", "/yields"} {
		_, r := s.Open(path)
		wantLine(t, r, "1")
		cut = append(cut, func() bool { _, err := r.WriteTo(&strings.Builder{}); return err != nil })
	}
	begin := time.Now()
	if err := s.Stop(); err != nil {
		t.Errorf("Serve returned %v", err)
	}
	if d := time.Since(begin); d > 10*time.Second {
		t.Errorf("the shutdown took %v", d)
	}
	for i, broken := range cut {
		if err := testkit.Receive(t, seen, "the iterator"); !errors.Is(err, brio.ErrShutdown) {
			t.Errorf("the context ended because of %v", err)
		}
		if !broken() {
			t.Errorf("stream %d ended without a cut", i)
		}
	}
	s.WantLog("a stream was cut off by the shutdown")
}

// A client that reads slowly, and longer than the WriteTimeout, gets the complete body.
func TestSlowClientReadsWholeStream(t *testing.T) {
	t.Parallel()
	const chunks, size = 24, 256 << 10 // 6 MiB, more than the buffers of the connection hold
	s := newStage(t, func(app *brio.App) {
		app.Get("/", func() iter.Seq[[]byte] {
			return func(y func([]byte) bool) {
				for i := 0; i < chunks && y(make([]byte, size)); i++ {
				}
			}
		}, brio.ResponseClass(response.StreamOf("a/b")))
	})
	_, r := s.Open("/")
	read, begin := 0, time.Now()
	for buf := make([]byte, 64<<10); ; time.Sleep(15 * time.Millisecond) {
		n, err := io.ReadFull(r, buf)
		read += n
		if err == io.EOF || err == io.ErrUnexpectedEOF && read == chunks*size {
			break
		}
		if err != nil {
			t.Fatalf("after %d bytes and %v: %v", read, time.Since(begin), err)
		}
	}
	if read != chunks*size || time.Since(begin) < writeTimeout {
		t.Errorf("%d bytes in %v, want %d in more than %v", read, time.Since(begin), chunks*size, writeTimeout)
	}
}
