package model

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/constraint"
)

// A moment is read by RFC 3339, section 5.6, to the letter. The methods of time.Time accept more: hours of one digit, a comma
// before the fraction, zones of 24 hours. Lax reading accepts pydantic's forms of a datetime.

// isMoment reports whether text is an RFC 3339 date-time. It decides as momentFailure does, without making a string, for the scan.
// The decoder refuses a lower-case t or z; the walk reads them.
func isMoment(text []byte) bool {
	const form = "0000-00-00T00:00:00"
	if len(text) <= len(form) {
		return false
	}
	for i := range len(form) {
		if c := text[i]; c != form[i] && (form[i] != '0' || c-'0' > 9) && (i != len("2006-01-02") || c != 't') {
			return false
		}
	}
	two := func(i int) int { return int(text[i]-'0')*10 + int(text[i+1]-'0') }
	year := two(0)*100 + two(2)
	if year == 0 {
		year = yearLikeZero
	}
	if !ValidDate(year, two(5), two(8)) || two(11) > 23 || two(14) > 59 || two(17) > 59 {
		return false
	}
	i := len(form)
	if text[i] == '.' {
		first := i + 1
		for i = first; i < len(text) && text[i]-'0' <= 9; {
			i++
		}
		if i == first {
			return false
		}
	}
	switch zone := text[i:]; {
	case len(zone) == 1:
		return zone[0] == 'Z' || zone[0] == 'z'
	case len(zone) == 6:
		for _, at := range [...]int{1, 2, 4, 5} {
			if zone[at]-'0' > 9 {
				return false
			}
		}
		return (zone[0] == '+' || zone[0] == '-') && zone[3] == ':' && two(i+1) <= 23 && two(i+4) <= 59
	}
	return false
}

// ReadMoment parses an RFC 3339 date-time. T and Z may be lower case. A leap second, :60, is refused, because time.Time cannot hold
// it.
func ReadMoment(s string) (t time.Time, f *constraint.Failure) {
	if f = momentFailure(s); f != nil {
		return t, f
	}
	if t.UnmarshalText([]byte(s[:10]+"T"+strings.ToUpper(s[11:]))) != nil {
		return t, constraint.DatetimeParsing("the form is 2006-01-02T15:04:05Z")
	}
	return t, nil
}

// yearLikeZero stands for the year 0, which is a leap year too: ParseDate refuses the year 0, and RFC 3339 allows it.
const yearLikeZero = 4

// momentFailure returns why a text is not an RFC 3339 date-time, or nil.
func momentFailure(s string) *constraint.Failure {
	if after, ok := strings.CutPrefix(s, "0000"); ok { // ParseDate refuses the year 0
		s = fmt.Sprintf("%04d", yearLikeZero) + after
	}
	_, _, _, rest, reason := ParseDate(s)
	switch {
	case reason != "":
		return constraint.DatetimeFromDateParsing(reason)
	case rest == "":
		return constraint.DatetimeParsing("a time and a zone are needed, as in 2006-01-02T15:04:05Z")
	case rest[0] != 'T' && rest[0] != 't':
		return constraint.DatetimeParsing("invalid datetime separator, expected `T`")
	}
	clock := rest[1:]
	_, _, _, _, rest, reason = ParseClock(clock, false)
	zone := false
	if reason == "" {
		zone, reason = ParseZone(rest, false)
	}
	switch {
	case reason != "":
		return constraint.DatetimeParsing(reason)
	case len(clock)-len(rest) < len("15:04:05"):
		return constraint.DatetimeParsing("seconds are needed, as in 2006-01-02T15:04:05Z")
	case !zone:
		return constraint.TimezoneAware()
	}
	return nil
}

// LaxMoment parses a text as pydantic parses a datetime; with number, a JSON number. It accepts a date alone or with a time, a time
// without seconds or zone, and T, t, _ or a space between date and time. A number is Unix time in seconds, or in milliseconds
// beyond 20,000,000,000. Without a zone the time is in UTC, and zone is false.
func LaxMoment(s string, number bool) (t time.Time, zone bool, f *constraint.Failure) {
	if number || isDecimal(s) {
		t, reason := unixTime(s)
		if reason != "" {
			return t, true, constraint.DatetimeParsing(reason)
		}
		return t, true, nil
	}
	if strings.HasPrefix(s, "0000-") {
		t, f = ReadMoment(s)
		return t, f == nil, f
	}
	year, month, day, rest, reason := ParseDate(s)
	if reason != "" {
		return t, false, constraint.DatetimeFromDateParsing(reason)
	}
	if rest == "" {
		return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC), false, nil
	}
	failure := constraint.DatetimeFromDateParsing(trailing) // pydantic reports the error of its last try, a date
	if !Separates(rest[0]) {
		return t, false, failure
	}
	hour, minute, second, nanosecond, rest, reason := ParseClock(rest[1:], true)
	if reason == "" {
		zone, reason = ParseZone(rest, true)
	}
	if reason != "" {
		return t, false, failure
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, nanosecond, zoneOf(rest)), zone, nil
}

// zoneOf returns the location of a zone that ParseZone accepts. No zone is UTC.
func zoneOf(s string) *time.Location {
	if len(s) < 5 {
		return time.UTC
	}
	hour, _ := digits(s[1:3])
	minute, _ := digits(s[len(s)-2:])
	offset := hour*3600 + minute*60
	if s[0] == '-' {
		offset = -offset
	}
	if offset == 0 {
		return time.UTC
	}
	return time.FixedZone("", offset)
}

// isDecimal reports whether pydantic reads the text s as Unix time: digits, with a sign and a fraction or without.
func isDecimal(s string) bool {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	whole, fraction, point := strings.Cut(s, ".")
	return whole != "" && strings.Trim(whole, "0123456789") == "" && strings.Trim(fraction, "0123456789") == "" && (!point || fraction != "")
}

// unixTime returns the moment of a number of seconds since 1970, or of milliseconds beyond 20,000,000,000. It rounds to
// microseconds.
func unixTime(s string) (t time.Time, reason string) {
	if !isDecimal(s) { // with an exponent
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return t, "dates after 9999 are not supported as unix timestamps"
		}
		s = strconv.FormatFloat(f, 'f', -1, 64)
	}
	bare, negative := strings.CutPrefix(strings.TrimPrefix(s, "+"), "-")
	whole, fraction, _ := strings.Cut(bare, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	part, _ := strconv.ParseFloat("0."+fraction, 64)
	seconds, micros := n, int64(math.Round(part*1e6))
	if n > 2e10 {
		seconds, micros = n/1e3, n%1e3*1e3+int64(math.Round(part*1e3))
	}
	if err == nil && seconds < 1<<40 {
		if negative {
			seconds, micros = -seconds, -micros
		}
		t = time.Unix(seconds, micros*1e3).UTC()
		if year := t.Year(); year >= 1 && year <= 9999 {
			return t, ""
		}
	}
	if negative {
		return t, "dates before 0000 are not supported as unix timestamps"
	}
	return t, "dates after 9999 are not supported as unix timestamps"
}

// LaxReader is implemented by pointers to the framework's dates and times. ReadLax parses a text as pydantic does; with number, s
// is a JSON number.
type LaxReader interface {
	ReadLax(s string, number bool) error
}

var laxReader = reflect.TypeFor[LaxReader]()

// readLax reads a text or JSON number into dst, a value of a LaxReader.
func (t *Type) readLax(s string, number bool, dst reflect.Value) *constraint.Failure {
	if err := dst.Addr().Interface().(LaxReader).ReadLax(s, number); err != nil {
		return t.TextFailure(s, err)
	}
	return nil
}
