package errors_test

import (
	"net/http/httptest"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// The cost of an error in an app without error handlers.
func BenchmarkErrorsWithoutHandlers(b *testing.B) {
	app := brio.New(testkit.Quiet())
	app.Get("/", func() error { return brio.Error(404, nil) })
	r := httptest.NewRequest("GET", "/", nil)
	for b.Loop() {
		app.ServeHTTP(httptest.NewRecorder(), r)
	}
}
