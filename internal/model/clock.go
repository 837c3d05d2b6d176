package model

import (
	"strings"
	"time"
)

// The parts of an RFC 3339 date-time (section 5.6). A reason is the text that pydantic's speedate gives for the mistake. It never
// quotes the client's text.

// ParseDate reads 2006-01-02 at the beginning of s and returns the text behind it as rest. reason is "" for a day of the calendar
// in the years 1 to 9999.
func ParseDate(s string) (year, month, day int, rest, reason string) {
	if len(s) < 10 {
		return 0, 0, 0, "", "input is too short"
	}
	parts := [3]int{}
	for i, p := range [...]struct {
		from, to int
		name     string
	}{{0, 4, "year"}, {5, 7, "month"}, {8, 10, "day"}} {
		if i > 0 && s[p.from-1] != '-' {
			return 0, 0, 0, "", "invalid date separator, expected `-`"
		}
		n, ok := digits(s[p.from:p.to])
		if !ok {
			return 0, 0, 0, "", "invalid character in " + p.name
		}
		parts[i] = n
	}
	year, month, day = parts[0], parts[1], parts[2]
	switch {
	case year == 0:
		reason = "year value is outside expected range of 1-9999"
	case month < 1 || month > 12:
		reason = "month value is outside expected range of 1-12"
	case !ValidDate(year, month, day):
		reason = "day value is outside expected range"
	}
	return year, month, day, s[10:], reason
}

// ValidDate reports whether the day exists, in the years 1 to 9999.
func ValidDate(year, month, day int) bool {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31 {
		return false
	}
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day
}

// ParseClock reads 15:04, 15:04:05 or 15:04:05.999999999 at the beginning of s and returns the text behind it as rest. With lax a
// comma may stand for the point.
func ParseClock(s string, lax bool) (hour, minute, second, nanosecond int, rest, reason string) {
	if len(s) < 5 {
		return 0, 0, 0, 0, "", "input is too short"
	}
	var ok bool
	if hour, ok = digits(s[:2]); !ok {
		return 0, 0, 0, 0, "", "invalid character in hour"
	}
	if s[2] != ':' {
		return 0, 0, 0, 0, "", "invalid time separator, expected `:`"
	}
	if minute, ok = digits(s[3:5]); !ok {
		return 0, 0, 0, 0, "", "invalid character in minute"
	}
	rest = s[5:]
	if strings.HasPrefix(rest, ":") {
		if len(rest) < 3 {
			return 0, 0, 0, 0, "", "input is too short"
		}
		if second, ok = digits(rest[1:3]); !ok {
			return 0, 0, 0, 0, "", "invalid character in second"
		}
		if nanosecond, rest, reason = fraction(rest[3:], lax); reason != "" {
			return 0, 0, 0, 0, "", reason
		}
	}
	switch {
	case hour > 23:
		reason = "hour value is outside expected range of 0-23"
	case minute > 59:
		reason = "minute value is outside expected range of 0-59"
	case second > 59:
		reason = "second value is outside expected range of 0-59"
	}
	return hour, minute, second, nanosecond, rest, reason
}

// fraction reads a fraction of a second at the beginning of s. It is optional. Digits beyond the ninth are cut off.
func fraction(s string, lax bool) (nanosecond int, rest, reason string) {
	if s == "" || s[0] != '.' && (s[0] != ',' || !lax) {
		return 0, s, ""
	}
	n := 1
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n == 1 {
		return 0, "", "second fraction value is missing"
	}
	nanosecond, _ = digits((s[1:n] + "000000000")[:9])
	return nanosecond, s[n:], ""
}

// digits parses s, which has at most nine characters. ok is false if one of them is not a digit.
func digits(s string) (n int, ok bool) {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// trailing is the reason for text behind a complete value.
const trailing = "unexpected extra characters at the end of the input"

// ParseZone reads the zone at the end of a time: Z, +02:00 or none; with lax also +0200. found reports whether there is one.
func ParseZone(s string, lax bool) (found bool, reason string) {
	switch {
	case s == "":
		return false, ""
	case s == "Z" || s == "z":
		return true, ""
	case s[0] != '+' && s[0] != '-':
		return false, trailing
	}
	if !(len(s) == 6 && s[3] == ':' || lax && len(s) == 5) {
		return false, "invalid timezone, expected the form +00:00"
	}
	hour, ok := digits(s[1:3])
	minute, more := digits(s[len(s)-2:])
	if !ok || !more || hour > 23 || minute > 59 {
		return false, "timezone offset must be less than 24 hours"
	}
	return true, ""
}

// Separates reports whether pydantic accepts c between a date and a time.
func Separates(c byte) bool { return c == 'T' || c == 't' || c == ' ' || c == '_' }
