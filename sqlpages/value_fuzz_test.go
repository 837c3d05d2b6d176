package sqlpages

import (
	"bytes"
	"database/sql/driver"
	"math"
	"testing"
	"time"
)

// A time is read as it was written, also in a zone whose offset has seconds. RFC 3339 has no other years than those of four digits.
func TestValueOfTimes(t *testing.T) {
	local := time.FixedZone("LMT", 53*60+28)
	for _, v := range []time.Time{
		time.Date(1880, 1, 2, 3, 4, 5, 6000, local), time.Date(2026, 1, 2, 3, 4, 5, 999_999_999, time.FixedZone("", -3600)), time.Date(0, 1, 2, 0, 0, 0, 0, time.UTC), {},
	} {
		text, err := writeValue(v)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := readValue(text); err != nil || !isSame(v, got) {
			t.Errorf("%v: got %v, %v", v, got, err)
		}
	}
	for _, v := range []time.Time{time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(0, 1, 1, 0, 0, 0, 0, local)} {
		if text, err := writeValue(v); err == nil {
			t.Errorf("%v: got %s, want an error", v, text)
		}
	}
}

// FuzzValue: a text of a cursor is refused, or it is a value that is written as a text of the same value. No text panics.
func FuzzValue(f *testing.F) {
	for _, v := range []driver.Value{int64(math.MinInt64), 0.1, math.NaN(), true, "a\xff", []byte{0}, time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)} {
		text, err := writeValue(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, s := range []string{"", "i", "i1.0", "f", "fg", "b2", "s=", "s!", "t", "n", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := readValue(text)
		if err != nil {
			return
		}
		written, err := writeValue(v)
		if err != nil {
			t.Fatalf("%q: %v is read and not written: %v", text, v, err)
		}
		again, err := readValue(written)
		if err != nil || !isSame(v, again) {
			t.Fatalf("%q: got %v, %v, want %v", text, again, err, v)
		}
	})
}

func isSame(a, b driver.Value) bool {
	switch a := a.(type) {
	case float64:
		b, ok := b.(float64)
		return ok && math.Float64bits(a) == math.Float64bits(b)
	case []byte:
		b, ok := b.([]byte)
		return ok && bytes.Equal(a, b)
	case time.Time:
		b, ok := b.(time.Time)
		return ok && a.Equal(b)
	}
	return a == b
}
