package cleanups_test

import (
	"errors"
	"iter"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/contract"
	"github.com/brio-go/brio/internal/testkit"
)

func TestMain(m *testing.M) { contract.Main(m, nil) }

// When a request fails and several clean-ups fail after it, the log has the error of each, not the last one's only.
func TestEveryFailedCleanUpIsLogged(t *testing.T) {
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

// A stream that breaks off has begun: what its clean-ups make of the error reaches the log alone. A clean-up that passes
// the error on adds no line.
func TestCleanUpOfABrokenStreamIsLogged(t *testing.T) {
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
