package background_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/json"
)

var errBoom = errors.New("boom")

func TestRunGoesThroughListsInOrderUntilOneFails(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	var ran []string
	list := func(names ...string) *background.Tasks {
		t := &background.Tasks{}
		for _, n := range names {
			t.Add(func(context.Context) error {
				ran = append(ran, n)
				switch n {
				case "fails":
					return errBoom
				case "panics":
					panic(errBoom)
				case "ends":
					cancel(errBoom)
				}
				return nil
			})
		}
		return t
	}
	for _, c := range []struct {
		lists []*background.Tasks
		ran   string
		err   string
	}{
		{nil, "", ""},
		{[]*background.Tasks{nil, list("a", "b"), {}, list("c")}, "a b c", ""},
		{[]*background.Tasks{list("a"), list("fails", "b"), list("c")}, "a fails", "background task 2 of 4: boom"},
		{[]*background.Tasks{list("panics", "b")}, "panics", "background task 1 of 2: panic: boom"},
		{[]*background.Tasks{list("ends", "b")}, "ends", "boom"},
	} {
		ran = nil
		begins := 0
		begun, err := background.Run(ctx, func(int) { begins++ }, c.lists...)
		if got := strings.Join(ran, " "); got != c.ran || begun != len(ran) || begins != begun {
			t.Errorf("ran %q, want %q; begun %d, announced %d", got, c.ran, begun, begins)
		}
		if (err == nil) != (c.err == "") || err != nil && !strings.HasPrefix(err.Error(), c.err) {
			t.Errorf("error %v, want %s", err, c.err)
		}
	}
}

func TestFlushHandsJobsOverOnce(t *testing.T) {
	var got []string
	full := false
	queue := background.QueueFunc(func(_ context.Context, j background.Job) error {
		if full {
			return errBoom
		}
		got = append(got, j.Name+string(j.Payload))
		return nil
	})
	var tasks background.Tasks
	tasks.Enqueue("a", 1)
	tasks.Enqueue("b", []string{"x"})
	for range 2 {
		if err := tasks.Flush(t.Context(), queue, json.Append); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"a1", `b["x"]`}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	full = true
	tasks.Enqueue("a", 1)
	if err := tasks.Flush(t.Context(), queue, json.Append); !errors.Is(err, errBoom) {
		t.Errorf("error %v", err)
	}
	full = false
	tasks.Enqueue("a", func() {})
	if err := tasks.Flush(t.Context(), queue, json.Append); err == nil {
		t.Error("a func was enqueued")
	}
	tasks.Enqueue("a", 1)
	if err := tasks.Flush(t.Context(), nil, json.Append); !errors.Is(err, background.ErrNoQueue) {
		t.Errorf("error %v", err)
	}
	if err := (*background.Tasks)(nil).Flush(t.Context(), nil, json.Append); err != nil {
		t.Error(err)
	}
}
