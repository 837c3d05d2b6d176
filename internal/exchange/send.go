package exchange

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
)

// ErrWritten means that the response has begun already, so Send did nothing.
var ErrWritten = errors.New("the response has already been written")

// ErrConnection means that the body could not be written: most often the client has gone.
var ErrConnection = errors.New("write the response body")

// Send writes the response: status, headers, body, in that order, once. A second Send, or one after something was
// written to Writer, is [ErrWritten].
//
// h are the final headers and may be nil. They replace what middleware set under the same names, except Vary and
// Set-Cookie, which are added to it. h is not changed, and the slices of its values are the response's from then on (they
// may be shared: nothing appends to them in place).
//
// Content-Type is contentType unless h has its own; when both are empty and no middleware set one, there is none
// (net/http does not guess).
//
// The framing is Send's, whatever h says (RFC 9110, 6.4.1 and 8.6):
//   - 1xx, 204 and 304 have no body, no Content-Type and no Content-Length;
//   - 205 has Content-Length 0, no body and no Content-Type;
//   - the answer to HEAD has the headers of the full response, its Content-Length too, and no body;
//   - every other response has the exact Content-Length of body. A short body that no other header comes with is left
//     to net/http to count, which it does when nothing is flushed before the request's function returns; see [Exchange.Announce].
//
// A status outside 100 to 999, a header name that is no token and a value with CR, LF or NUL are errors, and nothing
// is written. An error after that is the connection's. An interim status (100, 102 to 199) is sent at once, and the
// final response may still follow; headers set for it stay set.
func (x *Exchange) Send(status int, h Fields, contentType string, body []byte) error {
	if x.Written() {
		return fmt.Errorf("send status %d: %w", status, ErrWritten)
	}
	typ := contentTypeValue(contentType)
	header := x.w.Header()
	if len(h) == 0 && len(header) == 0 && typ.known && uint(len(body))-1 < counted && x.isPlain(status) {
		return x.sendPlain(header, status, typ, body)
	}
	if !typ.known || len(h) > 0 || status < 100 || status > 999 {
		if err := checkSend(status, h, typ); err != nil {
			return err
		}
	}
	if !interim(status) && x.r.ContentLength != 0 {
		x.drain()
	}
	if ownType := mergeHeader(header, h); !ownType && contentType != "" {
		header["Content-Type"] = typ.value
	} else if _, set := header["Content-Type"]; !set {
		header["Content-Type"] = nil // present, so that net/http does not guess
	}
	delete(header, "Transfer-Encoding") // it would make net/http drop Content-Length

	switch {
	case status < 200 || status == http.StatusNoContent || status == http.StatusNotModified:
		delete(header, "Content-Type")
		delete(header, "Content-Length")
		body = nil
	case status == http.StatusResetContent:
		delete(header, "Content-Type")
		header["Content-Length"] = contentLength(0)
		body = nil
	default:
		header["Content-Length"] = contentLength(len(body))
		if x.r.Method == http.MethodHead {
			body = nil
		}
	}

	x.sent = !interim(status)
	x.w.WriteHeader(status)
	if len(body) == 0 {
		return nil
	}
	if _, err := x.w.Write(body); err != nil {
		return fmt.Errorf("%w: %w", ErrConnection, err)
	}
	return nil
}

// counted is the size, in bytes, up to which net/http holds back what is written, and counts it.
const counted = 2048

// isPlain reports whether nothing is particular about an answer with that status.
func (x *Exchange) isPlain(status int) bool {
	return (status == http.StatusOK || status > http.StatusNotModified && status < 600) && !x.announce && x.r.Method != http.MethodHead
}

// sendPlain sends what most answers are: a short body, not empty, and its type.
func (x *Exchange) sendPlain(header http.Header, status int, typ typeValue, body []byte) error {
	if x.r.ContentLength != 0 {
		x.drain()
	}
	header["Content-Type"] = typ.value // nil where there is none: net/http does not guess
	x.sent = true
	x.w.WriteHeader(status)
	if _, err := x.w.Write(body); err != nil {
		return fmt.Errorf("%w: %w", ErrConnection, err)
	}
	return nil
}

// Announce makes Send write Content-Length whatever the size of the body, because something flushes before the
// request's function returns. It must be called before Send.
func (x *Exchange) Announce() { x.announce = true }

func checkSend(status int, h Fields, typ typeValue) error {
	if status < 100 || status > 999 {
		return fmt.Errorf("send: status %d is not a status code; it must be 100 to 999", status)
	}
	if !typ.known {
		if i := controlAt(typ.value[0]); i >= 0 {
			return fmt.Errorf("send: Content-Type %q has a control character at byte %d", typ.value[0], i)
		}
	}
	for i := range h {
		f := &h[i]
		if !isToken(strings.TrimPrefix(f.Name, http.TrailerPrefix)) {
			return fmt.Errorf("send: %q is not a header name (RFC 9110, 5.1)", f.Name)
		}
		for _, value := range f.Values {
			if i := controlAt(value); i >= 0 {
				// The value may be a secret: a cookie, a token. It is not part of the text.
				return fmt.Errorf("send: header %s has a control character (%q) at byte %d of a value", f.Name, value[i], i)
			}
		}
	}
	return nil
}

// controlAt is the place of the first CR, LF or NUL, -1 where there is none.
func controlAt(s string) int {
	for i := range len(s) {
		if c := s[i]; c == '\r' || c == '\n' || c == 0 {
			return i
		}
	}
	return -1
}

// mergeHeader puts h into header and reports whether h has a Content-Type. Slices are assigned with no spare capacity, so
// that an append by anyone later copies them: they may be shared between requests.
func mergeHeader(header http.Header, h Fields) (ownType bool) {
	for i := range h {
		name, values := h[i].Name, h[i].Values
		ownType = ownType || name == "Content-Type"
		if name == "Vary" || name == "Set-Cookie" {
			if set := header[name]; len(set) > 0 {
				header[name] = append(set[:len(set):len(set)], values...)
				continue
			}
		}
		if len(values) == 0 {
			// nil and not absent: it also stops net/http from adding its own Date.
			header[name] = nil
			continue
		}
		header[name] = values[:len(values):len(values)]
	}
	return ownType
}

// typeValue is a Content-Type as a header value.
type typeValue struct {
	value []string
	known bool // it is one of ours, or there is none
}

func contentTypeValue(contentType string) typeValue {
	switch contentType { // the compiler compares lengths first
	case "":
		return typeValue{known: true}
	case sharedJSON:
		return typeValue{sharedContentTypes[0][:], true}
	case sharedHTML:
		return typeValue{sharedContentTypes[1][:], true}
	case sharedText:
		return typeValue{sharedContentTypes[2][:], true}
	case sharedProblem:
		return typeValue{sharedContentTypes[3][:], true}
	}
	return typeValue{value: []string{contentType}}
}

const (
	sharedJSON    = "application/json"
	sharedHTML    = "text/html; charset=utf-8"
	sharedText    = "text/plain; charset=utf-8"
	sharedProblem = "application/problem+json"
)

// sharedContentTypes are put into responses as they are, without an allocation. An array of one cannot be appended to in
// place.
var sharedContentTypes = [...][1]string{{sharedJSON}, {sharedHTML}, {sharedText}, {sharedProblem}}

// contentLengths has the header values of the lengths up to its own, made when first needed. An array of one cannot
// be appended to in place.
var contentLengths [4096]atomic.Pointer[[1]string]

func contentLength(n int) []string {
	if n >= len(contentLengths) {
		return []string{strconv.Itoa(n)}
	}
	value := contentLengths[n].Load()
	if value == nil {
		value = &[1]string{strconv.Itoa(n)}
		contentLengths[n].Store(value) // two that race store the same text
	}
	return value[:]
}
