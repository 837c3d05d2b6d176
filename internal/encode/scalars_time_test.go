package encode

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/memory"
)

// TestTimesAreWrittenAsTheyWriteThemselves: timeNode and AppendText agree, on the text and on what has none.
func TestTimesAreWrittenAsTheyWriteThemselves(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	zones := []*time.Location{time.UTC, time.Local, time.FixedZone("", 0), time.FixedZone("", 3600), time.FixedZone("", -5430), time.FixedZone("", 25*3600)}
	fractions := []int64{0, 1, 10, 123_000_000, 999_999_999, 100_000_000, 1_000}
	check := func(v time.Time) {
		want, wantErr := v.AppendText([]byte(`"`))
		got, err := timeNode{}.append(nil, memory.Of(&v), 0)
		if (err == nil) != (wantErr == nil) || err == nil && string(got) != string(want)+`"` {
			t.Fatalf("%v: %s %v, want %s\" %v", v, got, err, want, wantErr)
		}
	}
	check(time.Time{})
	for _, year := range []int{-1, 0, 1, 4, 1899, 9999, 10000} {
		check(time.Date(year, time.December, 31, 23, 59, 59, 999_999_999, time.UTC))
		check(time.Date(year, time.February, 28, 0, 0, 0, 0, time.UTC))
	}
	for range 20000 {
		check(time.Unix(r.Int64N(400_000_000_000)-70_000_000_000, fractions[r.IntN(len(fractions))]).In(zones[r.IntN(len(zones))]))
	}
}
