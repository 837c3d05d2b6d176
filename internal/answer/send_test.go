package answer

import (
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/json"
)

var errBoom = errors.New("boom")

// sent returns the answer that a client receives for a.
func sent(t *testing.T, a *Answer) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	x := exchange.Acquire(w, httptest.NewRequest("GET", "/", nil))
	defer x.Release()
	if _, err := a.Encode(nil, json.Append); err != nil {
		t.Fatal(err)
	}
	if err := a.Send(x); err != nil {
		t.Fatal(err)
	}
	return w
}

// An error of Encode leaves the caller's buffer and the Answer as they were.
func TestEncodeFailsBeforeAnythingChanges(t *testing.T) {
	a := &Answer{}
	a.SetValue(nil, func() {})
	if _, err := a.Encode(nil, json.Append); err == nil {
		t.Fatal("Encode accepted a func")
	}
	if buf, err := a.Encode([]byte("abc"), func([]byte, any) ([]byte, error) { return nil, errBoom }); !errors.Is(err, errBoom) || cap(buf) == 0 {
		t.Errorf("got %q, %v, want the buffer and the error", buf, err)
	}
}

func TestEncodeRefusesErrorWithoutFormat(t *testing.T) {
	a := &Answer{}
	a.SetFailure(errBoom)
	if _, err := a.Encode(nil, json.Append); err == nil {
		t.Error("Encode accepted an error without a format")
	}
	if err, ok := a.Failure(); err != errBoom || !ok {
		t.Errorf("Failure: got %v, %t", err, ok)
	}
	a.Format("application/json", "text")
	if got := sent(t, a).Body.String(); got != `"text"` {
		t.Errorf("got %s", got)
	}
	if _, ok := a.Failure(); ok {
		t.Error("a formatted error is a failure still")
	}
}

func TestSendRefusesInterimStatuses(t *testing.T) {
	for status, ok := range map[int]bool{99: false, 100: false, 101: false, 102: false, 103: false, 199: false, 200: true, 599: true, 600: false, 999: false, 1000: false, -1: false} {
		w := httptest.NewRecorder()
		x := exchange.Acquire(w, httptest.NewRequest("GET", "/", nil))
		err := newText().SetStatus(status).Send(x)
		if (err == nil) != ok || x.Written() != ok {
			t.Errorf("%d: got %v, written %v", status, err, x.Written())
		}
		x.Release()
	}
}
