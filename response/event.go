package response

import (
	"iter"
	"net/http"
	"time"

	"github.com/brio-go/brio/internal/sse"
)

// EventStreamClass sends the items of an iterator as server-sent events, as the option EventStream does. A handler that
// returns Events needs neither of them.
var EventStreamClass Class = &class{MediaType: sse.MediaType, Status: http.StatusOK, Events: true}

// Events is the result of a handler that sends server-sent events. An error ends the stream. If it comes with the first item,
// it is answered with its own status; later it closes the connection.
type Events[T any] = iter.Seq2[Event[T], error]

// Event is one server-sent event. Data goes through the response model of T; all other fields are sent unchanged. These
// events end the stream with an error: several lines in Event or ID, NUL in ID, a negative Retry, or both Data and Raw.
type Event[T any] struct {
	Data    T             // as JSON; a nil pointer or interface, or an event made by Comment, has no data line
	Raw     *string       // sent unchanged, line by line, instead of Data
	Event   string        // the name, for addEventListener; "" means "message"
	ID      string        // the client sends it as Last-Event-ID when it reconnects; "" keeps the previous one
	Retry   time.Duration // the client's delay before it reconnects, in whole milliseconds; 0 keeps the previous one
	Comment string        // for debugging; clients ignore it

	silent bool // made by Comment: the event has no data line
}

// Data returns an event with a value.
func Data[T any](v T) Event[T] { return Event[T]{Data: v} }

// Comment returns a comment without data. Clients ignore it; it keeps an idle connection open.
func Comment[T any](s string) Event[T] { return Event[T]{Comment: s, silent: true} }

// Raw returns an event with s as its data, unchanged: Raw("[DONE]") sends data: [DONE], without quotes.
func Raw[T any](s string) Event[T] { return Event[T]{Raw: &s} }

// ServerSentEvent returns the event without its data. The framework calls it.
func (e Event[T]) ServerSentEvent() sse.Event {
	return sse.Event{Raw: e.Raw, NoData: e.silent || e.Raw != nil, Event: e.Event, ID: e.ID, Retry: e.Retry, Comment: e.Comment}
}
