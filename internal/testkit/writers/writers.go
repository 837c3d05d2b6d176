package writers

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// Logged is the writer of a server that logs its calls. It has no optional methods.
type Logged struct {
	Calls   []string
	Headers http.Header
}

func (l *Logged) log(format string, args ...any) {
	l.Calls = append(l.Calls, fmt.Sprintf(format, args...))
}
func (l *Logged) Header() http.Header         { return l.Headers }
func (l *Logged) WriteHeader(status int)      { l.log("status %d", status) }
func (l *Logged) Write(p []byte) (int, error) { l.log("write %s", p); return len(p), nil }

type flusher struct{ *Logged }

func (l flusher) Flush() { l.log("flush") }

type hijacker struct{ *Logged }

func (l hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	l.log("hijack")
	return nil, nil, nil
}

// Server is a writer of net/http's HTTP/1 server.
type Server struct{ *Logged }

func (l Server) Flush() { l.log("flush") }
func (l Server) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	l.log("hijack")
	return nil, nil, nil
}
func (l Server) ReadFrom(r io.Reader) (int64, error) {
	b, err := io.ReadAll(r)
	l.log("read from %s", b)
	return int64(len(b)), err
}
func (l Server) WriteString(s string) (int, error) {
	l.log("write string %s", s)
	return len(s), nil
}
func (l Server) SetReadDeadline(time.Time) error  { l.log("read deadline"); return nil }
func (l Server) SetWriteDeadline(time.Time) error { l.log("write deadline"); return nil }
func (l Server) EnableFullDuplex() error          { l.log("full duplex"); return nil }

// refusingFlusher cannot flush, and says so only when it is asked to.
type refusingFlusher struct{ *Logged }

func (refusingFlusher) FlushError() error { return http.ErrNotSupported }

// refusingHijacker has lost its connection.
type refusingHijacker struct{ *Logged }

func (refusingHijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return nil, nil, http.ErrHijacked
}

// Kinds returns a function for each kind of writer that servers have, by its optional interfaces. It makes such a writer of a Logged.
func Kinds() map[string]func(*Logged) http.ResponseWriter {
	return map[string]func(*Logged) http.ResponseWriter{
		"plain":    func(l *Logged) http.ResponseWriter { return l },
		"flusher":  func(l *Logged) http.ResponseWriter { return flusher{l} },
		"hijacker": func(l *Logged) http.ResponseWriter { return hijacker{l} },
		"server":   func(l *Logged) http.ResponseWriter { return Server{l} },
		"refusing": func(l *Logged) http.ResponseWriter { return refusingFlusher{l} },
		"hijacked": func(l *Logged) http.ResponseWriter { return refusingHijacker{l} },
	}
}
