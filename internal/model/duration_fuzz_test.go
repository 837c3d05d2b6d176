package model_test

import (
	"testing"
	"time"

	"github.com/brio-go/brio/internal/model"
)

// FuzzDuration: what is read and written reads back as the same, where a float of seconds can hold it.
func FuzzDuration(f *testing.F) {
	for _, s := range []string{"1m30s", "PT1M30S", "-P1DT2H3M4.5S", "90", "1.5", "P1W", "PT", "-0", "1e9", "9223372036.854775807"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := model.ParseDuration(s, false)
		if err != nil {
			return
		}
		text := string(model.AppendDuration(nil, d))
		again, err := model.ParseDuration(text, false)
		slack := d.Abs() >> 50 // ISO text is added up in a float64
		if err != nil && d.Abs() < 290*365*24*time.Hour || err == nil && (again-d).Abs() > slack+1 {
			t.Fatalf("%q is %d, written %s, and read %d: %v", s, d, text, again, err)
		}
	})
}
