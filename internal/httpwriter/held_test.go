package httpwriter

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// holding holds an answer back.
type holding struct {
	PassBody
	body strings.Builder
}

func (h *holding) Begin(int) error                    { return ErrHeld }
func (h *holding) Body(http.ResponseWriter) io.Writer { return &h.body }

// ErrHeld refuses the status, and what is written goes to the hooks.
func TestWriterHoldsAnswerBack(t *testing.T) {
	below, hooks, w := httptest.NewRecorder(), &holding{}, new(Writer)
	below.Code = 0
	w.WrapBody(below, hooks)
	w.WriteHeader(201)
	n, err := w.Write([]byte("a"))
	m, errText := w.WriteString("b")
	k, errCopy := w.ReadFrom(strings.NewReader("c"))
	if n != 1 || m != 1 || k != 1 || err != nil || errText != nil || errCopy != nil {
		t.Errorf("got %d %v, %d %v, %d %v", n, err, m, errText, k, errCopy)
	}
	if below.Code != 0 || below.Body.Len() > 0 || hooks.body.String() != "abc" {
		t.Errorf("below has %d %q, the hooks %q", below.Code, below.Body, hooks.body.String())
	}
}
