package answer

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

// MergeTemporal merges the temporal Answer into a, which was made of a returned value: the status, if one was set, the
// headers (a single-valued header replaces a's value, others are appended) and the cookies.
func (a *Answer) MergeTemporal(temporal *Answer) {
	if temporal == nil {
		return
	}
	a.plain = false
	if temporal.status != 0 {
		a.status = temporal.status
	}
	if temporal.mediaType != nil {
		a.mediaType = temporal.mediaType
	}
	if err := temporal.Err(); err != nil {
		a.Fail(err)
	}
	if temporal.isEmpty() {
		return
	}
	if a.isEmpty() && temporal.headers.Map == nil {
		// Both have the headers of the temporal Answer; writeHeaders clones them before the first change of either.
		a.headers, a.shared, temporal.shared = temporal.headers, true, true
		return
	}
	for key, values := range temporal.each {
		a.mergeHeader(key, values, true)
	}
	a.mergeCookies(temporal)
}

// AddTemporal adds the headers and cookies of the temporal Answer to a, a direct Answer or an error (MergeAlways). The
// handler made a later and explicitly, so the status, the single-valued headers and the cookies of a win.
func (a *Answer) AddTemporal(temporal *Answer) {
	if temporal == nil || temporal == a {
		return
	}
	for key, values := range temporal.each {
		if key = http.CanonicalHeaderKey(key); key != "Content-Type" && key != "Content-Length" {
			a.mergeHeader(key, values, false)
		}
	}
	a.mergeCookies(temporal)
}

// Snapshot returns a copy of a temporal Answer for MergeTemporalSince. The copy shares nothing with a.
func (a *Answer) Snapshot() *Answer {
	c := &Answer{}
	c.Copy(a)
	if c.headers != nil {
		c.writeHeaders()
	}
	return c
}

// MergeTemporalSince merges the changes of the temporal Answer since the snapshot before, which a was merged from. These are
// the headers and cookies that a stream's iterator sets before its first item. With replace it follows the rules of
// MergeTemporal, otherwise those of AddTemporal.
func (a *Answer) MergeTemporalSince(before, temporal *Answer, replace bool) {
	if err := temporal.Err(); err != nil {
		a.Fail(err)
	}
	a.plain = false
	if replace && temporal.status != before.status {
		a.status = temporal.status
	}
	if replace && temporal.mediaType != before.mediaType {
		a.mediaType = temporal.mediaType
	}
	for key, values := range temporal.each {
		key = http.CanonicalHeaderKey(key)
		had := before.HeaderValues(key)
		switch {
		case slices.Equal(had, values):
		case len(had) > 0 && len(values) > len(had) && !singleValued[key] && slices.Equal(had, values[:len(had)]):
			h := a.Header()
			h[key] = append(slices.Clip(h[key]), values[len(had):]...)
		case replace:
			a.Header()[key] = slices.Clone(values)
		case key != "Content-Type" && key != "Content-Length":
			a.mergeHeader(key, values, false)
		}
	}
	for key := range before.each {
		if replace && temporal.HeaderValues(key) == nil {
			delete(a.Header(), key)
		}
	}
	for _, line := range temporal.cookieLines() {
		if !slices.Contains(before.cookieLines(), line) {
			a.putCookie(line)
		}
	}
}

// mergeHeader merges one header of another Answer into a. A header without values removes the one that middleware has set.
func (a *Answer) mergeHeader(key string, values []string, replace bool) {
	key = http.CanonicalHeaderKey(key)
	h := a.Header()
	switch {
	case len(values) == 0:
		if len(h[key]) == 0 {
			h[key] = nil
		}
	case !singleValued[key]:
		// The temporal values were set first: they come before a's values.
		h[key] = append(append(make([]string, 0, len(values)+len(h[key])), values...), h[key]...)
	case replace || len(h[key]) == 0:
		h[key] = slices.Clone(values[len(values)-1:])
	}
}

// mergeCookies puts the temporal Answer's cookies before a's, which win over cookies of the same name, path and domain.
func (a *Answer) mergeCookies(temporal *Answer) {
	if lines := temporal.cookieLines(); len(lines) > 0 {
		h := a.writeHeaders()
		later := h.Cookies
		h.Cookies = slices.Clone(lines)
		for _, line := range later {
			a.putCookie(line)
		}
	}
	if err := temporal.Err(); err != nil {
		a.Fail(err)
	}
}
