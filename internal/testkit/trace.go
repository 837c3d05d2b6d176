package testkit

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/brio-go/brio/params"
)

// Trace collects the steps of a request, in order: tests add one where each function runs. It is safe for concurrent use.
type Trace struct {
	mu    sync.Mutex
	steps []string
}

// Add adds a step.
func (tr *Trace) Add(format string, args ...any) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.steps = append(tr.steps, fmt.Sprintf(format, args...))
}

// Guard returns a guard that adds its name. Each call returns another function value, so each is another dependency.
func (tr *Trace) Guard(name string) func() { return func() { tr.Add("%s", name) } }

// Rewrite replaces each step by what f returns for it.
func (tr *Trace) Rewrite(f func(step string) string) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	for i, step := range tr.steps {
		tr.steps[i] = f(step)
	}
}

// Want fails the test when the steps, separated by ", ", are others than want. It removes the steps, for the next request.
func (tr *Trace) Want(t *testing.T, want string) {
	t.Helper()
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if got := strings.Join(tr.steps, ", "); got != want {
		t.Errorf("steps: got\n%s\nwant\n%s", got, want)
	}
	tr.steps = nil
}

// TraceWriter is a ResponseRecorder that adds to a trace when the headers and the body leave.
type TraceWriter struct {
	*httptest.ResponseRecorder
	Trace *Trace
}

// NewTraceWriter returns a TraceWriter that adds its steps to tr.
func NewTraceWriter(tr *Trace) TraceWriter {
	return TraceWriter{httptest.NewRecorder(), tr}
}

// WriteHeader adds "headers" with the status.
func (w TraceWriter) WriteHeader(status int) {
	w.Trace.Add("headers %d", status)
	w.ResponseRecorder.WriteHeader(status)
}

// Write adds "body" with the text, without white space around it.
func (w TraceWriter) Write(b []byte) (int, error) {
	w.Trace.Add("body %s", strings.TrimSpace(string(b)))
	return w.ResponseRecorder.Write(b)
}

// ErrorText is an error as a step of a trace: its text, "nil" without one, and "invalid" for a *params.ValidationError.
func ErrorText(err error) string {
	var invalid *params.ValidationError
	switch {
	case err == nil:
		return "nil"
	case errors.As(err, &invalid):
		return "invalid"
	}
	return err.Error()
}
