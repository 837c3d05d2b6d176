package model

import (
	"encoding"
	"math/big"
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/openapi/spec"
)

// scalar is the row of a type of the standard library that has no text methods, or whose text methods accept too much. A type of a
// program has text methods in place of a row.
//
// A kind is for types that the scan, the decoder and the encoders read and write by a quick way of their own. Every other row has
// blank: the decoder gets it in place of the value, and read sets the value after decoding. Such a type is written by its
// MarshalText, String or MarshalJSON.
type scalar struct {
	kind    Kind // Any: none
	in, out Form
	format  string                                                             // a row of textFormats, and the Format of the type
	text    *textFormat                                                        // in place of format: programs cannot name it
	tokens  token                                                              // the JSON values that read takes
	read    func(s string, number bool, dst reflect.Value) *constraint.Failure // s is a text or, with number, a JSON number
	lax     func(s string, number bool, dst reflect.Value) *constraint.Failure // read for lax reading; nil: the same, and no number
	blank   string                                                             // JSON that the decoder accepts
	rewrite func(dst, raw []byte, lax bool) (_ []byte, ok bool)                // appends the decoder's form; nil: the client's
	fill    func(v reflect.Value, token []byte) bool                           // how the scan fills a value; nil: by the kind
}

// token is a set of kinds of JSON values.
type token uint8

const (
	texts token = 1 << iota
	numbers
)

// scalars does not change.
var scalars = map[reflect.Type]*scalar{
	reflect.TypeFor[time.Time]():     {kind: Time, text: &dateTimes, tokens: texts, read: readMoment, lax: readLaxMoment, fill: fillMoment},
	reflect.TypeFor[time.Duration](): {kind: Duration, text: &durations, tokens: texts | numbers, read: readDuration, lax: readLaxDuration, rewrite: appendNanoseconds, fill: fillDuration},
	reflect.TypeFor[json.Number]():   {kind: Number, text: &decimalNumbers, tokens: numbers, read: readNumber},

	reflect.TypeFor[url.URL]():          {in: ByText, out: ByText, format: "uri", tokens: texts, read: readURL, blank: `{}`},
	reflect.TypeFor[big.Int]():          {in: ByJSON, out: ByJSON, format: "integer", tokens: texts | numbers, read: readBigInt, blank: `0`},
	reflect.TypeFor[netip.AddrPort]():   {in: ByText, out: ByText, text: &addressPorts, tokens: texts, read: readFilled(notAddressPort), blank: `""`},
	reflect.TypeFor[net.HardwareAddr](): {in: ByText, out: ByText, text: &macAddresses, tokens: texts, read: readMAC, blank: `""`},
	reflect.TypeFor[netip.Addr]():       {in: ByText, out: ByText, format: "ipvanyaddress", tokens: texts, read: readFilled(constraint.IPAnyAddress), blank: `""`},
	reflect.TypeFor[netip.Prefix]():     {in: ByText, out: ByText, format: "ipvanynetwork", tokens: texts, read: readFilled(constraint.IPAnyNetwork), blank: `""`},
	reflect.TypeFor[net.IP]():           {in: ByText, out: ByText, format: "ipvanyaddress", tokens: texts, read: readFilled(constraint.IPAnyAddress), blank: `""`},
}

// textFormat is what the format of a text says: pydantic's errors, its name, and the schema. Types of programs have it by
// TextFormat.
type textFormat struct {
	branch    string                                    // the name in the loc of a union's errors; "": the name of the type
	wrongType func() *constraint.Failure                // the failure of JSON values that are not of the type's kind
	refused   func(s string) *constraint.Failure        // the failure of a text of another form; nil: "not a valid …"
	schema    func(t *Type, use SchemaUse) *spec.Schema // nil: a string of the format, and any JSON for ByJSON
}

// SchemaUse says which schema of a type is wanted.
type SchemaUse struct {
	Form     Form // in which values are read or written
	Sent     bool // in answers only
	Pydantic bool // as pydantic writes it
}

// textFormats does not change. Formats that it lacks are legal.
var textFormats = map[string]*textFormat{
	"date-time": &dateTimes,
	"date": {branch: "date", wrongType: constraint.DateType, refused: func(string) *constraint.Failure {
		return constraint.DateParsing("the text is not a date")
	}},
	"time": {branch: "time", wrongType: constraint.TimeType, refused: func(string) *constraint.Failure {
		return constraint.TimeParsing("the text is not a time")
	}, schema: clockSchema},
	"uri":           {branch: "url", wrongType: constraint.URLType, refused: constraint.URLText, schema: urlSchema},
	"uuid":          {branch: "uuid", wrongType: constraint.UUIDType, refused: constraint.UUIDText},
	"decimal":       {branch: "decimal", wrongType: constraint.DecimalType, refused: always(constraint.DecimalParsing), schema: decimalSchema},
	"integer":       {branch: "int", wrongType: constraint.IntType, refused: always(constraint.IntParsing), schema: integerSchema},
	"ipvanyaddress": {wrongType: constraint.IPAnyAddress, refused: always(constraint.IPAnyAddress), schema: addressSchema},
	"ipvanynetwork": {wrongType: constraint.IPAnyNetwork, refused: always(constraint.IPAnyNetwork), schema: networkSchema},
}

// The formats that rows of scalars refer to. Programs cannot name addressPorts and those below it.
var (
	dateTimes = textFormat{branch: "datetime", wrongType: constraint.DatetimeType, refused: func(string) *constraint.Failure {
		return constraint.DatetimeParsing("the text is not a date and time")
	}, schema: momentSchema}
	durations      = textFormat{branch: "timedelta", wrongType: constraint.TimeDeltaType, schema: durationSchema}
	addressPorts   = textFormat{wrongType: constraint.StringType, schema: patternSchema(`^([0-9.]+|\[[0-9a-fA-F:.]+(%[\s\S]+)?\]):[0-9]+$`)}
	macAddresses   = textFormat{wrongType: constraint.StringType, schema: patternSchema(constraint.MACText)}
	decimalNumbers = textFormat{wrongType: constraint.FloatType, schema: func(*Type, SchemaUse) *spec.Schema {
		return &spec.Schema{Type: []string{"number"}}
	}}
)

// always returns a failure that does not depend on the text.
func always(f func() *constraint.Failure) func(string) *constraint.Failure {
	return func(string) *constraint.Failure { return f() }
}

// The readers.

// readMoment reads a time.Time.
func readMoment(s string, _ bool, dst reflect.Value) *constraint.Failure {
	v, failure := ReadMoment(s)
	if failure == nil {
		dst.Set(reflect.ValueOf(v))
	}
	return failure
}

// readLaxMoment reads a time.Time in one of pydantic's forms.
func readLaxMoment(s string, number bool, dst reflect.Value) *constraint.Failure {
	v, _, failure := LaxMoment(s, number)
	if failure == nil {
		dst.Set(reflect.ValueOf(v))
	}
	return failure
}

// readDuration reads a time.Duration. A number is one of seconds.
func readDuration(s string, _ bool, dst reflect.Value) *constraint.Failure {
	d, err := ParseDuration(s, false)
	if err != nil {
		return constraint.TimeDeltaParsing(err.Error())
	}
	dst.SetInt(int64(d))
	return nil
}

// readLaxDuration reads a time.Duration in one of pydantic's forms.
func readLaxDuration(s string, _ bool, dst reflect.Value) *constraint.Failure {
	d, err := ParseDuration(s, true)
	if err != nil {
		return constraint.TimeDeltaParsing(err.Error())
	}
	dst.SetInt(int64(d))
	return nil
}

// durationOf reads a JSON value as a duration: a text, or a number of seconds.
func durationOf(raw []byte, lax bool) (d time.Duration, ok bool) {
	s, quoted := Unquote(raw)
	if !quoted {
		if s = string(raw); s[0] != '-' && (s[0] < '0' || s[0] > '9') {
			return 0, false
		}
	}
	d, err := ParseDuration(s, lax)
	return d, err == nil
}

// appendNanoseconds appends a duration as the decoder reads it.
func appendNanoseconds(dst, raw []byte, lax bool) (_ []byte, ok bool) {
	d, ok := durationOf(raw, lax)
	if !ok {
		return dst, false
	}
	return strconv.AppendInt(dst, int64(d), 10), true
}

func fillDuration(v reflect.Value, doc []byte) bool {
	d, ok := durationOf(doc, false)
	v.SetInt(int64(d))
	return ok
}

func fillMoment(v reflect.Value, text []byte) bool {
	return isMoment(text) && v.Addr().Interface().(*time.Time).UnmarshalText(text) == nil
}

// readNumber reads a json.Number with the digits that it has.
func readNumber(s string, _ bool, dst reflect.Value) *constraint.Failure {
	if s = strings.TrimSpace(s); !isNumber(s) {
		return constraint.FloatParsing()
	}
	dst.SetString(s)
	return nil
}

// readURL reads a url.URL, which must be absolute.
func readURL(s string, _ bool, dst reflect.Value) *constraint.Failure {
	u, failure := AbsoluteURL(s)
	if failure == nil {
		dst.Set(reflect.ValueOf(*u))
	}
	return failure
}

// maxDigits is Python's limit for the digits of an integer, and pydantic's. Parsing takes more than linear time.
const maxDigits = 4300

// readBigInt reads a decimal integer into a big.Int.
func readBigInt(s string, number bool, dst reflect.Value) *constraint.Failure {
	if number && strings.ContainsAny(s, ".eE") {
		return constraint.IntFromFloat()
	}
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
func readFilled(failure func() *constraint.Failure) func(string, bool, reflect.Value) *constraint.Failure {
	return func(s string, _ bool, dst reflect.Value) *constraint.Failure {
		if s == "" || dst.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s)) != nil {
			return failure()
		}
		return nil
	}
}

// notAddressPort is the failure of a text that is no address of IP with a port.
func notAddressPort() *constraint.Failure {
	return constraint.ValueError("not a valid IP address with a port")
}

// readMAC reads a net.HardwareAddr: 6, 8 or 20 bytes in hexadecimal digits, in one of the forms of net.ParseMAC.
func readMAC(s string, _ bool, dst reflect.Value) *constraint.Failure {
	mac, err := net.ParseMAC(s)
	if err != nil {
		return constraint.ValueError("not a valid MAC address")
	}
	dst.SetBytes(mac)
	return nil
}

// The schemas.

// ScalarSchema returns the schema of a type that is a text, that its methods write, or that has a row of scalars. It is nil for
// other types.
func (t *Type) ScalarSchema(use SchemaUse) *spec.Schema {
	switch {
	case t.text != nil && t.text.schema != nil:
		return t.text.schema(t, use)
	case use.Form == ByText:
		return textSchema(t.Format, "")
	case use.Form == ByJSON:
		return &spec.Schema{}
	}
	return nil
}

// textSchema returns the schema of strings with a format and a pattern; "" for neither.
func textSchema(format, pattern string) *spec.Schema {
	return &spec.Schema{Type: []string{"string"}, Format: format, Pattern: pattern}
}

// The patterns of texts. integerText allows white space around the number. clockText is a time without a zone, momentText one of RFC
// 3339 with a zone.
const (
	decimalText     = `^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$`
	pydanticDecimal = `^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$`
	integerText     = "^[^!-~]*[-+]?[0-9]+[^!-~]*$"
	clockText       = `([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?`
	dateText        = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
	momentText      = `([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])`
)

// durationText matches the output of AppendDuration: ISO 8601 with a sign and a fraction of seconds. JSON Schema's format duration
// (RFC 3339, appendix A) has neither. durationInput also matches the other input of ParseDuration: Go's units, and seconds.
const (
	durationText  = `^-?P(T?[0-9]+(\.[0-9]+)?[DHMS])+$`
	durationInput = `^(-?P(T?` + decimals + `[WDHMS])+|[-+]?(` + decimals + `(ns|us|µs|μs|ms|s|m|h))+|-?` + decimals + `([eE][-+]?[0-9]+)?)$`
	decimals      = `([0-9]+\.?[0-9]*|\.[0-9]+)`
)

// durationSchema is ISO 8601 or, in requests, a number of seconds.
func durationSchema(_ *Type, use SchemaUse) *spec.Schema {
	switch {
	case use.Pydantic:
		return textSchema("duration", "")
	case use.Sent:
		return textSchema("", durationText)
	}
	return &spec.Schema{AnyOf: []*spec.Schema{textSchema("", durationInput), {Type: []string{"number"}}}}
}

// momentSchema is a date and time. JSON Schema's format requires a zone.
func momentSchema(t *Type, use SchemaUse) *spec.Schema {
	switch {
	case use.Form == ByJSON:
		return &spec.Schema{}
	case use.Pydantic:
	case t.Zoneless():
		return textSchema("date-time-local", "^"+dateText+"([Tt _]"+clockText+")?$")
	case t.ZoneIsOptional():
		return textSchema("", "^"+dateText+"([Tt _]"+clockText+"|[Tt]"+momentText+")?$")
	}
	return textSchema("date-time", "")
}

// clockSchema is a time of day. JSON Schema's format requires a zone.
func clockSchema(t *Type, use SchemaUse) *spec.Schema {
	switch {
	case use.Form == ByJSON:
		return &spec.Schema{}
	case !use.Pydantic && t.Zoneless():
		return textSchema("time-local", "^"+clockText+"$")
	}
	return textSchema("time", "")
}

// urlSchema is the format uri. pydantic says that the text is not empty.
func urlSchema(_ *Type, use SchemaUse) *spec.Schema {
	if use.Form == ByJSON {
		return &spec.Schema{}
	}
	out := textSchema("uri", "")
	if use.Pydantic {
		out.MinLength = new(1)
	}
	return out
}

// decimalSchema is a text or, when a method reads JSON, also a number.
func decimalSchema(_ *Type, use SchemaUse) *spec.Schema {
	out := textSchema("", decimalText)
	if use.Pydantic {
		out.Pattern = pydanticDecimal
	}
	if use.Form == ByText || use.Sent {
		return out
	}
	return &spec.Schema{AnyOf: []*spec.Schema{{Type: []string{"number"}}, out}}
}

// integerSchema is a text or, when a method reads JSON, an integer, which requests may write as a text.
func integerSchema(_ *Type, use SchemaUse) *spec.Schema {
	text, integer := textSchema("", integerText), &spec.Schema{Type: []string{"integer"}}
	switch {
	case use.Form == ByText:
		return text
	case use.Sent, use.Pydantic:
		return integer
	}
	return &spec.Schema{AnyOf: []*spec.Schema{integer, text}}
}

// addressSchema is an address of either version of IP. JSON Schema has a format for each.
func addressSchema(t *Type, use SchemaUse) *spec.Schema {
	out := textSchema(t.Format, "")
	switch {
	case use.Form == ByJSON:
		return &spec.Schema{}
	case !use.Pydantic:
		out.Format, out.AnyOf = "", []*spec.Schema{{Format: "ipv4"}, {Format: "ipv6"}}
	}
	return out
}

// patternSchema returns the schema of texts that JSON Schema has no format for.
func patternSchema(pattern string) func(*Type, SchemaUse) *spec.Schema {
	return func(*Type, SchemaUse) *spec.Schema { return textSchema("", pattern) }
}

// networkSchema is a network in CIDR notation, which JSON Schema has no format for.
func networkSchema(t *Type, use SchemaUse) *spec.Schema {
	switch {
	case use.Form == ByJSON:
		return &spec.Schema{}
	case use.Pydantic:
		return textSchema(t.Format, "")
	}
	return textSchema("", constraint.NetworkText)
}
