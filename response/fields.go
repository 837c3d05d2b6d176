package response

import (
	"maps"
	"slices"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/exchange"
)

// temporal is a Response with room for two headers and a cookie, which is all that most handlers set. So it costs one
// allocation, and not one more for each header and cookie. It is not pooled: the program may keep the Response.
type temporal struct {
	Response
	fields  [2]exchange.Field
	cookies [1]string
}

// NewTemporal makes the temporal Response of a request.
func NewTemporal(x *exchange.Exchange) *Response {
	t := &temporal{}
	t.exchange = x
	t.headers.Fields, t.headers.Cookies = t.fields[:0], t.cookies[:0]
	return &t.Response
}

// Detach cuts r off from its request, which has ended: EarlyHints then sends nothing.
func (r *Response) Detach() { r.exchange = nil }

// End marks the request of r, a temporal Response, as ended. From now on Background reports new tasks to owner and drops
// them. End returns the number of tasks that were dropped.
func (r *Response) End(owner background.Owner) (dropped int) {
	if r.content == none {
		r.value = owner // a temporal Response does not use value otherwise
	}
	return background.End(owner, r.Tasks())
}

// unshare clones the headers before a change if another Response has the same ones.
func (r *Response) unshare() {
	if r.shared {
		h := &r.headers
		h.Fields, h.Map, h.Cookies, r.shared = slices.Clone(h.Fields), h.Map.Clone(), slices.Clone(h.Cookies), false
	}
}

// setField replaces the values of a header. The caller has checked that headers.Map is nil.
func (r *Response) setField(f exchange.Field) {
	r.unshare()
	set := r.headers.Fields
	for i := range set {
		if set[i].Name() == f.Name() {
			set[i] = f
			return
		}
	}
	r.headers.Fields = append(set, f)
}

// get returns the values of a header without a copy. key is canonical.
func (r *Response) get(key string) []string {
	set := r.headers.Fields
	for i := range set {
		if set[i].Name() == key {
			return set[i].Values()
		}
	}
	return r.headers.Map[key]
}

// first returns the first value of a header, "" for none.
func (r *Response) first(key string) string {
	if v := r.get(key); len(v) > 0 {
		return v[0]
	}
	return ""
}

// empty reports whether r has no headers and no cookies.
func (r *Response) empty() bool {
	h := &r.headers
	return len(h.Map) == 0 && len(h.Fields) == 0 && len(h.Cookies) == 0
}

// each yields the headers without a copy.
func (r *Response) each(yield func(key string, values []string) bool) {
	set := r.headers.Fields
	for i := range set {
		if !yield(set[i].Name(), set[i].Values()) {
			return
		}
	}
	for key, values := range r.headers.Map {
		if !yield(key, values) {
			return
		}
	}
}

// finalHeaders returns the headers and cookies to send, nil for none. A single-valued header has its last value.
func (r *Response) finalHeaders() *exchange.Headers {
	if r.empty() {
		return nil
	}
	out := &r.headers
	for key, values := range out.Map {
		if len(values) > 1 && singleValued[exchange.CanonicalKey(key)] {
			if out == &r.headers {
				out = &exchange.Headers{Map: maps.Clone(out.Map), Cookies: out.Cookies}
			}
			out.Map[key] = values[len(values)-1:]
		}
	}
	return out
}
