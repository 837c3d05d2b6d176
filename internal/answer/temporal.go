package answer

import (
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
