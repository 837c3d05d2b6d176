package cleanups_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// cleanUpForms are dependencies with a clean-up of each form, which adds a step with the error that it sees, and returns gives.
func cleanUpForms(tr *testkit.Trace, name string, gives error) map[string]any {
	return map[string]any{
		"func()":       func() func() { return func() { tr.Add("%s", name) } },
		"func() error": func() func() error { return func() error { tr.Add("%s", name); return gives } },
		"func(error)":  func() func(error) { return func(err error) { tr.Add("%s saw %s", name, testkit.ErrorText(err)) } },
		"func(error) error": func() func(error) error {
			return func(err error) error { tr.Add("%s saw %s", name, testkit.ErrorText(err)); return gives }
		},
	}
}

// An error of a clean-up of BeforeResponse is the answer, because nothing has been sent. Each form of clean-up may have that
// lifetime.
func TestBeforeResponseErrorIsAnswer(t *testing.T) {
	t.Parallel()
	for form, saw := range map[string]string{"func()": "", "func() error": "", "func(error)": " saw nil", "func(error) error": " saw nil"} {
		for _, c := range []struct {
			name   string
			gives  error
			status int
			outer  string // what clean-ups further out see
		}{
			{"no error", nil, 200, "nil"},
			{"error", errors.New("commit failed"), 500, "clean-up of a function literal: commit failed"},
			{"HTTP error", brio.Error(409, "conflict"), 409, "clean-up of a function literal: 409 conflict"},
		} {
			if !strings.HasSuffix(form, " error") && c.gives != nil {
				continue
			}
			t.Run(form+" "+c.name, func(t *testing.T) {
				var tr testkit.Trace
				app := brio.New(testkit.Quiet(), brio.Depends(
					func() func(error) { return func(err error) { tr.Add("request saw %s", testkit.ErrorText(err)) } },
					brio.BeforeResponse(func() func(error) { return func(err error) { tr.Add("outer saw %s", testkit.ErrorText(err)) } }),
					brio.BeforeResponse(cleanUpForms(&tr, "inner", c.gives)[form])))
				app.Get("/", func() string { tr.Add("handler"); return "fine" })
				w := testkit.Get(app, "/")
				testkit.WantStatus(t, w, c.status)
				tr.Want(t, fmt.Sprintf("handler, inner%s, outer saw %s, request saw %s", saw, c.outer, c.outer))
			})
		}
	}
}

// Clean-ups see the error of the request, of every kind, and replace it: last in first out, those of BeforeResponse first.
func TestCleanUpsReplaceErrorInOrder(t *testing.T) {
	t.Parallel()
	type input struct {
		Page int `query:"page"`
	}
	for name, c := range map[string]struct {
		handler any
		saw     string
	}{
		"error":      {func() error { return errors.New("broken") }, "broken"},
		"HTTP error": {func() error { return brio.Error(404, "none") }, "404 none"},
		"panic":      {func() { panic("canary") }, "panic: canary"},
		"validation": {func(*input) {}, "invalid"},
		"guard":      {nil, "401 who"},
	} {
		t.Run(name, func(t *testing.T) {
			var tr testkit.Trace
			replace := func(status int, before bool) any {
				f := func() func(error) error {
					return func(err error) error {
						tr.Add("%d saw %s", status, testkit.ErrorText(err))
						return brio.Error(status, nil)
					}
				}
				if before {
					return brio.BeforeResponse(f)
				}
				return f
			}
			app := brio.New(testkit.Quiet(), brio.Depends(replace(411, true), replace(412, false), replace(413, true), replace(414, false)))
			if c.handler == nil {
				app.Get("/", func() {}, brio.Depends(func() error { return brio.Error(401, "who") }))
			} else {
				app.Get("/", c.handler)
			}
			w := testkit.Get(app, "/")
			tr.Want(t, fmt.Sprintf("413 saw %s, 411 saw 413 Request Entity Too Large, 414 saw 411 Length Required, 412 saw 414 Request URI Too Long", c.saw))
			testkit.WantStatus(t, w, 412)
		})
	}
}

// A clean-up that swallows the error or panics, before the response and after it.
func TestCleanUpFailuresInBothLifetimes(t *testing.T) {
	t.Parallel()
	swallow := func() func(error) error { return func(error) error { return nil } }
	panics := func() func(error) { return func(error) { panic("canary") } }
	for _, c := range []struct {
		name    string
		guard   any
		handler any
		status  int
		outer   string
		log     string
	}{
		{"swallowed before", brio.BeforeResponse(swallow), func() error { return brio.Error(404, nil) }, 500, "swallowed", "swallowed the error of the request"},
		{"swallowed", swallow, func() error { return brio.Error(404, nil) }, 500, "swallowed", "swallowed the error of the request"},
		{"nothing to swallow", swallow, func() string { return "" }, 200, "nil", ""},
		{"panic before", brio.BeforeResponse(panics), func() string { return "" }, 500, "panic: canary", "panic: canary"},
		{"panic after", panics, func() string { return "" }, 200, "panic: canary", "panic: canary"},
		{"panic on an error", panics, func() error { return brio.Error(404, "none") }, 404, "404 none", "panic: canary"},
		{"panic before, on an error", brio.BeforeResponse(panics), func() error { return brio.Error(404, "none") }, 404, "404 none", "panic: canary"},
	} {
		t.Run(c.name, func(t *testing.T) {
			log := &testkit.Log{}
			saw := ""
			app := brio.New(brio.Logger(log.Logger()), brio.Depends(func() func(error) { return func(err error) { saw = testkit.ErrorText(err) } }, c.guard))
			app.Get("/", c.handler)
			testkit.WantStatus(t, testkit.Get(app, "/"), c.status)
			testkit.WantContains(t, saw, c.outer)
			if !strings.Contains(log.String(), c.log) || (c.log == "") != (log.String() == "") {
				t.Errorf("log: got %s, want %q in it", log, c.log)
			}
		})
	}
}
