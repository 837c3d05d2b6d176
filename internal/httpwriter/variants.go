package httpwriter

import (
	"bufio"
	"net"
	"net/http"
)

// Variant returns w as an http.Flusher and http.Hijacker where the writer below is. It costs no allocation.
func (w *Writer) Variant() http.ResponseWriter {
	_, flushes := w.inner.(http.Flusher)
	_, hijacks := w.inner.(http.Hijacker)
	switch {
	case flushes && hijacks:
		return flushHijacker{w}
	case flushes:
		return flusher{w}
	case hijacks:
		return hijacker{w}
	}
	return w
}

// Variant returns w as an http.Flusher and http.Hijacker where the writer below is. It costs no allocation.
func (w *Closed) Variant() http.ResponseWriter {
	_, flushes := w.inner.(http.Flusher)
	_, hijacks := w.inner.(http.Hijacker)
	switch {
	case flushes && hijacks:
		return closedFlushHijacker{w}
	case flushes:
		return closedFlusher{w}
	case hijacks:
		return closedHijacker{w}
	}
	return w
}

// The variants of a Writer and of a Closed, which have the optional interfaces that the writer below has.
type (
	flusher       struct{ *Writer }
	hijacker      struct{ *Writer }
	flushHijacker struct{ *Writer }

	closedFlusher       struct{ *Closed }
	closedHijacker      struct{ *Closed }
	closedFlushHijacker struct{ *Closed }
)

func (w flusher) Flush()             { _ = w.FlushError() }
func (w flushHijacker) Flush()       { _ = w.FlushError() }
func (w closedFlusher) Flush()       { _ = w.FlushError() }
func (w closedFlushHijacker) Flush() { _ = w.FlushError() }

func (w hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error)            { return w.hijack() }
func (w flushHijacker) Hijack() (net.Conn, *bufio.ReadWriter, error)       { return w.hijack() }
func (w closedHijacker) Hijack() (net.Conn, *bufio.ReadWriter, error)      { return w.hijack() }
func (w closedFlushHijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) { return w.hijack() }
