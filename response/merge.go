package response

import (
	"net/http"
	"slices"
)

// singleValued are the headers that have one value in a response. A merge replaces their value; it appends to all others.
var singleValued = map[string]bool{
	"Access-Control-Allow-Credentials": true,
	"Access-Control-Allow-Origin":      true,
	"Access-Control-Max-Age":           true,
	"Age":                              true,
	"Content-Disposition":              true,
	"Content-Length":                   true,
	"Content-Location":                 true,
	"Content-Range":                    true,
	"Content-Type":                     true,
	"Date":                             true,
	"Etag":                             true,
	"Expires":                          true,
	"Last-Modified":                    true,
	"Location":                         true,
	"Retry-After":                      true,
	"Server":                           true,
	"Strict-Transport-Security":        true,
}

// MergeTemporal merges the temporal Response into r, which was made of a returned value: the status, if one was set, the
// headers (a single-valued header replaces r's value, others are appended) and the cookies.
func (r *Response) MergeTemporal(temporal *Response) {
	if temporal == nil {
		return
	}
	if temporal.status != 0 {
		r.status = temporal.status
	}
	if temporal.mediaType != nil {
		r.mediaType = temporal.mediaType
	}
	if err := temporal.Err(); err != nil {
		r.fail(err)
	}
	if temporal.empty() {
		return
	}
	if r.empty() && temporal.headers.Map == nil {
		// Both share the headers of the temporal Response; unshare copies them before the first change of either.
		r.headers, r.shared, temporal.shared = temporal.headers, true, true
		return
	}
	for key, values := range temporal.each {
		r.mergeHeader(key, values, true)
	}
	r.mergeCookies(temporal)
}

// AddTemporal adds the headers and cookies of the temporal Response to r, a direct Response or an error (MergeAlways). The
// handler made r later and explicitly, so the status, the single-valued headers and the cookies of r win.
func (r *Response) AddTemporal(temporal *Response) {
	if temporal == nil || temporal == r {
		return
	}
	for key, values := range temporal.each {
		if key = http.CanonicalHeaderKey(key); key != "Content-Type" && key != "Content-Length" {
			r.mergeHeader(key, values, false)
		}
	}
	r.mergeCookies(temporal)
}

// Snapshot returns a copy of a temporal Response for MergeTemporalSince. The copy shares nothing with r.
func (r *Response) Snapshot() *Response {
	c := &Response{}
	c.Copy(r)
	c.headers.Map = c.headers.Map.Clone()
	return c
}

// MergeTemporalSince merges the changes of the temporal Response since the snapshot before, which r was merged from. These are
// the headers and cookies that a stream's iterator sets before its first item. With replace it follows the rules of
// MergeTemporal, otherwise those of AddTemporal.
func (r *Response) MergeTemporalSince(before, temporal *Response, replace bool) {
	if err := temporal.Err(); err != nil {
		r.fail(err)
	}
	if replace && temporal.status != before.status {
		r.status = temporal.status
	}
	if replace && temporal.mediaType != before.mediaType {
		r.mediaType = temporal.mediaType
	}
	for key, values := range temporal.each {
		key = http.CanonicalHeaderKey(key)
		had := before.get(key)
		switch {
		case slices.Equal(had, values):
		case len(had) > 0 && len(values) > len(had) && !singleValued[key] && slices.Equal(had, values[:len(had)]):
			h := r.Header()
			h[key] = append(slices.Clip(h[key]), values[len(had):]...)
		case replace:
			r.Header()[key] = slices.Clone(values)
		case key != "Content-Type" && key != "Content-Length":
			r.mergeHeader(key, values, false)
		}
	}
	for key := range before.each {
		if replace && temporal.get(key) == nil {
			delete(r.Header(), key)
		}
	}
	for _, line := range temporal.headers.Cookies {
		if !slices.Contains(before.headers.Cookies, line) {
			r.putCookie(line)
		}
	}
}

// mergeHeader merges one header of another Response into r. A header without values removes the one that middleware has set.
func (r *Response) mergeHeader(key string, values []string, replace bool) {
	key = http.CanonicalHeaderKey(key)
	h := r.Header()
	switch {
	case len(values) == 0:
		if len(h[key]) == 0 {
			h[key] = nil
		}
	case !singleValued[key]:
		// The temporal values were set first: they come before r's values.
		h[key] = append(append(make([]string, 0, len(values)+len(h[key])), values...), h[key]...)
	case replace || len(h[key]) == 0:
		h[key] = slices.Clone(values[len(values)-1:])
	}
}

// mergeCookies puts the temporal Response's cookies before r's, which win over cookies of the same name, path and domain.
func (r *Response) mergeCookies(temporal *Response) {
	r.unshare()
	later := r.headers.Cookies
	r.headers.Cookies = slices.Clone(temporal.headers.Cookies)
	for _, line := range later {
		r.putCookie(line)
	}
	if err := temporal.Err(); err != nil {
		r.fail(err)
	}
}
