package answer

import (
	"maps"
	"net/http"
	"slices"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/httptext"
)

// BeginTemporal makes a the temporal Answer of a request. fields and cookies are room for what is set first: they are empty.
func (a *Answer) BeginTemporal(x *exchange.Exchange, fields []exchange.Field, cookies []string) {
	a.exchange = x
	a.headers.Fields, a.headers.Cookies = fields, cookies
}

// Detach cuts a off from its request, which has ended: EarlyHints then sends nothing.
func (a *Answer) Detach() { a.exchange = nil }

// End marks the request of a, a temporal Answer, as ended. From now on AddTask reports new tasks to owner and drops them. End
// returns the number of tasks that were dropped.
func (a *Answer) End(owner background.Owner) (dropped int) {
	if a.content == none {
		a.value = owner // a temporal Answer does not use value otherwise
	}
	return background.End(owner, a.Tasks())
}

// Header returns the header of the answer, which the caller may read and change. Content-Length is always computed.
func (a *Answer) Header() http.Header {
	a.unshare()
	h := &a.headers
	if h.Map == nil {
		h.Map = make(http.Header, len(h.Fields))
		for i := range h.Fields {
			h.Map[h.Fields[i].Name()] = h.Fields[i].Values()
		}
		h.Fields = nil
	}
	return h.Map
}

// HasHeader reports whether a header was set.
func (a *Answer) HasHeader() bool { return a.headers.Map != nil || len(a.headers.Fields) > 0 }

// SetHeader replaces the values of a header.
func (a *Answer) SetHeader(key, value string) *Answer {
	if a.headers.Map == nil {
		if f, legal := exchange.NewField(key, value); legal {
			a.setField(f)
			return a
		}
	}
	a.Header()[httptext.CanonicalKey(key)] = []string{value}
	return a
}

// AddHeader appends a value to a header. It replaces the value of a header that can have one only, such as Content-Type or
// Location.
func (a *Answer) AddHeader(key, value string) *Answer {
	key = httptext.CanonicalKey(key)
	if singleValued[key] || len(a.HeaderValues(key)) == 0 {
		return a.SetHeader(key, value)
	}
	h := a.Header()
	h[key] = append(h[key], value)
	return a
}

// AddHeaders adds all values of a header.
func (a *Answer) AddHeaders(h http.Header) *Answer {
	for key, values := range h {
		for _, v := range values {
			a.AddHeader(key, v)
		}
	}
	return a
}

// EarlyHints sends links in an interim 103 for a temporal Answer, and adds them to its Link header.
func (a *Answer) EarlyHints(links []string) {
	for _, l := range links {
		a.AddHeader("Link", l)
	}
	if a.exchange != nil && len(links) > 0 {
		a.exchange.EarlyHints(links)
	}
}

// unshare clones the headers before a change if another Answer has the same ones.
func (a *Answer) unshare() {
	if a.shared {
		h := &a.headers
		h.Fields, h.Map, h.Cookies, a.shared = slices.Clone(h.Fields), h.Map.Clone(), slices.Clone(h.Cookies), false
	}
}

// setField replaces the values of a header. The caller has checked that headers.Map is nil.
func (a *Answer) setField(f exchange.Field) {
	a.unshare()
	set := a.headers.Fields
	for i := range set {
		if set[i].Name() == f.Name() {
			set[i] = f
			return
		}
	}
	a.headers.Fields = append(set, f)
}

// HeaderValues returns the values of a header without a copy. key is canonical.
func (a *Answer) HeaderValues(key string) []string {
	set := a.headers.Fields
	for i := range set {
		if set[i].Name() == key {
			return set[i].Values()
		}
	}
	return a.headers.Map[key]
}

// HeaderValue returns the first value of a header, "" for none.
func (a *Answer) HeaderValue(key string) string {
	if v := a.HeaderValues(key); len(v) > 0 {
		return v[0]
	}
	return ""
}

// isEmpty reports whether a has no headers and no cookies.
func (a *Answer) isEmpty() bool {
	h := &a.headers
	return len(h.Map) == 0 && len(h.Fields) == 0 && len(h.Cookies) == 0
}

// each yields the headers without a copy.
func (a *Answer) each(yield func(key string, values []string) bool) {
	set := a.headers.Fields
	for i := range set {
		if !yield(set[i].Name(), set[i].Values()) {
			return
		}
	}
	for key, values := range a.headers.Map {
		if !yield(key, values) {
			return
		}
	}
}

// finalHeaders returns the headers and cookies to send, nil for none. A single-valued header has its last value.
func (a *Answer) finalHeaders() *exchange.Headers {
	if a.isEmpty() {
		return nil
	}
	out := &a.headers
	for key, values := range out.Map {
		if len(values) > 1 && singleValued[httptext.CanonicalKey(key)] {
			if out == &a.headers {
				out = &exchange.Headers{Map: maps.Clone(out.Map), Cookies: out.Cookies}
			}
			out.Map[key] = values[len(values)-1:]
		}
	}
	return out
}
