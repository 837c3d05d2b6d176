package startup_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
)

// A program's middleware may make Brio's when it is put around a handler. Its mistake, or another panic, is an error of Start, and what
// has started ends.
func TestStartReturnsPanicOfMiddleware(t *testing.T) {
	place := testkit.Place(1)
	late := func(next http.Handler) http.Handler { return middleware.Timeout(-5)(next) }
	for name, option := range map[string]func(*brio.App){
		"app":   func(app *brio.App) { app.Use(late) },
		"route": func(app *brio.App) { app.Get("/", func() {}, brio.Use(late)) },
	} {
		ended := false
		app := brio.New(testkit.Quiet(), brio.Lifespan(func(context.Context) (func(context.Context) error, error) {
			return func(context.Context) error { ended = true; return nil }, nil
		}))
		option(app)
		if err := app.Check(); err != nil {
			t.Errorf("%s: Check: %v", name, err)
		}
		err := app.Start(t.Context())
		if err == nil {
			t.Errorf("%s: the app has started", name)
			continue
		}
		testkit.WantContains(t, err.Error(), "brio: middleware: ", place+"middleware.Timeout: the duration is -5ns\n\tlegal: a positive number")
		if !ended {
			t.Errorf("%s: the lifespan has not ended", name)
		}
	}
}
