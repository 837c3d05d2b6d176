package brio_test

import (
	"io"
	"log/slog"
	"net/http"
	"testing"

	"github.com/brio-go/brio"
)

func TestPanicOfMiddlewareIsACleanError(t *testing.T) {
	panics := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("canary") })
	}
	quiet := brio.Logger(slog.New(slog.NewTextHandler(io.Discard, nil)))
	onApp := brio.New(quiet, brio.Use(panics))
	onRoute := brio.New(quiet)
	onRoute.Get("/", func() string { return "" }, brio.Use(panics))
	for name, app := range map[string]*brio.App{"app": onApp, "route": onRoute} {
		t.Run(name, func(t *testing.T) {
			w := send(app, "GET", "/", "")
			wantStatus(t, w, 500)
			wantBody(t, w, `{"detail":"Internal Server Error"}`)
		})
	}
}

func TestPanicOfMiddlewareAfterTheAnswerCutsTheConnection(t *testing.T) {
	app := brio.New(brio.Logger(slog.New(slog.NewTextHandler(io.Discard, nil))), brio.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			panic("late")
		})
	}))
	app.Get("/", func() string { return "sent" })
	defer func() {
		if v := recover(); v != http.ErrAbortHandler {
			t.Errorf("recovered %v, want http.ErrAbortHandler", v)
		}
	}()
	send(app, "GET", "/", "")
}
