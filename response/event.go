package response

import (
	"iter"
	"net/http"
	"time"

	"github.com/brio-go/brio/internal/sse"
)

// EventStreamClass makes server-sent events of what an iterator yields, as the option EventStream does. A handler that
// returns Events needs neither.
var EventStreamClass Class = &class{mediaType: sse.MediaType, status: http.StatusOK, events: true}

// Events is the result of a handler that sends server-sent events. An error ends the stream: the first item's with its
// own status, a later one by cutting the connection.
type Events[T any] = iter.Seq2[Event[T], error]

// Event is one server-sent event. Data goes through the response model, which is that of T; everything else is sent as
// it is. An event that a stream cannot carry is an error of the stream: Event or ID of several lines, NUL in ID, a
// negative Retry, Data and Raw at once.
type Event[T any] struct {
	Data    T             // as JSON; a nil pointer or interface, or an event made by Comment, has no data line
	Raw     *string       // sent verbatim, line by line, instead of Data
	Event   string        // the name, for addEventListener; "" is "message"
	ID      string        // what the client sends as Last-Event-ID when it comes back; "" leaves it as it is
	Retry   time.Duration // how long the client waits before it comes back, in whole milliseconds; 0 leaves it as it is
	Comment string        // for whoever reads the bytes; clients drop it

	silent bool // made by Comment
}

// Data is an event with a value.
func Data[T any](v T) Event[T] { return Event[T]{Data: v} }

// Comment is a comment alone. Clients drop it; it shows that the stream is alive.
func Comment[T any](s string) Event[T] { return Event[T]{Comment: s, silent: true} }

// Raw is an event whose data is s, verbatim: "[DONE]" as it stands, without quotes.
func Raw[T any](s string) Event[T] { return Event[T]{Raw: &s} }

// ServerSentEvent gives the framework the event without its data.
func (e Event[T]) ServerSentEvent() sse.Event {
	return sse.Event{Raw: e.Raw, NoData: e.silent || e.Raw != nil, Event: e.Event, ID: e.ID, Retry: e.Retry, Comment: e.Comment}
}
