package params

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/model"
)

// Date is a day of the calendar, 2006-01-02, in the years 1 to 9999: Year, Month from 1 to 12 and Day from 1. The zero Date is no day; it cannot be written as text.
type Date struct{ Year, Month, Day int }

// DateOf returns the day of a moment, in the zone of the moment.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, int(month), day}
}

// Valid reports whether the day exists.
func (d Date) Valid() bool { return model.ValidDate(d.Year, d.Month, d.Day) }

// In returns the moment at which the day begins in a place.
func (d Date) In(place *time.Location) time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, place)
}

// Compare returns -1 if d is before o, 1 if d is after o, and 0 if they are equal.
func (d Date) Compare(o Date) int {
	return cmp.Or(cmp.Compare(d.Year, o.Year), cmp.Compare(d.Month, o.Month), cmp.Compare(d.Day, o.Day))
}

// String returns the day as 2006-01-02.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// MarshalText returns the day as 2006-01-02, or an error if the day does not exist.
func (d Date) MarshalText() ([]byte, error) {
	if !d.Valid() {
		return nil, fmt.Errorf("params.Date %s does not exist", d)
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads 2006-01-02, or a date and a time of midnight.
func (d *Date) UnmarshalText(text []byte) error {
	s := string(text)
	year, month, day, rest, reason := model.ParseDate(s)
	switch {
	case reason != "" && len(s) > 10:
		return constraint.DateFromDatetimeParsing(reason)
	case reason != "":
		return constraint.DateParsing(reason)
	case rest == "":
		*d = Date{year, month, day}
		return nil
	case !model.Separates(rest[0]):
		return constraint.DateFromDatetimeParsing("unexpected extra characters at the end of the input")
	}
	hour, minute, second, nanosecond, zone, reason := model.ParseClock(rest[1:], false)
	if reason == "" {
		_, reason = model.ParseZone(zone, false)
	}
	switch {
	case reason != "":
		return constraint.DateFromDatetimeParsing(reason)
	case hour|minute|second|nanosecond != 0:
		return constraint.DateFromDatetimeInexact()
	}
	*d = Date{year, month, day}
	return nil
}

// ReadLax is for the framework. It reads the forms that pydantic accepts, Unix time at midnight among them.
func (d *Date) ReadLax(s string, number bool) error {
	moment, _, failure := model.LaxMoment(s, number)
	switch {
	case failure != nil:
		return constraint.DateFromDatetimeParsing(failure.Reason())
	case !moment.Equal(DateOf(moment).In(moment.Location())):
		return constraint.DateFromDatetimeInexact()
	}
	*d = DateOf(moment)
	return nil
}

// TextFormat returns date, the format in JSON Schema.
func (Date) TextFormat() string { return "date" }

// TimeOfDay is a time on a clock, 15:04:05.999999999, without a zone: Hour from 0 to 23, Minute and Second from 0 to 59, Nanosecond. The zero TimeOfDay is midnight.
type TimeOfDay struct{ Hour, Minute, Second, Nanosecond int }

// Valid reports whether clocks show the time.
func (t TimeOfDay) Valid() bool {
	return t.Hour >= 0 && t.Hour < 24 && t.Minute >= 0 && t.Minute < 60 && t.Second >= 0 && t.Second < 60 &&
		t.Nanosecond >= 0 && t.Nanosecond < 1e9
}

// Compare returns -1 if t is before o on the same day, 1 if t is after o, and 0 if they are equal.
func (t TimeOfDay) Compare(o TimeOfDay) int {
	return cmp.Or(cmp.Compare(t.Hour, o.Hour), cmp.Compare(t.Minute, o.Minute), cmp.Compare(t.Second, o.Second),
		cmp.Compare(t.Nanosecond, o.Nanosecond))
}

// String returns the time as 15:04:05, with a fraction of as many digits as it needs.
func (t TimeOfDay) String() string {
	s := fmt.Sprintf("%02d:%02d:%02d", t.Hour, t.Minute, t.Second)
	if t.Nanosecond == 0 {
		return s
	}
	s += fmt.Sprintf(".%09d", t.Nanosecond)
	for s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	return s
}

// MarshalText returns the text of String, or an error if the time is not valid.
func (t TimeOfDay) MarshalText() ([]byte, error) {
	if !t.Valid() {
		return nil, fmt.Errorf("params.TimeOfDay %s does not exist", t)
	}
	return []byte(t.String()), nil
}

// UnmarshalText reads 15:04, 15:04:05 and 15:04:05.999999999.
func (t *TimeOfDay) UnmarshalText(text []byte) error { return t.read(string(text), false) }

// ReadLax is for the framework. It reads the forms that pydantic accepts, without zones. A JSON number is the seconds since
// midnight.
func (t *TimeOfDay) ReadLax(s string, number bool) error {
	if !number {
		return t.read(s, true)
	}
	seconds, err := strconv.ParseFloat(s, 64)
	micros := int64(math.Round(seconds * 1e6)) // more than an int of 32 bits holds
	switch {
	case seconds < 0:
		return constraint.TimeParsing("time in seconds should be positive")
	case err != nil || seconds >= 86400 || micros >= 86400e6:
		return constraint.TimeParsing("numeric times may not exceed 86,399 seconds")
	}
	*t = TimeOfDay{int(micros / 3600e6), int(micros / 60e6 % 60), int(micros / 1e6 % 60), int(micros % 1e6 * 1e3)}
	return nil
}

// read reads the forms of pydantic if lax, else those of UnmarshalText.
func (t *TimeOfDay) read(s string, lax bool) error {
	hour, minute, second, nanosecond, rest, reason := model.ParseClock(s, lax)
	if reason == "" && rest != "" {
		reason = "unexpected extra characters at the end of the input"
	}
	if reason != "" {
		return constraint.TimeParsing(reason)
	}
	*t = TimeOfDay{hour, minute, second, nanosecond}
	return nil
}

// Zoned is for the framework. It returns false.
func (TimeOfDay) Zoned() bool { return false }

// TextFormat returns time, the format in JSON Schema.
func (TimeOfDay) TextFormat() string { return "time" }

// LocalDateTime is a date and a time without a zone, 2006-01-02T15:04:05: the reading of a clock on a wall, not a moment.
type LocalDateTime struct {
	Date Date      // the day
	Time TimeOfDay // the time of that day
}

// Valid reports whether both date and time are valid.
func (t LocalDateTime) Valid() bool { return t.Date.Valid() && t.Time.Valid() }

// In returns the moment at which clocks in a place show the date and time.
func (t LocalDateTime) In(place *time.Location) time.Time {
	d, c := t.Date, t.Time
	return time.Date(d.Year, time.Month(d.Month), d.Day, c.Hour, c.Minute, c.Second, c.Nanosecond, place)
}

// Compare compares the dates, and the times if the dates are equal. It returns -1, 0 or 1.
func (t LocalDateTime) Compare(o LocalDateTime) int {
	return cmp.Or(t.Date.Compare(o.Date), t.Time.Compare(o.Time))
}

// String returns 2006-01-02T15:04:05, with a fraction if there is one.
func (t LocalDateTime) String() string { return t.Date.String() + "T" + t.Time.String() }

// MarshalText returns the text of String, or an error if date or time is not valid.
func (t LocalDateTime) MarshalText() ([]byte, error) {
	if !t.Valid() {
		return nil, fmt.Errorf("params.LocalDateTime %s does not exist", t)
	}
	return []byte(t.String()), nil
}

// UnmarshalText reads a date and a time without a zone. A date alone is its midnight.
func (t *LocalDateTime) UnmarshalText(text []byte) error { return t.read(string(text), false) }

// ReadLax is for the framework. It reads the forms that pydantic accepts for a naive datetime. Unix time is none: it has a zone.
func (t *LocalDateTime) ReadLax(s string, number bool) error {
	if moment, zone, failure := model.LaxMoment(s, number); failure != nil {
		return failure
	} else if zone {
		return constraint.TimezoneNaive()
	} else {
		*t = LocalDateTime{DateOf(moment), clockOf(moment)}
	}
	return nil
}

// read reads a clock as pydantic does if lax, else as UnmarshalText does.
func (t *LocalDateTime) read(s string, lax bool) error {
	year, month, day, rest, reason := model.ParseDate(s)
	out := LocalDateTime{Date: Date{year, month, day}}
	switch {
	case reason != "":
		return constraint.DatetimeFromDateParsing(reason)
	case rest == "":
		*t = out
		return nil
	case !model.Separates(rest[0]):
		return constraint.DatetimeParsing("invalid datetime separator, expected `T`, `t`, `_` or space")
	}
	c := &out.Time
	c.Hour, c.Minute, c.Second, c.Nanosecond, rest, reason = model.ParseClock(rest[1:], lax)
	zone := false
	if reason == "" {
		zone, reason = model.ParseZone(rest, lax)
	}
	switch {
	case reason != "":
		return constraint.DatetimeParsing(reason)
	case zone:
		return constraint.TimezoneNaive()
	}
	*t = out
	return nil
}

// Zoned is for the framework. It returns false.
func (LocalDateTime) Zoned() bool { return false }

// TextFormat returns date-time, the format in JSON Schema.
func (LocalDateTime) TextFormat() string { return "date-time" }

// clockOf returns the time on a clock at a moment, in the zone of the moment.
func clockOf(t time.Time) TimeOfDay {
	return TimeOfDay{t.Hour(), t.Minute(), t.Second(), t.Nanosecond()}
}

// DateTime is a date and a time with or without a zone, as a datetime of pydantic: 2006-01-02T15:04:05+02:00 or
// 2006-01-02T15:04:05. The framework writes it in the form in which it came. A time.Time always has a zone, a [LocalDateTime]
// never has one.
type DateTime struct {
	Time   time.Time // without a zone: the reading of the clock, in UTC
	NoZone bool      // the text had no zone
}

// In returns the moment, in a place. Without a zone, it is the moment at which clocks in the place show the date and time.
func (t DateTime) In(place *time.Location) time.Time {
	if !t.NoZone {
		return t.Time.In(place)
	}
	return LocalDateTime{DateOf(t.Time), clockOf(t.Time)}.In(place)
}

// String returns 2006-01-02T15:04:05, with a fraction and a zone if there are any.
func (t DateTime) String() string {
	if t.NoZone {
		return t.Time.Format("2006-01-02T15:04:05.999999999")
	}
	return t.Time.Format(time.RFC3339Nano)
}

// MarshalText returns the text of String, or an error for a time that has no form in RFC 3339.
func (t DateTime) MarshalText() ([]byte, error) {
	text, err := t.Time.MarshalText()
	if err == nil && t.NoZone {
		text = []byte(t.String())
	}
	return text, err
}

// UnmarshalText reads a date-time of RFC 3339, or the forms of a [LocalDateTime].
func (t *DateTime) UnmarshalText(text []byte) error {
	var local LocalDateTime
	err := local.UnmarshalText(text)
	if err == nil {
		*t = DateTime{local.In(time.UTC), true}
		return nil
	}
	moment, failure := model.ReadMoment(string(text))
	switch {
	case failure == nil:
		*t = DateTime{Time: moment}
		return nil
	case failure.Type == constraint.TimezoneAware().Type: // there is no zone
		return err
	}
	return failure
}

// ReadLax is for the framework. It reads the forms that pydantic accepts for a datetime.
func (t *DateTime) ReadLax(s string, number bool) error {
	moment, zone, failure := model.LaxMoment(s, number)
	if failure != nil {
		return failure
	}
	*t = DateTime{moment, !zone}
	return nil
}

// ZoneIsOptional is for the framework, which describes the type in the document. It returns true.
func (DateTime) ZoneIsOptional() bool { return true }

// TextFormat returns date-time, the format in JSON Schema.
func (DateTime) TextFormat() string { return "date-time" }
