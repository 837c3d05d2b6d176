package routing

import (
	"fmt"
	"strings"
)

// Mistake is one line of the start-up report.
type Mistake struct {
	Method, Path string // of the route
	Func         string // the function at fault: the handler, or a dependency
	Place        string // file:line of its declaration
	Registered   string // file:line of the route, when Place is another one
	Found, Legal string
}

// String is the mistake in two lines.
func (m Mistake) String() string {
	var b strings.Builder
	if m.Place != "" {
		b.WriteString(m.Place + ": ")
	}
	if m.Method != "" || m.Path != "" {
		b.WriteString(strings.TrimSpace(m.Method + " " + m.Path))
		if m.Registered != "" {
			fmt.Fprintf(&b, " (%s)", m.Registered)
		}
		b.WriteString(": ")
	}
	if m.Func != "" {
		b.WriteString(m.Func + ": ")
	}
	b.WriteString(m.Found)
	if m.Legal != "" {
		b.WriteString("\n\tlegal: " + m.Legal)
	}
	return b.String()
}

// Report is every mistake of an app. What several routes share, because a router or provider is at fault, is listed
// once.
type Report []Mistake

// Error is the report as Check and Run give it.
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

// Unwrap gives the mistakes one by one.
func (r Report) Unwrap() []error {
	out := make([]error, len(r))
	for i, m := range r {
		out[i] = mistakeError{m}
	}
	return out
}

type mistakeError struct{ Mistake }

func (e mistakeError) Error() string { return e.String() }
