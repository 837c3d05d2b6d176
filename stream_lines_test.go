package brio_test

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

type account struct {
	Name     string `json:"name"`
	Password string `json:"password"`
}

type publicAccount struct {
	Name string `json:"name"`
}

var errCanary = errors.New("canary")

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

func TestJSONLinesAreFilteredByTheModelOfTheItem(t *testing.T) {
	app := brio.New(quiet())
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
		w := send(app, "GET", path, "")
		wantStatus(t, w, 200)
		wantBody(t, w, "{\"name\":\"a0\"}\n{\"name\":\"a1\"}\n")
		wantHeader(t, w, "Content-Type", "application/jsonl")
		wantHeader(t, w, "Content-Length")
	}
}

func TestJSONLinesOfAnyType(t *testing.T) {
	app := brio.New(quiet())
	app.Get("/", func() iter.Seq[any] {
		return func(yield func(any) bool) {
			_ = yield(1) && yield("two") && yield(nil) && yield(publicAccount{"four"}) && yield([]int{5})
		}
	})
	app.Get("/none", func() iter.Seq[int] { return func(func(int) bool) {} })
	app.Get("/media", func() iter.Seq[int] { return func(y func(int) bool) { y(1) } }, brio.ResponseClass(response.NewClass("application/x-ndjson", nil)))
	wantBody(t, send(app, "GET", "/", ""), "1\n\"two\"\nnull\n{\"name\":\"four\"}\n[5]\n")
	w := send(app, "GET", "/none", "")
	wantStatus(t, w, 200)
	wantBody(t, w, "")
	wantHeader(t, send(app, "GET", "/media", ""), "Content-Type", "application/x-ndjson")
}

func TestFirstItemIsProducedBeforeTheHeadersLeave(t *testing.T) {
	app := brio.New(quiet())
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
		w := send(app, "GET", path, "")
		wantStatus(t, w, want)
		if strings.Contains(w.Body.String(), "canary") {
			t.Errorf("%s: %s", path, w.Body)
		}
	}
	w := send(app, "GET", "/set", "")
	wantHeader(t, w, "Set-Cookie", "seen=yes; Path=/; SameSite=Lax")
	wantHeader(t, w, "X-A", "1")
}

func TestStreamsWithoutABody(t *testing.T) {
	app := brio.New(quiet())
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
		w := send(app, c.method, c.path, "")
		wantStatus(t, w, c.status)
		wantBody(t, w, "")
		if c.status != 200 {
			wantHeader(t, w, "Content-Type")
		}
	}
	if stopped != 2 { // the first has never begun
		t.Errorf("%d iterators were stopped, want 2", stopped)
	}
}

func TestErrorMidwayCutsTheConnectionAndIsLogged(t *testing.T) {
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
			_, body, whole := s.all("/")
			if whole || body != "1\n2\n" {
				t.Errorf("body %q, whole %v", body, whole)
			}
			if err := testkit.Receive(t, seen, "the clean-up"); !errors.Is(err, errCanary) {
				t.Errorf("the clean-up saw %v", err)
			}
			s.wantLog("canary", `"level":"ERROR"`, `"route":"/"`)
		})
	}
}

func TestStreamsOutliveTheWriteTimeoutOfTheServer(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(app *brio.App) {
		app.Get("/", func() iter.Seq[int] {
			return func(y func(int) bool) {
				if y(1) {
					time.Sleep(stageWriteTimeout + 100*time.Millisecond)
					y(2)
				}
			}
		})
		app.Get("/late", func() iter.Seq[int] {
			return func(y func(int) bool) {
				time.Sleep(stageWriteTimeout + 100*time.Millisecond)
				y(1)
			}
		})
		app.Get("/plain", func() int { return 3 })
	})
	for path, want := range map[string]string{"/": "1\n2\n", "/late": "1\n", "/plain": "3"} {
		if _, body, whole := s.all(path); !whole || body != want {
			t.Errorf("%s: %q, whole %v", path, body, whole)
		}
	}
}

func TestStreamEndsWhenItsClientGoes(t *testing.T) {
	ended := make(chan error, 1)
	s := newStage(t, func(app *brio.App) {
		app.Get("/", func(ctx context.Context) iter.Seq[int] {
			return func(y func(int) bool) {
				y(1)
				<-ctx.Done()
			}
		}, brio.Depends(func() func(error) { return func(err error) { ended <- err } }))
	})
	res, r := s.open("/")
	wantLine(t, r, "1")
	_ = res.Body.Close()
	if err := testkit.Receive(t, ended, "the clean-up"); !errors.Is(err, context.Canceled) {
		t.Errorf("the clean-up saw %v", err)
	}
	if strings.Contains(s.log.String(), "ERROR") {
		t.Errorf("a client that goes is no mistake: %s", s.log)
	}
}

func TestClientThatDoesNotReadEndsItsStream(t *testing.T) {
	ended := make(chan error, 1)
	s := newStage(t, func(app *brio.App) {
		app.Get("/", func() iter.Seq[[]byte] {
			return func(y func([]byte) bool) {
				for y(make([]byte, 1<<20)) {
				}
			}
		}, brio.ResponseClass(response.StreamOf("a/b")), brio.StreamWriteTimeout(20*time.Millisecond), brio.Depends(func() func(error) { return func(err error) { ended <- err } }))
	})
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	select {
	case err := <-ended:
		if err == nil {
			t.Error("the clean-up saw no error")
		}
	case <-time.After(15 * time.Second):
		t.Fatal("the stream goes on")
	}
}

func TestStreamsEndWithTheApp(t *testing.T) {
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
		_, r := s.open(path)
		wantLine(t, r, "1")
		cut = append(cut, func() bool { _, err := r.WriteTo(&strings.Builder{}); return err != nil })
	}
	begin := time.Now()
	if err := s.end(); err != nil {
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
			t.Errorf("stream %d looks complete", i)
		}
	}
	s.wantLog("a stream was cut off by the shutdown")
}

func TestSlowClientGetsEverything(t *testing.T) {
	t.Parallel()
	const chunks, size = 24, 256 << 10 // more than buffers hold
	s := newStage(t, func(app *brio.App) {
		app.Get("/", func() iter.Seq[[]byte] {
			return func(y func([]byte) bool) {
				for i := 0; i < chunks && y(make([]byte, size)); i++ {
				}
			}
		}, brio.ResponseClass(response.StreamOf("a/b")))
	})
	_, r := s.open("/")
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
	if read != chunks*size || time.Since(begin) < stageWriteTimeout {
		t.Errorf("%d bytes in %v, want %d in more than %v", read, time.Since(begin), chunks*size, stageWriteTimeout)
	}
}
