package briotest

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/brio-go/brio/internal/json"
)

// Response is an answer. Its methods state expectations: one that is not met fails the test, and the message has the request, the answer
// and the difference.
type Response struct {
	t       testing.TB
	client  *Client // nil for a stream
	request *http.Request
	sent    []byte // the body of the request, as far as the app has read it
	result  *http.Response
	body    []byte
}

// fail reports an expectation that is not met, with the exchange.
func (r *Response) fail(format string, args ...any) {
	r.t.Helper()
	r.t.Errorf("%s %s: %s\n%s\n%s", r.request.Method, r.request.URL, fmt.Sprintf(format, args...),
		dump(fmt.Sprintf("%s %s", r.request.Method, r.request.URL.RequestURI()), r.request.Header, r.sent),
		dump(fmt.Sprintf("%d %s", r.result.StatusCode, http.StatusText(r.result.StatusCode)), r.result.Header, r.body))
}

// maxShown is how many bytes of a body a failure shows.
const maxShown = 2 << 10

// dump is one message of an exchange, as failures show it.
func dump(first string, header http.Header, body []byte) string {
	var b strings.Builder
	b.WriteString("\t" + first)
	for _, name := range slices.Sorted(maps.Keys(header)) {
		b.WriteString("\n\t" + name + ": " + strings.Join(header[name], ", "))
	}
	if len(body) > 0 {
		shown, rest := body, ""
		if len(body) > maxShown {
			shown, rest = body[:maxShown], fmt.Sprintf("… (%d bytes)", len(body))
		}
		if !utf8.Valid(body) {
			shown = fmt.Appendf(nil, "%q", shown)
		}
		b.WriteString("\n\n\t" + strings.ReplaceAll(strings.TrimRight(string(shown), "\n"), "\n", "\n\t") + rest)
	}
	return b.String() + "\n"
}

// Status expects a status code.
func (r *Response) Status(code int) *Response {
	r.t.Helper()
	if r.result.StatusCode != code {
		r.fail("status %d, want %d", r.result.StatusCode, code)
	}
	return r
}

// JSON decodes the body into a pointer.
func (r *Response) JSON(into any) *Response {
	r.t.Helper()
	if err := json.Unmarshal(r.body, into); err != nil {
		r.fail("the body is no %s: %v", reflect.TypeOf(into).Elem(), err)
	}
	return r
}

// Expect expects a JSON body that is the value want. Neither the order of members nor white space counts. A string or []byte is JSON text.
// The failure lists the places that differ.
func (r *Response) Expect(want any) *Response {
	r.t.Helper()
	var wanted []byte
	switch w := want.(type) {
	case string:
		wanted = []byte(w)
	case []byte:
		wanted = w
	default:
		var err error
		if wanted, err = json.Append(nil, w); err != nil {
			r.fail("the value to expect: %v", err)
			return r
		}
	}
	if lines := diffJSON(r.body, wanted); len(lines) > 0 {
		r.fail("the body differs:\n\t%s", strings.Join(lines, "\n\t"))
	}
	return r
}

// Body expects a body, byte for byte.
func (r *Response) Body(want string) *Response {
	r.t.Helper()
	if string(r.body) == want {
		return r
	}
	if lines := diffJSON(r.body, []byte(want)); len(lines) > 0 && json.Valid([]byte(want)) && len(want) > 80 {
		r.fail("the body differs:\n\t%s", strings.Join(lines, "\n\t"))
	} else {
		r.fail("the body differs, want\n%s", want)
	}
	return r
}

// Header expects the first value of a header; "" expects none.
func (r *Response) Header(key, want string) *Response {
	r.t.Helper()
	if got := r.result.Header.Get(key); got != want {
		r.fail("%s: %q, want %q", key, got, want)
	}
	return r
}

// Result returns the answer as an *http.Response.
func (r *Response) Result() *http.Response {
	r.result.Body = io.NopCloser(bytes.NewReader(r.body))
	return r.result
}

// Bytes returns the body.
func (r *Response) Bytes() []byte { return r.body }
