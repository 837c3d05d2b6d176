package sse

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// MediaType is the Content-Type of an event stream.
const MediaType = "text/event-stream; charset=utf-8"

// Event is an event without its data, which is encoded separately.
type Event struct {
	Raw     *string // sent in the place of the data, as it is; nil: none
	NoData  bool    // the event has no data, whatever its Data field holds
	Event   string
	ID      string
	Retry   time.Duration
	Comment string
}

// Check returns an error for an event that a stream cannot carry, such as a line break in its name.
func (e *Event) Check() error {
	switch {
	case strings.ContainsAny(e.Event, "\r\n"):
		return errors.New("sse: the name of an event is one line")
	case strings.ContainsAny(e.ID, "\r\n\x00"):
		return errors.New("sse: the id of an event is one line without NUL")
	case e.Retry < 0:
		return fmt.Errorf("sse: retry is %v; it must not be negative", e.Retry)
	}
	return nil
}

// Begin appends the part of an event before its data: comment and name. The caller then appends the data, by Data or by DataPrefix
// and one line, and calls End. The event must have passed Check.
func Begin(dst []byte, e *Event) []byte {
	if e.Comment != "" {
		dst = lines(dst, ": ", e.Comment)
	}
	if e.Event != "" {
		dst = append(append(append(dst, "event: "...), e.Event...), '\n')
	}
	return dst
}

// Data appends text as data, each line with its own prefix.
func Data[T string | []byte](dst []byte, text T) []byte { return lines(dst, DataPrefix, text) }

// DataPrefix begins each line of data.
const DataPrefix = "data: "

// End appends id, retry and the empty line that ends the event.
func End(dst []byte, e *Event) []byte {
	if e.ID != "" {
		dst = append(append(append(dst, "id: "...), e.ID...), '\n')
	}
	if e.Retry > 0 {
		ms := (e.Retry + time.Millisecond - 1) / time.Millisecond
		dst = append(strconv.AppendInt(append(dst, "retry: "...), int64(ms), 10), '\n')
	}
	return append(dst, '\n')
}

// lines appends text with a prefix before each line. Lines end with LF, CR LF or CR, as the client reads them.
func lines[T string | []byte](dst []byte, prefix string, text T) []byte {
	dst = append(dst, prefix...)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\r' && i+1 < len(text) && text[i+1] == '\n':
		case c == '\r' || c == '\n':
			dst = append(append(dst, '\n'), prefix...)
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '\n')
}
