// Package exchange is one HTTP request and its response as the framework sees them. It is the only package that
// reads parameters from *http.Request and the only one that writes results to http.ResponseWriter.
//
// An [Exchange] is pooled and lazy: [Acquire] stores two pointers, each reader scans what it needs when it is
// asked, and nothing is built that nobody asked for (no url.Values, no []*http.Cookie). [Exchange.Send] writes
// status, headers and body in one go, with exact framing.
//
// The package knows nothing of models, routes or validation, and must not: it hands out strings and bytes, and
// takes finished headers and a finished body.
package exchange

import (
	"net/http"
	"sync"
	"time"
)

// keptBody is the largest body buffer, in bytes, that a released Exchange keeps for the next request, and the
// most that a Content-Length alone makes [Exchange.Body] allocate.
const keptBody = 64 << 10

// inlinePath is how many path values fit without an allocation.
const inlinePath = 8

// Exchange is one request and its response. It belongs to the goroutine that serves the request and is not safe
// for concurrent use. Nothing it returned as "valid until Release" may be used after [Exchange.Release].
type Exchange struct {
	w http.ResponseWriter
	r *http.Request

	path  [inlinePath]string
	spill []string // the path values when they are more than inlinePath
	paths int

	splitQuery string // the query that pairs are of
	pairs      []pair

	body     []byte // the buffer; its length is what was read
	bodyErr  error
	bodyRead bool
	bodyKept bool   // what was read is whoever's has it, and not pooled
	spare    []byte // the pool's buffer, where another was read into

	bodyGiven bool // somebody has a reader of it
	timeout   time.Duration

	form    *Form
	formErr error
	files   *storage // of the form
	parsed  bool     // the request came with a MultipartForm

	tracker *tracker // made by Writer
	sent    bool
}

var pool = sync.Pool{New: func() any { return new(Exchange) }}

// Acquire takes an Exchange from the pool for one request. The caller must Release it when the response is
// finished. It costs no allocation when the pool is warm.
func Acquire(w http.ResponseWriter, r *http.Request) *Exchange {
	x := pool.Get().(*Exchange)
	x.Open(w, r)
	return x
}

// Release closes the Exchange and gives it back to the pool.
func (x *Exchange) Release() {
	if x.r == nil {
		return // a second Release; putting it into the pool twice would serve two requests with one Exchange
	}
	x.Close()
	pool.Put(x)
}

// Open begins an Exchange that is part of something else, which is pooled itself. The zero Exchange, and one that was
// closed, can be opened.
func (x *Exchange) Open(w http.ResponseWriter, r *http.Request) {
	x.w, x.r = w, r
	x.parsed = r.MultipartForm != nil
}

// Close ends what Open or Acquire began and zeroes the Exchange, the bytes of the body included. A body buffer of at
// most 64 KiB is kept for the next request. The bytes from Body and the slice from PathValues must not be used
// afterwards; strings that were handed out stay valid.
func (x *Exchange) Close() {
	if x.plain() {
		// Zeroing the rest would be a tenth of a small request. TestCloseZeroesEveryField keeps plain complete.
		clear(x.path[:x.paths])
		x.w, x.r, x.paths, x.sent, x.timeout = nil, nil, 0, false, 0
		if x.splitQuery != "" {
			x.splitQuery = ""
			clear(x.pairs)
			x.pairs = x.pairs[:0]
		}
		return
	}
	x.removeFiles()
	buf := x.body
	if x.bodyKept {
		buf = x.spare // zeroed already
	}
	clear(buf)
	if cap(buf) > keptBody {
		buf = nil
	}
	pairs := x.pairs
	clear(pairs)
	if cap(pairs) > keptPairs {
		pairs = nil
	}
	*x = Exchange{body: buf[:0], pairs: pairs[:0]}
}

// plain reports whether nothing was used but the request, the writer and a few path values.
func (x *Exchange) plain() bool {
	return x.spill == nil && cap(x.pairs) <= keptPairs && (x.splitQuery != "" || len(x.pairs) == 0) &&
		len(x.body) == 0 && x.bodyErr == nil && !x.bodyRead && !x.bodyKept && x.spare == nil && !x.bodyGiven &&
		x.form == nil && x.formErr == nil && x.files == nil && !x.parsed && x.tracker == nil &&
		x.paths <= inlinePath && (x.r == nil || x.r.MultipartForm == nil)
}

// removeFiles removes the temporary file of the form. It also removes those of a form that the handler has parsed with
// net/http's own means: the server knows only of its own *http.Request, and middleware may have put another one in its
// place.
func (x *Exchange) removeFiles() {
	if x.files != nil {
		x.files.close()
	}
	if x.r.MultipartForm != nil && !x.parsed {
		_ = x.r.MultipartForm.RemoveAll()
	}
}

// Request returns the request given to Acquire.
func (x *Exchange) Request() *http.Request { return x.r }

// ResponseHeader is the header that middleware has set so far, and that Send adds to.
func (x *Exchange) ResponseHeader() http.Header { return x.w.Header() }

// SetPath copies the values of the path parameters, in the order of the pattern. Up to 8 cost no allocation.
func (x *Exchange) SetPath(values []string) {
	x.paths = len(values)
	if len(values) > inlinePath {
		x.spill = append([]string(nil), values...)
		return
	}
	x.spill = nil
	copy(x.path[:], values) // what an earlier call left behind them is not looked at
}

// PathValues returns the values given to SetPath. The slice is valid until Release and must not be changed.
func (x *Exchange) PathValues() []string {
	if x.spill != nil {
		return x.spill
	}
	return x.path[:x.paths:x.paths]
}

// Path returns the i-th path value, "" when there is none.
func (x *Exchange) Path(i int) string {
	if i < 0 || i >= x.paths {
		return ""
	}
	return x.PathValues()[i]
}
