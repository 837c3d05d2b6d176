package exchange

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/brio-go/brio/internal/httptext"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/swar"
)

// ErrWritten means that the response has begun before. The call has done nothing.
var ErrWritten = errors.New("the response has already been written")

// ErrConnection means that the body could not be written, most often because the client has closed the connection.
var ErrConnection = errors.New("write the response body")

// Written reports whether the response has begun: by Send, or by a call of Writer. No other response can be sent then. Interim
// responses (100, 102 to 199) do not begin it.
func (x *Exchange) Written() bool {
	return x.sent || x.tracker != nil && x.tracker.written
}

// Send writes the response once: status, headers, body. It returns [ErrWritten] if the response has begun, by Send or by a
// write to Writer.
//
// h has the final headers and may be nil. They replace those of middleware with the same names; Vary, Link and Set-Cookie are added
// to those of middleware. Send does not change h. It copies the values into memory that no other response uses, because user code may
// keep the header or change it in place.
//
// Content-Type is typ, unless h has another. Without both and without one of middleware the response has no Content-Type: net/http
// does not guess.
//
// Send sets the framing; that of h is ignored (RFC 9110, 6.4.1 and 8.6):
//   - 204 and 304 have no body, no Content-Type and no Content-Length;
//   - 205 has Content-Length 0, no body and no Content-Type;
//   - the answer to HEAD has the headers of the full response, its Content-Length too, and no body;
//   - every other response has the exact Content-Length of body. net/http itself adds that of a short body, unless a flush precedes
//     the end of the handler; see [Exchange.ForceContentLength]. For the recorder of httptest Send adds it.
//
// If [Check] refuses the response, Send returns its error and writes nothing. Later errors are those of the connection.
func (x *Exchange) Send(status int, h *Headers, typ *ContentType, body []byte) error {
	if x.Written() {
		return writtenError(status)
	}
	if x.ContentLength() != 0 && !x.bodyEnded() {
		x.settle()
	}
	header := x.w.Header()
	if len(header) == 0 && x.countsBody(status, body) && h.isPrechecked() && (typ == nil || typ.legal) {
		if h != nil {
			x.addPrechecked(header, h)
		}
		header["Content-Type"] = x.typeValues(typ) // nil for none: net/http does not guess
		return x.write(status, body)
	}
	return x.sendChecked(header, status, h, typ, body)
}

// SendPlain is Send for an answer with a media type and without other headers. It saves the questions of Send where the client has sent no body,
// and middleware has set no header.
func (x *Exchange) SendPlain(status int, typ *ContentType, body []byte) error {
	header := x.w.Header()
	if len(header) != 0 || x.hasRare || x.sent || x.ContentLength() != 0 || !x.countsBody(status, body) || typ == nil || !typ.legal {
		return x.Send(status, nil, typ, body)
	}
	header["Content-Type"] = x.values.of(typ.value)
	x.sent = true
	x.w.WriteHeader(status)
	if _, err := x.w.Write(body); err != nil {
		return connectionError(err)
	}
	return nil
}

// writtenError is the error of a second response.
func writtenError(status int) error { return fmt.Errorf("send status %d: %w", status, ErrWritten) }

// sendChecked is the general form of Send.
func (x *Exchange) sendChecked(header http.Header, status int, h *Headers, typ *ContentType, body []byte) error {
	if err := Check(status, h, typ); err != nil {
		return err
	}
	fresh := len(header) == 0
	if ownType := x.mergeInto(header, h); !ownType && (typ != nil || fresh) {
		header["Content-Type"] = x.typeValues(typ)
	} else if _, set := header["Content-Type"]; !set {
		header["Content-Type"] = nil // present, so that net/http does not guess
	}
	delete(header, "Transfer-Encoding") // it would make net/http drop Content-Length

	switch {
	case status == http.StatusNoContent || status == http.StatusNotModified:
		delete(header, "Content-Type")
		delete(header, "Content-Length")
		body = nil
	case status == http.StatusResetContent:
		delete(header, "Content-Type")
		header["Content-Length"] = x.values.of(lengthText(0))
		body = nil
	default:
		header["Content-Length"] = x.values.of(lengthText(len(body)))
		if x.Method() == http.MethodHead {
			body = nil
		}
	}

	return x.write(status, body)
}

// write sends status, headers and body. An error is the connection's.
func (x *Exchange) write(status int, body []byte) error {
	x.sent = true
	x.w.WriteHeader(status)
	if len(body) == 0 {
		return nil
	}
	var err error
	if len(body) > piece {
		err = x.writeLarge(body)
	} else {
		_, err = x.w.Write(body)
	}
	if err != nil {
		return connectionError(err)
	}
	return nil
}

// connectionError wraps an error of a write.
func connectionError(err error) error { return fmt.Errorf("%w: %w", ErrConnection, err) }

// serverBuffer is the size, in bytes, of the buffer in which net/http holds back a body. It counts a body that fits.
const serverBuffer = 2048

// countsBody reports whether net/http can set Content-Length itself: a final status with a body that is not empty and fits the buffer of the
// server, no HEAD, no flush before the end.
func (x *Exchange) countsBody(status int, body []byte) bool {
	if t := memory.TypeWord(x.w); t != x.countingType { // most often the type is that of the request before
		switch x.w.(type) {
		case recorder, wrapper:
			return false
		}
		x.countingType = t
	}
	switch status {
	case http.StatusNoContent, http.StatusResetContent, http.StatusNotModified:
		return false
	}
	return status >= 200 && status < 600 && uint(len(body))-1 < serverBuffer && !x.forcesContentLength && x.Method() != http.MethodHead
}

// recorder is implemented by httptest.ResponseRecorder, which adds no Content-Length. A wrapper may be around a recorder.
type (
	recorder interface{ Result() *http.Response }
	wrapper  interface{ Unwrap() http.ResponseWriter }
)

// ForceContentLength makes Send write Content-Length for bodies of any size. Callers that flush before the handler returns call it
// before Send.
func (x *Exchange) ForceContentLength() { x.forcesContentLength = true }

// Check returns an error for what [Exchange.Send], [Exchange.Begin] and [Exchange.Serve] refuse to write:
//   - a status that is not 200 to 599. 1xx are interim, or switch protocols, which Send cannot do (RFC 9110, 15.2);
//   - a header name that is no token (RFC 9110, 5.1);
//   - a header value or media type with a control character other than a tab (RFC 9110, 5.5).
func Check(status int, h *Headers, typ *ContentType) error {
	if status < 200 || status > 599 {
		return fmt.Errorf("send: status %d cannot be an answer; it must be 200 to 599", status)
	}
	if typ != nil && !typ.legal {
		i := controlAt(typ.value)
		return fmt.Errorf("send: Content-Type %q has a control character at byte %d", typ.value, i)
	}
	return h.check()
}

func legalHeader(name string, values []string) error {
	if !httptext.IsToken(strings.TrimPrefix(name, http.TrailerPrefix)) {
		return fmt.Errorf("send: %q is not a header name (RFC 9110, 5.1)", name)
	}
	for _, value := range values {
		if i := controlAt(value); i >= 0 {
			// The text leaves out the value, which may be a secret such as a cookie or a token.
			return fmt.Errorf("send: header %s has a control character (%q) at byte %d of a value", http.CanonicalHeaderKey(name), value[i], i)
		}
	}
	return nil
}

// controlAt returns the index of the first control character other than a tab, -1 for none.
func controlAt(s string) int {
	i := 0
	for ; i+swar.Size <= len(s); i += swar.Size {
		if swar.FindControl(swar.Load(s[i:])) != 0 { // the loop below finds it, unless it is a tab
			break
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return i
		}
	}
	return -1
}

// ContentType is the value of a Content-Type, checked when it is made. nil is none.
type ContentType struct {
	value string
	legal bool // it has no control characters other than tabs
}

// typeValues returns the value for the header map, nil for none.
func (x *Exchange) typeValues(t *ContentType) []string {
	if t == nil {
		return nil
	}
	return x.values.of(t.value)
}

var (
	typeJSON    = ContentType{"application/json", true}
	typeHTML    = ContentType{"text/html; charset=utf-8", true}
	typeText    = ContentType{"text/plain; charset=utf-8", true}
	typeProblem = ContentType{"application/problem+json", true}
)

// ContentTypeOf returns the ContentType of a media type, nil for "". It allocates for media types that few answers have.
func ContentTypeOf(contentType string) *ContentType {
	switch contentType { // the compiler compares lengths first
	case "":
		return nil
	case "application/json":
		return &typeJSON
	case "text/html; charset=utf-8":
		return &typeHTML
	case "text/plain; charset=utf-8":
		return &typeText
	case "application/problem+json":
		return &typeProblem
	}
	return &ContentType{contentType, controlAt(contentType) < 0}
}

// lengths has the texts of Content-Lengths below 4096, made at first use.
var lengths [4096]atomic.Pointer[string]

func lengthText(n int) string {
	if n >= len(lengths) {
		return strconv.Itoa(n)
	}
	text := lengths[n].Load()
	if text == nil {
		made := strconv.Itoa(n)
		text = &made
		lengths[n].Store(text) // requests that race store equal texts
	}
	return *text
}
