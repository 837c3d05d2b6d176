package model

import (
	"net/url"
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/finite"
)

// TextFormatter is implemented by types with text methods. TextFormat returns JSON Schema's name of their form, such as date, uuid
// or uri, which also chooses the type of the error for a text of another form.
type TextFormatter interface {
	TextFormat() string
}

// Zoned is implemented by types whose text is a date-time or time. It reports whether the text has a zone; JSON Schema's formats
// require one.
type Zoned interface{ Zoned() bool }

// Zoneless reports whether the texts of the type have no zone.
func (t *Type) Zoneless() bool {
	z, ok := reflect.Zero(t.Go).Interface().(Zoned)
	return ok && !z.Zoned()
}

// ZoneIsOptional reports whether the texts of the type may have a zone.
func (t *Type) ZoneIsOptional() bool {
	z, ok := reflect.Zero(t.Go).Interface().(interface{ ZoneIsOptional() bool })
	return ok && z.ZoneIsOptional()
}

// readTextForm reads how m is read and written as a text: by its row of scalars or by its methods, and with which format.
func readTextForm(m *Type) {
	p := reflect.PointerTo(m.Go)
	if row := scalars[m.Go]; row != nil {
		m.scalar, m.hasText = row, row.blank != ""
		m.In, m.Out, m.Format, m.text = row.in, row.out, row.format, row.text
	} else if m.hasText = p.Implements(textUnmarshaler) && m.Go.Kind() != reflect.Pointer; m.hasText {
		m.laxText = p.Implements(laxReader)
		switch {
		case p.Implements(reflect.TypeFor[TextFormatter]()):
			_ = guard(func() { m.Format = reflect.New(m.Go).Interface().(TextFormatter).TextFormat() })
		case strings.EqualFold(m.Name, "uuid"):
			m.Format = "uuid"
		case strings.EqualFold(m.Name, "decimal"):
			m.Format = "decimal"
		}
	}
	if m.text == nil {
		m.text = textFormats[m.Format]
	}
}

// WritesNumber reports whether the type is a scalar of the standard library whose MarshalJSON writes a number, and its String the
// same number.
func (t *Type) WritesNumber() bool {
	return t.scalar != nil && t.scalar.out == ByJSON && t.scalar.tokens&numbers != 0
}

// TypeFailure returns the failure of a JSON value that is not of the kind that the type's methods read.
func (t *Type) TypeFailure() *constraint.Failure {
	switch {
	case t.text != nil:
		return t.text.wrongType()
	case t.In == ByText:
		return constraint.StringType()
	}
	return constraint.ValueError("not a valid " + t.Name)
}

// TextFailure returns the failure of a text that the type's method refused with err. A Failure in err's chain, as the framework's
// types and params.ErrorDetail have, is used as it is. The texts of other errors are not for clients, who get the name of the type.
func (t *Type) TextFailure(s string, err error) *constraint.Failure {
	if own, ok := finite.As[*constraint.Failure](err); ok && own != nil {
		return own
	}
	if t.text != nil && t.text.refused != nil {
		return t.text.refused(s)
	}
	return constraint.ValueError("not a valid " + t.Name)
}

// JSONFailure returns the failure of a JSON value that the type's UnmarshalJSON refused with err.
func (t *Type) JSONFailure(doc string, err error) *constraint.Failure {
	if c := doc[0]; c == '{' || c == '[' || c == 't' || c == 'f' || c == 'n' {
		return t.TypeFailure()
	}
	return t.TextFailure(doc, err)
}

// AbsoluteURL parses a URL with a scheme, and with a host if the scheme is http, https, ws, wss or ftp.
func AbsoluteURL(s string) (*url.URL, *constraint.Failure) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" {
		return nil, constraint.URLText(s)
	}
	if webScheme(u.Scheme) && u.Hostname() == "" {
		return nil, constraint.URLParsing("empty host")
	}
	if reason := setHost(u); reason != "" {
		return nil, constraint.URLParsing(reason)
	}
	// net/url writes some hosts with odd zones in a form that it does not parse.
	if again, err := url.Parse(u.String()); err != nil || again.Host != u.Host {
		return nil, constraint.URLParsing("invalid host")
	}
	return u, nil
}

// guard calls f and returns its panic, or nil. f calls a method of the program.
func guard(f func()) (p any) {
	defer func() { p = recover() }()
	f()
	return nil
}
