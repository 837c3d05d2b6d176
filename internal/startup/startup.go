package startup

import (
	"net/http"
	"reflect"
	"strings"
)

// Middleware is net/http middleware.
type Middleware = func(http.Handler) http.Handler

// Mistake is an illegal declaration: an option, a provider, a handler.
type Mistake struct {
	Func  string // the function with the mistake, as programs write it, as in middleware.CORS; "": the caller knows it
	Place string // file and line of its declaration, or of the call with the option; "": the caller knows it
	Found string // the mistake, as in the option and its value
	Legal string // the legal form; "" for none
}

// String returns the mistake as two lines of the start-up report.
func (m Mistake) String() string {
	text := m.Found
	for _, at := range []string{m.Func, m.Place} {
		if at != "" {
			text = at + ": " + text
		}
	}
	if m.Legal != "" {
		text += "\n\tlegal: " + m.Legal
	}
	return text
}

// Notes are a constructor's findings about the middleware that it returned.
type Notes struct {
	Middleware Middleware // the middleware that works; nil with mistakes
	Warning    string     // for the log of the app; "" for none
	Mistakes   []Mistake
	Origins    func(origin string) bool // reports origins whose pages may open WebSockets; nil: none beside the app's own
	Documented *Documented              // what documents show of the routes that the middleware is around; nil for nothing
}

// Documented is what middleware adds to operations in documents: a header that it reads, and its own answers in the format of errors.
type Documented struct {
	Methods     []string // of the operations
	Header      string
	Required    bool
	Pattern     string // of the header's value
	MaxLength   int    // of the header's value, in bytes; 0 for no limit
	Description string
	Answers     []Answer
}

// Answer is an answer of middleware, for documents.
type Answer struct {
	Status      int
	Description string // a sentence without a full stop
}

// Refuse returns middleware that stands in for one with mistakes. The app that uses it does not start. Outside of an app a call of it
// panics with the same text.
func Refuse(mistakes ...Mistake) Middleware { return Annotate(Notes{Mistakes: mistakes}) }

// Annotate returns n.Middleware with notes. It must not be inlined: NotesOf recognizes the one function literal by its code.
//
//go:noinline
func Annotate(n Notes) Middleware {
	return func(next http.Handler) http.Handler {
		if r, ok := next.(*reader); ok {
			r.notes = n
			return nil
		}
		if len(n.Mistakes) > 0 {
			panic(textOf(n.Mistakes))
		}
		return n.Middleware(next)
	}
}

// annotated is the code of the function literal in Annotate.
var annotated = reflect.ValueOf(Annotate(Notes{})).Pointer()

// NotesOf returns the notes about m. It calls no function but that of Annotate, so middleware of programs does not run. Middleware
// without notes is returned as it is.
func NotesOf(m Middleware) Notes {
	if m == nil || reflect.ValueOf(m).Pointer() != annotated {
		return Notes{Middleware: m}
	}
	var r reader
	m(&r)
	return r.notes
}

// reader is the handler by which annotated middleware recognizes NotesOf.
type reader struct{ notes Notes }

// ServeHTTP is not called: it makes reader an http.Handler.
func (*reader) ServeHTTP(http.ResponseWriter, *http.Request) {}

// textOf returns the text of the panic.
func textOf(mistakes []Mistake) string {
	lines := make([]string, len(mistakes))
	for i, m := range mistakes {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}
