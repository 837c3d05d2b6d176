package brio_test

import (
	"bufio"
	"context"
	"errors"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// steps is a trace that a server's goroutine writes and the test reads: each step is waited for.
type steps chan string

func (s steps) next(t *testing.T, want string) {
	t.Helper()
	select {
	case got := <-s:
		if got != want {
			t.Fatalf("%q, want %q", got, want)
		}
	case <-time.After(testkit.Patience):
		t.Fatalf("nothing, want %q", want)
	}
}

// disconnectApp leaves clean-ups of both lifetimes, which say what they saw.
func disconnectApp(s steps, log brio.AppOption) *brio.App {
	says := func(name string) func(error) error {
		return func(err error) error {
			how := "fine"
			if err != nil {
				how = "failed"
			}
			if errors.Is(err, context.Canceled) {
				how = "cancelled"
			}
			s <- name + " " + how
			return err
		}
	}
	type tx struct{}
	return brio.New(log,
		brio.Depends(func() func(error) error { return says("request") }, brio.BeforeResponse(func() (*tx, func(error) error) { return &tx{}, says("before") })))
}

// TestDisconnectWhileTheHandlerRuns kills a real client in the middle of a request.
func TestDisconnectWhileTheHandlerRuns(t *testing.T) {
	for name, handler := range map[string]func(ctx context.Context) (string, error){
		"handler returns the context's error":  func(ctx context.Context) (string, error) { <-ctx.Done(); return "", ctx.Err() },
		"handler returns a value all the same": func(ctx context.Context) (string, error) { <-ctx.Done(); return "fine", nil },
	} {
		t.Run(name, func(t *testing.T) {
			s := make(steps, 10)
			opt, log := logged()
			app := disconnectApp(s, opt)
			app.Get("/", func(ctx context.Context) (string, error) { s <- "handler"; return handler(ctx) })
			server := httptest.NewServer(app)
			ctx, kill := context.WithCancel(t.Context())
			go func() {
				r, _ := http.NewRequestWithContext(ctx, "GET", server.URL, nil)
				_, err := server.Client().Do(r)
				s <- "client " + map[bool]string{true: "cancelled"}[errors.Is(err, context.Canceled)]
			}()
			s.next(t, "handler")
			kill()
			var rest []string
			for range 3 {
				rest = append(rest, testkit.Receive(t, s, "the next step"))
			}
			server.Close() // waits for the request
			if i := slices.Index(rest, "client cancelled"); i < 0 {
				t.Fatal(rest)
			} else if rest = slices.Delete(rest, i, i+1); !slices.Equal(rest, []string{"before cancelled", "request cancelled"}) {
				t.Errorf("%q", rest)
			}
			if log.Len() > 0 {
				t.Errorf("a client that goes is no mistake, but the log has\n%s", log)
			}
		})
	}
}

// TestDisconnectDuringAStream kills a real client after the first line. The iterator learns of it by its yield, which
// returns false, or its context; the clean-ups that run before the response have run, the others see the error.
func TestDisconnectDuringAStream(t *testing.T) {
	s := make(steps, 10)
	opt, log := logged()
	app := disconnectApp(s, opt)
	app.Get("/", func(ctx context.Context) iter.Seq[int] {
		return func(yield func(int) bool) {
			defer func() { s <- "iterator ends" }()
			if !yield(1) {
				return
			}
			<-ctx.Done()
			yield(2)
		}
	})
	server := httptest.NewServer(app)
	ctx, kill := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	s.next(t, "before fine")
	if line, err := bufio.NewReader(res.Body).ReadString('\n'); line != "1\n" || err != nil {
		t.Fatalf("%q, %v", line, err)
	}
	kill()
	s.next(t, "iterator ends")
	s.next(t, "request cancelled")
	server.Close()
	if log.Len() > 0 {
		t.Errorf("a client that goes is no mistake, but the log has\n%s", log)
	}
}
