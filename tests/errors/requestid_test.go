package errors_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
)

// The X-Request-ID of the response, whichever middleware has set it, is in the log of an error and in problem details.
func TestErrorsCarryRequestID(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opts []brio.AppOption
		body string
	}{
		"fastapi":  {nil, testkit.InternalError},
		"rfc 9457": {[]brio.AppOption{brio.ProblemDetails()}, `{"type":"about:blank","title":"Internal Server Error","status":500,"request_id":"id-7"}`},
	} {
		t.Run(name, func(t *testing.T) {
			log := &testkit.Log{}
			app := brio.New(append(c.opts, brio.Logger(log.Logger()), brio.Use(func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("X-Request-ID", "id-7")
					next.ServeHTTP(w, r)
				})
			}))...)
			app.Get("/", func() { panic("x") })
			w := testkit.Get(app, "/")
			testkit.WantBody(t, w, c.body)
			testkit.WantHeader(t, w, "X-Request-Id", "id-7")
			testkit.WantContains(t, log.String(), "request_id=id-7")
		})
	}
}

// middleware.LogHandler and the log of errors both know the request ID. A line has it once.
func TestLogHandlerWritesRequestIDOnce(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(middleware.LogHandler(slog.NewTextHandler(&out, nil)))
	app := brio.New(brio.Logger(log), brio.Use(middleware.RequestID()))
	app.Get("/", func(l *slog.Logger, r *http.Request) error {
		l.InfoContext(r.Context(), "of the handler")
		return fmt.Errorf("x")
	})
	testkit.Get(app, "/")
	for line := range strings.Lines(out.String()) {
		if strings.Count(line, "request_id=") != 1 {
			t.Error(line)
		}
	}
	if strings.Count(out.String(), "\n") != 2 {
		t.Error(out.String())
	}
}
