package answer

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/exchange"
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

// A temporal Answer has no body. Its value is its *Room.

// Room is what a temporal Answer shares with the copies that the program makes of it: the request, and memory for what most have, two
// headers and a cookie. An Answer that stands beside its Room costs one allocation, and not one more for each of them. A Room is of one
// request and never pooled, so that a copy that the program keeps does not reach another request.
type Room struct {
	request any // the *exchange.Exchange, and when the request has ended the background.Owner that reports late tasks
	headers exchange.Headers
	fields  [2]exchange.Field
	cookies [1]string
}

// BeginTemporal makes a the temporal Answer of a request, in room.
func (a *Answer) BeginTemporal(x *exchange.Exchange, room *Room) {
	room.request, room.headers = x, exchange.Headers{Fields: room.fields[:0], Cookies: room.cookies[:0]}
	a.headers, a.value = &room.headers, room
}

// request returns what the Room of a temporal Answer has for it, nil for a direct Answer.
func (a *Answer) request() any {
	if room, ok := a.value.(*Room); ok {
		return room.request
	}
	return nil
}

// EarlyHints sends links in an interim 103 for a temporal Answer, and adds them to its Link header.
func (a *Answer) EarlyHints(links []string) {
	for _, l := range links {
		a.AddHeader("Link", l)
	}
	if x, ok := a.request().(*exchange.Exchange); ok && len(links) > 0 {
		x.EarlyHints(links)
	}
}

// End marks the request as ended. From now on AddTask reports new tasks to owner and drops them, and EarlyHints sends nothing.
func (r *Room) End(owner background.Owner) { r.request = owner }

// Preset adds the headers and cookies of a temporal Answer to the header map of a response that a handler of net/http writes: a
// single-valued header replaces the one of the map, others are appended. The status and Content-Length stay the handler's. It returns an
// error, and changes nothing, if the Answer was misused or a header is illegal.
func (a *Answer) Preset(h http.Header) error {
	if err := a.Err(); err != nil {
		return err
	}
	if err := exchange.Check(http.StatusOK, a.headers, nil); err != nil {
		return err
	}
	for key, values := range a.each {
		switch key = http.CanonicalHeaderKey(key); {
		case key == "Content-Length" || len(values) == 0:
		case singleValued[key]:
			h[key] = []string{values[len(values)-1]}
		default:
			h[key] = append(slices.Clip(h[key]), values...)
		}
	}
	if a.headers != nil && len(a.headers.Cookies) > 0 {
		h["Set-Cookie"] = append(slices.Clip(h["Set-Cookie"]), a.headers.Cookies...)
	}
	return nil
}

// Revalidate changes a, an answer to GET or HEAD made of a value, to a 304 if the client already has this version. It returns
// 412 if another condition of the request fails, else 0. auto means that it first sets an ETag, a hash of the body.
func (a *Answer) Revalidate(x *exchange.Exchange, auto bool) (failed int) {
	if !x.IsRead() || a.content != raw || a.status != 0 && a.status != http.StatusOK {
		return 0
	}
	if auto && a.HeaderValue("Etag") == "" {
		sum := sha256.Sum256(a.body)
		a.SetHeader("ETag", `W/"`+hex.EncodeToString(sum[:16])+`"`) // weak: middleware may compress it
	}
	if !a.HasHeader() {
		return 0
	}
	etag, modified := a.HeaderValue("Etag"), a.HeaderValue("Last-Modified")
	if etag == "" && modified == "" {
		return 0
	}
	conditions := x.Conditions()
	switch conditions.Status(etag, modified) {
	case http.StatusNotModified:
		a.status, a.content, a.plain, a.body = http.StatusNotModified, none, false, nil
	case http.StatusPreconditionFailed:
		return http.StatusPreconditionFailed
	}
	return 0
}

// Condition compares ETag and Last-Modified of a with the conditions of a request. It returns 0 if all hold, else 304 or 412.
func (a *Answer) Condition(c exchange.Conditions) (status int) {
	return c.Status(a.HeaderValue("Etag"), a.HeaderValue("Last-Modified"))
}
