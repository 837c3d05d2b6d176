package forms_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/tests/internal/contract"
)

// postForm posts a url-encoded form to / and returns status and body of the answer.
func postForm(app *brio.App, form string) (int, string) {
	w := testkit.PostForm(app, "/", form)
	return w.Code, w.Body.String()
}

// postParts posts a multipart form to / and returns status and body of the answer.
func postParts(app *brio.App, parts ...testkit.Part) (int, string) {
	w := testkit.PostParts(app, "/", parts...)
	return w.Code, w.Body.String()
}

// postReader posts a body that it reads from a reader. Content-Length is known only for a *strings.Reader, *bytes.Reader
// and *bytes.Buffer; any other body is chunked. An empty contentType sends none.
func postReader(h http.Handler, target, contentType string, body io.Reader) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, target, body)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	w := httptest.NewRecorder()
	contract.Serve(h, w, r)
	return w
}

// intParsingError is the entry of Detail for a text that is no integer. loc is what follows "body" in its location.
func intParsingError(loc, input string) string {
	return `{"type":"int_parsing","loc":["body",` + loc + `],"msg":"Input should be a valid integer, unable to parse string as an integer","input":` + input + `}`
}

// lessThanEqualError is the entry of Detail for a number over 9. loc is what follows "body" in its location.
func lessThanEqualError(loc, input string) string {
	return `{"type":"less_than_equal","loc":["body",` + loc + `],"msg":"Input should be less than or equal to 9","input":` + input + `,"ctx":{"le":9}}`
}

// limitError is the entry of Detail for a limit of forms, by its message. The limit is the first number in the message.
func limitError(msg string) string {
	kind, key := "part_too_large", "max_bytes"
	switch {
	case strings.HasPrefix(msg, "Too many fields"):
		kind, key = "too_many_fields", "max_fields"
	case strings.HasPrefix(msg, "Too many files"):
		kind, key = "too_many_files", "max_files"
	case strings.HasPrefix(msg, "Part headers"):
		kind = "part_headers_too_large"
	}
	number := regexp.MustCompile(`\d+`).FindString(msg)
	if strings.HasSuffix(msg, "16KB.") {
		number = "16384"
	}
	return fmt.Sprintf(`{"type":%q,"loc":["body"],"msg":%q,"input":null,"ctx":{%q:%s}}`, kind, msg, key, number)
}
