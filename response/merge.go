package response

import (
	"net/http"
	"slices"
)

// singleValued are the headers of which a response has one value: merging replaces them, where others are appended.
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

// MergeTemporal gives r, which a plain value became, everything that was set on the temporal Response: the status where one
// was set, the headers (a single-valued one replaces r's own, others are appended) and the cookies.
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
		// Both go on with what the temporal Response has: whichever is changed first takes a copy.
		r.headers, r.shared, temporal.shared = temporal.headers, true, true
		return
	}
	for key, values := range temporal.each {
		r.mergeHeader(key, values, true)
	}
	r.mergeCookies(temporal)
}

// AddTemporal gives r, a direct Response or an error, the headers and cookies of the temporal Response (MergeAlways). r was
// made later and on purpose, so its status, its single-valued headers and its cookies stand.
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

// Snapshot is a copy of a temporal Response, for MergeTemporalSince. It shares nothing with r.
func (r *Response) Snapshot() *Response {
	c := &Response{}
	c.Copy(r)
	c.headers.Map = c.headers.Map.Clone()
	return c
}

// MergeTemporalSince gives r what the temporal Response has got since the snapshot before, from which r was merged: what a stream's
// iterator has set before its first item. With replace that is what MergeTemporal would have given, else what AddTemporal would have.
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

// mergeHeader merges one header of another Response into r's. One without values takes away what middleware has set.
func (r *Response) mergeHeader(key string, values []string, replace bool) {
	key = http.CanonicalHeaderKey(key)
	h := r.Header()
	switch {
	case len(values) == 0:
		if len(h[key]) == 0 {
			h[key] = nil
		}
	case !singleValued[key]:
		// The temporal values were set first: they stand before r's own.
		h[key] = append(append(make([]string, 0, len(values)+len(h[key])), values...), h[key]...)
	case replace || len(h[key]) == 0:
		h[key] = slices.Clone(values[len(values)-1:])
	}
}

func (r *Response) mergeCookies(temporal *Response) {
	r.unshare()
	own := r.headers.Cookies
	r.headers.Cookies = slices.Clone(temporal.headers.Cookies)
	for _, line := range own {
		r.putCookie(line)
	}
	if err := temporal.Err(); err != nil {
		r.fail(err)
	}
}
