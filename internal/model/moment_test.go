package model

import (
	"strings"
	"testing"
	"time"
)

var moments = []string{
	"2024-01-02T03:04:05Z", "2024-01-02T03:04:05.1Z", "2024-01-02T03:04:05.123456789012Z", "2024-01-02T03:04:05+23:59", "2024-01-02T03:04:05-00:00",
	"0000-02-29T00:00:00Z", "9999-12-31T23:59:59.999999999-23:59", "2024-02-29T00:00:00Z", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z",
	"2024-00-01T00:00:00Z", "2024-01-00T00:00:00Z", "2024-01-02T24:00:00Z", "2024-01-02T23:60:00Z", "2024-01-02T23:59:60Z", "2024-01-02T3:04:05Z",
	"2024-01-02T03:04:05,5Z", "2024-01-02T03:04:05.Z", "2024-01-02T03:04:05+24:00", "2024-01-02T03:04:05+05:60", "2024-01-02T03:04:05+0500", "2024-01-02T03:04:05+5:00",
	"2024-01-02T03:04:05", "2024-01-02T03:04Z", "2024-01-02 03:04:05Z", "2024-01-02_03:04:05Z", "2024-01-02", "20240102T030405Z", "", "Z", "2024-01-02T03:04:05ZZ",
	" 2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z ", "2024-01-02T03:04:05 Z", "+024-01-02T03:04:05Z", "2024/01/02T03:04:05Z", "2024-01-02T03-04-05Z", "1704164645",
	"2024-01-02t03:04:05z", "2024-01-02t03:04:05.5Z", "2024-01-02T03:04:05\u2212" + "05:00", "٢٠٢٤-01-02T03:04:05Z", "2024-01-02T03:04:05+0a:00", "2024-01-02T03:04:05.5", "2024-01-02T03:04:05*05:00",
}

// The scan accepts what the walk accepts: the date-times of RFC 3339, section 5.6.
func FuzzMoment(f *testing.F) {
	for _, s := range moments {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		moment, failure := ReadMoment(s)
		if fast := isMoment([]byte(s)); fast != (failure == nil) {
			t.Fatalf("%q: the scan says %v, the walk %v", s, fast, failure)
		}
		if failure != nil {
			return
		}
		var std time.Time // it wants T and Z in capital letters, and takes more than RFC 3339 has
		if err := std.UnmarshalText([]byte(strings.ToUpper(s))); err != nil || !std.Equal(moment) {
			t.Fatalf("%q is read as %v, the standard library has %v, %v", s, moment, std, err)
		}
		if text, err := moment.MarshalText(); err != nil {
			t.Fatalf("%q is read and cannot be written: %v", s, err)
		} else if again, failure := ReadMoment(string(text)); failure != nil || !again.Equal(moment) {
			t.Fatalf("%q is written %s and read %v, %v", s, text, again, failure)
		}
		if lax, zone, failure := LaxMoment(s, false); failure != nil || !zone || !lax.Equal(moment) {
			t.Fatalf("%q is read laxly as %v, %v, %v", s, lax, zone, failure)
		}
	})
}

// RFC 3339, to the letter: what Go's own methods take besides is refused.
func TestMomentFollowsRFC3339(t *testing.T) {
	for _, s := range moments[:6] {
		if _, failure := ReadMoment(s); failure != nil {
			t.Errorf("%q: %v", s, failure)
		}
	}
	if got, failure := ReadMoment("2024-01-02t03:04:05.5z"); failure != nil || !got.Equal(time.Date(2024, 1, 2, 3, 4, 5, 5e8, time.UTC)) {
		t.Errorf("small letters: %v %v", got, failure)
	}
	for _, s := range moments[8:] {
		if s[:min(len(s), 11)] == "2024-01-02t" {
			continue
		}
		if got, failure := ReadMoment(s); failure == nil {
			t.Errorf("%q is taken for %v", s, got)
		}
	}
}

// What pydantic 2.13 takes for a datetime, as it answered. A fraction is kept to the nanosecond, where pydantic has
// microseconds.
func TestLaxMomentFollowsPydantic(t *testing.T) {
	for s, want := range map[string]string{
		"2024-01-02t03:04:05z": "2024-01-02T03:04:05Z", "2024-01-02 03:04:05Z": "2024-01-02T03:04:05Z", "2024-01-02_03:04:05Z": "2024-01-02T03:04:05Z",
		"2024-01-02T03:04": "2024-01-02T03:04:00", "2024-01-02T03:04Z": "2024-01-02T03:04:00Z", "2024-01-02": "2024-01-02T00:00:00",
		"2024-01-02T03:04:05+0530": "2024-01-02T03:04:05+05:30", "2024-01-02T03:04:05-0530": "2024-01-02T03:04:05-05:30", "2024-01-02T03:04:05-00:00": "2024-01-02T03:04:05Z",
		"2024-01-02T03:04:05,5Z": "2024-01-02T03:04:05.5Z", "2024-01-02T03:04:05.5": "2024-01-02T03:04:05.5", "2024-01-02T03:04:05.1234567891Z": "2024-01-02T03:04:05.123456789Z",
		"1704164645": "2024-01-02T03:04:05Z", "1704164645.5": "2024-01-02T03:04:05.5Z", "-1704164645": "1915-12-31T20:55:55Z", "+1704164645": "2024-01-02T03:04:05Z",
		"1704164645000": "2024-01-02T03:04:05Z", "1704164645123.5": "2024-01-02T03:04:05.1235Z", "20000000000": "2603-10-11T11:33:20Z", "20000000001": "1970-08-20T11:33:20.001Z",
		"-20000000001": "1969-05-14T12:26:39.999Z", "1704164645.1234567": "2024-01-02T03:04:05.123457Z", "0": "1970-01-01T00:00:00Z", "00": "1970-01-01T00:00:00Z",
		"253402300799000": "9999-12-31T23:59:59Z", "-62135596800": "1968-01-12T20:06:43.2Z",
	} {
		got, zone, failure := LaxMoment(s, false)
		text := got.Format("2006-01-02T15:04:05.999999999Z07:00")
		if !zone {
			text = got.Format("2006-01-02T15:04:05.999999999")
		}
		if failure != nil || text != want {
			t.Errorf("%q: %s %v, want %s", s, text, failure, want)
		}
	}
	for _, s := range []string{
		"2024-01-02T03:04:05+05", "2024-01-02T03:04:05+24:00", "2024-01-02T03:04:60Z", "2024-01-02T24:00:00Z", "2024-01-02T3:04:05Z", " 2024-01-02T03:04:05Z",
		"2024-01-02T03:04:05Z ", "2024-01-02T03:04:05 +01:00", "1e9", "nan", "inf", "2024-02-30T00:00:00Z", "20240102T030405Z", "2024-1-2T03:04:05Z", "2024-01-02T030405Z",
		"", "1_000", "2024-01-02T03:04:05.Z", "2024-01-02T03:04:05+5:00", "2024-01-02T03:04:05+05:60", "1704164645 ", "253402300800000", "99999999999999999999", "-99999999999999", "5.", ".5",
	} {
		if got, _, failure := LaxMoment(s, false); failure == nil {
			t.Errorf("%q is taken for %v", s, got)
		}
	}
	for s, want := range map[string]string{"1e9": "2001-09-09T01:46:40Z", "1704164645.5": "2024-01-02T03:04:05.5Z", "-1": "1969-12-31T23:59:59Z", "0.0": "1970-01-01T00:00:00Z"} {
		if got, _, failure := LaxMoment(s, true); failure != nil || got.Format(time.RFC3339Nano) != want {
			t.Errorf("the number %s: %v %v, want %s", s, got, failure, want)
		}
	}
	for _, s := range []string{"1e20", "1e300", "1e999", "-1e17"} {
		if got, _, failure := LaxMoment(s, true); failure == nil {
			t.Errorf("the number %s is taken for %v", s, got)
		}
	}
}

// What pydantic 2.13 takes for a timedelta, as it answered, beside the forms of the strict reading.
func TestLaxDurationFollowsPydantic(t *testing.T) {
	const day = 24 * time.Hour
	for s, want := range map[string]time.Duration{
		"P1Y": 365 * day, "P1M": 30 * day, "P1Y2M3DT4H": 428*day + 4*time.Hour, "-PT5M": -5 * time.Minute, "+PT5M": 5 * time.Minute, "PT5M3H": 185 * time.Minute,
		"PT1S1M": 61 * time.Second, "PT1H1H": 2 * time.Hour, "P1DT": day, "PT0,5S": time.Second / 2, "00:05:00": 5 * time.Minute, "00:05": 5 * time.Minute, "0:05:00": 5 * time.Minute,
		"1:05:00": 65 * time.Minute, "5 days 00:05:00": 5*day + 5*time.Minute, "5 days, 00:05:00": 5*day + 5*time.Minute, "5d 00:05:00": 5*day + 5*time.Minute,
		"5 day, 0:05:00": 5*day + 5*time.Minute, "-00:05:00": -5 * time.Minute, "+00:05:00": 5 * time.Minute, "00:05:00.5": 300500 * time.Millisecond, "24:00:00": day,
		"100:00:00": 100 * time.Hour, "25:00": 25 * time.Hour, "5 days": 5 * day, "5d": 5 * day, "5 DAYS, 00:05:00": 5*day + 5*time.Minute, "5days00:05:00": 5*day + 5*time.Minute,
		"P1W2D": 9 * day, "1m30s": 90 * time.Second, "90": 90 * time.Second,
	} {
		if got, err := ParseDuration(s, true); err != nil || got != want {
			t.Errorf("%q: %v %v, want %v", s, got, err, want)
		}
		if strings.Contains(s, ":") {
			if got, err := ParseDuration(s, false); err == nil {
				t.Errorf("%q is strictly taken for %v", s, got)
			}
		}
	}
	for _, s := range []string{
		"pt5m", "PT", "P", "PT5", "5 00:05:00", "-5 00:05:00", "00:65:00", "00:05:60", "1 1:1:1", "01:02:03:04", "00:05:00Z", "", "-PT-5M", "PT-5M", "00:05:00 ", "P1D ",
		"999999999 days", "99999999999:00:00", "5 days,", "days", ":05", "5:5:5", "P1S", "106751 days 24:00:00",
	} {
		if got, err := ParseDuration(s, true); err == nil {
			t.Errorf("%q is taken for %v", s, got)
		}
	}
}
