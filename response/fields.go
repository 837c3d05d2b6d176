package response

import (
	"slices"

	"github.com/brio-go/brio/internal/exchange"
)

// room is memory that the temporal Response brings along for what most handlers set on it: nothing of it is pooled, and
// one allocation takes the place of one for each header and cookie.
type room struct {
	fields  [3]exchange.Field
	values  [2]string
	used    int // of values
	cookies [1]string
}

// temporal is a Response with its room.
type temporal struct {
	Response
	space room
}

// NewTemporal makes the Response that functions of a request share.
func NewTemporal(x *exchange.Exchange) *Response {
	t := &temporal{}
	t.exchange, t.room = x, &t.space
	t.fields, t.cookies = t.space.fields[:0], t.space.cookies[:0]
	return &t.Response
}

// Detach ends what r can do for a request that is over.
func (r *Response) Detach() { r.exchange = nil }

// own makes what r has set its own before it is changed.
func (r *Response) own() {
	if r.shared {
		r.header, r.fields, r.cookies, r.shared = r.header.Clone(), slices.Clone(r.fields), slices.Clone(r.cookies), false
	}
}

// setField replaces the values of a header; key is canonical.
func (r *Response) setField(key, value string) {
	r.own()
	if r.header != nil {
		r.header[key] = []string{value}
		return
	}
	var values []string
	if r.room != nil && r.room.used < len(r.room.values) {
		values = r.room.values[r.room.used : r.room.used+1 : r.room.used+1]
		r.room.used++
		values[0] = value
	} else {
		values = []string{value}
	}
	for i := range r.fields {
		if r.fields[i].Name == key {
			r.fields[i].Values = values
			return
		}
	}
	r.fields = append(r.fields, exchange.Field{Name: key, Values: values})
}

// get is the values of a header; key is canonical.
func (r *Response) get(key string) []string {
	for i := range r.fields {
		if r.fields[i].Name == key {
			return r.fields[i].Values
		}
	}
	return r.header[key]
}

// first is the first value of a header, "" when there is none.
func (r *Response) first(key string) string {
	if v := r.get(key); len(v) > 0 {
		return v[0]
	}
	return ""
}

// plain reports whether r has neither headers nor cookies.
func (r *Response) plain() bool {
	return len(r.header) == 0 && len(r.fields) == 0 && len(r.cookies) == 0
}

// each yields the headers.
func (r *Response) each(yield func(key string, values []string) bool) {
	for i := range r.fields {
		if !yield(r.fields[i].Name, r.fields[i].Values) {
			return
		}
	}
	for key, values := range r.header {
		if !yield(key, values) {
			return
		}
	}
}

// finalFields are the headers with the cookies among them; single-valued headers have their last value.
func (r *Response) finalFields() exchange.Fields {
	if r.plain() {
		return nil
	}
	out := r.fields[:len(r.fields):len(r.fields)]
	if r.header != nil {
		out = exchange.FieldsOf(r.header)
	}
	for i := range out {
		if f := &out[i]; len(f.Values) > 1 && singleValued[f.Name] {
			out = slices.Clone(out)
			out[i].Values = f.Values[len(f.Values)-1:]
		}
	}
	if n := len(r.cookies); n > 0 {
		lines := r.cookies[:n:n]
		r.shared = true // whoever changes them later takes a copy
		if at := len(out); r.room != nil && at < len(r.room.fields) && (at == 0 || &out[0] == &r.room.fields[0]) {
			out = r.room.fields[:at+1] // nobody appends there: it is shared
			out[at] = exchange.Field{Name: "Set-Cookie", Values: lines}
		} else {
			out = append(out, exchange.Field{Name: "Set-Cookie", Values: lines})
		}
	}
	return out
}
