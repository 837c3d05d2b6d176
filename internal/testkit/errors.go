package testkit

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
)

// Canary is the text of errors that no client may see and every log must have.
const Canary = "canary-7f3a"

// InternalError is the body of a 500 in FastAPI's format. It says nothing of the error behind it.
const InternalError = `{"detail":"Internal Server Error"}`

// WantInternalError fails the test when the answer is another than FastAPI's 500, or when log lacks cause. An empty cause
// is in every log.
func WantInternalError(t *testing.T, w *httptest.ResponseRecorder, log *Log, cause string) {
	t.Helper()
	WantStatus(t, w, 500)
	WantBody(t, w, InternalError)
	WantHeader(t, w, "Content-Type", "application/json")
	WantContains(t, log.String(), cause)
}

// Detail returns the body of a 422 in FastAPI's format: a JSON array of entries under "detail".
func Detail(entries ...string) string { return `{"detail":[` + strings.Join(entries, ",") + `]}` }

// Missing returns the entry of Detail for a required parameter that the request lacks.
func Missing(source, name string) string {
	return fmt.Sprintf(`{"type":"missing","loc":[%q,%q],"msg":"Field required","input":null}`, source, name)
}
