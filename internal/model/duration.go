package model

import (
	"errors"
	"math"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

var (
	errDuration      = errors.New("the form is PT1M30S, 1m30s or a number of seconds")
	errDurationRange = errors.New("the duration is out of range")
)

// ParseDuration reads 1m30s (Go), P1DT2H3M4.5S (ISO 8601, weeks to seconds) and 90 or 1.5 (seconds).
func ParseDuration(s string) (time.Duration, error) {
	body, negative := strings.CutPrefix(s, "-")
	iso, isISO := strings.CutPrefix(body, "P")
	if !isISO {
		if d, err := time.ParseDuration(s); err == nil {
			return d, nil
		}
		total, err := nanoseconds(body, 1e9)
		return signed(total, negative, err)
	}
	date, clock, hasClock := strings.Cut(iso, "T")
	if date == "" && clock == "" || hasClock && clock == "" {
		return 0, errDuration
	}
	days, err := parts(date, "WD", []uint64{7 * 86400e9, 86400e9})
	if err != nil {
		return 0, err
	}
	rest, err := parts(clock, "HMS", []uint64{3600e9, 60e9, 1e9})
	if days > 1<<63-rest {
		return 0, errDurationRange
	}
	return signed(days+rest, negative, err)
}

// parts adds up numbers that are followed by units, in the order of the units, each at most once. The sum is at most 2^63.
func parts(text, units string, sizes []uint64) (total uint64, err error) {
	for next := 0; text != ""; {
		n := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
		if n <= 0 {
			return 0, errDuration
		}
		unit := strings.IndexByte(units[next:], text[n])
		if unit < 0 {
			return 0, errDuration
		}
		next += unit + 1
		part, err := nanoseconds(text[:n], sizes[next-1])
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

// nanoseconds reads a number of units without a sign. It is exact where the number has no exponent. The result is at most
// 2^63.
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

func signed(total uint64, negative bool, err error) (time.Duration, error) {
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

// AppendDuration writes d in ISO 8601, in days to seconds, as pydantic does: P1DT2H3M4.5S; zero is PT0S.
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
