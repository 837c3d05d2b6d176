package model

import (
	"math/big"
	"net"
	"net/netip"
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

// formats has pydantic's errors for the formats that it knows: wrongType for JSON values that are not strings, refused for texts of
// another form.
var formats = map[string]struct {
	wrongType func() *constraint.Failure
	refused   func(s string) *constraint.Failure
}{
	"date":          {constraint.DateType, func(string) *constraint.Failure { return constraint.DateParsing("the text is not a date") }},
	"time":          {constraint.TimeType, func(string) *constraint.Failure { return constraint.TimeParsing("the text is not a time") }},
	"date-time":     {constraint.DatetimeType, func(string) *constraint.Failure { return constraint.DatetimeParsing("the text is not a date and time") }},
	"uri":           {constraint.URLType, constraint.URLText},
	"uuid":          {constraint.UUIDType, constraint.UUIDText},
	"decimal":       {constraint.DecimalType, func(string) *constraint.Failure { return constraint.DecimalParsing() }},
	"integer":       {constraint.IntType, func(string) *constraint.Failure { return constraint.IntParsing() }},
	"ipvanyaddress": {constraint.IPAnyAddress, func(string) *constraint.Failure { return constraint.IPAnyAddress() }},
	"ipvanynetwork": {constraint.IPAnyNetwork, func(string) *constraint.Failure { return constraint.IPAnyNetwork() }},
}

// stdType says how to read a type of the standard library that has no text methods, or whose text methods accept too much. The
// decoder gets blank in its place; read sets the value after decoding.
type stdType struct {
	in, out Form
	format  string
	blank   string
	read    func(s string, dst reflect.Value) *constraint.Failure
}

var stdTypes = map[reflect.Type]*stdType{
	reflect.TypeFor[url.URL]():      {ByText, ByText, "uri", `{}`, readURL},
	reflect.TypeFor[big.Int]():      {ByJSON, ByJSON, "integer", `0`, readBigInt}, // read from a string or number, written as a number
	reflect.TypeFor[netip.Addr]():   {ByText, ByText, "ipvanyaddress", `""`, readFilled(constraint.IPAnyAddress)},
	reflect.TypeFor[netip.Prefix](): {ByText, ByText, "ipvanynetwork", `""`, readFilled(constraint.IPAnyNetwork)},
	reflect.TypeFor[net.IP]():       {ByText, ByText, "ipvanyaddress", `""`, readFilled(constraint.IPAnyAddress)},
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

// readTextForm reads how m is read from text: by its methods, by stdTypes, and with which format.
func readTextForm(m *Type) {
	p := reflect.PointerTo(m.Go)
	m.laxText = p.Implements(laxReader)
	m.hasText = p.Implements(textUnmarshaler) && m.Go.Kind() != reflect.Pointer
	if f := stdTypes[m.Go]; f != nil {
		m.stdType, m.hasText = f, true
		m.In, m.Out, m.Format = f.in, f.out, f.format
		return
	}
	switch {
	case !m.hasText:
	case p.Implements(reflect.TypeFor[TextFormatter]()):
		_ = guard(func() { m.Format = reflect.New(m.Go).Interface().(TextFormatter).TextFormat() })
	case strings.EqualFold(m.Name, "uuid"):
		m.Format = "uuid"
	case strings.EqualFold(m.Name, "decimal"):
		m.Format = "decimal"
	}
}

// SetsText reports whether the decoder sees a blank value of the type, which ReadText sets afterwards.
func (t *Type) SetsText() bool { return t.stdType != nil }

// TypeFailure returns the failure of a JSON value that is not of the kind that the type's methods read.
func (t *Type) TypeFailure() *constraint.Failure {
	switch f, known := formats[t.Format]; {
	case known:
		return f.wrongType()
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
	if f, known := formats[t.Format]; known {
		return f.refused(s)
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

// readURL parses an absolute URL into dst, a url.URL.
func readURL(s string, dst reflect.Value) *constraint.Failure {
	u, failure := AbsoluteURL(s)
	if failure == nil {
		dst.Set(reflect.ValueOf(*u))
	}
	return failure
}

// maxDigits is Python's limit for the digits of an integer, and pydantic's. Parsing takes more than linear time.
const maxDigits = 4300

// readBigInt parses a decimal integer into dst, a big.Int.
func readBigInt(s string, dst reflect.Value) *constraint.Failure {
	s = strings.TrimSpace(s)
	unsigned := strings.TrimLeft(s, "+-")
	if len(s)-len(unsigned) > 1 || unsigned == "" || strings.Trim(unsigned, "0123456789") != "" {
		return constraint.IntParsing()
	}
	if len(unsigned) > maxDigits {
		return constraint.IntParsingSize()
	}
	dst.Addr().Interface().(*big.Int).SetString(s, 10)
	return nil
}

// readFilled returns a reader that calls the type's UnmarshalText, but refuses "", which that method reads as the zero value.
func readFilled(failure func() *constraint.Failure) func(string, reflect.Value) *constraint.Failure {
	return func(s string, dst reflect.Value) *constraint.Failure {
		if s == "" || dst.Addr().Interface().(interface{ UnmarshalText([]byte) error }).UnmarshalText([]byte(s)) != nil {
			return failure()
		}
		return nil
	}
}

// guard calls f and returns its panic, or nil. f calls a method of the program.
func guard(f func()) (p any) {
	defer func() { p = recover() }()
	f()
	return nil
}
