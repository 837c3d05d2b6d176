package model

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

var errDuration = errors.New("the form is PT1M30S, 1m30s or a number of seconds")

// ParseDuration reads 1m30s (Go), P1DT2H3M4.5S (ISO 8601, weeks to seconds) and 90 or 1.5 (seconds).
func ParseDuration(s string) (time.Duration, error) {
	body, negative := strings.CutPrefix(s, "-")
	if !strings.HasPrefix(body, "P") {
		if d, err := time.ParseDuration(s); err == nil {
			return d, nil
		}
		if strings.ContainsAny(s, "_xXpPnNiI") {
			return 0, errDuration
		}
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return 0, errDuration
		}
		return seconds(f)
	}
	var total float64
	date, clock, hasClock := strings.Cut(body[1:], "T")
	if date == "" && clock == "" || hasClock && clock == "" {
		return 0, errDuration
	}
	for _, part := range []struct {
		text  string
		units string
		size  []float64
	}{
		{date, "WD", []float64{7 * 86400, 86400}},
		{clock, "HMS", []float64{3600, 60, 1}},
	} {
		text, next := part.text, 0
		for text != "" {
			n := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
			if n <= 0 {
				return 0, errDuration
			}
			unit := strings.IndexByte(part.units[next:], text[n])
			f, err := strconv.ParseFloat(text[:n], 64)
			if unit < 0 || err != nil {
				return 0, errDuration
			}
			total += f * part.size[next+unit]
			next += unit + 1
			text = text[n+1:]
		}
	}
	if negative {
		total = -total
	}
	return seconds(total)
}

func seconds(f float64) (time.Duration, error) {
	ns := math.Round(f * 1e9)
	if math.IsNaN(ns) || ns >= math.MaxInt64 || ns <= math.MinInt64 {
		return 0, errors.New("the duration is out of range")
	}
	return time.Duration(ns), nil
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
