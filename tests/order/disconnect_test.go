package order_test

import (
	"bufio"
	"context"
	"errors"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// newDisconnectApp returns an app with a clean-up of each lifetime, which sends a step that says how the request ended.
func newDisconnectApp(s chan<- string, log *testkit.Log) *brio.App {
	cleanUp := func(name string) func(error) error {
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
	return brio.New(brio.Logger(log.Logger()),
		brio.Depends(func() func(error) error { return cleanUp("request") }, brio.BeforeResponse(func() (*tx, func(error) error) { return &tx{}, cleanUp("before") })))
}

// wantStep fails the test when the next step is another than want.
func wantStep(t *testing.T, steps <-chan string, want string) {
	t.Helper()
	if got := testkit.Receive(t, steps, want); got != want {
		t.Fatalf("step: got %q, want %q", got, want)
	}
}

// A client that goes while the handler runs is seen by every clean-up as a cancelled context, even if the handler returns a
// value. The log does not report a failure.
func TestDisconnectDuringHandler(t *testing.T) {
	for name, handler := range map[string]func(ctx context.Context) (string, error){
		"context error": func(ctx context.Context) (string, error) { <-ctx.Done(); return "", ctx.Err() },
		"value":         func(ctx context.Context) (string, error) { <-ctx.Done(); return "fine", nil },
	} {
		t.Run(name, func(t *testing.T) {
			s := make(chan string, 10)
			log := &testkit.Log{}
			app := newDisconnectApp(s, log)
			app.Get("/", func(ctx context.Context) (string, error) { s <- "handler"; return handler(ctx) })
			server := httptest.NewServer(app)
			ctx, kill := context.WithCancel(t.Context())
			go func() {
				r, _ := http.NewRequestWithContext(ctx, "GET", server.URL, nil)
				_, err := server.Client().Do(r)
				s <- "client " + map[bool]string{true: "cancelled"}[errors.Is(err, context.Canceled)]
			}()
			wantStep(t, s, "handler")
			kill()
			var rest []string
			for range 3 {
				rest = append(rest, testkit.Receive(t, s, "the next step"))
			}
			server.Close() // waits for the request
			if i := slices.Index(rest, "client cancelled"); i < 0 {
				t.Fatalf("steps: got %q, want client cancelled in them", rest)
			} else if rest = slices.Delete(rest, i, i+1); !slices.Equal(rest, []string{"before cancelled", "request cancelled"}) {
				t.Errorf("clean-ups: got %q, want before cancelled, request cancelled", rest)
			}
			if log.String() != "" {
				t.Errorf("the log reports a failure:\n%s", log)
			}
		})
	}
}

// A client goes after the first line of a stream. The iterator sees it by its yield, which returns false, or by its context.
// The clean-ups that run before the response have run; the others see the error.
func TestDisconnectDuringStream(t *testing.T) {
	s := make(chan string, 10)
	log := &testkit.Log{}
	app := newDisconnectApp(s, log)
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
	wantStep(t, s, "before fine")
	if line, err := bufio.NewReader(res.Body).ReadString('\n'); line != "1\n" || err != nil {
		t.Fatalf("line: got %q, %v; want 1", line, err)
	}
	kill()
	wantStep(t, s, "iterator ends")
	wantStep(t, s, "request cancelled")
	server.Close()
	if log.String() != "" {
		t.Errorf("the log reports a failure:\n%s", log)
	}
}
