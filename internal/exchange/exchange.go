package exchange

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// maxPooledBody is the largest body buffer, in bytes, that a released Exchange keeps for the next request. It is also the most
// memory that [Exchange.Body] allocates on the word of a Content-Length.
const maxPooledBody = 64 << 10

// inlinePath is the number of path values that fit without an allocation.
const inlinePath = 8

// Exchange is one request and its response. It belongs to the goroutine that serves the request and is not safe for concurrent
// use. Results that are "valid until Release" must not be used after [Exchange.Release].
type Exchange struct {
	w http.ResponseWriter
	r *http.Request

	paths int // the number of path values
	path  [inlinePath]string

	splitQuery string // the query that pairs are of
	pairs      []pair

	limits              *Limits // not nil while the Exchange is open; it outlives the request, and SetLimits replaces it
	forcesContentLength bool    // Content-Length is sent whatever the body's size
	sent                bool
	countingType        uintptr // typeWordOf writers that count short bodies; it outlives the request

	tracker *trackingWriter // made by Writer; nil: none

	values values // of response headers; it outlives the request

	rare    rare // written through writeRare, so that Close zeroes it
	hasRare bool // rare may have a value
}

// rare holds the fields that few requests use. To zero them for each request would cost a tenth of a small request.
type rare struct {
	spill []string // the path values when they are more than inlinePath

	body     []byte // the buffer; its length is what was read
	bodyErr  error
	bodyRead bool
	bodyKept bool   // the program may hold the bytes of the body, so that they do not return to the pool
	spare    []byte // the pool's buffer, where another was read into

	readers    *reader     // that user code was given, the last first
	reader     *reader     // of the body, the first that code was given; nil: none
	unreadBody *unreadBody // nil: the body was read when the headers left, or nothing was sent
	overfull   error       // see PairsError

	form    *Form
	formErr error
	files   *storage // of the form
	parsed  bool     // the request came with a MultipartForm

	hijacked bool // by Hijack
	exited   bool // see MarkExit
}

// writeRare returns rare for a write, and lets Close know of it.
func (x *Exchange) writeRare() *rare {
	x.hasRare = true
	return &x.rare
}

var pool = sync.Pool{New: func() any { return new(Exchange) }}

// Acquire takes an Exchange from the pool for one request. The caller must Release it when the response is
// finished. It costs no allocation when the pool is warm.
func Acquire(w http.ResponseWriter, r *http.Request) *Exchange {
	x := pool.Get().(*Exchange)
	x.Open(w, r)
	x.SetLimits(DefaultLimits)
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

// Open begins an Exchange that is a field of another pooled value. The Exchange is zero or closed. One that was closed has the limits
// of the request before, until SetLimits replaces them.
func (x *Exchange) Open(w http.ResponseWriter, r *http.Request) {
	x.w, x.r = w, r
	if x.limits == nil {
		x.limits = DefaultLimits
	}
	if x.parsedForm() != nil {
		x.writeRare().parsed = true
	}
}

// Close ends what Open or Acquire began and zeroes the Exchange, the bytes of the body included. It keeps a body buffer of at
// most 64 KiB for the next request. The bytes from Body and the slice from PathValues must not be used afterwards; strings stay
// valid.
func (x *Exchange) Close() {
	if x.r != nil && x.Context().Err() != nil {
		x.dropDeadlines()
	}
	if x.hasRare || x.parsedForm() != nil {
		x.closeRare()
	}
	for i := range min(x.paths, inlinePath) {
		x.path[i] = ""
	}
	x.paths = 0
	// One by one: clearing a large struct costs more than these stores while the collector runs.
	x.w, x.r = nil, nil
	if x.tracker != nil {
		x.tracker = nil
	}
	x.forcesContentLength, x.sent = false, false
	if x.splitQuery != "" {
		x.splitQuery = ""
	}
	if len(x.pairs) > 0 {
		clear(x.pairs)
		if x.pairs = x.pairs[:0]; cap(x.pairs) > maxPooledPairs {
			x.pairs = nil
		}
	}
}

// closeRare ends the readers, drains the body, removes files and zeroes rare. It keeps the buffer of the pool.
func (x *Exchange) closeRare() {
	if x.rare.readers != nil {
		x.endReaders()
	}
	if x.rare.unreadBody != nil {
		x.finishBody(x.rare.unreadBody)
	}
	if x.rare.files != nil {
		x.rare.files.close()
	}
	// The handler may have parsed a form with Request.ParseMultipartForm. net/http removes files of its own *http.Request only, and
	// middleware may have replaced that.
	if form := x.parsedForm(); form != nil && !x.rare.parsed {
		_ = form.RemoveAll()
	}
	buf := x.rare.body
	if x.rare.bodyKept {
		buf = x.rare.spare // zeroed already
	}
	clear(buf)
	if cap(buf) > maxPooledBody {
		buf = nil
	}
	x.rare, x.hasRare = rare{body: buf[:0]}, false
}

// ResponseHeader is the header of the response: what middleware has set so far. Send adds to it.
func (x *Exchange) ResponseHeader() http.Header { return x.w.Header() }

// SetPath sets the values of the path parameters, in the order of the pattern. It copies them; up to 8 cost no allocation.
func (x *Exchange) SetPath(values []string) {
	if x.paths = len(values); x.paths > 0 && &values[0] != &x.path[0] {
		x.copyPath(values)
	}
}

// copyPath stores values that are not in PathBuffer.
func (x *Exchange) copyPath(values []string) {
	if len(values) > inlinePath {
		x.writeRare().spill = slices.Clone(values)
	} else {
		clear(x.path[copy(x.path[:], values):]) // a match that backtracked may have left values
	}
}

// PathBuffer is an empty slice over the memory of the path values. A router that appends the values to it saves the copy in
// SetPath. PathBuffer may be used before Open; if no Open follows, the router calls ClearPath.
func (x *Exchange) PathBuffer() []string { return x.path[:0] }

// ClearPath zeroes the values in PathBuffer.
func (x *Exchange) ClearPath() { x.path = [inlinePath]string{} }

// PathValues returns the values given to SetPath. The slice is valid until Release and must not be changed.
func (x *Exchange) PathValues() []string {
	if x.paths > inlinePath {
		return x.rare.spill
	}
	return x.path[:x.paths:x.paths]
}

// PathValue returns the i-th path value, "" when there is none.
func (x *Exchange) PathValue(i int) string {
	if uint(i) < uint(x.paths) && x.paths <= inlinePath {
		return x.path[i]
	}
	if i < 0 || i >= x.paths {
		return ""
	}
	return x.rare.spill[i]
}

// Limits bound what one client can cost. They are never changed, so routes share them.
type Limits struct {
	ReadTimeout  time.Duration // the longest wait for one read of the body; 0 or less: no limit
	ReadRate     int64         // bytes per second that a body must reach after ReadTimeout; 0 or less: no limit
	WriteTimeout time.Duration // for each piece of an answer over 64 KiB, and of a file; 0 or less: no limit
	Pairs        int           // pairs of the query, cookies, and elements of one list with commas; 0 or less: no limit
}

// DefaultLimits are the limits of an Exchange without SetLimits.
var DefaultLimits = &Limits{ReadTimeout: 30 * time.Second, ReadRate: 500, WriteTimeout: 30 * time.Second, Pairs: 1000}

// SetLimits sets the limits. It must be called before the first read.
func (x *Exchange) SetLimits(l *Limits) {
	if x.limits != l { // most often they are those of the request before: a write of a pointer costs a write barrier
		x.limits = l
	}
}

// Limits returns the limits of the Exchange.
func (x *Exchange) Limits() *Limits { return x.limits }

// PairsError is the error of a query, or of cookies, with more pairs than Limits.Pairs. It is nil until a reader has found them.
// Values from that source must not be used.
func (x *Exchange) PairsError() error {
	if !x.hasRare || x.rare.overfull == nil {
		return nil
	}
	return x.rare.overfull
}
