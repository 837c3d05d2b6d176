package cleanups_test

import (
	"errors"
	"iter"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// When a request fails and several clean-ups fail after it, the log has the error of each.
func TestEveryFailedCleanUpIsLogged(t *testing.T) {
	t.Parallel()
	fails := func(text string) any {
		return func() func() error { return func() error { return errors.New(text) } }
	}
	var log testkit.Log
	app := brio.New(brio.Logger(log.Logger()))
	app.Get("/", func() error { return errors.New("handler") },
		brio.Depends(fails("first"), fails("second"), func() func() { return func() { panic("third") } }))
	testkit.WantStatus(t, testkit.Get(app, "/"), http.StatusInternalServerError)
	testkit.WantContains(t, log.String(), "handler", "first", "second", "third")
}

// The headers of a stream that breaks off have been sent, so an error that its clean-ups return reaches the log only. A
// clean-up that returns the stream's error adds no line.
func TestCleanUpOfBrokenStreamIsLogged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cleanUp any
		want    string // in a line of its own; "" for no such line
	}{
		"passes it on": {func() func(error) error { return func(err error) error { return err } }, ""},
		"replaces it":  {func() func(error) error { return func(error) error { return errors.New("replaced") } }, "replaced"},
		"swallows it":  {func() func(error) error { return func(error) error { return nil } }, "swallowed"},
		"fails":        {func() func() error { return func() error { return errors.New("failed too") } }, "failed too"},
		"does nothing": {func() func() { return func() {} }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var log testkit.Log
			app := brio.New(brio.Logger(log.Logger()))
			app.Get("/", func() iter.Seq2[int, error] {
				return func(yield func(int, error) bool) {
					if yield(1, nil) {
						yield(0, errors.New("broken off"))
					}
				}
			}, brio.Depends(c.cleanUp))
			func() {
				defer func() {
					if v := recover(); v != http.ErrAbortHandler {
						t.Errorf("panic %v, want that the connection is cut", v)
					}
				}()
				app.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
			}()
			testkit.WantContains(t, log.String(), "broken off", c.want)
			want := 0
			if c.want != "" {
				want = 1
			}
			if got := log.Lines("a clean-up failed"); got != want {
				t.Errorf("%d lines of a clean-up that failed, want %d:\n%s", got, want, log.String())
			}
		})
	}
}
