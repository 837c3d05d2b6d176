package answer

import (
	"net/http"
	"slices"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/exchange"
)

// A temporal Answer has no body. Its value is the Exchange of its request, and after the request the owner that reports late tasks.

// Room is memory for what most temporal Answers have: two headers and a cookie. An Answer that stands beside its Room costs one
// allocation, and not one more for each of them.
type Room struct {
	headers exchange.Headers
	fields  [2]exchange.Field
	cookies [1]string
}

// BeginTemporal makes a the temporal Answer of a request, in room.
func (a *Answer) BeginTemporal(x *exchange.Exchange, room *Room) {
	room.headers = exchange.Headers{Fields: room.fields[:0], Cookies: room.cookies[:0]}
	a.headers, a.value = &room.headers, x
}

// EarlyHints sends links in an interim 103 for a temporal Answer, and adds them to its Link header.
func (a *Answer) EarlyHints(links []string) {
	for _, l := range links {
		a.AddHeader("Link", l)
	}
	if x, ok := a.value.(*exchange.Exchange); ok && a.content == none && len(links) > 0 {
		x.EarlyHints(links)
	}
}

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

// Detach cuts a off from its request, which has ended: EarlyHints then sends nothing.
func (a *Answer) Detach() {
	if _, ok := a.value.(*exchange.Exchange); ok {
		a.value = nil
	}
}

// End marks the request of a as ended. From now on AddTask reports new tasks to owner and drops them. End returns the number of
// tasks that were dropped.
func (a *Answer) End(owner background.Owner) (dropped int) {
	if a.content == none {
		a.value = owner
	}
	return background.End(owner, a.Tasks())
}
