package brio_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/contract"
	"github.com/brio-go/brio/middleware"
)

func TestTheLoggerOfAHandlerHasTheRequestID(t *testing.T) {
	var out bytes.Buffer
	app := brio.New(brio.Logger(slog.New(slog.NewTextHandler(&out, nil))), brio.Use(middleware.RequestID()))
	app.Get("/", func(log *slog.Logger) { log.Info("inside") })
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("X-Request-ID", "abc-1")
	w := httptest.NewRecorder()
	contract.Serve(app, w, r)
	if w.Code != http.StatusNoContent || w.Header().Get("X-Request-ID") != "abc-1" || !strings.Contains(out.String(), "msg=inside request_id=abc-1") {
		t.Errorf("%d %v\n%s", w.Code, w.Header(), &out)
	}
}
