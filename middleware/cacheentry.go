package middleware

import (
	"encoding/binary"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/httptext"
)

// cacheEntry is a stored answer. Its times are those of the process that has stored it.
type cacheEntry struct {
	status  int
	pattern string        // of the route
	born    time.Time     // when its age was 0
	stored  time.Time     // when the handler has made or validated it
	life    time.Duration // how long it is fresh, from born
	revalid time.Duration // stale-while-revalidate: how long after that it may be used while the handler runs
	onError time.Duration // stale-if-error: how long after that it may stand in for a failure

	mayBeStale       bool // clients may ask for it after its life, by max-stale
	forAuthorized    bool // for requests with Authorization
	forIdentified    bool // for requests with a cookie or another credential
	names            []string
	variant          string // the hash of names and of the request's values for them; "" without names
	header           []storedField
	body             []byte
	etag, lastModify string // copies of header values, "" for none

	without []string // fields of the header that are not stored
}

// cacheIndex is what the key of an URL has if its answers depend on headers of requests (RFC 9111, 4.1).
type cacheIndex struct {
	names []string // of all answers so far, canonical and sorted
	slots []string // the variant that each slot has; the key of a slot is slotKey
	next  int      // the slot that is written next when all are used
}

// The first bytes of a record: the version of the form and its kind.
const (
	cacheForm  = 1
	entryKind  = 1
	indexKind  = 2
	maxNames   = 16 // of Vary
	maxTags    = 32 // of an answer
	maxTagSize = 256
)

// slotKey returns the key of a slot of an index. No URL has a zero byte.
func slotKey(key string, slot int) string { return key + "\x00" + strconv.Itoa(slot) }

// errCacheForm is the error of bytes that encode has not made.
var errCacheForm = errors.New("brio/middleware: the cached answer has another form")

// encode returns the stored form. Lengths and numbers are varints; the body stands at the end.
func (e *cacheEntry) encode() []byte {
	b := recordWriter(make([]byte, 0, 512))
	b.text(e.pattern)
	b.time(e.born)
	b.time(e.stored)
	b.number(int(e.life))
	b.number(int(e.revalid))
	b.number(int(e.onError))
	b.flag(e.mayBeStale)
	b.flag(e.forAuthorized)
	b.flag(e.forIdentified)
	b.texts(e.names)
	b.text(e.variant)
	b.number(len(e.header))
	for _, f := range e.header {
		b.text(f.name)
		b.flag(f.isAdded)
		b.texts(f.values)
	}
	head := recordWriter{cacheForm, entryKind}
	head.number(e.status)
	head.number(len(b))
	return slices.Concat(head, b, e.body)
}

func (x *cacheIndex) encode() []byte {
	b := recordWriter{cacheForm, indexKind}
	b.texts(x.names)
	b.texts(x.slots)
	b.number(x.next)
	return b
}

// decodeCache reads what encode has written: an entry or an index, whose texts are copies. The body of an entry is a part of b.
func decodeCache(b []byte) (*cacheEntry, *cacheIndex, error) {
	d := decoder[[]byte]{rest: b}
	if d.byte() != cacheForm {
		return nil, nil, errCacheForm
	}
	switch d.byte() {
	case indexKind:
		in := decoder[string]{rest: string(d.rest)}
		x := &cacheIndex{names: in.texts(), slots: in.texts(), next: in.number()}
		if in.isBad || len(x.names) == 0 || x.next > len(x.slots) {
			return nil, nil, errCacheForm
		}
		return nil, x, nil
	case entryKind:
		e := &cacheEntry{status: d.number()}
		in := decoder[string]{rest: string(d.take(d.number()))} // one allocation for all texts
		e.pattern, e.born, e.stored = in.text(), in.time(), in.time()
		e.life, e.revalid, e.onError = time.Duration(in.number()), time.Duration(in.number()), time.Duration(in.number())
		e.mayBeStale, e.forAuthorized, e.forIdentified = in.byte() == 1, in.byte() == 1, in.byte() == 1
		e.names, e.variant = in.texts(), in.text()
		n := in.number()
		if n > len(in.rest) {
			return nil, nil, errCacheForm
		}
		e.header = make([]storedField, n)
		values := make([]string, n) // of the headers with one value, which is most: no two share an element
		for i := range e.header {
			e.header[i] = storedField{name: in.text(), isAdded: in.byte() == 1, values: in.textsInto(values[i : i+1 : i+1])}
		}
		e.body = d.rest
		if d.isBad || in.isBad || e.status < 200 || e.status > 599 {
			return nil, nil, errCacheForm
		}
		e.setValidators()
		return e, nil, nil
	}
	return nil, nil, errCacheForm
}

// setValidators sets the copies of header values.
func (e *cacheEntry) setValidators() {
	e.etag, e.lastModify = e.value("Etag"), e.value("Last-Modified")
	if !httptext.IsEntityTag(e.etag) {
		e.etag = ""
	}
}

// value returns the first value of a header, "" for none.
func (e *cacheEntry) value(name string) string {
	for i := range e.header {
		if f := &e.header[i]; f.name == name && len(f.values) > 0 {
			return f.values[0]
		}
	}
	return ""
}

// age is how long ago the answer was made (RFC 9111, 4.2.3).
func (e *cacheEntry) age(now time.Time) time.Duration { return max(0, now.Sub(e.born)) }

// mayServe reports whether the entry is an answer to the request: its variant, and open to its credentials.
func (e *cacheEntry) mayServe(q *cacheRequest) bool {
	return (!q.isAuthorized || e.forAuthorized) && (!q.isIdentified || e.forIdentified) && e.variant == variantOf(q.r, e.names)
}

// recordWriter appends the parts of a record.
type recordWriter []byte

func (b *recordWriter) number(n int) { *b = binary.AppendUvarint(*b, uint64(max(0, n))) }

func (b *recordWriter) flag(isSet bool) {
	bit := byte(0)
	if isSet {
		bit = 1
	}
	*b = append(*b, bit)
}

func (b *recordWriter) text(s string) {
	b.number(len(s))
	*b = append(*b, s...)
}

func (b *recordWriter) texts(list []string) {
	b.number(len(list))
	for _, s := range list {
		b.text(s)
	}
}

// time has nanoseconds, of a year after 1970.
func (b *recordWriter) time(t time.Time) { b.number(int(t.UnixNano())) }

// variantOf returns the hash of names and of the values that the request has for them, "" without names. Lines of one header are one list,
// and Accept-Encoding has neither order nor case.
func variantOf(r *http.Request, names []string) string {
	if len(names) == 0 {
		return ""
	}
	parts := make([]string, 0, 3*len(names))
	for _, name := range names {
		values := r.Header[name]
		if name == "Host" {
			values = []string{exchange.HostOf(r)}
		}
		value := strings.Trim(strings.Join(values, ", "), " \t")
		if name == "Accept-Encoding" {
			value = normalEncodings(value)
		}
		presence := "absent"
		if len(values) > 0 {
			presence = "present"
		}
		parts = append(parts, name, presence, value)
	}
	return digest(parts...)
}

// normalEncodings returns an Accept-Encoding in lower case, sorted and without white space.
func normalEncodings(value string) string {
	list := strings.Split(strings.ToLower(strings.Join(strings.Fields(value), "")), ",")
	slices.Sort(list)
	return strings.Join(slices.Compact(list), ",")
}

// varyNames returns the canonical names in lines of Vary, sorted. ok is false for "*", for too many names, and for what is no name.
func varyNames(lines []string) (names []string, ok bool) {
	for _, line := range lines {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.Trim(name, " \t"); name == "" {
				continue
			}
			if name == "*" || !httptext.IsToken(name) {
				return nil, false
			}
			names = append(names, http.CanonicalHeaderKey(name))
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return names, len(names) <= maxNames
}

// unstored are the headers that no cache stores (RFC 9111, 3.1), that the server makes anew, or that are of one client.
func unstored(name string) bool {
	switch name {
	case "Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Proxy-Authenticate", "Proxy-Authentication-Info",
		"Age", "Cache-Status", "Content-Length", ReplayedHeader:
		return true
	}
	return false
}

// cacheFields returns the headers that the handler has set, sorted by name. early are the headers before it, with the same slices: a header
// that the handler has set to an equal value is its own.
func cacheFields(header, early http.Header) (out []storedField) {
	var without []string
	for _, line := range header["Connection"] {
		for name := range strings.SplitSeq(line, ",") {
			without = append(without, http.CanonicalHeaderKey(strings.Trim(name, " \t")))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(header)) {
		values, before := header[name], early[name]
		isSame := len(before) > 0 && len(values) >= len(before) && &values[0] == &before[0]
		if len(values) == 0 || unstored(name) || slices.Contains(without, name) || isSame && len(values) == len(before) {
			continue
		}
		f := storedField{name: name, values: values}
		if n := len(before); isSame || n > 0 && len(values) > n && slices.Equal(values[:n], before) {
			f.isAdded, f.values = true, values[n:]
		}
		out = append(out, f)
	}
	return out
}

// judge decides about an answer to a GET by its status, its header (with that of middleware outside), the fields of the handler, and when the
// handler began (RFC 9111, 3). It returns the entry without header and body, or why the answer is not stored.
func (q *cacheRequest) judge(status int, header http.Header, fields []storedField, began time.Time) (e cacheEntry, why string) {
	d := parseDirectives(header["Cache-Control"])
	var vary []string
	hasCookie := false
	for _, f := range fields {
		switch f.name {
		case "Vary":
			vary = f.values
		case "Set-Cookie":
			hasCookie = !slices.Contains(d.fields, f.name)
		}
	}
	isUsed, isChanged := q.session()
	names, canVary := varyNames(vary)
	now := time.Now()
	made := now
	if date, err := http.ParseTime(header.Get("Date")); err == nil && date.Before(now) {
		made = date
	}
	life, isSaid := d.lifetime(header, made)
	e.forIdentified = d.isPublic || d.sMaxAge != absent
	e.forAuthorized = e.forIdentified || d.mustRevalidate
	switch {
	case q.directives.noStore:
		return e, "no-store of the request"
	case !isCacheable(status):
		return e, "status"
	case d.isMalformed:
		return e, "malformed Cache-Control"
	case d.noStore && !d.mustUnderstand: // all statuses that are stored are understood (RFC 9111, 5.2.2.3)
		return e, "no-store"
	case d.isPrivate:
		return e, "private"
	case hasCookie && !q.m.KeepCookies, isChanged:
		return e, "Set-Cookie"
	case q.isAuthorized && !e.forAuthorized:
		return e, "Authorization"
	case (q.isIdentified || isUsed) && !e.forIdentified:
		return e, "credentials"
	case !canVary:
		return e, "Vary"
	case len(header["Content-Range"]) > 0:
		return e, "partial"
	case len(header["Trailer"]) > 0:
		return e, "trailers"
	case !isSaid && isHeuristic(status) && q.m.TTL > 0:
		life = q.m.TTL
	case !isSaid && !d.isPublic && !d.noCache:
		return e, "no lifetime"
	}
	if d.noCache { // each use needs a validation
		life = 0
	}
	isStrict := d.mustRevalidate || d.proxyRevalidate || d.noCache
	window := func(said, otherwise time.Duration) time.Duration {
		switch {
		case isStrict:
			return 0
		case said != absent:
			return said
		case d.sMaxAge != absent: // implies proxy-revalidate (RFC 9111, 5.2.2.10)
			return 0
		}
		return otherwise
	}
	e.status, e.names, e.life, e.stored = status, names, life, now
	e.mayBeStale = !isStrict && d.sMaxAge == absent
	e.revalid, e.onError = window(d.staleWhileRevalidate, q.m.StaleWhileRevalidate), window(d.staleIfError, q.m.StaleIfError)
	e.without = d.fields
	e.born = began // its age has the time that the handler took (RFC 9111, 4.2.3)
	if age, err := strconv.ParseInt(header.Get("Age"), 10, 64); err == nil && age > 0 {
		e.born = began.Add(-time.Duration(min(age, int64(maxDelta/time.Second))) * time.Second)
	}
	if made.Before(e.born) {
		e.born = made
	}
	return e, ""
}

// session reports whether the request has read the session of Sessions, and whether the answer will have its cookie.
func (q *cacheRequest) session() (isUsed, isChanged bool) {
	if s := SessionFrom(q.r.Context()); s != nil {
		return s.state()
	}
	return false, false
}

// finish makes the header what is stored: without the fields that a shared cache must not store, and with a Date.
func (e *cacheEntry) finish(now time.Time) {
	e.header = slices.DeleteFunc(slices.Clone(e.header), func(f storedField) bool { return slices.Contains(e.without, f.name) })
	if e.value("Date") == "" {
		e.header = append(e.header, storedField{name: "Date", values: []string{now.UTC().Format(http.TimeFormat)}})
	}
	e.setValidators()
}

// add makes room for a variant, and sets its names and hash. It returns the slot, and whether the index has changed.
func (x *cacheIndex) add(e *cacheEntry, r *http.Request, most int) (slot int, isChanged bool) {
	names := slices.Concat(x.names, e.names)
	slices.Sort(names)
	if names = slices.Compact(names); len(names) > maxNames {
		names = e.names
	}
	if !slices.Equal(names, x.names) {
		*x, isChanged = cacheIndex{names: names}, true // no request finds the variants by other names
	}
	e.names, e.variant = names, variantOf(r, names)
	if slot = slices.Index(x.slots, e.variant); slot >= 0 {
		return slot, isChanged
	}
	if len(x.slots) < most {
		x.slots = append(slices.Clip(x.slots), e.variant)
		return len(x.slots) - 1, true
	}
	slot = x.next % len(x.slots)
	x.slots[slot], x.next = e.variant, (slot+1)%len(x.slots)
	return slot, true
}

// isCacheable reports whether answers with the status are stored. They do not depend on who asks, how often, or how the server is.
func isCacheable(status int) bool {
	switch status {
	case 302, 303, 307, 451:
		return true
	}
	return isHeuristic(status)
}

// isHeuristic reports whether an answer with the status may have the lifetime of the options (RFC 9110, 15.1).
func isHeuristic(status int) bool {
	switch status {
	case 200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501:
		return true
	}
	return false
}

// keep returns how long a store keeps the entry: as long as it can be used or validated, and no longer than MaxTTL.
func (m *cache) keep(e *cacheEntry, now time.Time) time.Duration {
	after := max(e.revalid, e.onError)
	if e.etag != "" || e.lastModify != "" {
		after = max(after, m.KeepStale)
	}
	return min(e.life+after-e.age(now), m.MaxTTL)
}
