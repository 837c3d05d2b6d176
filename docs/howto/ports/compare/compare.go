// Package compare sends the same requests to a program and to its port, in process, and compares the answers.
package compare

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Request is a request with the answers that it gets. An answer is written as status and body: `404 {"detail":"Not Found"}`.
type Request struct {
	Send   string // method, path, and a JSON body if there is one
	Header string // one more header: "X-Role: admin"

	Both           string // the answer of both programs
	Original, Port string // the answers, where they differ on purpose
}

// Run fails the test where an answer is not the one of the table.
func Run(t *testing.T, original, port http.Handler, requests []Request) {
	t.Helper()
	for _, r := range requests {
		name := strings.TrimSpace(r.Send + " " + r.Header)
		wantOriginal, wantPort := r.Original, r.Port
		if r.Both != "" {
			wantOriginal, wantPort = r.Both, r.Both
		} else if r.Original == r.Port {
			t.Errorf("%s: want different answers, or one in Both", name)
		}
		typeOriginal := check(t, name+": original", original, r, wantOriginal)
		typePort := check(t, name+": port", port, r, wantPort)
		if r.Both != "" && typeOriginal != typePort {
			t.Errorf("%s: media type %q of the original, %q of the port", name, typeOriginal, typePort)
		}
	}
}

// check sends a request, compares the answer, and returns its media type.
func check(t *testing.T, name string, h http.Handler, r Request, want string) string {
	t.Helper()
	method, rest, _ := strings.Cut(r.Send, " ")
	path, body, hasBody := strings.Cut(rest, " ")
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	if hasBody {
		request.Header.Set("Content-Type", "application/json")
	}
	if key, value, ok := strings.Cut(r.Header, ": "); ok {
		request.Header.Set(key, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, request)
	if got := strings.TrimSpace(fmt.Sprint(w.Code, " ", w.Body)); got != want {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
	mediaType, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
	return mediaType
}
