package testkit

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Duplicates sends 64 requests with one Idempotency-Key to h at once. Each is sent again while it is answered with 409. All of them must
// get the one answer, and effects must return 1 afterwards.
func Duplicates(t *testing.T, h http.Handler, effects func() int) {
	t.Helper()
	const requests = 64
	var sent, wrong atomic.Int64
	var answer sync.Map
	var work sync.WaitGroup
	for range requests {
		work.Go(func() {
			for {
				r := httptest.NewRequest(http.MethodPost, "/payments", strings.NewReader(`{"amount":7}`))
				r.Header.Set("Idempotency-Key", `"duplicates"`)
				r.Header.Set("Content-Type", "application/json")
				w := httptest.NewRecorder()
				sent.Add(1)
				if h.ServeHTTP(w, r); w.Code == http.StatusConflict {
					time.Sleep(10 * time.Millisecond)
					continue
				}
				answer.Store(fmt.Sprint(w.Code, " ", w.Body), true)
				if w.Code/100 != 2 {
					wrong.Add(1)
				}
				return
			}
		})
	}
	work.Wait()
	var answers []any
	answer.Range(func(a, _ any) bool { answers = append(answers, a); return true })
	got := effects()
	t.Logf("duplicates: %d clients, %d requests, %d effects, %d different answers, %d wrong", requests, sent.Load(), got, len(answers), wrong.Load())
	if got != 1 || len(answers) != 1 || wrong.Load() != 0 {
		t.Errorf("got %d effects and the answers %q, want one of each", got, answers)
	}
}
