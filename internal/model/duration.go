package model

import (
	"errors"
	"math"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// The errors of ParseDuration. Their texts are parts of messages for clients.
var (
	errDuration      = errors.New("the form is PT1M30S, 1m30s or a number of seconds")
	errDurationRange = errors.New("the duration is out of range")
)

// ParseDuration parses 1m30s (Go), P1DT2H3M4.5S (ISO 8601, weeks to seconds) and 90 or 1.5 (seconds). With lax it parses the other
// forms that pydantic accepts: 00:01:30, 2 days 00:01:30, years of 365 days, months of 30 days, units in any order.
func ParseDuration(s string, lax bool) (time.Duration, error) {
	body, negative := strings.CutPrefix(s, "-")
	if lax && !negative {
		body = strings.TrimPrefix(body, "+")
	}
	iso, isISO := strings.CutPrefix(body, "P")
	if !isISO {
		if d, err := time.ParseDuration(s); err == nil {
			return d, nil
		}
		total, err := nanoseconds(body, 1e9)
		if err == errDuration && lax {
			total, err = daysAndClock(body)
		}
		return applySign(total, negative, err)
	}
	if lax {
		iso = strings.ReplaceAll(iso, ",", ".")
	}
	date, clock, hasClock := strings.Cut(iso, "T")
	if date == "" && clock == "" || hasClock && clock == "" && !lax {
		return 0, errDuration
	}
	units, sizes := "WD", []uint64{7 * 86400e9, 86400e9}
	if lax {
		units, sizes = "YMWD", []uint64{365 * 86400e9, 30 * 86400e9, 7 * 86400e9, 86400e9}
	}
	days, err := sumUnits(date, units, sizes, lax)
	if err != nil {
		return 0, err
	}
	rest, err := sumUnits(clock, "HMS", []uint64{3600e9, 60e9, 1e9}, lax)
	if days > 1<<63-rest {
		return 0, errDurationRange
	}
	return applySign(days+rest, negative, err)
}

// sumUnits adds up numbers that are followed by units, in nanoseconds. The units stand in order and each at most once, unless
// anyOrder is set. The sum is at most 2^63.
func sumUnits(text, units string, sizes []uint64, anyOrder bool) (total uint64, err error) {
	for next := 0; text != ""; {
		n := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
		if n <= 0 {
			return 0, errDuration
		}
		unit := strings.IndexByte(units[next:], text[n])
		if unit < 0 {
			return 0, errDuration
		}
		size := sizes[next+unit]
		if !anyOrder {
			next += unit + 1
		}
		part, err := nanoseconds(text[:n], size)
		if err != nil {
			return 0, err
		}
		if total > 1<<63-part {
			return 0, errDurationRange
		}
		total += part
		text = text[n+1:]
	}
	return total, nil
}

// dayWords are pydantic's words for days, longer words first.
var dayWords = []string{"days", "day", "d"}

// daysAndClock parses 00:01:30, 00:01, 100:00:00, "2 days, 00:01:30" and 2d, in nanoseconds. Hours have any number of digits,
// minutes and seconds two. The result is at most 2^63.
func daysAndClock(s string) (uint64, error) {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	total, lower := uint64(0), strings.ToLower(strings.TrimLeft(s[n:], " "))
	for _, word := range dayWords {
		clock, ok := strings.CutPrefix(lower, word)
		if !ok {
			continue
		}
		var err error
		if total, err = nanoseconds(s[:n], 86400e9); err != nil {
			return 0, err
		}
		if s = strings.TrimLeft(strings.TrimPrefix(clock, ","), " "); s == "" && clock == "" {
			return total, nil
		}
		break
	}
	whole, minutes, ok := strings.Cut(s, ":")
	if !ok || whole == "" || strings.Trim(whole, "0123456789") != "" {
		return 0, errDuration
	}
	hours, err := nanoseconds(whole, 3600e9)
	if err != nil {
		return 0, err
	}
	_, minute, second, nanosecond, rest, reason := ParseClock("00:"+minutes, true)
	if reason != "" || rest != "" {
		return 0, errDuration
	}
	clock := (uint64(minute)*60+uint64(second))*1e9 + uint64(nanosecond)
	if total > 1<<63-hours || total+hours > 1<<63-clock {
		return 0, errDurationRange
	}
	return total + hours + clock, nil
}

// nanoseconds parses an unsigned number of units. The result is exact for numbers without an exponent, and at most 2^63.
func nanoseconds(s string, unit uint64) (uint64, error) {
	if !strings.ContainsAny(s, "eE") {
		whole, fraction, _ := strings.Cut(s, ".")
		if n, err := strconv.ParseUint(whole, 10, 64); err == nil && strings.Trim(fraction, "0123456789") == "" {
			high, low := bits.Mul64(n, unit)
			f, _ := strconv.ParseFloat("0."+fraction, 64)
			low, carry := bits.Add64(low, uint64(math.Round(f*float64(unit))), 0)
			if high != 0 || carry != 0 || low > 1<<63 {
				return 0, errDurationRange
			}
			return low, nil
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, errDurationRange
	case err != nil || s[0] == '-' || s[0] == '+' || strings.ContainsAny(s, "_xXpPnNiI"):
		return 0, errDuration
	case f*float64(unit) >= math.MaxInt64:
		return 0, errDurationRange
	}
	return uint64(math.Round(f * float64(unit))), nil
}

// applySign returns total as a Duration. total is at most 2^63, which only a negative duration can have.
func applySign(total uint64, negative bool, err error) (time.Duration, error) {
	switch {
	case err != nil:
		return 0, err
	case negative && total <= 1<<63:
		return time.Duration(-total), nil
	case total > math.MaxInt64:
		return 0, errDurationRange
	}
	return time.Duration(total), nil
}

// AppendDuration appends d in ISO 8601, from days to seconds, as pydantic writes it: P1DT2H3M4.5S. Zero is PT0S.
func AppendDuration(dst []byte, d time.Duration) []byte {
	u := uint64(d)
	if d < 0 {
		dst = append(dst, '-')
		u = -u
	}
	dst = append(dst, 'P')
	days := u / uint64(24*time.Hour)
	u %= uint64(24 * time.Hour)
	if days > 0 {
		dst = append(strconv.AppendUint(dst, days, 10), 'D')
		if u == 0 {
			return dst
		}
	}
	dst = append(dst, 'T')
	if h := u / uint64(time.Hour); h > 0 {
		dst = append(strconv.AppendUint(dst, h, 10), 'H')
	}
	if m := u / uint64(time.Minute) % 60; m > 0 {
		dst = append(strconv.AppendUint(dst, m, 10), 'M')
	}
	sec, frac := u/uint64(time.Second)%60, u%uint64(time.Second)
	if sec == 0 && frac == 0 && u != 0 {
		return dst
	}
	dst = strconv.AppendUint(dst, sec, 10)
	if frac > 0 {
		digits := strconv.FormatUint(frac+1e9, 10)[1:]
		dst = append(append(dst, '.'), strings.TrimRight(digits, "0")...)
	}
	return append(dst, 'S')
}
