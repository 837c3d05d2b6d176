package answer

import (
	"maps"
	"net/http"
	"slices"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/httptext"
)

// Header returns the header of the answer, which the caller may read and change. Content-Length is always computed.
func (a *Answer) Header() http.Header {
	h := a.writeHeaders()
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
func (a *Answer) HasHeader() bool {
	return a.headers != nil && (a.headers.Map != nil || len(a.headers.Fields) > 0)
}

// SetHeader replaces the values of a header.
func (a *Answer) SetHeader(key, value string) *Answer {
	if a.headers == nil || a.headers.Map == nil {
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

// writeHeaders returns the headers of a for a change. It makes them if a has none, and clones them if another Answer has the same.
func (a *Answer) writeHeaders() *exchange.Headers {
	a.plain = false
	switch h := a.headers; {
	case h == nil:
		room := &struct {
			headers exchange.Headers
			fields  [2]exchange.Field
		}{}
		room.headers.Fields = room.fields[:0]
		a.headers = &room.headers
	case a.shared:
		a.headers = &exchange.Headers{Fields: slices.Clone(h.Fields), Map: h.Map.Clone(), Cookies: slices.Clone(h.Cookies)}
	}
	a.shared = false
	return a.headers
}

// setField replaces the values of a header. The caller has checked that there is no headers.Map.
func (a *Answer) setField(f exchange.Field) {
	h := a.writeHeaders()
	set := h.Fields
	for i := range set {
		if set[i].Name() == f.Name() {
			set[i] = f
			return
		}
	}
	h.Fields = append(set, f)
}

// HeaderValues returns the values of a header without a copy. key is canonical.
func (a *Answer) HeaderValues(key string) []string {
	if a.headers == nil {
		return nil
	}
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
	h := a.headers
	return h == nil || len(h.Map) == 0 && len(h.Fields) == 0 && len(h.Cookies) == 0
}

// each yields the headers without a copy.
func (a *Answer) each(yield func(key string, values []string) bool) {
	if a.headers == nil {
		return
	}
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
	out := a.headers
	for key, values := range out.Map {
		if len(values) > 1 && singleValued[httptext.CanonicalKey(key)] {
			if out == a.headers {
				out = &exchange.Headers{Map: maps.Clone(out.Map), Cookies: out.Cookies}
			}
			out.Map[key] = values[len(values)-1:]
		}
	}
	return out
}
