package routing_test

import (
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// replyText returns a handler that answers with a text.
func replyText(text string) func() *brio.Response {
	return func() *brio.Response { return response.Text(text) }
}

// answer is what a request must be answered with.
type answer struct {
	request  string // "METHOD /target"
	status   int
	body     string // not compared when it is empty
	allow    string // the header Allow
	location string // the header Location
}

// wantAnswers sends each request and fails the test when an answer is another.
func wantAnswers(t *testing.T, app *brio.App, answers []answer) {
	t.Helper()
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		method, target, _ := strings.Cut(a.request, " ")
		w := testkit.Do(app, method, target, "")
		if w.Code != a.status || a.body != "" && w.Body.String() != a.body || w.Header().Get("Allow") != a.allow || w.Header().Get("Location") != a.location {
			t.Errorf("%s: got %d %q, Allow %q, Location %q; want %+v", a.request, w.Code, w.Body, w.Header().Get("Allow"), w.Header().Get("Location"), a)
		}
	}
}

// The bodies of the router's own errors, as FastAPI's.
const (
	notFound   = `{"detail":"Not Found"}`
	notAllowed = `{"detail":"Method Not Allowed"}`
)
