package brio_test

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brio-go/brio"
)

// logbook collects what an app logs.
type logbook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *logbook) option() brio.AppOption { return brio.Logger(slog.New(slog.NewJSONHandler(l, nil))) }

var errCanary = errors.New("canary")

func bytesOf(parts ...string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for _, p := range parts {
			if !yield([]byte(p)) {
				return
			}
		}
	}
}

// eventually waits for something that another goroutine does.
func eventually(t *testing.T, ok func() bool, complaint func() string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(complaint())
		}
	}
}

func containsAll(s string, parts []string) bool {
	for _, p := range parts {
		if !strings.Contains(s, p) {
			return false
		}
	}
	return true
}

// tracer collects what ran, in order, of one request at a time.
type tracer struct{ steps []string }

func (tr *tracer) add(format string, args ...any) {
	tr.steps = append(tr.steps, fmt.Sprintf(format, args...))
}

// traceWriter notes what leaves, in the trace of what runs.
type traceWriter struct {
	*httptest.ResponseRecorder
	tr *tracer
}

func (w traceWriter) WriteHeader(status int) {
	w.tr.add("headers %d", status)
	w.ResponseRecorder.WriteHeader(status)
}

func (w traceWriter) Write(b []byte) (int, error) {
	w.tr.add("body %s", strings.TrimSpace(string(b)))
	return w.ResponseRecorder.Write(b)
}

// The types by which the traced dependencies are asked for.
type (
	traceSession struct{}
	traceTx      struct{}
)
