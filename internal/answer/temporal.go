package answer

import (
	"net/http"
	"slices"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/exchange"
)

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
