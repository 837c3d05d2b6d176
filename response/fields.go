package response

import (
	"maps"
	"slices"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/exchange"
)

// temporal is a Response with memory for what most handlers set on it: nothing of it is pooled, and one allocation takes
// the place of one for each header and cookie.
type temporal struct {
	Response
	fields  [2]exchange.Field
	cookies [1]string
}

// NewTemporal makes the Response that functions of a request share.
func NewTemporal(x *exchange.Exchange) *Response {
	t := &temporal{}
	t.exchange = x
	t.headers.Fields, t.headers.Cookies = t.fields[:0], t.cookies[:0]
	return &t.Response
}

// Detach ends what r can do for a request that is over.
func (r *Response) Detach() { r.exchange = nil }

// End says that the request of r, a temporal Response, is over: owner is told of tasks that are added from now on. It returns
// how many tasks are dropped.
func (r *Response) End(owner background.Owner) (dropped int) {
	if r.content == none {
		r.value = owner // a temporal Response has no value
	}
	return background.End(owner, r.Tasks())
}

// unshare makes what r has set its own before it is changed.
func (r *Response) unshare() {
	if r.shared {
		h := &r.headers
		h.Fields, h.Map, h.Cookies, r.shared = slices.Clone(h.Fields), h.Map.Clone(), slices.Clone(h.Cookies), false
	}
}

// setField replaces the values of a header. There is no Map.
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

// get is the values of a header, which change with r; key is canonical.
func (r *Response) get(key string) []string {
	set := r.headers.Fields
	for i := range set {
		if set[i].Name() == key {
			return set[i].Values()
		}
	}
	return r.headers.Map[key]
}

// first is the first value of a header, "" when there is none.
func (r *Response) first(key string) string {
	if v := r.get(key); len(v) > 0 {
		return v[0]
	}
	return ""
}

// empty reports whether r has neither headers nor cookies.
func (r *Response) empty() bool {
	h := &r.headers
	return len(h.Map) == 0 && len(h.Fields) == 0 && len(h.Cookies) == 0
}

// each yields the headers. The values change with r.
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

// finalHeaders are headers and cookies as they are sent, nil for none; single-valued headers have their last value.
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
