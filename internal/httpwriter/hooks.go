package httpwriter

import (
	"errors"
	"io"
	"net/http"
)

// Hooks are the steps of a response that a wrapper watches or changes. A wrapper embeds [Pass], which does nothing in each step,
// and implements the steps that it needs. Hooks run in the goroutine that calls the Writer.
type Hooks interface {
	// Begin is called before each call of WriteHeader, Write, WriteString and ReadFrom: the first one sends the headers. status is
	// that of WriteHeader, else 200. An error refuses the call: writes return it, and WriteHeader does nothing. [ErrHeld] refuses
	// WriteHeader alone.
	Begin(status int) error
	// BeginFlush is called before a flush, which sends the headers too. An error refuses it.
	BeginFlush() error
	// Flushed is called with the outcome of a flush.
	Flushed(err error)
	// BeginHijack is called before the connection is taken. An error refuses it.
	BeginHijack() error
	// Hijacked is called with the outcome.
	Hijacked(err error)
}

// ErrHeld is the error of a Begin whose wrapper holds the answer back: WriteHeader does nothing, and what is written goes to the writer
// of [BodyHooks].Body. The wrapper sends the status later.
var ErrHeld = errors.New("the answer is held back")

// BodyHooks are the hooks of a wrapper that watches or changes the body, for [Writer.WrapBody].
type BodyHooks interface {
	Hooks
	// Body returns the writer that the body goes to: below, or a writer around it that counts, copies or drops bytes. It is called
	// after Begin, for each write. A writer around below that is an io.ReaderFrom keeps sendfile.
	Body(below http.ResponseWriter) io.Writer
	// Wrote is called after n bytes of the body have been written.
	Wrote(n int64)
}

// ClosedHooks are those of a [Closed] writer, which handlers cannot bypass.
type ClosedHooks interface {
	Hooks
	// HandlerHeader returns the header map that the handler changes.
	HandlerHeader() http.Header
	// Interim sends an interim response (1xx without 101), which does not begin the answer.
	Interim(status int)
	// Control calls do, which sets a deadline or full duplex on the writer below, or returns an error.
	Control(do func(*http.ResponseController) error) error
}

// Pass has the hooks of a wrapper that changes nothing.
type Pass struct{}

func (Pass) Begin(int) error    { return nil }
func (Pass) BeginFlush() error  { return nil }
func (Pass) Flushed(error)      {}
func (Pass) BeginHijack() error { return nil }
func (Pass) Hijacked(error)     {}

// PassBody is Pass for BodyHooks.
type PassBody struct{ Pass }

// Body implements BodyHooks.
func (PassBody) Body(below http.ResponseWriter) io.Writer { return below }

// Wrote implements BodyHooks.
func (PassBody) Wrote(int64) {}

// IsInterim reports whether another response follows one with the status. 101 is final: another protocol follows it.
func IsInterim(status int) bool {
	return status >= 100 && status < 200 && status != http.StatusSwitchingProtocols
}

// CanFlush reports whether http.ResponseController can flush w. The controller itself can only report it by a flush.
func CanFlush(w http.ResponseWriter) bool {
	for {
		switch t := w.(type) {
		case interface{ FlushError() error }, http.Flusher:
			return true
		case interface{ Unwrap() http.ResponseWriter }:
			w = t.Unwrap()
		default:
			return false
		}
	}
}
