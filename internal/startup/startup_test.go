package startup_test

import (
	"fmt"
	"net/http"
	"reflect"
	"testing"

	"github.com/brio-go/brio/internal/startup"
)

// Middleware of programs is not called when its notes are read: it may have effects.
func TestNotesOfMiddlewareWithout(t *testing.T) {
	calls := 0
	m := func(next http.Handler) http.Handler { calls++; return next }
	n := startup.NotesOf(m)
	if n.Warning != "" || n.Mistakes != nil || reflect.ValueOf(n.Middleware).Pointer() != reflect.ValueOf(m).Pointer() || calls != 0 {
		t.Errorf("got %+v after %d calls, want the middleware without notes and without a call", n, calls)
	}
	if n := startup.NotesOf(nil); n.Middleware != nil {
		t.Errorf("nil: got %+v, want no notes", n)
	}
}

func TestAnnotateKeepsMiddleware(t *testing.T) {
	calls := 0
	m := startup.Annotate(startup.Notes{Middleware: func(next http.Handler) http.Handler { calls++; return next }, Warning: "careful"})
	if n := startup.NotesOf(m); n.Warning != "careful" || n.Mistakes != nil || n.Middleware == nil || calls != 0 {
		t.Errorf("got %+v after %d calls, want the warning and no call", n, calls)
	}
	if h := http.NotFoundHandler(); m(h) == nil || calls != 1 {
		t.Errorf("got %d calls, want 1", calls)
	}
}

func TestRefuse(t *testing.T) {
	one := startup.Mistake{Func: "middleware.X", Place: "a/b.go:1", Found: "N is -2", Legal: "a positive number"}
	two := startup.Mistake{Func: "middleware.X", Place: "a/b.go:1", Found: "M is 0", Legal: "1"}
	m := startup.Refuse(one, two)
	if n := startup.NotesOf(m); !reflect.DeepEqual(n.Mistakes, []startup.Mistake{one, two}) || n.Middleware != nil {
		t.Errorf("got %+v, want both mistakes", n)
	}
	defer func() {
		const want = "a/b.go:1: middleware.X: N is -2\n\tlegal: a positive number\na/b.go:1: middleware.X: M is 0\n\tlegal: 1"
		if got := fmt.Sprint(recover()); got != want {
			t.Errorf("got panic %q, want %q", got, want)
		}
	}()
	m(http.NotFoundHandler())
}
