package streams_test

import (
	"bufio"
	"errors"
	"iter"
	"net/http"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// writeTimeout is the WriteTimeout of the servers of newStage. Streams must outlive it.
const writeTimeout = time.Second

// errCanary is an error that no client may see.
var errCanary = errors.New("canary")

// newStage is testkit.NewStage with a server whose WriteTimeout is short.
func newStage(t *testing.T, declare func(*brio.App), opts ...brio.RunOption) *testkit.Stage {
	t.Helper()
	return testkit.NewStage(t, declare, append(opts, brio.Server(func(s *http.Server) { s.WriteTimeout = writeTimeout }))...)
}

// wantLine fails the test when the next line of a body is another than want.
func wantLine(t *testing.T, r *bufio.Reader, want string) {
	t.Helper()
	if line, err := r.ReadString('\n'); err != nil || line != want+"\n" {
		t.Fatalf("line: got %q, %v; want %q", line, err, want)
	}
}

// withErrors is the sequence of seq with nil errors, and end after them unless end is nil.
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
