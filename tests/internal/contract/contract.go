package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// Serve lets h answer r and, where h is an App, compares the exchange with the App's document.
func Serve(h http.Handler, w *httptest.ResponseRecorder, r *http.Request) {
	app, ok := h.(*brio.App)
	if !ok || r.ContentLength > maxBody {
		h.ServeHTTP(w, r)
		return
	}
	var sent bytes.Buffer
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.TeeReader(r.Body, &limited{&sent}), r.Body}
	}
	h.ServeHTTP(w, r)
	if r.Pattern == "" || sent.Len() > maxBody {
		return
	}
	d, err := documentOf(app)
	if err != nil {
		note("the document cannot be judged: %v", err)
		return
	}
	x := exchange{document: d, r: r, sent: sent.Bytes(), status: w.Code, header: w.Result().Header, body: w.Body.Bytes()}
	for _, problem := range x.problems() {
		note("%s %s (%s): %d: %s", r.Method, r.URL, r.Pattern, w.Code, problem)
	}
}

// maxBody is the largest body, in bytes, that is looked at.
const maxBody = 64 << 10

// limited is a buffer that keeps the first bytes of a body, about maxBody.
type limited struct{ *bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	if l.Len() <= maxBody {
		l.Buffer.Write(p)
	}
	return len(p), nil
}

// broken are the exchanges that broke the contract, by the test that sent them.
var broken struct {
	sync.Mutex
	lines []string
}

func note(format string, args ...any) {
	line := test() + ": " + fmt.Sprintf(format, args...)
	broken.Lock()
	defer broken.Unlock()
	if !slices.Contains(broken.lines, line) {
		broken.lines = append(broken.lines, line)
	}
}

// test is the name of the test that is running in this goroutine.
func test() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		name := f.Function[strings.LastIndexByte(f.Function, '.')+1:]
		for part := range strings.SplitSeq(f.Function, ".") {
			if strings.HasPrefix(part, "Test") {
				name = part
			}
		}
		if strings.HasPrefix(name, "Test") {
			return name
		}
		if !more {
			return "a test"
		}
	}
}

// Main runs the tests of a package, whose requests of testkit.Do go through Serve, and fails when an exchange broke the contract. except
// are tests whose exchanges are not looked at, with the reason.
func Main(m *testing.M, except map[string]string) {
	testkit.Answer = Serve
	code := m.Run()
	broken.lines = slices.DeleteFunc(broken.lines, func(line string) bool {
		name, _, _ := strings.Cut(line, ":")
		return except[name] != ""
	})
	if len(broken.lines) > 0 {
		fmt.Printf("--- FAIL: %d exchanges are not as the document says\n", len(broken.lines))
		for _, line := range broken.lines {
			fmt.Println("    " + line)
		}
		code = max(code, 1)
	}
	os.Exit(code)
}

// exchange is one request and its answer.
type exchange struct {
	*document
	r      *http.Request
	sent   []byte
	status int
	header http.Header
	body   []byte
}

// problems says where the exchange is not what the document says.
func (x *exchange) problems() (out []string) {
	at, path, op := x.operation(x.r.Method, x.r.Pattern)
	if op == nil {
		return nil // hidden, or no route
	}
	out = append(out, x.answer(at, op)...)
	switch {
	case x.status >= 200 && x.status < 300:
		out = append(out, x.parameters(at, op, path)...)
		out = append(out, x.accepted(at, op)...)
	case x.status == http.StatusUnprocessableEntity:
		out = append(out, x.refused(at, op)...)
	}
	return out
}

// answer compares status, media type and body with the responses of the operation.
func (x *exchange) answer(at []string, op map[string]any) []string {
	responses, _ := op["responses"].(map[string]any)
	key := strconv.Itoa(x.status)
	if responses[key] == nil {
		key = key[:1] + "XX"
	}
	if responses[key] == nil {
		key = "default"
	}
	response := x.resolve(responses[key])
	if response == nil {
		if x.status != http.StatusUnprocessableEntity {
			return nil // a status that is set on the way, or an error that is not declared
		}
		return []string{fmt.Sprintf("the status is not in the document, which has %v", keys(responses))}
	}
	content, _ := response["content"].(map[string]any)
	mediaType, _, _ := mime.ParseMediaType(x.header.Get("Content-Type"))
	if len(content) == 0 || len(x.body) == 0 && x.r.Method == http.MethodHead {
		return nil
	}
	if content[mediaType] == nil || !isJSON(mediaType) || len(x.body) == 0 { // of a Response that was returned
		return nil
	}
	schema := append(slices.Clip(at), "responses", key, "content", mediaType, "schema")
	if err := x.valid(schema, x.body, false); err != nil {
		return []string{fmt.Sprintf("the answer %s is not valid: %v", short(x.body), err)}
	}
	return nil
}

// accepted compares a request that was answered with a 2xx with the body of the operation.
func (x *exchange) accepted(at []string, op map[string]any) []string {
	body := x.resolve(op["requestBody"])
	if body == nil || len(x.sent) == 0 {
		if body != nil && body["required"] == true && x.r.ContentLength == 0 {
			return []string{"the body is required in the document, and was not sent"}
		}
		return nil
	}
	content, _ := body["content"].(map[string]any)
	mediaType, _, _ := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	if mediaType == "" {
		mediaType = "application/json"
	}
	if content[mediaType] == nil && isJSON(mediaType) {
		mediaType = "application/json" // +json is read as JSON
	}
	if !slices.ContainsFunc(keys(content), func(k string) bool { return covers(k, mediaType) }) {
		return []string{fmt.Sprintf("a body of %q was accepted, in the document are %v", mediaType, keys(content))}
	}
	if !isJSON(mediaType) || content[mediaType] == nil {
		return nil
	}
	schema := append(slices.Clip(at), "requestBody", "content", mediaType, "schema")
	if err := x.valid(schema, x.sent, false); err != nil && !repeats(err) {
		return []string{fmt.Sprintf("the body %s was accepted and is not valid: %v", short(x.sent), err)}
	}
	return nil
}

// repeats reports whether nothing is wrong but that a list has an element twice: a brio.Set takes it, once.
func repeats(err error) bool {
	invalid, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return false
	}
	if _, ok := invalid.ErrorKind.(*kind.UniqueItems); ok {
		return true
	}
	for _, cause := range invalid.Causes {
		if !repeats(cause) {
			return false
		}
	}
	return len(invalid.Causes) > 0
}

// covers reports whether a media type of the document, or range of them, has that of a request. A form may be sent in
// either of its encodings, whichever the document names.
func covers(documented, mediaType string) bool {
	forms := []string{"application/x-www-form-urlencoded", "multipart/form-data"}
	if slices.Contains(forms, documented) && slices.Contains(forms, mediaType) || documented == mediaType {
		return true
	}
	main, sub, _ := strings.Cut(documented, "/")
	return documented == "*/*" || documented == "application/octet-stream" || sub == "*" && strings.HasPrefix(mediaType, main+"/")
}

// beyond64 reports an integer out of the range of 64 bits, which schemas do not give.
func beyond64(e detail) bool {
	s := strings.TrimPrefix(string(e.Input), "-")
	if strings.Trim(s, "0123456789") != "" || !strings.HasPrefix(e.Type, "less_than") && !strings.HasPrefix(e.Type, "greater_than") {
		return false
	}
	n, ok := new(big.Int).SetString(s, 10)
	return ok && n.BitLen() > 63
}

// detail is an entry of a 422.
type detail struct {
	Type  string
	Loc   []any
	Input json.RawMessage
}

// Unsaid are the types of errors that no schema foresees; docs/schemas.md lists them.
var Unsaid = []string{
	"value_error", "assertion_error", "duplicate_key", "ambiguous_key", "int_parsing_size", "finite_number", "int_from_float", "json_invalid", "string_unicode",
}

// refused compares a JSON body that was answered with 422 with the schema, unless something else was wrong or no schema
// can say what.
func (x *exchange) refused(at []string, op map[string]any) []string {
	var answer struct{ Detail, Errors []detail }
	mediaType, _, _ := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	body := x.resolve(op["requestBody"])
	if json.Unmarshal(x.body, &answer) != nil || body == nil || mediaType != "application/json" {
		return nil
	}
	content, _ := body["content"].(map[string]any)
	if content[mediaType] == nil {
		return nil
	}
	for _, e := range append(answer.Detail, answer.Errors...) {
		if len(e.Loc) == 0 || e.Loc[0] != "body" || beyond64(e) || slices.ContainsFunc(Unsaid, func(u string) bool { return e.Type == u || strings.HasPrefix(e.Type, u+".") }) {
			return nil
		}
	}
	if len(x.sent) == 0 {
		if body["required"] != true {
			return []string{"no body was refused, and it is not required in the document"}
		}
		return nil
	}
	schema := append(slices.Clip(at), "requestBody", "content", mediaType, "schema")
	if x.valid(schema, x.sent, true) == nil {
		return []string{fmt.Sprintf("the body %s was refused with %s and is valid", short(x.sent), short(x.body))}
	}
	return nil
}

func isJSON(mediaType string) bool {
	return mediaType == "application/json" || strings.HasSuffix(mediaType, "+json")
}

func short(b []byte) string {
	if len(b) > 400 {
		return string(b[:400]) + "…"
	}
	return string(b)
}

func keys(m map[string]any) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
