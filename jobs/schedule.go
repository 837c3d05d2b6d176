package jobs

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Schedule is a parsed schedule of [Cron]. It is safe for concurrent use.
type Schedule struct {
	text                             string
	location                         *time.Location
	every                            time.Duration // of @every; the fields are unused
	minutes, hours, days, months, on uint64        // a bit for each legal value; on has the days of the week
	anyDay, anyWeekday               bool          // the field is * or ?
}

// names are the names that a field may have in place of numbers.
var (
	monthNames = [...]string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
	dayNames   = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
)

// maxSchedule is how long a schedule may be, in bytes.
const maxSchedule = 500

// ParseSchedule reads a schedule in the form of [Cron]. A schedule that no time fits is an error.
func ParseSchedule(text string) (*Schedule, error) {
	s, err := parseSchedule(text)
	if err != nil {
		return nil, fmt.Errorf("the schedule %.100q: %w", text, err)
	}
	return s, nil
}

// parseSchedule is ParseSchedule with an error that does not name the schedule.
func parseSchedule(text string) (*Schedule, error) {
	if len(text) > maxSchedule {
		return nil, fmt.Errorf("it is longer than %d bytes", maxSchedule)
	}
	s := &Schedule{text: text, location: time.UTC}
	fields := strings.Fields(text)
	if len(fields) > 0 {
		zone, isTZ := strings.CutPrefix(fields[0], "TZ=")
		if !isTZ {
			zone, isTZ = strings.CutPrefix(fields[0], "CRON_TZ=")
		}
		if isTZ {
			location, err := time.LoadLocation(zone)
			if err != nil || zone == "" || zone == "Local" {
				return nil, fmt.Errorf("there is no time zone %.50q", zone)
			}
			s.location, fields = location, fields[1:]
		}
	}
	if len(fields) == 2 && fields[0] == "@every" {
		d, err := time.ParseDuration(fields[1])
		if err != nil || d < time.Second {
			return nil, errors.New("@every needs a duration of a second or more, as in 90s or 6h")
		}
		s.every = d
		return s, nil
	}
	if len(fields) == 1 {
		if long := map[string]string{
			"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
		}[fields[0]]; long != "" {
			fields = strings.Fields(long)
		}
	}
	if len(fields) != 5 {
		return nil, fmt.Errorf("it has %d fields", len(fields))
	}
	for i, f := range []struct {
		into     *uint64
		min, max int
		names    []string
		what     string
		isAny    *bool
	}{
		{&s.minutes, 0, 59, nil, "minute", new(bool)},
		{&s.hours, 0, 23, nil, "hour", new(bool)},
		{&s.days, 1, 31, nil, "day", &s.anyDay},
		{&s.months, 1, 12, monthNames[:], "month", new(bool)},
		{&s.on, 0, 7, dayNames[:], "day of the week", &s.anyWeekday},
	} {
		*f.isAny = fields[i] == "*" || fields[i] == "?"
		for part := range strings.SplitSeq(fields[i], ",") {
			bits, ok := parseRange(part, f.min, f.max, f.names)
			if !ok {
				return nil, fmt.Errorf("the %s is %q; legal are %d to %d, lists, ranges and steps", f.what, fields[i], f.min, f.max)
			}
			*f.into |= bits
		}
	}
	s.on |= s.on >> 7 & 1 // 7 is Sunday too
	if s.Next(time.Unix(0, 0)).IsZero() {
		return nil, errors.New("no day fits it")
	}
	return s, nil
}

// parseRange reads one part of a field: *, a number, a name, a-b, and a step after each.
func parseRange(part string, low, high int, names []string) (bits uint64, ok bool) {
	values, step, hasStep := strings.Cut(part, "/")
	by := 1
	if hasStep {
		if by, ok = parseNumber(step, 1, high, nil, 0); !ok {
			return 0, false
		}
	}
	from, to := low, high
	if values != "*" && values != "?" {
		first, last, isRange := strings.Cut(values, "-")
		if from, ok = parseNumber(first, low, high, names, low); !ok {
			return 0, false
		}
		switch {
		case isRange:
			if to, ok = parseNumber(last, low, high, names, low); !ok || to < from {
				return 0, false
			}
		case !hasStep:
			to = from
		}
	}
	for i := from; i <= to; i += by {
		bits |= 1 << i
	}
	return bits, true
}

// parseNumber reads a number from low to high, or a name, of which the first stands for base.
func parseNumber(text string, low, high int, names []string, base int) (int, bool) {
	for i, name := range names {
		if strings.EqualFold(text, name) {
			return base + i, true
		}
	}
	if text == "" || len(text) > 2 || text[0] < '0' || text[0] > '9' {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= low && n <= high
}

// String returns the text of the schedule.
func (s *Schedule) String() string { return s.text }

// Next returns the first time of the schedule after t.
func (s *Schedule) Next(t time.Time) time.Time {
	if s.every > 0 {
		const second = int64(time.Second)
		every := int64(s.every) / second * second
		since := t.Unix() / (every / second)
		return time.Unix((since+1)*(every/second), 0).UTC()
	}
	local := t.In(s.location)
	year, month, day := local.Date()
	const days = 9 * 366 // 29 February is missing in 1900 and 2100: two of them may be 8 years apart
	for i := range days {
		date := time.Date(year, month, day+i, 12, 0, 0, 0, s.location)
		if !s.fits(date) {
			continue
		}
		y, m, d := date.Date()
		for hour := range 24 {
			if s.hours>>hour&1 == 0 || i == 0 && hour < local.Hour()-1 {
				continue
			}
			for minute := range 60 {
				if s.minutes>>minute&1 == 0 {
					continue
				}
				// A clock change may leave the hour out: Date then returns another one. Of an hour that it repeats Date returns one.
				at := time.Date(y, m, d, hour, minute, 0, 0, s.location)
				if at.After(t) && at.Hour() == hour && at.Minute() == minute {
					return at.UTC()
				}
			}
		}
	}
	return time.Time{}
}

// fits reports whether the schedule has the day of t.
func (s *Schedule) fits(t time.Time) bool {
	if s.months>>t.Month()&1 == 0 {
		return false
	}
	day, weekday := s.days>>t.Day()&1 == 1, s.on>>t.Weekday()&1 == 1
	switch {
	case s.anyDay || s.anyWeekday:
		return day && weekday
	default:
		return day || weekday
	}
}
