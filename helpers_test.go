package brio_test

import (
	"bytes"
	"errors"
	"iter"
	"log/slog"
	"sync"

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
