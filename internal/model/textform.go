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

// TextFormatter is implemented by types with text methods that say what their text is, in JSON Schema's words: date,
// uuid, uri. The word also chooses the kind of error where the text is none.
type TextFormatter interface {
	TextFormat() string
}

// formats has the failures of the forms that pydantic knows: for JSON that is no text, and for a text that is refused.
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

// stdType is a type of the standard library whose own methods do not read what a server should take, or that has none.
// The decoder gets blank in its place, and what it is is set afterwards.
type stdType struct {
	in, out Form
	format  string
	blank   string
	read    func(s string, dst reflect.Value) *constraint.Failure
}

var stdTypes = map[reflect.Type]*stdType{
	reflect.TypeFor[url.URL]():      {ByText, ByText, "uri", `{}`, readURL},
	reflect.TypeFor[big.Int]():      {ByJSON, ByJSON, "integer", `0`, readBigInt}, // a string or number in, a number out
	reflect.TypeFor[netip.Addr]():   {ByText, ByText, "ipvanyaddress", `""`, readFilled(constraint.IPAnyAddress)},
	reflect.TypeFor[netip.Prefix](): {ByText, ByText, "ipvanynetwork", `""`, readFilled(constraint.IPAnyNetwork)},
	reflect.TypeFor[net.IP]():       {ByText, ByText, "ipvanyaddress", `""`, readFilled(constraint.IPAnyAddress)},
}

// Zoned is implemented by types whose text is a date-time or time, to say whether it has a zone; JSON Schema's have one.
type Zoned interface{ Zoned() bool }

// Zoneless reports a type whose text says that it has no zone.
func (t *Type) Zoneless() bool {
	z, ok := reflect.Zero(t.Go).Interface().(Zoned)
	return ok && !z.Zoned()
}

// ZoneIsOptional reports a type whose text says that it has a zone or none.
func (t *Type) ZoneIsOptional() bool {
	z, ok := reflect.Zero(t.Go).Interface().(interface{ ZoneIsOptional() bool })
	return ok && z.ZoneIsOptional()
}

// readTextForm finds out what the texts of m are.
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

// SetsText reports a type that the decoder sees a blank of, and that ReadText sets.
func (t *Type) SetsText() bool { return t.stdType != nil }

// TypeFailure is what is said of JSON that is not of the form that the type's own methods read.
func (t *Type) TypeFailure() *constraint.Failure {
	switch f, known := formats[t.Format]; {
	case known:
		return f.wrongType()
	case t.In == ByText:
		return constraint.StringType()
	}
	return constraint.ValueError("not a valid " + t.Name)
}

// TextFailure is what is said of a text that the type's own method refused with err. A Failure among the errors, which
// the framework's types and params.ErrorDetail give, is used as it is. Any other error is the author's business and
// stays here; the client learns the name of the type.
func (t *Type) TextFailure(s string, err error) *constraint.Failure {
	if own, ok := finite.As[*constraint.Failure](err); ok && own != nil {
		return own
	}
	if f, known := formats[t.Format]; known {
		return f.refused(s)
	}
	return constraint.ValueError("not a valid " + t.Name)
}

// JSONFailure is what is said of JSON that the type's own method refused with err.
func (t *Type) JSONFailure(doc string, err error) *constraint.Failure {
	if c := doc[0]; c == '{' || c == '[' || c == 't' || c == 'f' || c == 'n' {
		return t.TypeFailure()
	}
	return t.TextFailure(doc, err)
}

// AbsoluteURL reads a URL that stands on its own: it has a scheme, and a host where its scheme is one of the web's.
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
	// net/url takes some hosts, those with odd zones, that it cannot read again in the form in which it writes them.
	if again, err := url.Parse(u.String()); err != nil || again.Host != u.Host {
		return nil, constraint.URLParsing("invalid host")
	}
	return u, nil
}

func readURL(s string, dst reflect.Value) *constraint.Failure {
	u, failure := AbsoluteURL(s)
	if failure == nil {
		dst.Set(reflect.ValueOf(*u))
	}
	return failure
}

// maxDigits is Python's limit, and pydantic's: reading takes more than linear time.
const maxDigits = 4300

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

// readFilled reads by the type's own method, which takes "" for the zero value.
func readFilled(failure func() *constraint.Failure) func(string, reflect.Value) *constraint.Failure {
	return func(s string, dst reflect.Value) *constraint.Failure {
		if s == "" || dst.Addr().Interface().(interface{ UnmarshalText([]byte) error }).UnmarshalText([]byte(s)) != nil {
			return failure()
		}
		return nil
	}
}

// guard calls a user's method at start-up and reports a panic.
func guard(f func()) (p any) {
	defer func() { p = recover() }()
	f()
	return nil
}
