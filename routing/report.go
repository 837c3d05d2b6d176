package routing

import (
	"fmt"
	"strings"

	"github.com/brio-go/brio/internal/startup"
)

// Mistake is one entry of the start-up report: an illegal declaration, with what is legal.
type Mistake struct {
	Method, Path string // of the route
	Func         string // the handler or dependency with the mistake
	Place        string // file:line of its declaration
	Registered   string // file:line of the route's declaration, if Place is another one
	Found, Legal string // the declaration, and the legal form; Legal is "" if there is none
}

// String returns the mistake as two lines: place and finding, then what is legal.
func (m Mistake) String() string {
	of := m.Func
	if route := strings.TrimSpace(m.Method + " " + m.Path); route != "" {
		if m.Registered != "" {
			route += " (" + m.Registered + ")"
		}
		of = strings.TrimSuffix(route+": "+m.Func, ": ")
	}
	return startup.Mistake{Func: of, Place: m.Place, Found: m.Found, Legal: m.Legal}.String()
}

// Report has all mistakes of an app. A mistake of a router or provider that several routes share is listed once. App.Check, Start,
// Run and Serve return it.
type Report []Mistake

// Error returns the text of all mistakes.
func (r Report) Error() string {
	var b strings.Builder
	if len(r) == 1 {
		b.WriteString("brio: 1 mistake in the declarations\n")
	} else {
		fmt.Fprintf(&b, "brio: %d mistakes in the declarations\n", len(r))
	}
	for _, m := range r {
		b.WriteString("\n" + m.String() + "\n")
	}
	return b.String()
}

// Unwrap returns the mistakes as errors, for errors.As.
func (r Report) Unwrap() []error {
	out := make([]error, len(r))
	for i, m := range r {
		out[i] = mistakeError{m}
	}
	return out
}

// mistakeError is a Mistake as an error.
type mistakeError struct{ Mistake }

func (e mistakeError) Error() string { return e.String() }
