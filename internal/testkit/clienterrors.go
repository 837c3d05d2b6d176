package testkit

import (
	"encoding/json"
	"net/http/httptest"
	"slices"
	"testing"
)

// Entry is one entry of a 422: the kind of the error and where in the request it is.
type Entry struct {
	Type string `json:"type"`
	Loc  []any  `json:"loc"`
}

// clientErrors are the statuses that a request alone can cause.
var clientErrors = []int{400, 404, 405, 413, 414, 415, 422, 431}

// WantClientError fails the test when the answer is not an error of the client in FastAPI's format: JSON of at most 1 MiB
// with a detail, which has entries where the status is 414, 422 or 431. It returns the first entry, if any.
func WantClientError(t *testing.T, w *httptest.ResponseRecorder) (first Entry) {
	t.Helper()
	if !slices.Contains(clientErrors, w.Code) {
		t.Errorf("status: got %d, want one of %v\nbody: %.200s", w.Code, clientErrors, w.Body)
		return first
	}
	WantHeader(t, w, "Content-Type", "application/json")
	if w.Body.Len() > 1<<20 {
		t.Errorf("the body has %d bytes", w.Body.Len())
	}
	var answer struct {
		Detail json.RawMessage `json:"detail"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || len(answer.Detail) == 0 || string(answer.Detail) == "null" {
		t.Errorf("body: got %.200s, want JSON with a detail (%v)", w.Body, err)
	}
	if w.Code != 414 && w.Code != 422 && w.Code != 431 {
		return first
	}
	var entries []json.RawMessage
	if err := json.Unmarshal(answer.Detail, &entries); err != nil || len(entries) == 0 {
		t.Fatalf("body: got %.200s, want a list of errors", w.Body)
	}
	if err := json.Unmarshal(entries[0], &first); err != nil || len(first.Loc) == 0 || first.Type == "" {
		t.Errorf("entry: got %.200s, want type and loc", entries[0])
	}
	return first
}
