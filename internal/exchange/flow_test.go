package exchange

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// brokenWriter accepts writes until it breaks.
type brokenWriter struct {
	http.ResponseWriter
	panics bool
}

var errBroken = errors.New("broken")

func (w brokenWriter) Write([]byte) (int, error) {
	if w.panics {
		panic(errBroken)
	}
	return 0, errBroken
}

// newFlow returns the opened Flow of a source.
func newFlow(t *testing.T, x *Exchange, s Source) *Flow {
	t.Helper()
	f := NewFlow(func() Source { return s })
	if err := f.Open(x); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFlowInterruptsSourceAfterFailedPing(t *testing.T) {
	for _, panics := range []bool{false, true} {
		x := Acquire(brokenWriter{httptest.NewRecorder(), panics}, httptest.NewRequest("GET", "/", nil))
		ctx, cancel := context.WithCancelCause(t.Context())
		stops := 0
		f := newFlow(t, x, Source{
			Events: true,
			Next:   func() ([]byte, error) { <-ctx.Done(); return nil, ctx.Err() },
			Stop:   func() error { stops++; return nil },
		})
		f.Ping, f.Context, f.Interrupt = time.Millisecond, ctx, cancel
		f.Early = func() (bool, error) { return x.Begin(200, nil, ContentTypeOf("a/b")) }
		if err := f.First(); !errors.Is(err, ErrConnection) || !errors.Is(context.Cause(ctx), ErrConnection) {
			t.Errorf("panics %v: %v, cause %v", panics, err, context.Cause(ctx))
		}
		if err := errors.Join(f.Stop(), f.Stop()); err != nil || stops != 1 {
			t.Errorf("stopped %d times, %v", stops, err)
		}
		x.Release()
	}
}

// A timer may fire while the source returns a chunk. A ping at that time would be written beside the chunk, or after the end.
func TestFlowPingsOnlyBetweenChunks(t *testing.T) {
	w := httptest.NewRecorder()
	x := Acquire(w, httptest.NewRequest("GET", "/", nil))
	defer x.Release()
	n := 0
	f := newFlow(t, x, Source{Events: true, Next: func() ([]byte, error) {
		if n++; n > 2 {
			return nil, io.EOF
		}
		return []byte("x"), nil
	}})
	begin := func() (bool, error) { return x.Begin(200, nil, ContentTypeOf("text/event-stream")) }
	f.Ping, f.Context, f.Early, f.Interrupt = time.Hour, t.Context(), begin, func(error) {}
	f.silence = NewHeartbeat(f.ping)
	late := f.silence.run // by a timer that has fired before Stop
	late()
	if err := f.First(); err != nil {
		t.Fatal(err)
	}
	late()
	if w.Body.Len() > 0 || f.begun {
		t.Errorf("a late ping wrote %q, and the headers: %t", w.Body, f.begun)
	}
	if err := f.Run(begin); err != nil {
		t.Fatal(err)
	}
	late()
	if w.Body.String() != "xx" {
		t.Errorf("the body is %q, want no ping in it", w.Body)
	}
	f.silence.runs, f.failed = true, errBroken // a ping has failed: the client has gone
	if late(); w.Body.String() != "xx" {
		t.Errorf("the body is %q, want no ping after one that failed", w.Body)
	}
}

func TestFlowEndsWithContext(t *testing.T) {
	for name, next := range map[string]func(n int, ctx context.Context) ([]byte, error){
		"that goes on": func(int, context.Context) ([]byte, error) { return []byte("x"), nil },
		"that ends": func(n int, _ context.Context) ([]byte, error) {
			return []byte("x"), map[bool]error{true: io.EOF}[n > 1]
		},
		"that fails of it": func(n int, ctx context.Context) ([]byte, error) {
			return []byte("x"), map[bool]error{true: ctx.Err()}[n > 1]
		},
	} {
		w := httptest.NewRecorder()
		x := Acquire(w, httptest.NewRequest("GET", "/", nil))
		ctx, cancel := context.WithCancelCause(t.Context())
		n := 0
		f := newFlow(t, x, Source{Next: func() ([]byte, error) {
			if n++; n == 2 {
				cancel(errBroken)
			}
			return next(n, ctx)
		}})
		f.Context = ctx
		if err := f.First(); err != nil {
			t.Fatal(err)
		}
		if err := f.Run(func() (bool, error) { return x.Begin(200, nil, ContentTypeOf("a/b")) }); !errors.Is(err, errBroken) {
			t.Errorf("a source %s: %v", name, err)
		}
		x.Release()
	}
}

func TestChunkHasOwnDeadline(t *testing.T) {
	w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
	x := Acquire(w, httptest.NewRequest("GET", "/", nil))
	defer x.Release()
	if err := errors.Join(x.Chunk([]byte("a"), time.Minute), x.Chunk([]byte("b"), 0)); err != nil {
		t.Fatal(err)
	}
	if len(w.set) != 2 || time.Until(w.set[0]) < 30*time.Second || !w.set[1].IsZero() || w.Body.String() != "ab" {
		t.Errorf("deadlines %v, body %q", w.set, w.Body)
	}
}

type deadlines struct {
	*httptest.ResponseRecorder
	set []time.Time
}

func (d *deadlines) SetWriteDeadline(t time.Time) error { d.set = append(d.set, t); return nil }
